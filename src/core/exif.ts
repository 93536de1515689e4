import { hasText, u16be, u16le, u32be, u32le } from './bytes.ts';
import type { Orientation } from './imageHeader.ts';

const ORIENTATION_TAG = 0x0112;
const TYPE_SHORT = 3;
const TYPE_LONG = 4;

/**
 * Orientation from an EXIF block, which is a TIFF file: the one tag of its first directory.
 * `undefined` when the block has none or is broken; EXIF is never a reason to refuse a picture.
 */
export function exifOrientation(tiff: Uint8Array): Orientation | undefined {
  const littleEndian = hasText(tiff, 0, 'II*\0');
  if (!littleEndian && !hasText(tiff, 0, 'MM\0*')) {
    return undefined;
  }
  const u16 = littleEndian ? u16le : u16be;
  const u32 = littleEndian ? u32le : u32be;
  const directory = u32(tiff, 4);
  const entries = u16(tiff, directory);
  for (let index = 0; index < entries; index += 1) {
    const entry = directory + 2 + index * 12;
    if (entry + 12 > tiff.length) {
      return undefined;
    }
    if (u16(tiff, entry) === ORIENTATION_TAG) {
      const type = u16(tiff, entry + 2);
      const value =
        type === TYPE_SHORT ? u16(tiff, entry + 8) : type === TYPE_LONG ? u32(tiff, entry + 8) : 0;
      return isOrientation(value) ? value : undefined;
    }
  }
  return undefined;
}

function isOrientation(value: number): value is Orientation {
  return value >= 1 && value <= 8;
}
