import { base64Length } from './bytes.ts';
import type { ImageFailure } from './failure.ts';
import { FORMAT_NAMES } from './formats.ts';
import type { ImageHeader, Size } from './imageHeader.ts';
import {
  IMAGE_BASE64_LIMIT,
  MANY_IMAGES,
  MAX_EDGE,
  MAX_EDGE_MANY_IMAGES,
  MAX_FILE_BYTES,
  MAX_PIXELS,
  SMALL_EDGE,
} from './limits.ts';
import type { MediaType } from './mediaType.ts';
import { modelOf } from './models.ts';
import type { PreparationNote } from './preparedImage.ts';
import { fitToTierAndEdge, withLongEdge } from './visualTokens.ts';

/** What an image is prepared for. */
export interface ImageTarget {
  readonly model: string;
  /** Images in the whole request, this one and those of resent turns included. */
  readonly imagesInRequest: number;
}

/** One way to write an image. `size` is as seen; `quality` is 1 to 100. */
export type Encoding =
  | { readonly mediaType: 'image/png'; readonly size: Size }
  | { readonly mediaType: 'image/jpeg'; readonly size: Size; readonly quality: number };

/** What is to be done with an image. */
export type Plan =
  /** The bytes go as they are, but for their metadata. */
  | {
      readonly kind: 'keep';
      readonly mediaType: MediaType;
      readonly notes: readonly PreparationNote[];
    }
  /** The first encoding whose base64 text is no longer than the limit is taken. */
  | {
      readonly kind: 'transcode';
      readonly encodings: readonly Encoding[];
      readonly base64Limit: number;
    }
  | { readonly kind: 'refuse'; readonly failure: ImageFailure };

/** Of JPEGs: the first that fits is taken, and the first nearly always does. */
const JPEG_QUALITIES = [88, 75, 60] as const;
const FALLBACK_QUALITY = 75;
/** Parts of the planned size, tried when no quality brings the bytes under the limit. */
const SIZE_STEPS = [0.75, 0.5, 0.25] as const;

/**
 * Decides what to do with an image of which the header and the number of bytes are known. Nothing
 * is ever enlarged. Claude would shrink a larger image itself, so it is sent at that size at once.
 */
export function planImage(header: ImageHeader, byteLength: number, target: ImageTarget): Plan {
  const { width, height } = header.size;
  if (byteLength > MAX_FILE_BYTES) {
    return refuse({ kind: 'fileTooLarge', bytes: byteLength, limit: MAX_FILE_BYTES });
  }
  if (width * height > MAX_PIXELS) {
    return refuse({ kind: 'tooManyPixels', width, height, limitPixels: MAX_PIXELS });
  }
  const maxEdge = target.imagesInRequest > MANY_IMAGES ? MAX_EDGE_MANY_IMAGES : MAX_EDGE;
  const size = fitToTierAndEdge(header.size, modelOf(target.model).tier, maxEdge);
  if (
    header.orientation === 1 &&
    size.width === width &&
    size.height === height &&
    base64Length(byteLength) <= IMAGE_BASE64_LIMIT
  ) {
    return { kind: 'keep', mediaType: `image/${header.format}`, notes: commonNotes(header, size) };
  }
  return {
    kind: 'transcode',
    encodings: encodingsFor(header, size),
    base64Limit: IMAGE_BASE64_LIMIT,
  };
}

/** The notes of an image that was transcoded with `encoding`, in the order of the work done. */
export function transcodeNotes(
  header: ImageHeader,
  encoding: Encoding,
  flattened: boolean,
): readonly PreparationNote[] {
  const { size, mediaType } = encoding;
  const notes: PreparationNote[] = [];
  if (size.width !== header.size.width || size.height !== header.size.height) {
    notes.push({
      kind: 'resized',
      from: [header.size.width, header.size.height],
      to: [size.width, size.height],
    });
  }
  if (mediaType !== `image/${header.format}`) {
    const to = mediaType === 'image/png' ? FORMAT_NAMES.png : FORMAT_NAMES.jpeg;
    notes.push({ kind: 'converted', from: FORMAT_NAMES[header.format], to });
  }
  if (header.orientation !== 1) {
    notes.push({ kind: 'turnedUpright' });
  }
  if (flattened) {
    notes.push({ kind: 'flattenedOnWhite' });
  }
  return [...notes, ...commonNotes(header, size)];
}

function commonNotes(header: ImageHeader, size: Size): readonly PreparationNote[] {
  const notes: PreparationNote[] = [];
  if ((header.frames ?? 1) > 1) {
    notes.push({ kind: 'firstFrameOnly' });
  }
  if (Math.min(size.width, size.height) < SMALL_EDGE) {
    notes.push({ kind: 'smallEdge' });
  }
  return notes;
}

/** Drawings and screenshots stay lossless as long as the bytes allow; photographs are JPEG. */
function encodingsFor(header: ImageHeader, size: Size): readonly Encoding[] {
  const smaller = SIZE_STEPS.map((part): Encoding => ({
    mediaType: 'image/jpeg',
    size: withLongEdge(size, Math.max(Math.floor(Math.max(size.width, size.height) * part), 1)),
    quality: FALLBACK_QUALITY,
  }));
  const jpegs = JPEG_QUALITIES.map((quality): Encoding => ({
    mediaType: 'image/jpeg',
    size,
    quality,
  }));
  return header.format === 'jpeg'
    ? [...jpegs, ...smaller]
    : [{ mediaType: 'image/png', size }, ...jpegs, ...smaller];
}

function refuse(failure: ImageFailure): Plan {
  return { kind: 'refuse', failure };
}
