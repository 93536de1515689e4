import { WHOLE_SEGMENTS } from '../../core/formats/tiffFault.ts';
import { segmentRowBytes, segmentsAbreast, TIFF_COMPRESSION } from '../../core/formats/tiffPage.ts';
import { DecodeError } from '../decodeError.ts';
import {
  bitsUnpacker,
  endsEarly,
  inflateStream,
  inflateWhole,
  lzwUnpacker,
  OVERSHOOT,
  reverseBits,
} from './tiffCompression.ts';
import type { InflateStream, Unpacker } from './tiffCompression.ts';
import type { TiffLayout } from './tiffLayout.ts';

/** Reads the strips and tiles of a TIFF. */

/** The rows of a segment from the top down, as they are stored but unpacked. */
export interface SegmentRows {
  /** The next row, which holds until the one after it is asked for, and may be written to. */
  readonly next: () => Uint8Array | Promise<Uint8Array>;
  readonly close: () => void;
}

/** The bytes of a segment as they stand in the file. */
export function segmentData(bytes: Uint8Array, layout: TiffLayout, index: number): Uint8Array {
  const offset = layout.offset(index);
  if (offset === undefined) {
    throw new DecodeError('pixel data missing', { truncated: false });
  }
  if (offset >= bytes.length) {
    throw endsEarly();
  }
  // Without its count, a segment ends where its own data says so.
  return bytes.subarray(offset, offset + (layout.byteCount(index) ?? bytes.length));
}

/** No compression makes bytes more by as much. */
const MOST_GROWTH = 2;

/** Unpacks a segment of `height` rows: whole where a row of segments is small, else row by row. */
export function segmentRows(
  bytes: Uint8Array,
  layout: TiffLayout,
  index: number,
  height: number,
): SegmentRows {
  const rowBytes = segmentRowBytes(layout);
  const length = rowBytes * height;
  const stored = segmentData(bytes, layout, index).subarray(0, length * MOST_GROWTH + OVERSHOOT);
  const data = layout.bitsReversed ? reverseBits(stored) : stored;
  const isWhole = segmentsAbreast(layout) * length <= WHOLE_SEGMENTS;
  switch (layout.compression) {
    case TIFF_COMPRESSION.none:
      // The row is written to by the predictor, which must not reach the file.
      return rowsOf(data, rowBytes, layout.predicted ? (row) => Uint8Array.from(row) : undefined);
    case TIFF_COMPRESSION.lzw:
      return unpackedRows(lzwUnpacker(data), rowBytes, length, isWhole);
    case TIFF_COMPRESSION.packBits:
      return unpackedRows(bitsUnpacker(data), rowBytes, length, isWhole);
    case TIFF_COMPRESSION.deflate:
    case TIFF_COMPRESSION.oldDeflate:
      return isWhole
        ? rowsOf(inflateWhole(data, length), rowBytes)
        : inflatedRows(inflateStream(data), rowBytes);
    default:
      throw new DecodeError(`compression ${layout.compression}`, { truncated: false });
  }
}

function rowsOf(
  data: Uint8Array,
  rowBytes: number,
  copy: (row: Uint8Array) => Uint8Array = (row) => row,
): SegmentRows {
  let at = 0;
  return {
    next: () => {
      const row = data.subarray(at, at + rowBytes);
      if (row.length < rowBytes) {
        throw endsEarly();
      }
      at += rowBytes;
      return copy(row);
    },
    close: () => undefined,
  };
}

/** Least bytes that are unpacked at a time. */
const PIECE = 65_536;

function unpackedRows(
  { unpack }: Unpacker,
  rowBytes: number,
  length: number,
  isWhole: boolean,
): SegmentRows {
  if (isWhole) {
    const whole = new Uint8Array(length + OVERSHOOT);
    unpack(whole, 0, length);
    // What is small shall not hold a large buffer.
    return rowsOf(length < PIECE ? whole.slice(0, length) : whole.subarray(0, length), rowBytes);
  }
  const piece = Math.ceil(PIECE / rowBytes) * rowBytes;
  const buffer = new Uint8Array(piece + OVERSHOOT);
  let at = 0;
  let end = 0;
  let left = length;
  return {
    next: () => {
      if (end - at < rowBytes) {
        buffer.copyWithin(0, at, end);
        end -= at;
        at = 0;
        const least = Math.min(piece, left) - end;
        end = unpack(buffer, end, least);
      }
      const row = buffer.subarray(at, at + rowBytes);
      at += rowBytes;
      left -= rowBytes;
      return row;
    },
    close: () => undefined,
  };
}

function inflatedRows({ nextPiece, close }: InflateStream, rowBytes: number): SegmentRows {
  let piece: Uint8Array = new Uint8Array();
  const gathered = new Uint8Array(rowBytes);
  let at = 0;
  const gather = async (): Promise<Uint8Array> => {
    let filled = 0;
    while (filled < rowBytes) {
      if (at === piece.length) {
        piece = await nextPiece();
        at = 0;
      }
      const part = piece.subarray(at, at + rowBytes - filled);
      gathered.set(part, filled);
      filled += part.length;
      at += part.length;
    }
    return gathered;
  };
  return {
    next: () => {
      if (at + rowBytes > piece.length) {
        return gather();
      }
      at += rowBytes;
      return piece.subarray(at - rowBytes, at);
    },
    close,
  };
}
