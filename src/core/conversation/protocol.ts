import type { Conversation, NoticeAction, Notice } from './conversation.ts';
import type { ConversationEvent } from './conversationEvent.ts';
import type { MediaType } from '../plan/mediaType.ts';

/** A model to choose from. */
export interface ModelChoice {
  readonly id: string;
  /** Such as `Sonnet 5.5`. */
  readonly label: string;
}

/** A prompt to choose from: one of the presets, or the user's own. */
export interface PromptChoice {
  readonly id: string;
  readonly label: string;
  readonly text: string;
}

/** What the page offers beside the conversation; worded by the host, told anew when it changes. */
export interface PanelOptions {
  readonly models: readonly ModelChoice[];
  /** The id of the one that is set. */
  readonly model: string;
  readonly prompts: readonly PromptChoice[];
  /**
   * Whether there is an API key, so that the first page can say where to get one; `undefined` until
   * the keyring has answered.
   */
  readonly hasKey: boolean | undefined;
  /** What describing an image costs, such as `A screenshot of 1920x1080 costs about $0.0054 ...`. */
  readonly costHint: string;
  /** What is wrong with the settings, each said once. */
  readonly problems: readonly Notice[];
}

/** How a page shows a conversation, kept by the host over every rebuild of it. */
export interface PageView {
  /** What stands in the message box. */
  readonly draft: string;
  /** Distance of the log from its beginning in CSS pixels; absent when it follows its end. */
  readonly scrollTop?: number;
}

/** What the host tells the page. A snapshot first, when the page says it is ready; deltas after. */
export type HostMessage =
  | {
      readonly type: 'snapshot';
      readonly conversation: Conversation;
      readonly view: PageView;
      readonly options: PanelOptions;
      /** Translations for `@vscode/l10n` in the page; absent when the display language is English. */
      readonly l10n?: Readonly<Record<string, string>>;
    }
  | {
      readonly type: 'event';
      readonly conversationId: string;
      readonly event: ConversationEvent;
    }
  | { readonly type: 'options'; readonly options: PanelOptions }
  /** Text to put into an empty message box, such as the prompt of a description held back. */
  | { readonly type: 'draft'; readonly text: string }
  /** Sends what stands in the message box, as the Send button does. */
  | { readonly type: 'sendDraft' }
  /** Moves the keyboard to the message box. */
  | { readonly type: 'focusMessage' }
  /** Asks for the next bytes of a file that was offered, from `from` on, as many as the page likes. */
  | { readonly type: 'sendPiece'; readonly fileId: string; readonly from: number }
  /** Asks the page to attach the image in the clipboard, which only a page can read. */
  | { readonly type: 'readClipboard' }
  | {
      readonly type: 'thumbnail';
      /** Of the prepared image. */
      readonly sha256: string;
      readonly mediaType: MediaType;
      readonly bytes: Uint8Array;
    };

/** A file that was dropped or pasted into the page, before its bytes are asked for. */
export interface OfferedFile {
  readonly fileId: string;
  readonly name: string;
  readonly byteLength: number;
  /** Name of the dropped folder that it was found in: the user is asked before it is attached. */
  readonly folder?: string;
}

/** What of a drop is not among the files that are offered. */
export interface NotOffered {
  /** Images that are more than a page keeps. */
  readonly leftOut?: number;
  /** Files and folders within dropped folders that could not be read. */
  readonly unreadable?: number;
  /** Whether dropped folders hold more than was looked through. */
  readonly unsearched?: boolean;
}

/** Why there was nothing in what was dropped, pasted, or in the clipboard. */
export type NothingFound =
  | 'dropHadNoImage'
  | 'pasteHadNoImage'
  | 'clipboardEmpty'
  | 'clipboardDenied';

/** What the page asks of the host. */
export type PageMessage =
  | { readonly type: 'ready' }
  | { readonly type: 'viewChanged'; readonly conversationId: string; readonly view: PageView }
  | { readonly type: 'send'; readonly text: string }
  | { readonly type: 'stop' }
  /** Attaches what the user chooses in a file dialog. */
  | { readonly type: 'attach' }
  /** Attaches the image in the active editor. */
  | { readonly type: 'attachOpenImage' }
  /** Attaches an image by an address that the host asks for. */
  | { readonly type: 'attachUrl' }
  /** Attaches files, folders and addresses that were dropped, in their order. */
  | { readonly type: 'attachUris'; readonly uris: readonly string[] }
  /** Attaches files of which only the page has the bytes, in their order. */
  | ({ readonly type: 'offerFiles'; readonly files: readonly OfferedFile[] } & NotOffered)
  | {
      readonly type: 'filePiece';
      readonly fileId: string;
      readonly from: number;
      readonly bytes: Uint8Array;
    }
  | { readonly type: 'fileFailed'; readonly fileId: string }
  | { readonly type: 'nothingFound'; readonly reason: NothingFound }
  | { readonly type: 'removeImage'; readonly imageId: string }
  | { readonly type: 'replaceImage'; readonly imageId: string }
  | { readonly type: 'openImage'; readonly imageId: string }
  /** Opens the picture as Claude gets it. */
  | { readonly type: 'openSentImage'; readonly imageId: string }
  /** Shows the picture as Claude gets it beside its original. */
  | { readonly type: 'showSight'; readonly imageId: string }
  | { readonly type: 'editMessage'; readonly turnId: string; readonly text: string }
  | { readonly type: 'deleteExchange'; readonly turnId: string }
  /** Goes on from a turn in another conversation. */
  | { readonly type: 'fork'; readonly turnId: string }
  | { readonly type: 'noticeAction'; readonly action: NoticeAction; readonly turnId?: string }
  | { readonly type: 'setModel'; readonly model: string }
  | { readonly type: 'copy'; readonly text: string }
  /** Puts the whole conversation on the clipboard as Markdown. */
  | { readonly type: 'copyConversation' }
  | { readonly type: 'insertCode'; readonly code: string }
  | { readonly type: 'newFile'; readonly code: string; readonly language: string }
  | { readonly type: 'needThumbnail'; readonly sha256: string };

const HOST_MESSAGE_TYPES: readonly HostMessage['type'][] = [
  'snapshot',
  'event',
  'options',
  'draft',
  'sendDraft',
  'focusMessage',
  'sendPiece',
  'readClipboard',
  'thumbnail',
];

/**
 * Tells a message of the host from the messages that VS Code's own scripts post to the page. The
 * host is trusted, so its type is looked at and its parts are not.
 */
export function isHostMessage(value: unknown): value is HostMessage {
  return (
    typeof value === 'object' &&
    value !== null &&
    'type' in value &&
    HOST_MESSAGE_TYPES.some((type) => type === value.type)
  );
}
