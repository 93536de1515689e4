import { concatBytes } from '../bytes.ts';
import type { ImageFailure } from '../failure.ts';
import type { KeepableFormat } from './formats.ts';
import type { Result } from '../result.ts';
import { success } from '../result.ts';
import { stripGif } from './stripGif.ts';
import { stripJpeg } from './stripJpeg.ts';
import { stripPng } from './stripPng.ts';
import { stripWebp } from './stripWebp.ts';

/** The pieces of a file that are kept, in order, and whether anything between them was left out. */
export interface KeptParts {
  readonly parts: readonly Uint8Array[];
  readonly removed: boolean;
}

/** CRC-32 as in PNG and zlib: a parameter, because the machine has a faster one than JavaScript. */
export type Crc32 = (bytes: Uint8Array) => number;

export interface StrippedImage {
  /** The very bytes that came in when there was nothing to remove. */
  readonly bytes: Uint8Array;
  readonly metadataRemoved: boolean;
}

/**
 * Takes EXIF, GPS, XMP, IPTC, comments, text and data behind the image out of a whole file, without
 * touching its pixels. Colour profiles and what else changes how pixels look stay. Since it walks
 * the whole structure, it also finds files that are cut off or damaged.
 */
export function stripMetadata(
  bytes: Uint8Array,
  format: KeepableFormat,
  crc32: Crc32,
): Result<StrippedImage, ImageFailure> {
  const kept = walk(bytes, format, crc32);
  if (!kept.ok) {
    return kept;
  }
  const { parts, removed } = kept.value;
  return success({ bytes: removed ? concatBytes(parts) : bytes, metadataRemoved: removed });
}

function walk(
  bytes: Uint8Array,
  format: KeepableFormat,
  crc32: Crc32,
): Result<KeptParts, ImageFailure> {
  switch (format) {
    case 'png':
      return stripPng(bytes, crc32);
    case 'jpeg':
      return stripJpeg(bytes);
    case 'gif':
      return stripGif(bytes);
    case 'webp':
      return stripWebp(bytes);
  }
}
