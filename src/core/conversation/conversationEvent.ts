import { billedWith, type Billed } from './billing.ts';
import {
  isUnderWay,
  type AnswerStatus,
  type AssistantTurn,
  type AttachedImage,
  type Conversation,
  type Notice,
  type ScheduledRetry,
  type Turn,
  type Usage,
  type UserTurn,
} from './conversation.ts';
import { copyOf } from './fork.ts';
import { accept, removeImage, updateImages, withNumber } from './imageEvents.ts';
import { leaveOutTurns, takeIn, takenIn } from './leftOutTurns.ts';

/** What happens to a conversation. Host and page apply the same events with the same reducer. */
export type ConversationEvent =
  | { readonly type: 'imageAttached'; readonly image: AttachedImage }
  /** An image by its id, attached or sent. A sent one keeps its number. */
  | { readonly type: 'imageUpdated'; readonly image: AttachedImage }
  /** An attached image goes; a sent one leaves its name and number in its place. */
  | { readonly type: 'imageRemoved'; readonly imageId: string }
  /**
   * The API refused images that were sent: they stay in sight and are left out from now on. The hash
   * tells the picture that was refused from one that has taken its place since.
   */
  | {
      readonly type: 'imagesRejected';
      readonly images: readonly {
        readonly id: string;
        readonly sha256?: string | undefined;
      }[];
      readonly notice: Notice;
    }
  /** Its file belongs to another window: it goes on here as a copy of that id. */
  | { readonly type: 'becameCopy'; readonly id: string }
  | { readonly type: 'renamed'; readonly title: string }
  /** Images that could go are left out to make room: they stay in sight. */
  | {
      readonly type: 'imagesLeftOut';
      readonly imageIds: readonly string[];
      readonly notice: Notice;
    }
  /** Images went as bytes that were to be uploaded. */
  | { readonly type: 'imagesSentInline'; readonly imageIds: readonly string[] }
  /** Questions and their answers are left out of what Claude gets: they stay in sight. */
  | { readonly type: 'turnsLeftOut'; readonly userTurnIds: readonly string[] }
  | { readonly type: 'noticeShown'; readonly notice: Notice }
  | { readonly type: 'noticeCleared' }
  /** Ready attachments move into the user's turn; the others stay where they are. */
  | {
      readonly type: 'messageSent';
      readonly userTurnId: string;
      readonly assistantTurnId: string;
      readonly text: string;
      readonly model: string;
      /** All attachments stay where they are: they are for the message after this one. */
      readonly textOnly?: true;
    }
  /** A question is asked in other words; all that came after it is dropped. */
  | {
      readonly type: 'messageEdited';
      readonly userTurnId: string;
      readonly assistantTurnId: string;
      readonly text: string;
      readonly model: string;
    }
  /** A question goes, with its images and its answer. */
  | { readonly type: 'exchangeDeleted'; readonly userTurnId: string }
  /** The last answer will be asked for again by itself. */
  | {
      readonly type: 'retryScheduled';
      readonly turnId: string;
      readonly retry: ScheduledRetry;
      readonly notice: Notice;
      /** For the attempt that failed. */
      readonly billed?: Billed;
    }
  /** A request for the last answer was billed, and another one at once took its place. */
  | { readonly type: 'requestBilled'; readonly turnId: string; readonly billed: Billed }
  /** The last answer is asked for again; what it had is dropped. */
  | { readonly type: 'answerRetried'; readonly turnId: string; readonly model: string }
  | { readonly type: 'answerDelta'; readonly turnId: string; readonly text: string }
  /** The API has told what the answer on its way costs so far. */
  | { readonly type: 'answerBilled'; readonly turnId: string; readonly billed: Billed }
  | {
      readonly type: 'answerEnded';
      readonly turnId: string;
      readonly status: Exclude<AnswerStatus, 'waiting' | 'streaming'>;
      readonly usage?: Usage;
      readonly usageLabel?: string;
      readonly billed?: Billed;
      /** What the conversation costs with it. */
      readonly totalLabel?: string;
      readonly notice?: Notice;
      /** Hashes of images that the API has taken with this request for the first time. */
      readonly accepted?: readonly string[];
    };

/**
 * The conversation after an event. Pure; an event about a turn or image that is no longer there
 * changes nothing, since it may arrive after a removal.
 */
