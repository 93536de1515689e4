import { fromLatin1, hasText, u8, u16le, u24le, u32le } from '../bytes.ts';
import { exifOrientation } from './exif.ts';
import { needMoreBytes, probeFailed, turnSize } from './imageHeader.ts';
import type { Orientation, ProbeResult, Size } from './imageHeader.ts';
import { MAX_FILE_PARTS } from '../plan/limits.ts';

/** Reads WebP headers (WebP container specification; RFC 9649). */

/** Types of chunks that anything here looks at; every other one is metadata or unknown. */
const TYPES = ['VP8X', 'VP8 ', 'VP8L', 'ALPH', 'ANIM', 'ANMF', 'ICCP', 'EXIF', 'XMP '] as const;

export type RiffType = (typeof TYPES)[number] | 'other';

/** A chunk of a RIFF file: four bytes of type, four of length, the data, padding to even. */
export interface RiffChunk {
  readonly type: RiffType;
  readonly start: number;
  readonly dataStart: number;
  readonly dataEnd: number;
  /** One past the padding; may lie beyond the bytes. */
  readonly end: number;
}

export const WEBP_CHUNKS_START = 12;
const CHUNK_HEADER = 8;

/** Of a frame in an animation, before its chunks. */
export const WEBP_FRAME_HEADER = 16;

export const TOO_MANY_CHUNKS = 'too many chunks';

/** Flags of a `VP8X` chunk. */
export const VP8X_FLAG = { animation: 2, xmp: 4, exif: 8, alpha: 16, profile: 32 } as const;

/** By the four bytes as a number: no text is made of a chunk's type. */
const TYPE_OF = new Map<number, RiffType>(TYPES.map((type) => [u32le(fromLatin1(type), 0), type]));

/** The chunk at `at`, or `undefined` when its header reaches past the end. */
export function readRiffChunk(bytes: Uint8Array, at: number): RiffChunk | undefined {
  if (at + CHUNK_HEADER > bytes.length) {
    return undefined;
  }
  const length = u32le(bytes, at + 4);
  const dataStart = at + CHUNK_HEADER;
  const dataEnd = dataStart + length;
  const type = TYPE_OF.get(u32le(bytes, at)) ?? 'other';
  return { type, start: at, dataStart, dataEnd, end: dataEnd + (length % 2) };
}

/** One past the last byte of the file, by its own account; may lie beyond the bytes. */
export function webpEnd(bytes: Uint8Array): number {
  return 8 + u32le(bytes, 4);
}

/** What is gathered on the way through the chunks. */
interface Walk {
  /** The first picture's data, which tells the codec. */
  readonly picture?: WebpPicture;
  readonly orientation?: Orientation;
  readonly frames: number;
  readonly complete: boolean;
}

/** What the header of the codec itself says. */
export interface WebpPicture {
  readonly size: Size;
  readonly lossy: boolean;
  readonly alpha: boolean;
}

/**
 * Reads a WebP's header. EXIF stands behind the pixels: the whole file is asked for where the
 * header says that there is some, and only there.
 */
export function probeWebp(bytes: Uint8Array): ProbeResult {
  const first = readRiffChunk(bytes, WEBP_CHUNKS_START);
  if (!first) {
    return needMoreBytes(WEBP_CHUNKS_START + CHUNK_HEADER);
  }
  const extended = first.type === 'VP8X';
  if (extended ? first.dataEnd - first.dataStart < 10 : !isWebpPicture(first)) {
    return damaged('no picture at the start');
  }
  if (first.dataStart + PICTURE_HEADER > bytes.length) {
    return needMoreBytes(first.dataStart + PICTURE_HEADER);
  }
  const flags = extended ? u8(bytes, first.dataStart) : 0;
  const animated = (flags & VP8X_FLAG.animation) !== 0;
  const walk = walkChunks(bytes, extended ? first.end : first.start, animated);
  if (typeof walk === 'string') {
    return damaged(walk);
  }
  if (typeof walk === 'number') {
    return needMoreBytes(walk);
  }
  if ((flags & VP8X_FLAG.exif) !== 0 && walk.orientation === undefined && !walk.complete) {
    return needMoreBytes(Math.max(webpEnd(bytes), bytes.length + 1));
  }
  const size = extended
    ? {
        width: u24le(bytes, first.dataStart + 4) + 1,
        height: u24le(bytes, first.dataStart + 7) + 1,
      }
    : walk.picture.size;
  if (size.width === 0 || size.height === 0) {
    return damaged(`size ${size.width}x${size.height}`);
  }
  if (!fits(walk.picture.size, size, animated)) {
    return damaged('the picture has another size than the header says');
  }
  const orientation = walk.orientation ?? 1;
  return {
    kind: 'header',
    header: {
      format: 'webp',
      size: turnSize(size, orientation),
      orientation,
      colourSpace: walk.picture.lossy ? 'ycbcr' : 'rgb',
      lossy: walk.picture.lossy,
      progressive: false,
      ...(animated ? walk.complete && { frames: walk.frames } : { frames: 1 }),
      alpha: extended ? (flags & VP8X_FLAG.alpha) !== 0 : walk.picture.alpha,
      bitDepth: 8,
    },
  };
}

