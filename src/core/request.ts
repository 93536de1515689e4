import type {
  ContentBlockParam,
  ImageBlockParam,
  MessageParam,
  MessageStreamParams,
  OutputConfig,
} from '@anthropic-ai/sdk/resources/messages/messages';
import { base64Length } from './bytes.ts';
import { allImages } from './conversation.ts';
import type { AttachedImage, Conversation, Turn, UserTurn } from './conversation.ts';
import type { RequestImage } from './failure.ts';

export type Effort = NonNullable<OutputConfig['effort']>;

export interface RequestOptions {
  readonly model: string;
  readonly maxTokens: number;
  /** Absent for a model that does not know it: it would refuse the request. */
  readonly effort?: Effort;
  /** The base64 text of a prepared image's bytes, by their SHA-256. */
  readonly base64: (sha256: string) => string;
}

export interface PlannedRequest {
  readonly body: MessageStreamParams;
  /** The images by their path in the body, such as `messages.0.content.1`. */
  readonly images: ReadonlyMap<string, RequestImage>;
}

/**
 * The most base64 text of one request's images: the API takes bodies of 32 MB, and users report
 * failures from 20 MB on (Claude docs, "Vision"; public issue threads).
 */
export const REQUEST_BASE64_LIMIT = 18 * 1024 * 1024;

/**
 * The request for the answer that a conversation waits for. Images come before the text of their
 * turn, introduced by number and file name where the turn says so. The same turns give the same
 * blocks every time: the prompt cache lives on that.
 */
export function planRequest(conversation: Conversation, options: RequestOptions): PlannedRequest {
  const images = new Map<string, RequestImage>();
  const messages: MessageParam[] = [];
  for (const [index, turn] of conversation.turns.entries()) {
    const message = messageOf(turn, conversation.turns[index + 1], options.base64);
    if (!message) {
      continue;
    }
    for (const [position, { image }] of message.content.entries()) {
      if (image) {
        images.set(`messages.${messages.length}.content.${position}`, image);
      }
    }
    messages.push({ role: message.role, content: message.content.map(({ block }) => block) });
  }
  const { model, maxTokens, effort } = options;
  const body: MessageStreamParams = {
    model,
    max_tokens: maxTokens,
    ...(effort && { output_config: { effort } }),
    messages,
  };
  return { body, images };
}

/** Length of the base64 text of all images that the next request would hold: the bulk of it. */
export function imagesBase64Length(conversation: Conversation): number {
  return allImages(conversation)
    .filter((image) => image.state === 'ready')
    .reduce((sum, { prepared }) => sum + base64Length(prepared?.byteLength ?? 0), 0);
}

interface PlannedBlock {
  readonly block: ContentBlockParam;
  readonly image?: AttachedImage;
}

interface PlannedMessage {
  readonly role: 'user' | 'assistant';
  readonly content: readonly PlannedBlock[];
}

/** The message of a turn, or `undefined` for one that has nothing to send. */
function messageOf(
  turn: Turn,
  next: Turn | undefined,
  base64: RequestOptions['base64'],
): PlannedMessage | undefined {
  const content =
    turn.role === 'user'
      ? userBlocks(turn, wasRefused(next), base64)
      : textBlocks(turn.status === 'waiting' ? '' : turn.text);
  return content.length > 0 ? { role: turn.role, content } : undefined;
}

/**
 * The API asks to take a refused question out of the conversation, or it goes on refusing (Claude
 * docs, "Handling stop reasons"). Its images stay, so that a reworded question still knows them.
 */
function wasRefused(answer: Turn | undefined): boolean {
  return answer?.role === 'assistant' && answer.status === 'refused';
}

function userBlocks(
  turn: UserTurn,
  refused: boolean,
  base64: RequestOptions['base64'],
): readonly PlannedBlock[] {
  const images = turn.images.flatMap((image): readonly PlannedBlock[] => {
    const block = imageBlock(image, base64);
    if (!block) {
      return [];
    }
    const label = `Image ${image.number}: ${oneLine(image.name)}`;
    return turn.labelled ? [...textBlocks(label), { block, image }] : [{ block, image }];
  });
  return refused ? images : [...images, ...textBlocks(turn.text)];
}

function imageBlock(
  image: AttachedImage,
  base64: RequestOptions['base64'],
): ImageBlockParam | undefined {
  return image.state === 'ready' && image.prepared
    ? {
        type: 'image',
        source: {
          type: 'base64',
          media_type: image.prepared.mediaType,
          data: base64(image.prepared.sha256),
        },
      }
    : undefined;
}

/** A file name can hold line breaks, and with them pretend to be a text of its own. */
function oneLine(name: string): string {
  return name.replace(/\p{Cc}+/gu, ' ');
}

/** The API refuses text blocks that are empty or blank. */
function textBlocks(text: string): readonly PlannedBlock[] {
  return text.trim() === '' ? [] : [{ block: { type: 'text', text } }];
}
