import { hasText, u8, u16be } from '../bytes.ts';
import { exifOrientation } from './exif.ts';
import { needMoreBytes, probeFailed, turnSize } from './imageHeader.ts';
import { MAX_FILE_PARTS } from '../plan/limits.ts';
import type { ColourSpace, ImageHeader, Orientation, ProbeResult } from './imageHeader.ts';

export const JPEG_MARKER = {
  temporary: 0x01,
  huffmanTables: 0xc4,
  jpgExtension: 0xc8,
  arithmeticTables: 0xcc,
  restart0: 0xd0,
  restart7: 0xd7,
  startOfImage: 0xd8,
  endOfImage: 0xd9,
  startOfScan: 0xda,
  hierarchical: 0xde,
  app0: 0xe0,
  app1: 0xe1,
  app2: 0xe2,
  app14: 0xee,
  app15: 0xef,
  comment: 0xfe,
} as const;

/** A marker of a JPEG with the segment that belongs to it. */
export interface JpegSegment {
  readonly marker: number;
  /** Where the marker's 0xFF stands. */
  readonly start: number;
  readonly dataStart: number;
  /** One past the data; may lie beyond the bytes. Equal to `dataStart` for markers without data. */
  readonly end: number;
}

/**
 * The next marker at or after `at`, or `undefined` when the bytes end before its segment's length.
 * Bytes that belong to no segment are passed over, as libjpeg does.
 */
export function nextJpegSegment(bytes: Uint8Array, at: number): JpegSegment | undefined {
  const start = findMarker(bytes, at);
  if (start === -1) {
    return undefined;
  }
  const marker = u8(bytes, start + 1);
  if (standsAlone(marker)) {
    return { marker, start, dataStart: start + 2, end: start + 2 };
  }
  if (start + 4 > bytes.length) {
    return undefined;
  }
  const length = Math.max(u16be(bytes, start + 2), 2);
  return { marker, start, dataStart: start + 4, end: start + 2 + length };
}

/**
 * Where the entropy-coded data from `at` on ends: the next marker that is neither a stuffed byte
 * nor a restart marker. -1 when the bytes end before.
 */
export function endOfScan(bytes: Uint8Array, at: number): number {
  let start = findMarker(bytes, at);
  while (start !== -1 && isRestart(u8(bytes, start + 1))) {
    start = findMarker(bytes, start + 2);
  }
  return start;
}

/** Whether a marker starts a frame header (ITU-T T.81, table B.1). */
export function isFrameHeader(marker: number): boolean {
  return (
    marker >= 0xc0 &&
    marker <= 0xcf &&
    marker !== JPEG_MARKER.huffmanTables &&
    marker !== JPEG_MARKER.jpgExtension &&
    marker !== JPEG_MARKER.arithmeticTables
  );
}

/** `indexOf` is native: most of a photograph is passed over without a step in JavaScript. */
function findMarker(bytes: Uint8Array, from: number): number {
  let at = bytes.indexOf(0xff, from);
  while (at !== -1 && at + 1 < bytes.length) {
    const next = u8(bytes, at + 1);
    if (next !== 0 && next !== 0xff) {
      return at;
    }
    at = bytes.indexOf(0xff, next === 0 ? at + 2 : at + 1);
  }
  return -1;
}

function standsAlone(marker: number): boolean {
  return (
    marker === JPEG_MARKER.startOfImage ||
    marker === JPEG_MARKER.endOfImage ||
    marker === JPEG_MARKER.temporary ||
    isRestart(marker)
  );
}

function isRestart(marker: number): boolean {
  return marker >= JPEG_MARKER.restart0 && marker <= JPEG_MARKER.restart7;
}

const EXIF_HEADER = 'Exif\0\0';
const PROGRESSIVE_FRAME = 0xc2;

/** Adobe's segment ends with the colour transform (Adobe technical note 5116). */
const ADOBE_LENGTH = 12;