export function reduce(conversation: Conversation, event: ConversationEvent): Conversation {
  switch (event.type) {
    case 'imageAttached':
      return { ...conversation, attachments: [...conversation.attachments, event.image] };
    case 'imageUpdated':
      return updateImages(conversation, (image) =>
        image.id === event.image.id ? withNumber(event.image, image.number) : image,
      );
    case 'imageRemoved':
      return removeImage(conversation, event.imageId);
    case 'imagesRejected':
      return updateImages(conversation, (image) =>
        // One that was taken back or replaced meanwhile is no longer what was refused.
        image.state === 'ready' &&
        event.images.some(({ id, sha256 }) => id === image.id && sha256 === image.prepared?.sha256)
          ? { ...image, state: 'failed', notice: event.notice }
          : image,
      );
    case 'becameCopy':
      return copyOf(conversation, event.id);
    case 'renamed':
      return rename(conversation, event.title);
    case 'imagesLeftOut':
      return updateImages(conversation, (image) =>
        image.state === 'ready' && event.imageIds.includes(image.id)
          ? { ...image, state: 'failed', leftOut: true, notice: event.notice }
          : image,
      );
    case 'imagesSentInline':
      return updateImages(conversation, (image) =>
        image.state === 'ready' && event.imageIds.includes(image.id)
          ? { ...image, inline: true }
          : image,
      );
    case 'turnsLeftOut':
      return leaveOutTurns(conversation, event.userTurnIds);
    case 'noticeShown':
      return { ...conversation, notice: event.notice };
    case 'noticeCleared':
      return withoutNotice(conversation);
    case 'messageSent':
      return sendMessage(conversation, event);
    case 'messageEdited':
      return editMessage(conversation, event);
    case 'exchangeDeleted':
      return deleteExchange(conversation, event.userTurnId);
    case 'retryScheduled':
      return updateAnswer(withBilled(conversation, event), event.turnId, (turn) => ({
        ...withoutBill(turn),
        status: 'waiting',
        retry: event.retry,
        notice: event.notice,
      }));
    case 'requestBilled':
      return updateAnswer(withBilled(conversation, event), event.turnId, withoutBill);
    case 'answerRetried':
      return updateAnswer(takeIn(conversation, event.turnId), event.turnId, (turn) =>
        waitingAnswer(turn.id, event.model),
      );
    case 'answerDelta':
      return updateAnswer(conversation, event.turnId, (turn) =>
        isUnderWay(turn) ? { ...turn, text: turn.text + event.text, status: 'streaming' } : turn,
      );
    case 'answerBilled':
      return updateAnswer(conversation, event.turnId, (turn) =>
        isUnderWay(turn) ? { ...turn, billedSoFar: event.billed } : turn,
      );
    case 'answerEnded':
      return updateAnswer(
        accept(withBilled(conversation, event), event.accepted),
        event.turnId,
        (turn) => ({
          ...withoutRetry(withoutBill(turn)),
          text: event.status === 'refused' ? '' : turn.text,
          status: event.status,
          ...(event.usage && { usage: event.usage }),
          ...(event.usageLabel !== undefined && { usageLabel: event.usageLabel }),
          ...(event.notice && { notice: event.notice }),
        }),
      );
  }
}

/** Counted whatever becomes of the answer. */
function withBilled(
  conversation: Conversation,
  { billed, totalLabel }: { readonly billed?: Billed; readonly totalLabel?: string },
): Conversation {
  return {
    ...conversation,
    ...(billed && { billed: billedWith(conversation.billed ?? [], billed) }),
    ...(totalLabel !== undefined && { totalLabel }),
  };
}

function sendMessage(
  conversation: Conversation,
  event: Extract<ConversationEvent, { type: 'messageSent' }>,
): Conversation {
  const { numbersGiven } = conversation;
  const isSent = ({ state }: AttachedImage): boolean => state === 'ready' && !event.textOnly;
  const images = conversation.attachments
    .filter(isSent)
    .map((image, index) => ({ ...image, number: numbersGiven + index + 1 }));
  const userTurn: UserTurn = {
    role: 'user',
    id: event.userTurnId,
    text: event.text,
    images,
    labelled: numbersGiven + images.length > 1,
  };
  return {
    ...withoutNotice(conversation),
    turns: [...conversation.turns, userTurn, waitingAnswer(event.assistantTurnId, event.model)],
    attachments: conversation.attachments.filter((image) => !isSent(image)),
    numbersGiven: numbersGiven + images.length,
  };
}

function editMessage(
  conversation: Conversation,
  event: Extract<ConversationEvent, { type: 'messageEdited' }>,
): Conversation {
  const index = conversation.turns.findIndex(({ id }) => id === event.userTurnId);
  const turn = conversation.turns[index];
  if (turn?.role !== 'user') {
    return conversation;
  }
  return {
    ...withoutNotice(conversation),
    turns: [
      ...conversation.turns.slice(0, index),
      { ...takenIn(turn), text: event.text },
      waitingAnswer(event.assistantTurnId, event.model),
    ],
  };
}

function deleteExchange(conversation: Conversation, userTurnId: string): Conversation {
  const { turns } = conversation;
  const index = turns.findIndex(({ id, role }) => id === userTurnId && role === 'user');
  if (index < 0) {
    return conversation;
  }
  const end = index + (turns[index + 1]?.role === 'assistant' ? 2 : 1);
  const later = turns.slice(end).map(withOutdatedUsage);
  return { ...conversation, turns: [...turns.slice(0, index), ...later] };
}

/** A turn that follows one that was deleted; one under way was asked for with that one. */
function withOutdatedUsage(turn: Turn): Turn {
  return turn.role === 'assistant' && (turn.usage || isUnderWay(turn))
    ? { ...turn, usageOutdated: true }
    : turn;
}

/** An empty title gives it back to its images or first words. */
function rename(conversation: Conversation, title: string): Conversation {
  const { title: _, ...rest } = conversation;
  return title === '' ? rest : { ...rest, title };
}

function waitingAnswer(id: string, model: string): AssistantTurn {
  return { role: 'assistant', id, text: '', status: 'waiting', model };
}

function withoutNotice(conversation: Conversation): Conversation {
  const { notice: _, ...rest } = conversation;
  return rest;
}

/** What is counted in the conversation's bill is no longer open. */
function withoutBill(turn: AssistantTurn): AssistantTurn {
  const { billedSoFar: _, ...rest } = turn;
  return rest;
}

/** An answer under way has a notice only of its retry: both go together. */
function withoutRetry(turn: AssistantTurn): AssistantTurn {
  const { retry: _, notice: __, ...rest } = turn;
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
