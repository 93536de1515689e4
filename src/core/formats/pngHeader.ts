import { hasText, u8, u32be } from '../bytes.ts';
import { exifOrientation } from './exif.ts';
import { needMoreBytes, probeFailed, turnSize } from './imageHeader.ts';
import { MAX_FILE_PARTS } from '../plan/limits.ts';
import type { ColourSpace, Orientation, ProbeResult } from './imageHeader.ts';

export const PNG_SIGNATURE = '\x89PNG\r\n\x1a\n';

/** A chunk of a PNG: four bytes of length, four of type, the data, four of CRC. */
export interface PngChunk {
  readonly type: string;
  readonly start: number;
  readonly dataStart: number;
  readonly dataEnd: number;
  /** One past the CRC; may lie beyond the bytes. */
  readonly end: number;
}

const CHUNK_HEADER = 8;

/** The chunk at `at`, or `undefined` when its header reaches past the end. */
export function readPngChunk(bytes: Uint8Array, at: number): PngChunk | undefined {
  if (at + CHUNK_HEADER > bytes.length) {
    return undefined;
  }
  const dataStart = at + CHUNK_HEADER;
  const dataEnd = dataStart + u32be(bytes, at);
  const type = String.fromCharCode(
    u8(bytes, at + 4),
    u8(bytes, at + 5),
    u8(bytes, at + 6),
    u8(bytes, at + 7),
  );
  return { type, start: at, dataStart, dataEnd, end: dataEnd + 4 };
}

/** Bit depths that each colour type allows (PNG specification, table 12). */
const DEPTHS: Readonly<Record<number, readonly number[]>> = {
  0: [1, 2, 4, 8, 16],
  2: [8, 16],
  3: [1, 2, 4, 8],
  4: [8, 16],
  6: [8, 16],
};

/** Colour types with and without transparency; the others are red, green and blue. */
const COLOUR_SPACES: Readonly<Record<number, ColourSpace>> = { 0: 'grey', 3: 'palette', 4: 'grey' };

const LONGEST_EDGE = 2 ** 31 - 1;

/**
 * Reads a PNG's header. Everything but an `eXIf` chunk lies before the pixels; one behind them is
 * found when the bytes reach that far.
 */
export function probePng(bytes: Uint8Array): ProbeResult {
  const firstChunkEnd = PNG_SIGNATURE.length + CHUNK_HEADER + 13 + 4;
  if (bytes.length < firstChunkEnd) {
    return needMoreBytes(firstChunkEnd);
  }
  if (!hasText(bytes, 0, PNG_SIGNATURE)) {
    return damaged('signature altered, as by a conversion of line ends');
  }
  const first = readPngChunk(bytes, PNG_SIGNATURE.length);
  if (first?.type === 'CgBI') {
    return probeFailed({ kind: 'formatUnsupported', format: 'Apple CgBI PNG' });
  }
  if (first?.type !== 'IHDR' || first.dataEnd - first.dataStart !== 13) {
    return damaged('no IHDR chunk at the start');
  }
  const width = u32be(bytes, first.dataStart);
  const height = u32be(bytes, first.dataStart + 4);
  const bitDepth = u8(bytes, first.dataStart + 8);
  const colourType = u8(bytes, first.dataStart + 9);
  if (width === 0 || height === 0 || width > LONGEST_EDGE || height > LONGEST_EDGE) {
    return damaged(`size ${width}x${height}`);
  }
  if (DEPTHS[colourType]?.includes(bitDepth) !== true) {
    return damaged(`colour type ${colourType} with ${bitDepth} bits`);
  }
  const rest = readAncillary(bytes, first.end);
  if (rest.kind === 'needMoreBytes') {
    return rest;
  }
  const { orientation } = rest;
  return {
    kind: 'header',
    header: {
      format: 'png',
      size: turnSize({ width, height }, orientation),
      orientation,
      colourSpace: COLOUR_SPACES[colourType] ?? 'rgb',
      lossy: false,
      progressive: u8(bytes, first.dataStart + 12) === 1,
      frames: rest.frames,
      alpha: rest.transparency || colourType === 4 || colourType === 6,
      bitDepth,
    },
  };
}

interface Ancillary {
  readonly kind: 'read';
  readonly orientation: Orientation;
  readonly transparency: boolean;
  readonly frames: number;
}

function readAncillary(
  bytes: Uint8Array,
  from: number,
): Ancillary | { readonly kind: 'needMoreBytes'; readonly atLeast: number } {
  let orientation: Orientation | undefined;
  let transparency = false;
  let frames = 1;
  let pixelsSeen = false;
  let at = from;
  for (let count = 0; count < MAX_FILE_PARTS; count += 1) {
    const chunk = readPngChunk(bytes, at);
    if (!chunk || (chunk.type === 'eXIf' && chunk.end > bytes.length)) {
      if (pixelsSeen) {
        break;
      }
      return { kind: 'needMoreBytes', atLeast: chunk?.end ?? at + CHUNK_HEADER };
    }
    if (chunk.type === 'IEND') {
      break;
    }
    if (chunk.type === 'IDAT') {
      pixelsSeen = true;
    } else if (chunk.type === 'tRNS') {
      transparency = true;
    } else if (chunk.type === 'acTL' && !pixelsSeen) {
      if (chunk.end > bytes.length) {
        return { kind: 'needMoreBytes', atLeast: chunk.end };
      }
      frames = Math.max(u32be(bytes, chunk.dataStart), 1);
    } else if (chunk.type === 'eXIf') {
      orientation ??= exifOrientation(bytes.subarray(chunk.dataStart, chunk.dataEnd));
    }
    at = chunk.end;
  }
  return { kind: 'read', orientation: orientation ?? 1, transparency, frames };
}

function damaged(detail: string): ProbeResult {
  return probeFailed({ kind: 'imageDamaged', format: 'PNG', detail });
}
