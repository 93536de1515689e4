import type { Detail, DetailChoice } from '../plan/plan.ts';
import type { PreparedImage } from '../plan/preparedImage.ts';
import type { Billed } from './billing.ts';

/** A button that goes with a notice. */
export type NoticeAction =
  | 'retry'
  /** Gives up the retry that an answer waits for. */
  | 'stop'
  | 'continue'
  | 'setApiKey'
  /** Opens the page of the provider where keys are made. */
  | 'getApiKey'
  | 'newConversation'
  | 'openSettings'
  /** Tries again to write the conversation to disk. */
  | 'saveAgain'
  /** Shows what lies on disk, to delete some of it. */
  | 'manageStorage'
  | 'showLog'
  | WayOn
  /** Opens the last question to be worded anew; the page does it itself. */
  | 'editQuestion'
  | 'selectModel';

/** A button that changes what the next request holds, and asks again. */
export type WayOn =
  /** The images of the notice are prepared anew in a safer form. */
  | 'reencodeAndRetry'
  | 'removeAndRetry'
  /** The images of the notice stay in sight and are left out. */
  | 'goOnWithout'
  | 'sendImagesSmaller'
  | 'leaveOutOldestImages'
  | 'leaveOutOldestTurns'
  /** The last question stays in sight and is left out; nothing is asked again. */
  | 'leaveOutQuestion';

/** A message to the user inside the conversation, already worded and localised by the host. */
export interface Notice {
  readonly severity: 'error' | 'warning' | 'info';
  /** What happened and what to do, as plain text. */
  readonly message: string;
  readonly actions: readonly NoticeAction[];
  /** Ids of the images that its buttons are about. */
  readonly images?: readonly string[];
  /** Ids of the questions that its buttons are about. */
  readonly turns?: readonly string[];
  /** The detail at which its button sends images smaller. */
  readonly detail?: Exclude<Detail, 'native'>;
}

/** The texts of an image's chip, worded by the host. */
export interface ImageLabels {
  /** Such as `2576x1449 · 4,784 tokens · $0.0096`; empty while it is being prepared. */
  readonly details: string;
  /** What was done to it, such as `4000x3000 to 2212x1659`. */
  readonly notes: readonly string[];
}

/** An image file as it was when it was read: to tell later whether it still is the same. */
export interface OriginalImage {
  /** Such as `PNG`. */
  readonly format: string;
  /** Pixels, as seen. */
  readonly width: number;
  readonly height: number;
  /** Bytes of the file. */
  readonly byteLength: number;
  /** Lower-case hex SHA-256 of the file. */
  readonly sha256: string;
}

/** An image that the user attached. Its number never changes once it was sent. */
export interface AttachedImage {
  readonly id: string;
  /** File name, as shown and as introduced to Claude. */
  readonly name: string;
  /** The original, as a URI string, to open it and to read it again: a file, or an `https:` address. */
  readonly uri?: string;
  /** 1-based; given when it is sent, and never to another image of the conversation. */
  readonly number?: number;
  /** The name of the image that it took the place of, after that one had been sent. */
  readonly replaces?: string;
  /** `removed`: it was sent, and the user has taken it back. Its place and number stay. */
  readonly state: 'preparing' | 'ready' | 'failed' | 'removed';
  /** What goes with a request while `state` is `ready`; while it is `preparing`, what went before. */
  readonly prepared?: PreparedImage;
  /** Chosen for this image alone, instead of the detail of the settings. */
  readonly detail?: DetailChoice;
  /** Its parts in more detail, row by row, which go after the whole; never empty. */
  readonly tiles?: readonly PreparedImage[];
  /** What it was prepared from; absent where that was not read from its original. */
  readonly original?: OriginalImage;
  readonly labels: ImageLabels;
  /**
   * Why it cannot be sent, or not be sent again; present when `state` is `failed`. With one that is
   * `ready`: why it goes as it went before.
   */
  readonly notice?: Notice;
  /** It could be sent, and was left out to make room; `state` is `failed`. */
  readonly leftOut?: true;
  /** SHA-256 of those of its bytes that the API has taken before: while they go, it is above suspicion. */
  readonly accepted?: string;
  /** It went as bytes although it was to be uploaded, and goes on so: the prompt cache lives on that. */
  readonly inline?: true;
}

/** Tokens that the API billed for one answer. */
export interface Usage {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cacheReadTokens: number;
  readonly cacheWriteTokens: number;
}

export interface UserTurn {
  readonly role: 'user';
  readonly id: string;
  readonly text: string;
  readonly images: readonly AttachedImage[];
  /**
   * Whether its images are introduced as `Image N:`. Decided when it is sent and never after: a
   * label that appeared later would change bytes already sent and lose the prompt cache.
   */
  readonly labelled: boolean;
  /** It stays in sight, and goes into no request any more, nor do its images and its answer. */
  readonly leftOut?: true;
}

