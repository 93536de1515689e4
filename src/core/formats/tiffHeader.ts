import type { ByteOrder } from '../bytes.ts';
import { isOrientation } from './exif.ts';
import { needMoreBytes, probeFailed, turnSize } from './imageHeader.ts';
import type { ProbeResult } from './imageHeader.ts';
import { readTiffDirectory, tiffByteOrder, tiffNumber } from './tiffDirectory.ts';
import type { TiffDirectory } from './tiffDirectory.ts';
import { tiffFault } from './tiffFault.ts';
import { readTiffPage, TIFF_COMPRESSION, TIFF_SAMPLE_TAGS, tiffColours } from './tiffPage.ts';

/** Reads TIFF headers: the first directory, which may lie anywhere in the file. */

const TAG = {
  subfileType: 254,
  photometric: 262,
  orientation: 274,
  subDirectories: 330,
  dngVersion: 50706,
} as const;

const REDUCED_RESOLUTION = 1;

/** PhotometricInterpretation of what a sensor saw. */
const SENSOR_DATA = new Set([32803, 34892]);

/** ExtraSamples that are transparency: associated and unassociated alpha. */
const ALPHA_SAMPLES = new Set([1, 2]);

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
  const needed = TIFF_SAMPLE_TAGS.map((tag) => fields.get(tag)).map((field) =>
    field && field.count > 0 ? field.valueAt + Math.min(field.length, 64) : 0,
  );
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
  const page = readTiffPage(bytes, order, directory);
  const fault = tiffFault(page);
  const colourSpace = tiffColours(page)?.space;
  if (fault?.kind === 'unsupported') {
    return probeFailed({ kind: 'formatUnsupported', format: fault.format });
  }
  if (fault || !colourSpace) {
    return damaged(fault?.detail ?? 'no colours');
  }
  const stored = value(TAG.orientation);
  const orientation = isOrientation(stored) ? stored : 1;
  const frames = countPages(bytes, order, directory);
  return {
    kind: 'header',
    header: {
      format: 'tiff',
      size: turnSize({ width: page.width, height: page.height }, orientation),
      orientation,
      colourSpace,
      lossy: page.compression === TIFF_COMPRESSION.jpeg,
      progressive: false,
      ...(frames !== undefined && { frames }),
      alpha: ALPHA_SAMPLES.has(page.extraSamples[0] ?? 0),
      bitDepth: page.bits,
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