/** Reads a JPEG's header: everything up to its first scan. */
export function probeJpeg(bytes: Uint8Array): ProbeResult {
  let at = 2;
  let frame: JpegSegment | undefined;
  let orientation: Orientation | undefined;
  let adobeTransform: number | undefined;
  let isJfif = false;
  for (let count = 0; count < MAX_FILE_PARTS; count += 1) {
    const segment = nextJpegSegment(bytes, at);
    if (!segment) {
      return needMoreBytes(bytes.length + 1);
    }
    if (segment.marker === JPEG_MARKER.startOfScan) {
      if (!frame) {
        return damaged('scan before the frame');
      }
      const scanComponents = bytes[segment.dataStart];
      return scanComponents === undefined
        ? needMoreBytes(segment.dataStart + 1)
        : readFrame(bytes, frame, {
            orientation: orientation ?? 1,
            scanComponents,
            isJfif,
            ...(adobeTransform !== undefined && { adobeTransform }),
          });
    }
    if (segment.marker === JPEG_MARKER.endOfImage) {
      return damaged('no scan');
    }
    // Only what is looked into has to be there; the next round asks for the rest.
    const isExif =
      segment.marker === JPEG_MARKER.app1 && hasText(bytes, segment.dataStart, EXIF_HEADER);
    if (segment.end > bytes.length) {
      return needMoreBytes(segment.end + 4);
    }
    if (isFrameHeader(segment.marker)) {
      frame ??= segment;
    } else if (isExif) {
      orientation ??= exifOrientation(
        bytes.subarray(segment.dataStart + EXIF_HEADER.length, segment.end),
      );
    } else if (segment.marker === JPEG_MARKER.app0) {
      isJfif ||= hasText(bytes, segment.dataStart, 'JFIF\0');
    } else if (isAdobe(bytes, segment)) {
      adobeTransform = u8(bytes, segment.dataStart + ADOBE_LENGTH - 1);
    }
    at = segment.end;
  }
  return damaged('too many segments');
}

/**
 * Whether Adobe's marker stands before the first scan: four components are stored inverted then.
 * It may lie behind a colour profile of half a megabyte.
 */
export function hasAdobeMarker(bytes: Uint8Array): boolean {
  let segment = nextJpegSegment(bytes, 2);
  for (let count = 0; segment && count < MAX_FILE_PARTS; count += 1) {
    if (segment.marker === JPEG_MARKER.startOfScan) {
      return false;
    }
    if (isAdobe(bytes, segment)) {
      return true;
    }
    segment = nextJpegSegment(bytes, segment.end);
  }
  return false;
}

function isAdobe(bytes: Uint8Array, { marker, dataStart, end }: JpegSegment): boolean {
  return (
    marker === JPEG_MARKER.app14 &&
    end - dataStart >= ADOBE_LENGTH &&
    hasText(bytes, dataStart, 'Adobe')
  );
}

/** What the segments around the frame header say about it. */
interface FrameContext {
  readonly orientation: Orientation;
  readonly scanComponents: number;
  readonly isJfif: boolean;
  readonly adobeTransform?: number;
}

function readFrame(bytes: Uint8Array, frame: JpegSegment, context: FrameContext): ProbeResult {
  if (frame.end - frame.dataStart < 6) {
    return damaged('frame header too short');
  }
  const bitDepth = u8(bytes, frame.dataStart);
  const height = u16be(bytes, frame.dataStart + 1);
  const width = u16be(bytes, frame.dataStart + 3);
  const components = u8(bytes, frame.dataStart + 5);
  const variant = unsupportedVariant(frame.marker, bitDepth);
  if (variant !== undefined) {
    return probeFailed({ kind: 'formatUnsupported', format: variant });
  }
  if (width === 0 || height === 0) {
    return damaged(`size ${width}x${height}`);
  }
  if (![1, 3, 4].includes(components)) {
    return damaged(`${components} components`);
  }
  const { orientation } = context;
  const header: ImageHeader = {
    format: 'jpeg',
    size: turnSize({ width, height }, orientation),
    orientation,
    colourSpace: colourSpaceOf(bytes, frame, components, context),
    lossy: true,
    // With a scan for each component, too, the coefficients of all wait for the last.
    progressive: frame.marker === PROGRESSIVE_FRAME || context.scanComponents < components,
    frames: 1,
    alpha: false,
    bitDepth,
  };
  return { kind: 'header', header };
}

/** As libjpeg decides it (`default_decompress_parms`). */
function colourSpaceOf(
  bytes: Uint8Array,
  frame: JpegSegment,
  components: number,
  { isJfif, adobeTransform }: FrameContext,
): ColourSpace {
  if (components === 1) {
    return 'grey';
  }
  if (components === 4) {
    return (adobeTransform ?? 0) === 0 ? 'cmyk' : 'ycck';
  }
  if (isJfif) {
    return 'ycbcr';
  }
  const ids = [6, 9, 12].map((at) => String.fromCharCode(u8(bytes, frame.dataStart + at)));
  const isRgb = adobeTransform === undefined ? ids.join('') === 'RGB' : adobeTransform === 0;
  return isRgb ? 'rgb' : 'ycbcr';
}

/** Baseline, extended and progressive Huffman frames of 8 bits are what decoders agree on. */
function unsupportedVariant(marker: number, bitDepth: number): string | undefined {
  const process = marker & 0x0f;
  if (process > 8) {
    return 'arithmetic-coded JPEG';
  }
  if (process === 3 || process === 7) {
    return 'lossless JPEG';
  }
  if (process > 4) {
    return 'hierarchical JPEG';
  }
  return bitDepth === 8 ? undefined : `${bitDepth}-bit JPEG`;
}

function damaged(detail: string): ProbeResult {
  return probeFailed({ kind: 'imageDamaged', format: 'JPEG', detail });
}
