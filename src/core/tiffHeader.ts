import type { ByteOrder } from './bytes.ts';
import { isOrientation } from './exif.ts';
import { needMoreBytes, probeFailed, turnSize } from './imageHeader.ts';
import type { ColourSpace, ProbeResult } from './imageHeader.ts';
import { readTiffDirectory, tiffByteOrder, tiffNumber } from './tiffDirectory.ts';
import type { TiffDirectory } from './tiffDirectory.ts';

/** Reads TIFF headers: the first directory, which may lie anywhere in the file. */

const TAG = {
  subfileType: 254,
  width: 256,
  height: 257,
  bitsPerSample: 258,
  compression: 259,
  photometric: 262,
  orientation: 274,
  samplesPerPixel: 277,
  subDirectories: 330,
  extraSamples: 338,
  dngVersion: 50706,
} as const;

const REDUCED_RESOLUTION = 1;

/** PhotometricInterpretation; what is not here is raw data of a sensor or not a picture. */
const COLOUR_SPACES: Readonly<Record<number, ColourSpace>> = {
  0: 'grey',
  1: 'grey',
  2: 'rgb',
  3: 'palette',
  4: 'grey',
  5: 'cmyk',
  6: 'ycbcr',
  8: 'lab',
  9: 'lab',
  10: 'lab',
};
const SENSOR_DATA = new Set([32803, 34892]);

/** JPEG inside, of the old kind and the new. */
const LOSSY_COMPRESSIONS = new Set([6, 7]);
/** ExtraSamples that are transparency: associated and unassociated alpha. */
const ALPHA_SAMPLES = new Set([1, 2]);

/** Edges are 32-bit numbers; what is beyond no codec takes. */
const LONGEST_EDGE = 2 ** 31 - 1;

export function probeTiff(bytes: Uint8Array): ProbeResult {
  if (bytes.length < 8) {
    return needMoreBytes(8);
  }
  const order = tiffByteOrder(bytes);
  const at = order?.u32(bytes, 4) ?? 0;
  if (!order || at < 8) {
    return damaged('no directory');
  }
  if (at + 2 > bytes.length) {
    return needMoreBytes(at + 2);
  }
  const directory = readTiffDirectory(bytes, order, at);
  // The last four bytes name the next directory; a file may end without them.
  if (directory.end - 4 > bytes.length) {
    return needMoreBytes(directory.end);
  }
  const { fields } = directory;
  const needed = [TAG.bitsPerSample, TAG.extraSamples]
    .map((tag) => fields.get(tag))
    .map((field) => (field && field.count > 0 ? field.valueAt + Math.min(field.length, 64) : 0));
  if (Math.max(...needed) > bytes.length) {
    return needMoreBytes(Math.max(...needed));
  }
  return readHeader(bytes, order, directory);
}

function readHeader(bytes: Uint8Array, order: ByteOrder, directory: TiffDirectory): ProbeResult {
  const { fields } = directory;
  const value = (tag: number): number | undefined => tiffNumber(bytes, order, fields.get(tag));
  const photometric = value(TAG.photometric);
  const isRaw = fields.has(TAG.dngVersion) || SENSOR_DATA.has(photometric ?? 0);
  const isPreview =
    ((value(TAG.subfileType) ?? 0) & REDUCED_RESOLUTION) !== 0 && fields.has(TAG.subDirectories);
  if (isRaw || isPreview) {
    return probeFailed({ kind: 'formatUnsupported', format: 'camera RAW' });
  }
  const width = value(TAG.width) ?? 0;
  const height = value(TAG.height) ?? 0;
  if (width === 0 || height === 0 || width > LONGEST_EDGE || height > LONGEST_EDGE) {
    return damaged(`size ${width}x${height}`);
  }
  const samples = value(TAG.samplesPerPixel) ?? 1;
  const colourSpace =
    photometric === undefined ? (samples < 3 ? 'grey' : 'rgb') : COLOUR_SPACES[photometric];
  if (colourSpace === undefined) {
    return damaged(`photometric interpretation ${photometric}`);
  }
  const stored = value(TAG.orientation);
  const orientation = isOrientation(stored) ? stored : 1;
  const frames = countPages(bytes, order, directory);
  return {
    kind: 'header',
    header: {
      format: 'tiff',
      size: turnSize({ width, height }, orientation),
      orientation,
      colourSpace,
      lossy: LOSSY_COMPRESSIONS.has(value(TAG.compression) ?? 1),
      progressive: false,
      ...(frames !== undefined && { frames }),
      alpha: ALPHA_SAMPLES.has(value(TAG.extraSamples) ?? 0),
      bitDepth: value(TAG.bitsPerSample) ?? 1,
    },
  };
}

/** More pages than any document has: a chain that is longer is made to keep a reader busy. */
const MOST_PAGES = 10_000;

/** Pages that are no smaller copies of others; `undefined` when a directory is out of reach. */
function countPages(bytes: Uint8Array, order: ByteOrder, first: TiffDirectory): number | undefined {
  const seen = new Set([order.u32(bytes, 4)]);
  let pages = 1;
  let at = first.next;
  while (at !== 0 && !seen.has(at) && seen.size < MOST_PAGES) {
    seen.add(at);
    const entries = order.u16(bytes, at);
    const end = at + 2 + entries * 12 + 4;
    if (end > bytes.length) {
      return undefined;
    }
    // Tags stand in ascending order, and this is the first of all.
    const isCopy =
      order.u16(bytes, at + 2) === TAG.subfileType &&
      (order.u32(bytes, at + 10) & REDUCED_RESOLUTION) !== 0;
    pages += isCopy ? 0 : 1;
    at = order.u32(bytes, end - 4);
  }
  return pages;
}

function damaged(detail: string): ProbeResult {
  return probeFailed({ kind: 'imageDamaged', format: 'TIFF', detail });
}
