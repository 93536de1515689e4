import type { PreparedImage } from './preparedImage.ts';

/** A button that goes with a notice. */
export type NoticeAction =
  | 'retry'
  | 'continue'
  | 'setApiKey'
  | 'newConversation'
  | 'openSettings'
  | 'showLog';

/** A message to the user inside the conversation, already worded and localised by the host. */
export interface Notice {
  readonly severity: 'error' | 'warning' | 'info';
  /** What happened and what to do, as plain text. */
  readonly message: string;
  readonly actions: readonly NoticeAction[];
}

/** The texts of an image's chip, worded by the host. */
export interface ImageLabels {
  /** Such as `2576x1449 · 4,784 tokens · $0.0096`; empty while it is being prepared. */
  readonly details: string;
  /** What was done to it, such as `4000x3000 to 2212x1659`. */
  readonly notes: readonly string[];
}

/** An image that the user attached. Its number never changes once it was sent. */
export interface AttachedImage {
  readonly id: string;
  /** File name, as shown and as introduced to Claude. */
  readonly name: string;
  /** The original, as a URI string, to open it again. */
  readonly uri?: string;
  /** 1-based position among all images of the conversation; given when it is sent. */
  readonly number?: number;
  readonly state: 'preparing' | 'ready' | 'failed';
  readonly prepared?: PreparedImage;
  readonly labels: ImageLabels;
  /** Why it cannot be sent, or not be sent again; present when `state` is `failed`. */
  readonly notice?: Notice;
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

export interface AssistantTurn {
  readonly role: 'assistant';
  readonly id: string;
  readonly text: string;
  readonly status: AnswerStatus;
  readonly model: string;
  readonly usage?: Usage;
  /** Such as `1,610 tokens in, 312 out · $0.0063`; worded by the host. */
  readonly usageLabel?: string;
  readonly notice?: Notice;
}

export type Turn = UserTurn | AssistantTurn;

export interface Conversation {
  readonly id: string;
  readonly turns: readonly Turn[];
  /** Images that go with the next message. */
  readonly attachments: readonly AttachedImage[];
  /** About the conversation as a whole, beside the message box. */
  readonly notice?: Notice;
}

/** What happens to a conversation. Host and page apply the same events with the same reducer. */
export type ConversationEvent =
  | { readonly type: 'imageAttached'; readonly image: AttachedImage }
  | { readonly type: 'imageUpdated'; readonly image: AttachedImage }
  | { readonly type: 'imageRemoved'; readonly imageId: string }
  /** The API refused images that were sent: they stay in sight and are left out from now on. */
  | {
      readonly type: 'imagesRejected';
      readonly imageIds: readonly string[];
      readonly notice: Notice;
    }
  | { readonly type: 'noticeShown'; readonly notice: Notice }
  | { readonly type: 'noticeCleared' }
  /** Ready attachments move into the user's turn; the others stay where they are. */
  | {
      readonly type: 'messageSent';
      readonly userTurnId: string;
      readonly assistantTurnId: string;
      readonly text: string;
      readonly model: string;
    }
  /** The last answer is asked for again; what it had is dropped. */
  | { readonly type: 'answerRetried'; readonly turnId: string; readonly model: string }
  | { readonly type: 'answerDelta'; readonly turnId: string; readonly text: string }
  | {
      readonly type: 'answerEnded';
      readonly turnId: string;
      readonly status: Exclude<AnswerStatus, 'waiting' | 'streaming'>;
      readonly usage?: Usage;
      readonly usageLabel?: string;
      readonly notice?: Notice;
    };

export function emptyConversation(id: string): Conversation {
  return { id, turns: [], attachments: [] };
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
    attachments.every((image) => image.state !== 'preparing') &&
    (text.trim() !== '' || attachments.some((image) => image.state === 'ready'))
  );
}

/** All images that were sent, in the order of their numbers. */
export function sentImages(conversation: Conversation): readonly AttachedImage[] {
  return conversation.turns.flatMap((turn) => (turn.role === 'user' ? turn.images : []));
}