export type AnswerStatus =
  /** Sent; nothing has come back yet. */
  | 'waiting'
  | 'streaming'
  /** Ended by Claude, whole. */
  | 'complete'
  /** Ended by the API at a limit: `max_tokens` or the context window. */
  | 'cutOff'
  /** Ended by the user; what had come is kept. */
  | 'stopped'
  /** Ended by a fault; what had come is kept. */
  | 'failed'
  /** Declined by Claude; its text is dropped, as the API asks. */
  | 'refused';

/** A request that is sent again by itself. */
export interface ScheduledRetry {
  /** When, in milliseconds since the epoch by the clock of the host. */
  readonly at: number;
  /**
   * How long that was from when it was scheduled, also in fractions: the page's clock may be
   * another.
   */
  readonly seconds: number;
}

export interface AssistantTurn {
  readonly role: 'assistant';
  readonly id: string;
  readonly text: string;
  readonly status: AnswerStatus;
  readonly model: string;
  readonly usage?: Usage;
  /** What the answer on its way is billed for so far; it is counted when the answer ends. */
  readonly billedSoFar?: Billed;
  /** Its prompt held turns that are deleted since: what was counted is no measure of the next one. */
  readonly usageOutdated?: true;
  /** Such as `1,610 tokens in · 312 out · $0.0063`; worded by the host. */
  readonly usageLabel?: string;
  readonly notice?: Notice;
  /** While it waits to be asked for again; `status` is `waiting` then, and `notice` says why. */
  readonly retry?: ScheduledRetry;
  /** As its question. */
  readonly leftOut?: true;
}

export type Turn = UserTurn | AssistantTurn;

export interface Conversation {
  readonly id: string;
  /** What the user calls it; absent as long as it is called by its images or first words. */
  readonly title?: string;
  readonly turns: readonly Turn[];
  /** Images that go with the next message. */
  readonly attachments: readonly AttachedImage[];
  /** Numbers given to images so far, those of deleted turns included: none is given twice. */
  readonly numbersGiven: number;
  /** About the conversation as a whole, beside the message box. */
  readonly notice?: Notice;
  /** Of all answers, those included that are gone: the money is too. */
  readonly billed?: readonly Billed[];
  /** Such as `Conversation: 24,967 tokens, $0.0241`; worded by the host. */
  readonly totalLabel?: string;
}

export function emptyConversation(id: string): Conversation {
  return { id, turns: [], attachments: [], numbersGiven: 0 };
}

/** Whether an answer is on its way, so that nothing else may be sent. */
export function isAnswering(conversation: Conversation): boolean {
  const last = conversation.turns.at(-1);
  return last?.role === 'assistant' && isUnderWay(last);
}

/** Whether there is something to send with that text and nothing left to wait for. */
export function canSend(conversation: Conversation, text: string): boolean {
  const { attachments } = conversation;
  return (
    !isAnswering(conversation) &&
    allImages(conversation).every((image) => image.state !== 'preparing') &&
    (text.trim() !== '' || attachments.some((image) => image.state === 'ready'))
  );
}

/** All images that were sent, in the order of their numbers. */
export function sentImages(conversation: Conversation): readonly AttachedImage[] {
  return conversation.turns.flatMap((turn) => (turn.role === 'user' ? turn.images : []));
}

/** The images that a request holds when it goes now, without those that are attached. */
export function imagesInRequest({ turns }: Conversation): readonly AttachedImage[] {
  return turns.flatMap((turn) =>
    turn.role === 'user' && !turn.leftOut
      ? turn.images.filter(({ state, prepared }) => state === 'ready' && prepared)
      : [],
  );
}

/** All images, those sent before those that go with the next message. */
export function allImages(conversation: Conversation): readonly AttachedImage[] {
  return [...sentImages(conversation), ...conversation.attachments];
}

/**
 * The number that an image has, or will have when the next message is sent as it stands; `undefined`
 * for one that cannot be sent.
 */
export function numberOf(conversation: Conversation, image: AttachedImage): number | undefined {
  if (image.number !== undefined) {
    return image.number;
  }
  const sendable = conversation.attachments.filter(({ state }) => state !== 'failed');
  const index = sendable.findIndex(({ id }) => id === image.id);
  return index < 0 ? undefined : conversation.numbersGiven + index + 1;
}

/** Whether a question has an image to ask about, be it one that is still being prepared. */
export function hasImages({ images }: UserTurn): boolean {
  return images.some(({ state }) => state === 'ready' || state === 'preparing');
}

export function isUnderWay(turn: AssistantTurn): boolean {
  return turn.status === 'waiting' || turn.status === 'streaming';
}
