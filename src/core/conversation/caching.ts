import type { CacheControlEphemeral } from '@anthropic-ai/sdk/resources/messages/messages';
import { modelOf } from '../plan/models.ts';
import { imagesInRequest, type Conversation } from './conversation.ts';
import { isCounted, promptTokens, type PromptTerms } from './promptTokens.ts';

/** Kept for five minutes, and again for five with every read. */
export const CACHE_CONTROL: CacheControlEphemeral = { type: 'ephemeral' };

/**
 * Content blocks that are searched backwards from a breakpoint for what an earlier request has
 * written, its own among them (Claude docs, "Prompt caching").
 */
const LOOK_BACK_BLOCKS = 20;

/** Where a request marks what the API is to cache. */
export interface Caching {
  /** On the last block of the last question, wherever that is. Leaves the messages as they are. */
  readonly automatic: boolean;
  /**
   * The number of blocks, from the first on, that the request before ended with: its entry lies too
   * far back to be found from the last block, so that it takes a breakpoint of its own.
   */
  readonly alsoAfter?: number;
}

/**
 * What to cache of the request for the answer that a conversation waits for. A write costs more than
 * the tokens alone, so nothing is cached on the first request, which may stay the only one, without
 * images, or below the size that the model caches. What is estimated too high costs nothing: the API
 * then does not cache it. `blocks` counts the content blocks of each turn.
 */
export function cachingOf(
  conversation: Conversation,
  blocks: readonly number[],
  terms: PromptTerms,
): Caching {
  const { turns } = conversation;
  const { model } = terms;
  const hasAnswer = turns.some((turn, index) => turn.role === 'assistant' && blocks[index] !== 0);
  const pays =
    hasAnswer &&
    imagesInRequest(conversation).length > 0 &&
    promptTokens(conversation, terms) >= modelOf(model).leastCacheable;
  if (!pays) {
    return { automatic: false };
  }
  // Each model has a cache of its own.
  const answer = turns.findLastIndex((turn) => isCounted(turn) && turn.model === model);
  const before = answer < 0 ? 0 : sum(blocks.slice(0, answer));
  const isTooFar = before > 0 && sum(blocks) - before >= LOOK_BACK_BLOCKS;
  return { automatic: true, ...(isTooFar && { alsoAfter: before }) };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
