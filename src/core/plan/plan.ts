import { base64Length } from '../bytes.ts';
import { decodeMemory } from './decodeMemory.ts';
import type { ImageFailure } from '../failure.ts';
import type { ImageHeader, Size } from '../formats/imageHeader.ts';
import {
  limitsOf,
  MANY_IMAGES,
  MAX_DECODE_MEMORY,
  MAX_DRAWN_PIXELS,
  MAX_EDGE,
  MAX_EDGE_MANY_IMAGES,
  MAX_FILE_BYTES,
  MAX_PIXELS,
} from './limits.ts';
import type { Provider } from './limits.ts';
import { mediaTypeOf } from './mediaType.ts';
import type { MediaType } from './mediaType.ts';
import { modelOf } from './models.ts';
import type { PreparationNote, ResizeReason } from './preparedImage.ts';
import { sourceNotes } from './preparationNotes.ts';
import { offerTiles } from './tiles.ts';
import type { TileOffer } from './tiles.ts';
import { fitToTier, fitToTierAndEdge, withLongEdge } from './visualTokens.ts';

/** How much of a picture is sent: as much as the model looks at, 1568 px, or 768 px. */
export type Detail = 'native' | 'standard' | 'low';

/** What can be chosen for one image: a detail, or the whole and beside it its parts at full size. */
export type DetailChoice = Detail | 'tiles';

/** What an image is prepared for. */
export interface ImageTarget {
  readonly model: string;
  /** Images in the whole request, this one and those of resent turns included. */
  readonly imagesInRequest: number;
  /** `native` when absent. */
  readonly detail?: Detail;
  /** `anthropic` when absent. */
  readonly provider?: Provider;
  /** Most bytes of base64 for this image, where that is less than the provider takes. */
  readonly base64Limit?: number;
  /** Longest edge in pixels, where that is less than the API takes of so many images. */
  readonly maxEdge?: number;
  /** Written anew and lossy, in the plainest form, whatever it is: the API refused it as it was. */
  readonly reencode?: true;
}

/**
 * One way to write an image; `size` is as seen. A lossless step is for drawings and screenshots
 * only: pixels that turn out to be a photograph go on to the next. A lossy step makes a JPEG, or
 * a WebP when a pixel is transparent. `quality` is 1 to 100.
 */
export type EncodingStep =
  | { readonly kind: 'lossless'; readonly size: Size }
  | { readonly kind: 'lossy'; readonly size: Size; readonly quality: number };

/** The bytes go as they are, but for their metadata. */
export interface KeepPlan {
  readonly kind: 'keep';
  readonly mediaType: MediaType;
  readonly notes: readonly PreparationNote[];
}

/** The first step whose base64 text is no longer than the limit is taken. */
export interface TranscodePlan {
  readonly kind: 'transcode';
  /** Each no larger than the one before. */
  readonly steps: readonly [EncodingStep, ...EncodingStep[]];
  readonly base64Limit: number;
  /** Why the first step has another size than the picture; absent when it has the same. */
  readonly resizedFor?: ResizeReason;
  /** Bytes that decoding will take at most, from the header. */
  readonly memory: number;
  /** The picture in parts at native resolution, offered where the whole loses its small print. */
  readonly tiles?: TileOffer;
}

/** What is to be done with an image. */
export type Plan =
  | KeepPlan
  | TranscodePlan
  | { readonly kind: 'refuse'; readonly failure: ImageFailure };

/** Long edges that the user can choose, in pixels. */
export const DETAIL_EDGES: Readonly<Record<Detail, number>> = {
  native: Infinity,
  standard: 1568,
  low: 768,
};

/** The first that fits is taken, and the first nearly always does. */
const QUALITIES = [88, 75, 60] as const;
const FALLBACK_QUALITY = 75;
/** Parts of the planned size, tried when no quality brings the bytes under the limit. */
const SIZE_STEPS = [0.85, 0.7, 0.6, 0.5, 0.35, 0.25] as const;

/**
 * Decides what to do with an image of which the header and the number of bytes are known. Nothing
 * is ever enlarged. Claude would shrink a larger image itself, so it is sent at that size at once.
 */
export function planImage(header: ImageHeader, byteLength: number, target: ImageTarget): Plan {
  if (byteLength > MAX_FILE_BYTES) {
    return refuse({ kind: 'fileTooLarge', bytes: byteLength, limit: MAX_FILE_BYTES });
  }
  // A drawing has no pixels before it is drawn, at the size that is sent.
  if (header.format !== 'svg' && pixelsOf(header.size) > MAX_PIXELS) {
    return tooManyPixels(header, MAX_PIXELS);
  }
  const planned = plannedSize(header, target);
  const base64Limit = base64LimitOf(target);
  const mediaType = mediaTypeOf(header.format);
  if (
    mediaType !== undefined &&
    header.orientation === 1 &&
    planned.reason === undefined &&
    !target.reencode &&
    base64Length(byteLength) <= base64Limit
  ) {
    return { kind: 'keep', mediaType, notes: sourceNotes(header, planned.size) };
  }
  const memory = decodeMemory(header, planned.size, byteLength);
  if (memory > MAX_DECODE_MEMORY) {
    // Memory grows with the pixels, so this is about what the same file could have at most.
    const share = MAX_DECODE_MEMORY / memory;
    return tooManyPixels(header, Math.floor(pixelsOf(header.size) * share));
  }
  const tiles = plannedTiles(header, byteLength, planned.size, target);
  return {
    kind: 'transcode',
    steps: target.reencode ? plainSteps(planned.size) : encodingSteps(header, planned.size),
    base64Limit,
    ...(planned.reason && { resizedFor: planned.reason }),
    memory,
    ...(tiles && { tiles }),
  };
}

