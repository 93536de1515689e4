import type { DetailChoice } from '../plan/plan.ts';
import type { Size } from '../formats/imageHeader.ts';

/** The detail of one image: its own, or that of the settings. */
export type SightDetail = DetailChoice | 'asSet';

/** A picture that goes with a request, and where on the original it lies. */
export interface SentPart extends Size {
  /** What to ask for its bytes by. */
  readonly key: string;
  /** Left edge, top edge and size: in pixels of `SentSight.extent`. */
  readonly left: number;
  readonly top: number;
}

/** What is known of the original; all texts are worded by the host. */
export interface OriginalSight {
  /** Such as `PNG · 1600x7600 · 2.3 MB`; empty when nothing is known. */
  readonly facts: string;
  /** What to ask for its bytes by; absent when it cannot be shown, and `message` says why. */
  readonly key?: string;
  /** What is to be known of the picture, or why there is none. */
  readonly message?: string;
  /** Pixels, as seen, where that is known. */
  readonly size?: Size;
}

/** What goes with a request. */
export interface SentSight {
  /** Such as `543x2576 · PNG · 512 kB · 1,840 tokens · $0.0037`. */
  readonly facts: string;
  /** What was done to it, a line for each. */
  readonly notes: readonly string[];
  /** What the parts lie on: the original as seen, in pixels, or the whole as sent. */
  readonly extent: Size;
  /** Pixels of the extent as sent: at 100 % it is as many pixels large on the page. */
  readonly size: Size;
  /** Together they cover the extent. */
  readonly parts: readonly SentPart[];
}

/** A way to send the image; worded by the host. */
export interface SightChoice {
  readonly detail: SightDetail;
  readonly label: string;
  /** Such as `1456x819 · 1,560 tokens · $0.0031`. */
  readonly cost: string;
  /** Why it cannot be chosen. */
  readonly unavailable?: string;
}

/** One image as Claude sees it, beside its original. */
export interface Sight {
  readonly imageId: string;
  readonly name: string;
  /** `gone`: the conversation no longer has it. */
  readonly state: 'preparing' | 'ready' | 'failed' | 'gone';
  /** Why it cannot be sent, or where it is. */
  readonly message?: string;
  readonly original: OriginalSight;
  /** Absent while it is being prepared, and when it cannot be sent. */
  readonly sent?: SentSight;
  /** That small print is likely to be lost, and what would help. */
  readonly warning?: string;
  readonly choices: readonly SightChoice[];
  readonly chosen: SightDetail;
  /** Why nothing can be chosen any more: it was sent. It can be attached again. */
  readonly locked?: string;
}

/** What the host tells the page: the sight whenever it changes, and pictures that were asked for. */
export type SightHostMessage =
  | {
      readonly type: 'sight';
      readonly sight: Sight;
      /** Translations for `@vscode/l10n` in the page; absent when the display language is English. */
      readonly l10n?: Readonly<Record<string, string>>;
    }
  | {
      readonly type: 'picture';
      readonly key: string;
      readonly mediaType: string;
      readonly bytes: Uint8Array;
    };

/** What the page asks of the host. */
export type SightPageMessage =
  | { readonly type: 'ready' }
  | { readonly type: 'needPicture'; readonly key: string }
  | { readonly type: 'choose'; readonly detail: SightDetail }
  /** Attaches an image that was sent to the next message again. */
  | { readonly type: 'attachAgain' };

const DETAILS: readonly SightDetail[] = ['asSet', 'native', 'standard', 'low', 'tiles'];

/** Reads a message of the page. `undefined` for anything that is not one: it is to be ignored. */
export function parseSightPageMessage(value: unknown): SightPageMessage | undefined {
  if (typeof value !== 'object' || value === null || !('type' in value)) {
    return undefined;
  }
  switch (value.type) {
    case 'ready':
    case 'attachAgain':
      return { type: value.type };
    case 'needPicture':
      return 'key' in value && typeof value.key === 'string'
        ? { type: 'needPicture', key: value.key }
        : undefined;
    case 'choose': {
      const detail = DETAILS.find((known) => 'detail' in value && known === value.detail);
      return detail && { type: 'choose', detail };
    }
    default:
      return undefined;
  }
}

/** Tells a message of the host from those of VS Code's own scripts; the host is trusted. */
export function isSightHostMessage(value: unknown): value is SightHostMessage {
  return (
    typeof value === 'object' &&
    value !== null &&
    'type' in value &&
    (value.type === 'sight' || value.type === 'picture')
  );
}
