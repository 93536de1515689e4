import type {
  MessageParam,
  MessageStreamParams,
  OutputConfig,
} from '@anthropic-ai/sdk/resources/messages/messages';
import { CACHE_CONTROL, cachingOf, type Caching } from './caching.ts';
import { imagesInRequest } from './conversation.ts';
import type { AttachedImage, Conversation, UserTurn } from './conversation.ts';
import type { RequestImage } from '../failure.ts';
import { imageBase64Sum } from './pictures.ts';
import {
  leftOutLine,
  oneLine,
  turnContent,
  wellFormed,
  type ImageSources,
  type PlannedBlock,
} from './turnContent.ts';

export type Effort = NonNullable<OutputConfig['effort']>;

export interface RequestOptions extends ImageSources {
  readonly model: string;
  readonly maxTokens: number;
  /** Absent for a model that does not know it: it would refuse the request. */
  readonly effort?: Effort;
  /** What holds for the whole conversation; blank is none. */
  readonly systemPrompt?: string;
  /** The language to answer in, as its name, such as `Spanish`; blank leaves it to Claude. */
  readonly answerLanguage?: string;
  /** The server does not know `cache_control`. */
  readonly uncached?: boolean;
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
 * blocks every time: the prompt cache lives on that, which is used where it pays.
 */
export function planRequest(conversation: Conversation, options: RequestOptions): PlannedRequest {
  const { model, maxTokens, effort, uncached = false } = options;
  const turns = turnMessages(conversation, options);
  const blocks = turns.map(({ content }) => content.length);
  const caching = uncached ? { automatic: false } : cachingOf(conversation, blocks, options);
  const planned = alternating(withBreakpoint(turns, caching));
  const system = systemText(options);
  const body: MessageStreamParams = {
    model,
    max_tokens: maxTokens,
    ...(effort && { output_config: { effort } }),
    ...(caching.automatic && { cache_control: CACHE_CONTROL }),
    ...(system !== '' && { system }),
    messages: planned.map(({ role, content }): MessageParam => ({
      role,
      content: content.map(({ block }) => block),
    })),
  };
  return { body, images: imagesByPath(planned) };
}

/**
 * Length of the base64 text of all images that the next request would hold: the bulk of it. An image
 * that the API fetches itself, or keeps as a file, adds nothing.
 */
export function imagesBase64Length(
  conversation: Conversation,
  fileId?: ImageSources['fileId'],
): number {
  return imagesSentAsBytes(conversation, fileId).reduce(
    (sum, image) => sum + imageBase64Sum(image, fileId),
    0,
  );
}

/** The images of which the next request would hold the bytes, attached ones too. */
export function imagesSentAsBytes(
  conversation: Conversation,
  fileId?: ImageSources['fileId'],
): readonly AttachedImage[] {
  return [...imagesInRequest(conversation), ...conversation.attachments].filter(
    (image) => image.state === 'ready' && imageBase64Sum(image, fileId) > 0,
  );
}

interface PlannedMessage {
  readonly role: 'user' | 'assistant';
  readonly content: readonly PlannedBlock[];
}

/** What each turn says; for turns that are left out, the last of them says so for all in a row. */
function turnMessages({ turns }: Conversation, sources: ImageSources): readonly PlannedMessage[] {
  return turns.map((turn, index): PlannedMessage => {
    const next = turns[index + 1];
    if (!turn.leftOut) {
      return { role: turn.role, content: turnContent(turn, next, sources) };
    }
    const first = turns.findLastIndex((earlier, at) => at < index && !earlier.leftOut) + 1;
    const questions = turns
      .slice(first, index + 1)
      .filter((one): one is UserTurn => one.role === 'user');
    return { role: 'user', content: next && !next.leftOut ? [leftOutLine(questions)] : [] };
  });
}

/** Marks the block that ended an earlier request, where the caching asks for it. */
function withBreakpoint(
  messages: readonly PlannedMessage[],
  { alsoAfter }: Caching,
): readonly PlannedMessage[] {
  let count = 0;
  return messages.map(({ role, content }) => ({
    role,
    content: content.map((planned) => {
      count += 1;
      return count === alsoAfter
        ? { ...planned, block: { ...planned.block, cache_control: CACHE_CONTROL } }
        : planned;
    }),
  }));
}

/**
 * Roles alternate: two questions in a row, as after an answer that failed, become one message. The
 * API would combine them itself, but the chat templates of other servers refuse them.
 */
function alternating(turns: readonly PlannedMessage[]): readonly PlannedMessage[] {
  const messages: PlannedMessage[] = [];
  for (const { role, content } of turns) {
    const last = messages.at(-1);
    if (content.length > 0 && last?.role === role) {
      messages[messages.length - 1] = { ...last, content: [...last.content, ...content] };
    } else if (content.length > 0) {
      messages.push({ role, content });
    }
  }
  return messages;
}

function imagesByPath(messages: readonly PlannedMessage[]): PlannedRequest['images'] {
  return new Map(
    messages.flatMap(({ content }, message) =>
      content.flatMap(({ image }, position): readonly (readonly [string, RequestImage])[] =>
        image ? [[`messages.${message}.content.${position}`, image]] : [],
      ),
    ),
  );
}

/** The language comes last: it is to hold whatever the prompt before it says. */
function systemText({ systemPrompt = '', answerLanguage = '' }: RequestOptions): string {
  const language = oneLine(answerLanguage).trim();
  const parts = [systemPrompt.trim(), language && `Respond only in ${language}.`];
  return wellFormed(parts.filter((part) => part !== '').join('\n\n'));
}
