import { concatBytes, fromLatin1, hasText, u8 } from '../bytes.ts';
import type { ImageFailure } from '../failure.ts';
import { MAX_FILE_PARTS } from '../plan/limits.ts';
import { failed, success } from '../result.ts';
import type { Result } from '../result.ts';
import type { KeptParts } from './strip.ts';
import {
  isWebpPicture,
  readRiffChunk,
  TOO_MANY_CHUNKS,
  VP8X_FLAG,
  WEBP_CHUNKS_START,
  WEBP_FRAME_HEADER,
  webpEnd,
} from './webpHeader.ts';
import type { RiffChunk } from './webpHeader.ts';

/**
 * Keeps the pictures with their transparency, the animation and the colour profile. EXIF, XMP,
 * unknown chunks, second pictures and what lies behind the end go; the header then no longer
 * promises them. A file that is shorter than it says is truncated.
 */
export function stripWebp(bytes: Uint8Array): Result<KeptParts, ImageFailure> {
  const end = webpEnd(bytes);
  if (bytes.length < end || bytes.length < WEBP_CHUNKS_START) {
    return failed({ kind: 'imageTruncated', format: 'WebP' });
  }
  const budget = { chunks: MAX_FILE_PARTS };
  const chunks = readChunks(bytes, WEBP_CHUNKS_START, end, budget);
  if (typeof chunks === 'string') {
    return damaged(chunks);
  }
  const flags = chunks[0]?.type === 'VP8X' ? u8(bytes, chunks[0].dataStart) : 0;
  const body: Uint8Array[] = [];
  let pictures = 0;
  for (const [index, chunk] of chunks.entries()) {
    const part = keptPart(bytes, chunk, { flags, isFirst: index === 0, pictures, budget });
    if (typeof part === 'string') {
      return damaged(part);
    }
    if (part) {
      body.push(part);
      pictures += isWebpPicture(chunk) || chunk.type === 'ANMF' ? 1 : 0;
    }
  }
  if (pictures === 0) {
    return damaged('no picture');
  }
  const kept = concatBytes(body);
  const removed =
    bytes.length !== WEBP_CHUNKS_START + kept.length ||
    (flags & (VP8X_FLAG.exif | VP8X_FLAG.xmp)) !== 0;
  return success({ parts: [riffHeader(kept.length), kept], removed });
}

/** `RIFF`, the length of all that follows it, and `WEBP`. */
export function riffHeader(chunksLength: number): Uint8Array<ArrayBuffer> {
  const header = fromLatin1('RIFF\0\0\0\0WEBP');
  new DataView(header.buffer).setUint32(4, chunksLength + 4, true);
  return header;
}

/** Chunks that may still be read, of the whole file: frames have chunks of their own. */
interface Budget {
  chunks: number;
}

/** The chunks between `from` and `to`; a text says what is wrong with them. */
function readChunks(
  bytes: Uint8Array,
  from: number,
  to: number,
  budget: Budget,
): RiffChunk[] | string {
  const chunks: RiffChunk[] = [];
  let at = from;
  while (at < to) {
    const chunk = readRiffChunk(bytes, at);
    if (!chunk || chunk.dataEnd > to) {
      return 'a chunk reaches past the end';
    }
    if (budget.chunks === 0) {
      return TOO_MANY_CHUNKS;
    }
    budget.chunks -= 1;
    chunks.push(chunk);
    at = chunk.end;
  }
  return chunks;
}

interface Context {
  readonly flags: number;
  readonly isFirst: boolean;
  /** Kept so far. */
  readonly pictures: number;
  readonly budget: Budget;
}

/** What stays of a chunk, padded; `undefined` when nothing does, a text when it is damaged. */
function keptPart(
  bytes: Uint8Array,
  chunk: RiffChunk,
  context: Context,
): Uint8Array | string | undefined {
  const { flags, isFirst, pictures, budget } = context;
  const animated = (flags & VP8X_FLAG.animation) !== 0;
  switch (chunk.type) {
    case 'VP8X': {
      const header = Uint8Array.from(padded(bytes, chunk));
      header[8] = flags & ~(VP8X_FLAG.exif | VP8X_FLAG.xmp);
      return isFirst ? header : undefined;
    }
    case 'ICCP':
      return (flags & VP8X_FLAG.profile) !== 0 && pictures === 0 ? padded(bytes, chunk) : undefined;
    case 'ANIM':
      return animated ? padded(bytes, chunk) : undefined;
    case 'ANMF':
      return animated ? frameWithoutExtras(bytes, chunk, budget) : undefined;
    case 'ALPH':
    case 'VP8 ':
    case 'VP8L':
      return animated || pictures > 0 ? undefined : padded(bytes, chunk);
    default:
      return undefined;
  }
}

/** A frame with its picture and transparency only: unknown chunks may stand inside it, too. */
function frameWithoutExtras(
  bytes: Uint8Array,
  frame: RiffChunk,
  budget: Budget,
): Uint8Array | string {
  const start = frame.dataStart + WEBP_FRAME_HEADER;
  const inner = readChunks(bytes, start, frame.dataEnd, budget);
  if (typeof inner === 'string') {
    return inner;
  }
  if (!inner.some(isWebpPicture)) {
    return 'a frame without a picture';
  }
  const kept = inner.filter((chunk) => chunk.type === 'ALPH' || isWebpPicture(chunk));
  if (kept.length === inner.length) {
    return padded(bytes, frame);
  }
  const header = Uint8Array.from(bytes.subarray(frame.start, start));
  const parts = kept.map((chunk) => padded(bytes, chunk));
  const length = parts.reduce((sum, part) => sum + part.length, WEBP_FRAME_HEADER);
  new DataView(header.buffer).setUint32(4, length, true);
  return concatBytes([header, ...parts]);
}

/** The chunk as it stands, with the padding that its writer may have left out at the end. */
function padded(bytes: Uint8Array, chunk: RiffChunk): Uint8Array {
  const isPadded = chunk.end === chunk.dataEnd || hasText(bytes, chunk.dataEnd, '\0');
  return isPadded
    ? bytes.subarray(chunk.start, chunk.end)
    : concatBytes([bytes.subarray(chunk.start, chunk.dataEnd), Uint8Array.of(0)]);
}

function damaged(detail: string): Result<never, ImageFailure> {
  return failed({ kind: 'imageDamaged', format: 'WebP', detail });
}