/** All images, those sent before those that go with the next message. */
export function allImages(conversation: Conversation): readonly AttachedImage[] {
  return [...sentImages(conversation), ...conversation.attachments];
}

/**
 * The conversation after an event. Pure; an event about a turn or image that is no longer there
 * changes nothing, since it may arrive after a removal.
 */
export function reduce(conversation: Conversation, event: ConversationEvent): Conversation {
  switch (event.type) {
    case 'imageAttached':
      return { ...conversation, attachments: [...conversation.attachments, event.image] };
    case 'imageUpdated':
      return {
        ...conversation,
        attachments: conversation.attachments.map((image) =>
          image.id === event.image.id ? event.image : image,
        ),
      };
    case 'imageRemoved':
      return {
        ...conversation,
        attachments: conversation.attachments.filter((image) => image.id !== event.imageId),
      };
    case 'imagesRejected':
      return rejectImages(conversation, event);
    case 'noticeShown':
      return { ...conversation, notice: event.notice };
    case 'noticeCleared':
      return withoutNotice(conversation);
    case 'messageSent':
      return sendMessage(conversation, event);
    case 'answerRetried':
      return updateAnswer(conversation, event.turnId, (turn) => ({
        role: 'assistant',
        id: turn.id,
        text: '',
        status: 'waiting',
        model: event.model,
      }));
    case 'answerDelta':
      return updateAnswer(conversation, event.turnId, (turn) =>
        isUnderWay(turn) ? { ...turn, text: turn.text + event.text, status: 'streaming' } : turn,
      );
    case 'answerEnded':
      return updateAnswer(conversation, event.turnId, (turn) => ({
        ...turn,
        text: event.status === 'refused' ? '' : turn.text,
        status: event.status,
        ...(event.usage && { usage: event.usage }),
        ...(event.usageLabel !== undefined && { usageLabel: event.usageLabel }),
        ...(event.notice && { notice: event.notice }),
      }));
  }
}

function sendMessage(
  conversation: Conversation,
  event: Extract<ConversationEvent, { type: 'messageSent' }>,
): Conversation {
  const alreadySent = sentImages(conversation).length;
  const images = conversation.attachments
    .filter((image) => image.state === 'ready')
    .map((image, index) => ({ ...image, number: alreadySent + index + 1 }));
  const userTurn: UserTurn = {
    role: 'user',
    id: event.userTurnId,
    text: event.text,
    images,
    labelled: alreadySent + images.length > 1,
  };
  const assistantTurn: AssistantTurn = {
    role: 'assistant',
    id: event.assistantTurnId,
    text: '',
    status: 'waiting',
    model: event.model,
  };
  return {
    ...withoutNotice(conversation),
    turns: [...conversation.turns, userTurn, assistantTurn],
    attachments: conversation.attachments.filter((image) => image.state !== 'ready'),
  };
}

function rejectImages(
  conversation: Conversation,
  { imageIds, notice }: Extract<ConversationEvent, { type: 'imagesRejected' }>,
): Conversation {
  const update = (image: AttachedImage): AttachedImage =>
    imageIds.includes(image.id) ? { ...image, state: 'failed', notice } : image;
  return {
    ...conversation,
    turns: conversation.turns.map((turn) =>
      turn.role === 'user' ? { ...turn, images: turn.images.map(update) } : turn,
    ),
  };
}

function isUnderWay(turn: AssistantTurn): boolean {
  return turn.status === 'waiting' || turn.status === 'streaming';
}

function withoutNotice(conversation: Conversation): Conversation {
  const { notice: _, ...rest } = conversation;
  return rest;
}

function updateAnswer(
  conversation: Conversation,
  turnId: string,
  update: (turn: AssistantTurn) => AssistantTurn,
): Conversation {
  return {
    ...conversation,
    turns: conversation.turns.map((turn) =>
      turn.role === 'assistant' && turn.id === turnId ? update(turn) : turn,
    ),
  };
}
