import { u32le } from '../../core/bytes.ts';
import type { Bitmap } from '../bitmap.ts';
import { rowSink } from '../resize/lanczosResizer.ts';
import { dibRows, readDib } from './dibPixels.ts';
import type { DecodeOptions } from './decoder.ts';

const FILE_HEADER = 14;

/**
 * Decodes a BMP of Windows or OS/2: palettes of 1 to 8 bits, run lengths, 16 to 32 bits with or
 * without masks, rows in either order. bmp-ts, which jimp uses, shifts the colours of run lengths,
 * loses alpha, ends early at odd widths of 4 bits, and knows nothing of OS/2.
 */
export function decodeBmp(bytes: Uint8Array, options: DecodeOptions): Bitmap {
  const dib = readDib(bytes, FILE_HEADER, u32le(bytes, 10));
  const { alpha, readRow } = dibRows(bytes, dib);
  const sink = rowSink(dib, options.target ?? dib, { pixels: alpha ? 'rgba' : 'opaque' });
  const rgba = new Uint8Array(dib.width * 4);
  for (let y = 0; y < dib.height; y += 1) {
    readRow(y, rgba);
    sink.addRow(rgba, 0);
  }
  return sink.result();
}
