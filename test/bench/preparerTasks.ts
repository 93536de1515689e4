import type { Size } from '../../src/core/formats/imageHeader.ts';
import type { MediaType } from '../../src/core/plan/mediaType.ts';
import type { ImageTarget } from '../../src/core/plan/plan.ts';

/** Who prepares an image: this extension, the native library, or jimp as it comes. */
export type Preparer = 'ours' | 'sharp' | 'stock';

/** What an image is to become, for those that cannot decide it themselves. */
export interface Wanted {
  readonly size: Size;
  readonly mediaType: MediaType;
  /** Of a JPEG, 1 to 100. */
  readonly quality: number;
}

/** Sent to a preparer's process, which answers each with a `Reply`. */
export type Task =
  | {
      readonly kind: 'prepare';
      readonly preparer: Preparer;
      readonly file: string;
      readonly target: ImageTarget;
      readonly wanted: Wanted;
    }
  /** Ours alone: so many at once, while the gaps of the event loop are watched. */
  | {
      readonly kind: 'prepareMany';
      readonly file: string;
      readonly count: number;
      readonly target: ImageTarget;
    }
  /** Ours alone: a file that must be refused. */
  | { readonly kind: 'refuse'; readonly file: string; readonly target: ImageTarget };

export interface Prepared {
  readonly bytes: Uint8Array;
  readonly mediaType: MediaType;
  /** From the bytes of the file to the prepared bytes, loading of code included the first time. */
  readonly ms: number;
  /** Bytes of memory that the process has had at most since it began. */
  readonly peakMemory: number;
}

export interface PreparedMany {
  readonly ms: number;
  /** The longest that the event loop stood still, in milliseconds. */
  readonly gapMs: number;
  /** The most that its thread computed at a stretch: unlike the gap, without other processes. */
  readonly busyMs: number;
}

export interface Refused {
  readonly failure: string;
  readonly ms: number;
  /** Bytes by which the memory of the process grew at most. */
  readonly grown: number;
}

/** What each kind of task is answered with. */
export interface Answers {
  readonly prepare: Prepared;
  readonly prepareMany: PreparedMany;
  readonly refuse: Refused;
}

export type Reply =
  | { readonly ok: true; readonly answer: Answers[keyof Answers] }
  | { readonly ok: false; readonly error: string };
