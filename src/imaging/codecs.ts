import { createJimp } from '@jimp/core';
import jpeg from '@jimp/js-jpeg';
import type { DecodeJpegOptions } from '@jimp/js-jpeg';
import png from '@jimp/js-png';
import type { Size } from '../core/imageHeader.ts';
import { MAX_PIXELS } from '../core/limits.ts';
import { shrink } from './areaAverage.ts';
import type { Bitmap } from './bitmap.ts';
import { decodeGif } from './gifDecoder.ts';
import { decodePng } from './pngDecoder.ts';

/** Options of every format here. */
export interface DecodeOptions {
  /** The size that is wanted; the decoder comes out at it. As stored, before orientation. */
  readonly target?: Size;
}

/**
 * jpeg-js counts what it allocates and refuses at 512 MB, which honest photographs of 48 megapixels
 * reach. The size was checked from the header long before; this holds `MAX_PIXELS` at 4:4:4.
 */
const JPEG_LIMITS: DecodeJpegOptions = {
  maxResolutionInMP: MAX_PIXELS / 1e6,
  maxMemoryUsageInMB: 4096,
};

function pngFormat() {
  return {
    ...png(),
    decode: (data: Buffer, options?: DecodeOptions): Promise<Bitmap> =>
      decodePng(data, options?.target),
  };
}

/** jimp's type detection tells animated PNGs from others; a decoder takes both. */
function apngFormat() {
  return { ...pngFormat(), mime: 'image/apng' as const };
}

function jpegFormat() {
  const { encode, decode } = jpeg();
  return {
    mime: 'image/jpeg' as const,
    // Spares a slow `composite()` at encoding: pictures are flattened before they get there.
    hasAlpha: true as const,
    encode,
    decode: (data: Buffer, options?: DecodeOptions): Bitmap =>
      shrinkTo(decode(data, JPEG_LIMITS), options),
  };
}

function gifFormat() {
  return {
    mime: 'image/gif' as const,
    hasAlpha: true as const,
    // jimp asks every format for it; leaving out its GIF encoder spares the bundle a quantizer.
    encode: (): Buffer => {
      throw new Error('GIF is read here and never written');
    },
    decode: (data: Buffer, options?: DecodeOptions): Bitmap => shrinkTo(decodeGif(data), options),
  };
}

function shrinkTo(bitmap: Bitmap, options: DecodeOptions | undefined): Bitmap {
  return options?.target ? shrink(bitmap, options.target) : bitmap;
}

/** jimp with the formats of this extension; a further format is one more entry here. */
export const Jimp = createJimp({
  formats: [pngFormat, apngFormat, jpegFormat, gifFormat],
});
