import { hasText, u8 } from '../../core/bytes.ts';
import { largestIconEntry } from '../../core/formats/icoHeader.ts';
import { PNG_SIGNATURE } from '../../core/formats/pngHeader.ts';
import type { Bitmap } from '../bitmap.ts';
import { DecodeError } from '../decodeError.ts';
import { atTarget } from './atTarget.ts';
import type { DecodeOptions } from './decoder.ts';
import { dibRows, dibStride, readDib } from './dibPixels.ts';
import type { Dib } from './dibPixels.ts';
import { decodePng } from './pngDecoder.ts';

/** Four times what a bitmap in an icon may have: the directory has a byte for an edge. */
const LARGEST_EDGE = 1024;

/** Decodes the largest picture of an icon or cursor: a PNG, or a bitmap with a mask. */
export async function decodeIco(bytes: Uint8Array, options: DecodeOptions): Promise<Bitmap> {
  const entry = largestIconEntry(bytes);
  if (!entry || entry.dataStart >= bytes.length) {
    throw new DecodeError('no picture', { truncated: entry !== undefined });
  }
  const data = bytes.subarray(entry.dataStart, entry.dataEnd);
  return hasText(data, 0, PNG_SIGNATURE)
    ? await decodePng(data, options)
    : atTarget(decodeMasked(data), options);
}

function decodeMasked(bytes: Uint8Array): Bitmap {
  const whole = readDib(bytes, 0, 'icon');
  // The header counts the rows of the mask as well.
  const dib = { ...whole, height: Math.floor(whole.height / 2) };
  const { width, height } = dib;
  if (height === 0 || width > LARGEST_EDGE || height > LARGEST_EDGE) {
    throw new DecodeError(`size ${width}x${height}`, { truncated: false });
  }
  const { alpha, readRow } = dibRows(bytes, dib);
  const data = Buffer.alloc(width * height * 4);
  for (let y = 0; y < height; y += 1) {
    readRow(y, data.subarray(y * width * 4, (y + 1) * width * 4));
  }
  if (!alpha) {
    applyMask(data, bytes, dib);
  }
  return { data, width, height };
}

/** Makes transparent what the mask says, a bit a pixel; without a mask everything is opaque. */
function applyMask(data: Buffer, bytes: Uint8Array, { width, height, bits, pixelsAt }: Dib): void {
  const maskAt = pixelsAt + dibStride(width, bits) * height;
  const stride = dibStride(width, 1);
  for (let y = 0; y < height; y += 1) {
    const row = maskAt + (height - 1 - y) * stride;
    for (let x = 0; x < width; x += 1) {
      if (((u8(bytes, row + (x >> 3)) >> (7 - (x & 7))) & 1) === 1) {
        data[(y * width + x) * 4 + 3] = 0;
      }
    }
  }
}
