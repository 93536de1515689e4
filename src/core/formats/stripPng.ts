import { u32be } from '../bytes.ts';
import type { ImageFailure } from '../failure.ts';
import { MAX_FILE_PARTS } from '../plan/limits.ts';
import { PNG_SIGNATURE, readPngChunk } from './pngHeader.ts';
import { failed, success } from '../result.ts';
import type { Result } from '../result.ts';
import type { Crc32, KeptParts } from './strip.ts';

const CRITICAL = new Set(['IHDR', 'PLTE', 'IDAT', 'IEND']);

/** Ancillary chunks that change how the pixels look, or that make up the frames of an APNG. */
const KEPT_ANCILLARY = new Set(
  'tRNS gAMA cHRM sRGB iCCP cICP mDCV cLLI sBIT bKGD pHYs acTL fcTL fdAT'.split(' '),
);

/**
 * Keeps the chunks that make the picture. A file without its end is truncated; a critical chunk
 * with a wrong CRC, an unknown critical chunk or chunks out of order are damage.
 */
export function stripPng(bytes: Uint8Array, crc32: Crc32): Result<KeptParts, ImageFailure> {
  const parts: Uint8Array[] = [bytes.subarray(0, PNG_SIGNATURE.length)];
  let removed = false;
  let pixelsSeen = false;
  let at = PNG_SIGNATURE.length;
  for (let count = 0; count < MAX_FILE_PARTS; count += 1) {
    const chunk = readPngChunk(bytes, at);
    if (!chunk) {
      return failed({ kind: 'imageTruncated', format: 'PNG' });
    }
    if (!/^[A-Za-z]{4}$/.test(chunk.type)) {
      return damaged('chunk type is not four letters');
    }
    if (chunk.end > bytes.length) {
      return failed({ kind: 'imageTruncated', format: 'PNG' });
    }
    if ((chunk.type === 'IHDR') !== (at === PNG_SIGNATURE.length)) {
      return damaged('IHDR is not the first chunk');
    }
    const isCritical = CRITICAL.has(chunk.type);
    if (isCritical) {
      if (crc32(bytes.subarray(chunk.start + 4, chunk.dataEnd)) !== u32be(bytes, chunk.dataEnd)) {
        return damaged(`checksum of ${chunk.type}`);
      }
    } else if (isUpperCase(chunk.type)) {
      return damaged(`unknown critical chunk ${chunk.type}`);
    }
    pixelsSeen ||= chunk.type === 'IDAT';
    if (isCritical || KEPT_ANCILLARY.has(chunk.type)) {
      parts.push(bytes.subarray(chunk.start, chunk.end));
    } else {
      removed = true;
    }
    at = chunk.end;
    if (chunk.type === 'IEND') {
      return pixelsSeen
        ? success({ parts, removed: removed || at < bytes.length })
        : damaged('no pixels');
    }
  }
  return damaged('too many chunks');
}

/** A capital first letter marks a chunk that a decoder must understand. */
function isUpperCase(type: string): boolean {
  return type.charAt(0) < 'a';
}

function damaged(detail: string): Result<never, ImageFailure> {
  return failed({ kind: 'imageDamaged', format: 'PNG', detail });
}