/**
 * The ways to write a picture, or a tile of it, at this size (as seen), the best one first. What a
 * lossy codec made gains nothing by a lossless one, unless it is a drawing by its few colours.
 */
export function encodingSteps(
  header: ImageHeader,
  size: Size,
): readonly [EncodingStep, ...EncodingStep[]] {
  const lossy: readonly [EncodingStep, ...EncodingStep[]] = [
    lossyStep(size, QUALITIES[0]),
    ...plainSteps(size),
  ];
  const isDrawing = !header.lossy || header.colourSpace === 'palette' || header.bitDepth === 1;
  return isDrawing ? [{ kind: 'lossless', size }, ...lossy] : lossy;
}

/** Of another quality than what the API has refused may have had. */
function plainSteps(size: Size): readonly [EncodingStep, ...EncodingStep[]] {
  const [, second, third] = QUALITIES;
  const longEdge = Math.max(size.width, size.height);
  const smaller = SIZE_STEPS.map((part) =>
    withLongEdge(size, Math.max(Math.floor(longEdge * part), 1)),
  );
  return [
    lossyStep(size, second),
    lossyStep(size, third),
    ...smaller.map((smallerSize) => lossyStep(smallerSize, FALLBACK_QUALITY)),
  ];
}

function lossyStep(size: Size, quality: number): EncodingStep {
  return { kind: 'lossy', size, quality };
}

interface PlannedSize {
  readonly size: Size;
  /** Absent when the size is the picture's own. */
  readonly reason?: ResizeReason;
}

/** The size to send, and what decided it where it is not the picture's own. */
function plannedSize(header: ImageHeader, target: ImageTarget): PlannedSize {
  const { tier } = modelOf(target.model);
  const detailEdge = DETAIL_EDGES[target.detail ?? 'native'];
  const limitEdge = Math.min(edgeLimit(target.imagesInRequest), target.maxEdge ?? Infinity);
  const size = fitToTierAndEdge(header.size, tier, Math.min(detailEdge, limitEdge));
  if (isSameSize(size, header.size)) {
    return { size };
  }
  if (isSameSize(size, fitToTier(header.size, tier))) {
    return { size, reason: 'tier' };
  }
  return { size, reason: detailEdge <= limitEdge ? 'detail' : 'edge' };
}

/** The tiles to offer; none where the user asked for less detail, or they took too much memory. */
function plannedTiles(
  header: ImageHeader,
  byteLength: number,
  whole: Size,
  target: ImageTarget,
): TileOffer | undefined {
  if (
    (target.detail ?? 'native') !== 'native' ||
    (header.format === 'svg' && pixelsOf(header.size) > MAX_DRAWN_PIXELS) ||
    // Tiles are cut from the picture at its full size.
    decodeMemory(header, header.size, byteLength) > MAX_DECODE_MEMORY
  ) {
    return undefined;
  }
  const model = modelOf(target.model);
  const others = target.imagesInRequest - 1;
  const offer = offerTiles(header.size, whole, model, edgeLimit(target.imagesInRequest));
  // The tiles count as images themselves, and may be what lowers the limit on their edges.
  return offer && others + offer.tiles.length > MANY_IMAGES
    ? offerTiles(header.size, whole, model, MAX_EDGE_MANY_IMAGES)
    : offer;
}

function base64LimitOf({ provider = 'anthropic', base64Limit = Infinity }: ImageTarget): number {
  return Math.min(limitsOf(provider).imageBase64Bytes, base64Limit);
}

/** The API's limit on edges, in pixels, in a request with so many images. */
export function edgeLimit(imagesInRequest: number): number {
  return imagesInRequest > MANY_IMAGES ? MAX_EDGE_MANY_IMAGES : MAX_EDGE;
}

function pixelsOf(size: Size): number {
  return size.width * size.height;
}

function isSameSize(a: Size, b: Size): boolean {
  return a.width === b.width && a.height === b.height;
}

function tooManyPixels({ size }: ImageHeader, limitPixels: number): Plan {
  return refuse({ kind: 'tooManyPixels', ...size, limitPixels });
}

function refuse(failure: ImageFailure): Plan {
  return { kind: 'refuse', failure };
}
