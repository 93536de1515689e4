import { isOpaque } from '../bitmap.ts';
import type { Bitmap } from '../bitmap.ts';
import { DecodeError } from '../decodeError.ts';
import { shrink } from '../resize/lanczosResizer.ts';
import type { DecodeOptions } from './decoder.ts';

/** What a decoder made in full, at the size that is wanted. */
export function atTarget(bitmap: Bitmap, { target }: DecodeOptions): Bitmap {
  if (!target || (target.width === bitmap.width && target.height === bitmap.height)) {
    return bitmap;
  }
  if (target.width > bitmap.width || target.height > bitmap.height) {
    throw new DecodeError('the picture is smaller than its header says', { truncated: false });
  }
  return shrink(bitmap, target, { alpha: !isOpaque(bitmap) });
}
