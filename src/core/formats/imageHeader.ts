import type { ImageFailure } from '../failure.ts';
import type { ReadableFormat } from './formats.ts';

/** Width and height in pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** EXIF orientation: 1 is upright, 5 to 8 swap width and height. */
export type Orientation = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;

/** How the samples of a pixel are to be understood. */
export type ColourSpace = 'grey' | 'rgb' | 'palette' | 'ycbcr' | 'cmyk' | 'ycck' | 'lab';

/** What the header of an image says. */
export interface ImageHeader {
  readonly format: ReadableFormat;
  /** As seen, after the orientation is applied. */
  readonly size: Size;
  /** What turns the stored picture upright. */
  readonly orientation: Orientation;
  /** What is to be seen of the stored picture; absent where that is all of it. */
  readonly aperture?: Aperture;
  readonly colourSpace: ColourSpace;
  /** Whether the pixels went through a lossy codec, as far as the header tells. */
  readonly lossy: boolean;
  /** Whether the decoder has to hold the whole picture: progressive JPEG, interlaced PNG. */
  readonly progressive: boolean;
  /** Number of frames, pages or sizes; absent when the bytes end before they are counted. */
  readonly frames?: number;
  /** Whether a pixel may be transparent. */
  readonly alpha: boolean;
  /** Bits of one sample, or of one palette index. */
  readonly bitDepth: number;
}

/** A part of a stored picture, and the size of the whole, which a codec has to decode. */
export interface Aperture {
  readonly stored: Size;
  /** In stored pixels, before orientation; lies within the picture. */
  readonly part: Size & { readonly left: number; readonly top: number };
}

/** What came of reading a header from the first bytes of a file. */
export type ProbeResult =
  | { readonly kind: 'header'; readonly header: ImageHeader }
  /** `atLeast` is the number of bytes, from the start of the file, to come back with. */
  | { readonly kind: 'needMoreBytes'; readonly atLeast: number }
  | { readonly kind: 'failed'; readonly failure: ImageFailure };

export function needMoreBytes(atLeast: number): ProbeResult {
  return { kind: 'needMoreBytes', atLeast };
}

export function probeFailed(failure: ImageFailure): ProbeResult {
  return { kind: 'failed', failure };
}

export function swapsEdges(orientation: Orientation): boolean {
  return orientation > 4;
}

/** The size before orientation from the size as seen, or the other way round. */
export function turnSize(size: Size, orientation: Orientation): Size {
  return swapsEdges(orientation) ? { width: size.height, height: size.width } : size;
}
