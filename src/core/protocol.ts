import type { Conversation, ConversationEvent, NoticeAction } from './conversation.ts';
import type { MediaType } from './mediaType.ts';

/** What the host tells the page. A snapshot first, when the page says it is ready; deltas after. */
export type HostMessage =
  | {
      readonly type: 'snapshot';
      readonly conversation: Conversation;
      /** Translations for `@vscode/l10n` in the page; absent when the display language is English. */
      readonly l10n?: Readonly<Record<string, string>>;
      /** Text to put into an empty message box, such as the prompt of a description held back. */
      readonly draft?: string;
    }
  | {
      readonly type: 'event';
      readonly conversationId: string;
      readonly event: ConversationEvent;
    }
  | { readonly type: 'draft'; readonly text: string }
  /** Sends what stands in the message box, as the Send button does. */
  | { readonly type: 'sendDraft' }
  /** Moves the keyboard to the message box. */
  | { readonly type: 'focusMessage' }
  | {
      readonly type: 'blob';
      readonly sha256: string;
      readonly mediaType: MediaType;
      readonly bytes: Uint8Array;
    };

/** What the page asks of the host. */
export type PageMessage =
  | { readonly type: 'ready' }
  | { readonly type: 'send'; readonly text: string }
  | { readonly type: 'stop' }
  | { readonly type: 'attach' }
  | { readonly type: 'removeImage'; readonly imageId: string }
  | { readonly type: 'openImage'; readonly imageId: string }
  | { readonly type: 'noticeAction'; readonly action: NoticeAction; readonly turnId?: string }
  | { readonly type: 'copy'; readonly text: string }
  /** Asks for the bytes of a prepared image, to draw its thumbnail. */
  | { readonly type: 'needBlob'; readonly sha256: string };

const NOTICE_ACTIONS: readonly NoticeAction[] = [
  'retry',
  'continue',
  'setApiKey',
  'newConversation',
  'openSettings',
  'showLog',
];

/** Reads a message of the page. `undefined` for anything that is not one: it is to be ignored. */
export function parsePageMessage(value: unknown): PageMessage | undefined {
  if (!isRecord(value)) {
    return undefined;
  }
  switch (value['type']) {
    case 'ready':
    case 'stop':
    case 'attach':
      return { type: value['type'] };
    case 'send':
    case 'copy': {
      const text = value['text'];
      return typeof text === 'string' ? { type: value['type'], text } : undefined;
    }
    case 'removeImage':
    case 'openImage': {
      const imageId = value['imageId'];
      return typeof imageId === 'string' ? { type: value['type'], imageId } : undefined;
    }
    case 'needBlob': {
      const sha256 = value['sha256'];
      return typeof sha256 === 'string' ? { type: 'needBlob', sha256 } : undefined;
    }
    case 'noticeAction':
      return parseNoticeAction(value);
    default:
      return undefined;
  }
}

const HOST_MESSAGE_TYPES: readonly HostMessage['type'][] = [
  'snapshot',
  'event',
  'draft',
  'sendDraft',
  'focusMessage',
  'blob',
];

/**
 * Tells a message of the host from the messages that VS Code's own scripts post to the page. The
 * host is trusted, so its type is looked at and its parts are not.
 */
export function isHostMessage(value: unknown): value is HostMessage {
  return isRecord(value) && HOST_MESSAGE_TYPES.some((type) => type === value['type']);
}

function parseNoticeAction(value: Record<string, unknown>): PageMessage | undefined {
  const action = NOTICE_ACTIONS.find((known) => known === value['action']);
  const turnId = value['turnId'];
  if (!action || (turnId !== undefined && typeof turnId !== 'string')) {
    return undefined;
  }
  return { type: 'noticeAction', action, ...(turnId !== undefined && { turnId }) };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
