import type { NoticeAction } from '../core/conversation.ts';
import type { Thumbnails } from './thumbnails.ts';

/** What the parts of the page can do and look up; `main.ts` makes it. */
export interface View {
  readonly thumbnails: Thumbnails;
  readonly attach: () => void;
  readonly openImage: (imageId: string) => void;
  readonly removeImage: (imageId: string) => void;
  readonly noticeAction: (action: NoticeAction, turnId?: string) => void;
  /** Puts the text on the clipboard and says so on the button. */
  readonly copy: (text: string, button: EventTarget | null) => void;
  readonly scrollToEnd: () => void;
}
