import type { Orientation } from './imageHeader.ts';
import { readTiffDirectory, tiffByteOrder, tiffNumber } from './tiffDirectory.ts';

const ORIENTATION_TAG = 0x0112;

/**
 * Orientation from an EXIF block, which is a TIFF file: the one tag of its first directory.
 * `undefined` when the block has none or is broken; EXIF is never a reason to refuse a picture.
 */
export function exifOrientation(tiff: Uint8Array): Orientation | undefined {
  const order = tiffByteOrder(tiff);
  if (!order) {
    return undefined;
  }
  const { fields } = readTiffDirectory(tiff, order, order.u32(tiff, 4));
  const value = tiffNumber(tiff, order, fields.get(ORIENTATION_TAG));
  return isOrientation(value) ? value : undefined;
}

export function isOrientation(value: number | undefined): value is Orientation {
  return value !== undefined && value >= 1 && value <= 8;
}
