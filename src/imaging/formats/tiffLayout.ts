import type { ByteOrder } from '../../core/bytes.ts';
import {
  readTiffDirectory,
  tiffByteOrder,
  tiffNumber,
  tiffNumberAt,
  tiffNumbers,
} from '../../core/formats/tiffDirectory.ts';
import { tiffFault } from '../../core/formats/tiffFault.ts';
import { readTiffPage } from '../../core/formats/tiffPage.ts';
import type { TiffPage } from '../../core/formats/tiffPage.ts';
import { DecodeError } from '../decodeError.ts';

/** What a TIFF says of its first page, and where its pixels stand. */
export interface TiffLayout extends TiffPage {
  readonly order: ByteOrder;
  /** Whether the first bit of a byte is its least significant one. */
  readonly bitsReversed: boolean;
  /** Whether a sample is stored as the difference from the one to its left. */
  readonly predicted: boolean;
  /** Reds, then greens, then blues; 16 bits each. */
  readonly colourMap: readonly number[];
  readonly jpegTables: Uint8Array;
  /** Where a segment starts and how many bytes it has; read when asked for, there may be millions. */
  readonly offset: (index: number) => number | undefined;
  readonly byteCount: (index: number) => number | undefined;
}

const TAG = {
  fillOrder: 266,
  stripOffsets: 273,
  stripByteCounts: 279,
  colourMap: 320,
  tileOffsets: 324,
  tileByteCounts: 325,
  jpegTables: 347,
} as const;

/** Of a palette with 8 bits, which is the largest that is read. */
const MOST_COLOURS = 3 * 256;

/** Reads the first directory, and refuses what the decoder has no rule for. */
export function readTiffLayout(bytes: Uint8Array): TiffLayout {
  const order = tiffByteOrder(bytes);
  if (!order) {
    throw new DecodeError('no TIFF header', { truncated: false });
  }
  const directory = readTiffDirectory(bytes, order, order.u32(bytes, 4));
  const { fields } = directory;
  const page = readTiffPage(bytes, order, directory);
  const fault = tiffFault(page);
  if (fault) {
    const message = fault.kind === 'damaged' ? fault.detail : fault.format;
    throw new DecodeError(message, { truncated: false });
  }
  const numberAt =
    (tag: number) =>
    (index: number): number | undefined =>
      tiffNumberAt(bytes, order, fields.get(tag), index);
  const tables = fields.get(TAG.jpegTables);
  return {
    ...page,
    order,
    bitsReversed: tiffNumber(bytes, order, fields.get(TAG.fillOrder)) === 2,
    predicted: page.predictor === 2,
    colourMap: tiffNumbers(bytes, order, fields.get(TAG.colourMap), MOST_COLOURS),
    jpegTables: tables
      ? bytes.subarray(tables.valueAt, tables.valueAt + tables.length)
      : new Uint8Array(),
    offset: numberAt(page.tiled ? TAG.tileOffsets : TAG.stripOffsets),
    byteCount: numberAt(page.tiled ? TAG.tileByteCounts : TAG.stripByteCounts),
  };
}
