import { latin1 } from '../bytes.ts';
import type { ImageFailure } from '../failure.ts';
import { GIF_EXTENSION, gifBlocksStart, readGifBlock } from './gifHeader.ts';
import { MAX_FILE_PARTS } from '../plan/limits.ts';
import { failed, success } from '../result.ts';
import type { Result } from '../result.ts';
import type { KeptParts } from './strip.ts';

/** Loop counts and the colour profile; every other application block is XMP or private data. */
const KEPT_APPLICATIONS = new Set(['NETSCAPE2.0', 'ANIMEXTS1.0', 'ICCRGBG1012']);
const APPLICATION_ID_LENGTH = 11;

/**
 * Keeps the frames with their timing, the loop count and the colour profile. Comments, XMP, plain
 * text and data behind the trailer go. A file without its trailer is truncated.
 */
export function stripGif(bytes: Uint8Array): Result<KeptParts, ImageFailure> {
  let at = gifBlocksStart(bytes);
  const parts: Uint8Array[] = [bytes.subarray(0, at)];
  let removed = false;
  let framesSeen = false;
  /** A graphic control block belongs to the frame or text behind it, and goes where that goes. */
  let pendingControl: Uint8Array | undefined;
  for (let count = 0; count < MAX_FILE_PARTS; count += 1) {
    const block = readGifBlock(bytes, at);
    if (!block || (block.kind !== 'unknown' && block.end > bytes.length)) {
      return failed({ kind: 'imageTruncated', format: 'GIF' });
    }
    if (block.kind === 'unknown') {
      return damaged('unknown block');
    }
    const part = bytes.subarray(block.start, block.end);
    at = block.end;
    if (block.kind === 'trailer') {
      if (!framesSeen) {
        return damaged('no frame');
      }
      parts.push(part);
      return success({
        parts,
        removed: removed || pendingControl !== undefined || at < bytes.length,
      });
    }
    if (block.kind === 'image') {
      framesSeen = true;
      parts.push(...(pendingControl ? [pendingControl] : []), part);
      pendingControl = undefined;
    } else if (block.label === GIF_EXTENSION.graphicControl) {
      removed ||= pendingControl !== undefined;
      pendingControl = part;
    } else if (
      block.label === GIF_EXTENSION.application &&
      KEPT_APPLICATIONS.has(latin1(bytes, block.dataStart + 1, APPLICATION_ID_LENGTH))
    ) {
      // Between a control block and its frame: order does not matter to either.
      removed ||= pendingControl !== undefined;
      parts.push(part);
    } else {
      removed = true;
      pendingControl = block.label === GIF_EXTENSION.plainText ? undefined : pendingControl;
    }
  }
  return damaged('too many blocks');
}

function damaged(detail: string): Result<never, ImageFailure> {
  return failed({ kind: 'imageDamaged', format: 'GIF', detail });
}
