import { u8 } from '../../core/bytes.ts';
import type { Size } from '../../core/formats/imageHeader.ts';
import { DecodeError } from '../decodeError.ts';

/** Codes that follow a zero. */
const END_OF_LINE = 0;
const END_OF_BITMAP = 1;
const MOVE = 2;

/**
 * Undoes the run lengths of a bitmap with 4 or 8 bits a pixel: a byte of index for every pixel, in
 * the order of the file. Pixels that are skipped have index 0.
 */
export function runLengthRows(
  data: Uint8Array,
  { width, height }: Size,
  nibbles: boolean,
): Uint8Array {
  const rows = new Uint8Array(width * height);
  const put = (x: number, y: number, index: number): void => {
    if (x < width && y < height) {
      rows[y * width + x] = index;
    }
  };
  let at = 0;
  let x = 0;
  let y = 0;
  while (y < height) {
    if (at + 2 > data.length) {
      // Some writers leave out the last code.
      if (y === height - 1 && x >= width) {
        return rows;
      }
      throw endsEarly();
    }
    const count = u8(data, at);
    const value = u8(data, at + 1);
    at += 2;
    if (count > 0) {
      for (let index = 0; index < count; index += 1) {
        put(x + index, y, nibbles ? nibble(value, index) : value);
      }
      x += count;
    } else if (value === END_OF_LINE) {
      x = 0;
      y += 1;
    } else if (value === END_OF_BITMAP) {
      return rows;
    } else if (value === MOVE) {
      x += u8(data, at);
      y += u8(data, at + 1);
      at += 2;
    } else {
      const length = nibbles ? Math.ceil(value / 2) : value;
      if (at + length > data.length) {
        throw endsEarly();
      }
      for (let index = 0; index < value; index += 1) {
        const byte = u8(data, at + (nibbles ? index >> 1 : index));
        put(x + index, y, nibbles ? nibble(byte, index) : byte);
      }
      x += value;
      // Padded to an even number of bytes.
      at += length + (length % 2);
    }
  }
  return rows;
}

/** The higher half of a byte comes first. */
function nibble(byte: number, index: number): number {
  return index % 2 === 0 ? byte >> 4 : byte & 15;
}

function endsEarly(): DecodeError {
  return new DecodeError('pixel data ends early', { truncated: true });
}
