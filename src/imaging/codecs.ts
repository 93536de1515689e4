import { createJimp } from '@jimp/core';
import type { Bitmap } from './bitmap.ts';
import { decodeBmp } from './formats/bmpDecoder.ts';
import type { DecodeOptions, Decoder } from './formats/decoder.ts';
import { decodeGif } from './formats/gifDecoder.ts';
import { decodeAvif, decodeHeic } from './formats/heifDecoder.ts';
import { decodeIco } from './formats/icoDecoder.ts';
import { decodeJpeg } from './formats/jpegDecoder.ts';
import { encodeJpeg } from './formats/jpegEncoder.ts';
import { decodePng } from './formats/pngDecoder.ts';
import { encodePng } from './formats/pngEncoder.ts';
import { decodeTiff } from './formats/tiffDecoder.ts';
import { decodeWebp } from './formats/webpDecoder.ts';
import { encodeWebp } from './formats/webpEncoder.ts';

/** jimp flattens pictures for formats without alpha, slowly; here they come as they shall go. */
const COMMON = { hasAlpha: true } as const;

interface LossyOptions {
  /** 1 to 100. */
  readonly quality?: number;
}

const QUALITY = 88;

/** A format that is read and never written, under one of the names that jimp has for it. */
function readOnly<Name extends string>(mime: Name, decode: Decoder) {
  return () => ({
    ...COMMON,
    mime,
    decode: decodeWith(decode),
    // jimp asks every format for it; its own encoders would only make the bundle larger.
    encode: (): Buffer => {
      throw new Error(`${mime} is read here and never written`);
    },
  });
}

function decodeWith(decode: Decoder) {
  return (data: Buffer, options: DecodeOptions = {}) => decode(data, options);
}

function pngFormat() {
  return {
    ...COMMON,
    mime: 'image/png' as const,
    decode: decodeWith(decodePng),
    encode: (bitmap: Bitmap, { opaque = false }: { readonly opaque?: boolean } = {}) =>
      encodePng(bitmap, opaque),
  };
}

function jpegFormat() {
  return {
    ...COMMON,
    mime: 'image/jpeg' as const,
    decode: decodeWith(decodeJpeg),
    encode: (bitmap: Bitmap, { quality = QUALITY }: LossyOptions = {}) =>
      encodeJpeg(bitmap, quality),
  };
}

function webpFormat() {
  return {
    ...COMMON,
    mime: 'image/webp' as const,
    decode: decodeWith(decodeWebp),
    encode: (bitmap: Bitmap, { quality = QUALITY }: LossyOptions = {}) =>
      encodeWebp(bitmap, quality),
  };
}

/** jimp with the formats of this extension; a further one has an entry here and in `forEveryFormat`. */
export const Jimp = createJimp({
  formats: [
    pngFormat,
    jpegFormat,
    webpFormat,
    readOnly('image/apng', decodePng),
    readOnly('image/gif', decodeGif),
    readOnly('image/bmp', decodeBmp),
    readOnly('image/tiff', decodeTiff),
    readOnly('image/x-icon', decodeIco),
    readOnly('image/avif', decodeAvif),
    readOnly('image/heic', decodeHeic),
    readOnly('image/heic-sequence', decodeHeic),
    readOnly('image/heif', decodeHeic),
    readOnly('image/heif-sequence', decodeHeic),
  ],
});

/** The options for whichever of the formats jimp finds a file to be. */
export function forEveryFormat(options: DecodeOptions) {
  return {
    'image/png': options,
    'image/jpeg': options,
    'image/webp': options,
    'image/apng': options,
    'image/gif': options,
    'image/bmp': options,
    'image/tiff': options,
    'image/x-icon': options,
    'image/avif': options,
    'image/heic': options,
    'image/heic-sequence': options,
    'image/heif': options,
    'image/heif-sequence': options,
  };
}
