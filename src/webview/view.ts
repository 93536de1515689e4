import type { NoticeAction } from '../core/conversation/conversation.ts';
import type { PanelOptions } from '../core/conversation/protocol.ts';
import type { Thumbnails } from './thumbnails.ts';

/** What the parts of the page can do and look up; `main.ts` makes it. */
export interface View {
  /** What the host offers now. */
  readonly options: PanelOptions;
  readonly thumbnails: Thumbnails;
  readonly attach: () => void;
  readonly attachOpenImage: () => void;
  readonly attachUrl: () => void;
  /** Attaches the image in the clipboard. */
  readonly attachClipboard: () => void;
  readonly openImage: (imageId: string) => void;
  /** Opens the picture as Claude gets it. */
  readonly openSentImage: (imageId: string) => void;
  /** Shows the picture as Claude gets it beside its original. */
  readonly showSight: (imageId: string) => void;
  readonly replaceImage: (imageId: string) => void;
  readonly removeImage: (imageId: string) => void;
  readonly noticeAction: (action: NoticeAction, turnId?: string) => void;
  /** Asks a question in other words; what came after it goes. */
  readonly editMessage: (turnId: string, text: string) => void;
  readonly deleteExchange: (turnId: string) => void;
  /** Goes on from a turn in another conversation. */
  readonly fork: (turnId: string) => void;
  readonly setModel: (model: string) => void;
  /** Puts the text on the clipboard and says so on the button. */
  readonly copy: (text: string, button: EventTarget | null) => void;
  readonly copyConversation: () => void;
  readonly scrollToEnd: () => void;
}
