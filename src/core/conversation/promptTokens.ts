import type { AssistantTurn, AttachedImage, Conversation, Turn, Usage } from './conversation.ts';
import { imageTokenSum } from './pictures.ts';

/** What a prompt is counted for. */
export interface PromptTerms {
  readonly model: string;
  /** What holds for the whole conversation beside its turns. */
  readonly systemPrompt?: string;
}

/** Characters of text to a token: on the careful side for English. */
const CHARACTERS_PER_TOKEN = 3.5;

/**
 * Tokens of the next prompt: what the last answer of this model was billed for and what has come
 * since, else an estimate. What was billed holds only while all that it was billed for still goes.
 */
export function promptTokens(
  { turns }: Pick<Conversation, 'turns'>,
  { model, systemPrompt = '' }: PromptTerms,
): number {
  const index = turns.findLastIndex(
    (turn) => isCounted(turn) && turn.model === model && !turn.usageOutdated,
  );
  const counted = turns[index];
  if (counted && isCounted(counted) && turns.slice(0, index).every(isUnchanged)) {
    const since = turns.slice(index).reduce((sum, turn) => sum + turnTokens(turn), 0);
    return promptSum(counted.usage) + since;
  }
  return turns.reduce((sum, turn) => sum + turnTokens(turn), textTokens(systemPrompt));
}

/** Estimated tokens that a turn takes of a prompt; none for one that is left out. */
export function turnTokens(turn: Turn): number {
  if (turn.leftOut) {
    return 0;
  }
  const images = turn.role === 'user' ? turn.images : [];
  const visual = images.reduce((sum, image) => sum + tokensOf(image), 0);
  return visual + textTokens(turn.text);
}

/** Visual tokens of an image in the next prompt; none for one that does not go. */
export function tokensOf(image: AttachedImage): number {
  return image.state === 'ready' ? imageTokenSum(image) : 0;
}

/** Whether the prompt of an answer was counted; servers that do not count send zeros. */
export function isCounted(turn: Turn): turn is AssistantTurn & { readonly usage: Usage } {
  return turn.role === 'assistant' && turn.usage !== undefined && promptSum(turn.usage) > 0;
}

function promptSum({ inputTokens, cacheReadTokens, cacheWriteTokens }: Usage): number {
  return inputTokens + cacheReadTokens + cacheWriteTokens;
}

function textTokens(text: string): number {
  return Math.ceil(text.length / CHARACTERS_PER_TOKEN);
}

/** Whether a turn goes with the next request as it went with the last that the API has taken. */
function isUnchanged(turn: Turn): boolean {
  return (
    !turn.leftOut &&
    (turn.role === 'assistant' ||
      turn.images.every(
        ({ state, prepared, accepted }) => state === 'ready' && prepared?.sha256 === accepted,
      ))
  );
}
