import { avif, heic } from 'icodec/node';
import avifFile from 'icodec/avif-dec.wasm';
import heicFile from 'icodec/heic-dec.wasm';
import type { Bitmap } from '../bitmap.ts';
import type { DecodeOptions } from './decoder.ts';
import { decodeWithIcodecAt } from './icodecPicture.ts';

/** Decodes the primary picture of an AVIF; `irot` and `imir` are applied by the codec. */
export function decodeAvif(bytes: Uint8Array, options: DecodeOptions): Promise<Bitmap> {
  return decodeWithIcodecAt(avif, avifFile, bytes, options);
}

/** Decodes the primary picture of a HEIC; `irot` and `imir` are applied by the codec. */
export function decodeHeic(bytes: Uint8Array, options: DecodeOptions): Promise<Bitmap> {
  return decodeWithIcodecAt(heic, heicFile, bytes, options);
}