/** A still picture fills its canvas, a frame may be smaller. What is larger nobody has checked. */
function fits(picture: Size, canvas: Size, animated: boolean): boolean {
  return animated
    ? picture.width <= canvas.width && picture.height <= canvas.height
    : picture.width === canvas.width && picture.height === canvas.height;
}

/**
 * Goes through the chunks; a number is that of the bytes needed to get to the first picture, a text
 * says what is wrong.
 */
function walkChunks(
  bytes: Uint8Array,
  from: number,
  animated: boolean,
): (Walk & { readonly picture: WebpPicture }) | number | string {
  const end = webpEnd(bytes);
  let picture: WebpPicture | undefined;
  let orientation: Orientation | undefined;
  let frames = 0;
  let at = from;
  for (let count = 0; at < end; count += 1) {
    const chunk = readRiffChunk(bytes, at);
    if (!chunk) {
      break;
    }
    if (count >= MAX_FILE_PARTS) {
      return TOO_MANY_CHUNKS;
    }
    if (chunk.type === 'ANMF') {
      frames += 1;
    }
    if (!picture && (animated ? chunk.type === 'ANMF' : isWebpPicture(chunk))) {
      const found = firstPicture(bytes, chunk);
      if (typeof found !== 'object') {
        return found;
      }
      picture = found;
    }
    if (chunk.type === 'EXIF' && chunk.dataEnd <= bytes.length) {
      orientation ??= readExif(bytes.subarray(chunk.dataStart, chunk.dataEnd));
    }
    at = chunk.end;
  }
  const complete = at >= end && end <= bytes.length;
  if (!picture) {
    return complete ? NO_PICTURE : Math.max(at, bytes.length) + CHUNK_HEADER + 10;
  }
  return { picture, frames, complete, ...(orientation !== undefined && { orientation }) };
}

const NO_PICTURE = 'no picture inside';

/** Some writers put the header of a JPEG's EXIF segment in front. Without a tag it is upright. */
function readExif(exif: Uint8Array): Orientation {
  return exifOrientation(hasText(exif, 0, 'Exif\0\0') ? exif.subarray(6) : exif) ?? 1;
}

/** The picture of a `VP8 ` or `VP8L` chunk, or that of the frame of an animation. */
function firstPicture(bytes: Uint8Array, chunk: RiffChunk): WebpPicture | number | string {
  let inner: RiffChunk | undefined = chunk;
  if (chunk.type === 'ANMF') {
    inner = readRiffChunk(bytes, chunk.dataStart + WEBP_FRAME_HEADER);
    // An ALPH chunk may stand before the pixels.
    for (let count = 0; inner && !isWebpPicture(inner); count += 1) {
      if (inner.start >= chunk.end) {
        return NO_PICTURE;
      }
      if (count >= MAX_FILE_PARTS) {
        return TOO_MANY_CHUNKS;
      }
      if (inner.end > bytes.length) {
        return inner.end + CHUNK_HEADER + 10;
      }
      inner = readRiffChunk(bytes, inner.end);
    }
  }
  if (!inner || inner.dataStart + PICTURE_HEADER > bytes.length) {
    return (inner?.dataStart ?? bytes.length + CHUNK_HEADER) + PICTURE_HEADER;
  }
  return readWebpPicture(bytes, inner) ?? NO_PICTURE;
}

export function isWebpPicture({ type }: RiffChunk): boolean {
  return type === 'VP8 ' || type === 'VP8L';
}

/** Bytes of either codec's header. */
const PICTURE_HEADER = 10;

/**
 * The header of the codec in a `VP8 ` or `VP8L` chunk (RFC 6386, section 9.1; RFC 9649, section 3.4);
 * `undefined` when it is none.
 */
export function readWebpPicture(
  bytes: Uint8Array,
  { type, dataStart }: RiffChunk,
): WebpPicture | undefined {
  return type === 'VP8L' ? readLossless(bytes, dataStart) : readLossy(bytes, dataStart);
}

function readLossless(bytes: Uint8Array, at: number): WebpPicture | undefined {
  if (u8(bytes, at) !== 0x2f) {
    return undefined;
  }
  const bits = u32le(bytes, at + 1);
  return {
    size: { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 },
    lossy: false,
    alpha: ((bits >>> 28) & 1) === 1,
  };
}

function readLossy(bytes: Uint8Array, at: number): WebpPicture | undefined {
  const isKeyFrame = (u8(bytes, at) & 1) === 0;
  if (!isKeyFrame || !hasText(bytes, at + 3, '\x9d\x01\x2a')) {
    return undefined;
  }
  return {
    size: { width: u16le(bytes, at + 6) & 0x3fff, height: u16le(bytes, at + 8) & 0x3fff },
    lossy: true,
    alpha: false,
  };
}

function damaged(detail: string): ProbeResult {
  return probeFailed({ kind: 'imageDamaged', format: 'WebP', detail });
}
