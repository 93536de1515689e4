import { BIG_ENDIAN, hasText, LITTLE_ENDIAN, u8 } from '../bytes.ts';
import type { ByteOrder } from '../bytes.ts';

/** Reads the directories of TIFF files (TIFF 6.0, section 2), which EXIF blocks are as well. */

/** A field of a directory; `valueAt` may lie beyond the bytes. */
export interface TiffField {
  readonly type: number;
  readonly count: number;
  readonly valueAt: number;
  /** Bytes of the value. */
  readonly length: number;
}

export interface TiffDirectory {
  /** By tag; of fields that the bytes do not reach, nothing. */
  readonly fields: ReadonlyMap<number, TiffField>;
  /** Where the next directory stands; 0 when there is none. */
  readonly next: number;
  /** One past the directory; may lie beyond the bytes. */
  readonly end: number;
}

const TYPE_LENGTHS: Readonly<Record<number, number>> = {
  1: 1,
  2: 1,
  3: 2,
  4: 4,
  5: 8,
  6: 1,
  7: 1,
  8: 2,
  9: 4,
  10: 8,
  11: 4,
  12: 8,
  13: 4,
};

const ENTRY_LENGTH = 12;

export function tiffByteOrder(bytes: Uint8Array): ByteOrder | undefined {
  return hasText(bytes, 0, 'II*\0')
    ? LITTLE_ENDIAN
    : hasText(bytes, 0, 'MM\0*')
      ? BIG_ENDIAN
      : undefined;
}

/** The directory at `at`, as far as the bytes reach. Of a tag that stands twice, the first. */
export function readTiffDirectory(bytes: Uint8Array, order: ByteOrder, at: number): TiffDirectory {
  const entries = order.u16(bytes, at);
  const end = at + 2 + entries * ENTRY_LENGTH + 4;
  const fields = new Map<number, TiffField>();
  for (let index = 0; index < entries; index += 1) {
    const entry = at + 2 + index * ENTRY_LENGTH;
    if (entry + ENTRY_LENGTH > bytes.length) {
      break;
    }
    const tag = order.u16(bytes, entry);
    const type = order.u16(bytes, entry + 2);
    const count = order.u32(bytes, entry + 4);
    const length = count * (TYPE_LENGTHS[type] ?? 0);
    const valueAt = length <= 4 ? entry + 8 : order.u32(bytes, entry + 8);
    if (!fields.has(tag)) {
      fields.set(tag, { type, count, valueAt, length });
    }
  }
  return { fields, next: end <= bytes.length ? order.u32(bytes, end - 4) : 0, end };
}

/** The first number of a field of whole numbers, as far as it has one. */
export function tiffNumber(
  bytes: Uint8Array,
  order: ByteOrder,
  field: TiffField | undefined,
): number | undefined {
  return tiffNumberAt(bytes, order, field, 0);
}

/** The number at `index` of a field of whole numbers, as far as the bytes have it. */
export function tiffNumberAt(
  bytes: Uint8Array,
  order: ByteOrder,
  field: TiffField | undefined,
  index: number,
): number | undefined {
  if (!field || index >= field.count) {
    return undefined;
  }
  const length = TYPE_LENGTHS[field.type] ?? 0;
  const at = field.valueAt + index * length;
  if (at + length > bytes.length) {
    return undefined;
  }
  switch (field.type) {
    case 1:
      return u8(bytes, at);
    case 3:
      return order.u16(bytes, at);
    case 4:
    case 13:
      return order.u32(bytes, at);
    default:
      return undefined;
  }
}

/** The first numbers, `most` of them, of a field of whole numbers that the bytes hold. */
export function tiffNumbers(
  bytes: Uint8Array,
  order: ByteOrder,
  field: TiffField | undefined,
  most: number,
): readonly number[] {
  const numbers: number[] = [];
  for (let index = 0; index < most; index += 1) {
    const number = tiffNumberAt(bytes, order, field, index);
    if (number === undefined) {
      break;
    }
    numbers.push(number);
  }
  return numbers;
}
