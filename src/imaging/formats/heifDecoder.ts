import { avif, heic } from 'icodec/node';
import avifFile from 'icodec/avif-dec.wasm';
import heicFile from 'icodec/heic-dec.wasm';
import { metadataItems } from '../../core/formats/heifItems.ts';
import type { Bitmap } from '../bitmap.ts';
import type { DecodeOptions } from './decoder.ts';
import { decodeWithIcodecAt } from './icodecPicture.ts';

/**
 * Decodes the primary picture of an AVIF and cuts it to the aperture (`clap`), which the codec does
 * not. Nor does it turn pictures: `irot` and `imir` are for the caller to apply.
 */
export function decodeAvif(bytes: Uint8Array, options: DecodeOptions): Promise<Bitmap> {
  return decodeWithIcodecAt(avif, avifFile, withoutMetadata(bytes), options);
}

/** Decodes the primary picture of a HEIC; the codec itself applies `clap`, `irot` and `imir`. */
export function decodeHeic(bytes: Uint8Array, { target }: DecodeOptions): Promise<Bitmap> {
  return decodeWithIcodecAt(heic, heicFile, bytes, target ? { target } : {});
}

/** Libavif refuses a picture for its EXIF, but passes over items of types that it does not know. */
function withoutMetadata(bytes: Uint8Array): Uint8Array {
  const items = metadataItems(bytes);
  if (items.length === 0) {
    return bytes;
  }
  const copy = new Uint8Array(bytes);
  for (const { typeAt } of items) {
    copy.fill(UNKNOWN_TYPE, typeAt, typeAt + 4);
  }
  return copy;
}

/** Four of it are no type of item. */
const UNKNOWN_TYPE = '-'.charCodeAt(0);
