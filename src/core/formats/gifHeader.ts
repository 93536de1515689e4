import { u8, u16le } from '../bytes.ts';
import { needMoreBytes, probeFailed } from './imageHeader.ts';
import { MAX_FILE_PARTS } from '../plan/limits.ts';
import type { ProbeResult } from './imageHeader.ts';

const SCREEN_DESCRIPTOR_END = 13;
const IMAGE_DESCRIPTOR = 0x2c;
const EXTENSION = 0x21;
const TRAILER = 0x3b;

export const GIF_EXTENSION = {
  plainText: 0x01,
  graphicControl: 0xf9,
  comment: 0xfe,
  application: 0xff,
} as const;

/** A block of a GIF with all its sub-blocks. `end` is one past it and may lie beyond the bytes. */
export type GifBlock =
  | { readonly kind: 'trailer'; readonly start: number; readonly end: number }
  | {
      readonly kind: 'extension';
      readonly label: number;
      readonly start: number;
      readonly dataStart: number;
      readonly end: number;
    }
  | { readonly kind: 'image'; readonly start: number; readonly end: number }
  | { readonly kind: 'unknown'; readonly start: number };

/** Where the blocks begin: behind the screen descriptor and the global colour table. */
export function gifBlocksStart(bytes: Uint8Array): number {
  return SCREEN_DESCRIPTOR_END + colourTableLength(u8(bytes, 10));
}

/** The block at `at`, or `undefined` when the bytes end inside it. */
export function readGifBlock(bytes: Uint8Array, at: number): GifBlock | undefined {
  if (at >= bytes.length) {
    return undefined;
  }
  const introducer = u8(bytes, at);
  if (introducer === TRAILER) {
    return { kind: 'trailer', start: at, end: at + 1 };
  }
  if (introducer === EXTENSION) {
    const end = endOfSubBlocks(bytes, at + 2);
    return end === undefined
      ? undefined
      : { kind: 'extension', label: u8(bytes, at + 1), start: at, dataStart: at + 2, end };
  }
  if (introducer === IMAGE_DESCRIPTOR) {
    const codeSizeAt = at + 10 + colourTableLength(u8(bytes, at + 9));
    const end = endOfSubBlocks(bytes, codeSizeAt + 1);
    return end === undefined ? undefined : { kind: 'image', start: at, end };
  }
  return { kind: 'unknown', start: at };
}

function endOfSubBlocks(bytes: Uint8Array, from: number): number | undefined {
  let at = from;
  while (at < bytes.length) {
    const length = u8(bytes, at);
    at += 1 + length;
    if (length === 0) {
      return at;
    }
  }
  return undefined;
}

function colourTableLength(flags: number): number {
  return (flags & 0x80) === 0 ? 0 : 3 * 2 ** ((flags & 7) + 1);
}

/**
 * Reads a GIF's header up to the descriptor of the first frame, which is the one that Claude sees.
 * Frames are counted when the bytes reach to the end of the file.
 */
export function probeGif(bytes: Uint8Array): ProbeResult {
  const blocksStart = gifBlocksStart(bytes);
  if (bytes.length < SCREEN_DESCRIPTOR_END || bytes.length < blocksStart) {
    return needMoreBytes(Math.max(blocksStart, SCREEN_DESCRIPTOR_END) + 1);
  }
  const size = { width: u16le(bytes, 6), height: u16le(bytes, 8) };
  if (size.width === 0 || size.height === 0) {
    return damaged(`size ${size.width}x${size.height}`);
  }
  let at = blocksStart;
  let transparentIndex = false;
  for (let count = 0; u8(bytes, at) === EXTENSION; count += 1) {
    if (count === MAX_FILE_PARTS) {
      return damaged('too many blocks');
    }
    const block = readGifBlock(bytes, at);
    if (block?.kind !== 'extension') {
      return needMoreBytes(bytes.length + 1);
    }
    if (block.label === GIF_EXTENSION.graphicControl) {
      transparentIndex = (u8(bytes, block.dataStart + 1) & 1) === 1;
    }
    at = block.end;
  }
  if (at + 10 > bytes.length) {
    return needMoreBytes(at + 10);
  }
  if (u8(bytes, at) !== IMAGE_DESCRIPTOR) {
    return damaged('no frame');
  }
  const right = u16le(bytes, at + 1) + u16le(bytes, at + 5);
  const bottom = u16le(bytes, at + 3) + u16le(bytes, at + 7);
  // Also what bounds the decoder's memory: it allocates by the frame and not by the screen.
  if (right > size.width || bottom > size.height) {
    return damaged('first frame larger than the picture');
  }
  const coversScreen = u16le(bytes, at + 5) === size.width && u16le(bytes, at + 7) === size.height;
  const frames = countFrames(bytes, at);
  return {
    kind: 'header',
    header: {
      format: 'gif',
      size,
      orientation: 1,
      colourSpace: 'palette',
      lossy: false,
      progressive: false,
      ...(frames !== undefined && { frames }),
      alpha: transparentIndex || !coversScreen,
      bitDepth: (u8(bytes, 10) & 7) + 1,
    },
  };
}

function countFrames(bytes: Uint8Array, from: number): number | undefined {
  let frames = 0;
  let block = readGifBlock(bytes, from);
  for (let count = 0; block && block.kind !== 'trailer' && block.kind !== 'unknown'; count += 1) {
    if (count === MAX_FILE_PARTS) {
      return undefined;
    }
    frames += block.kind === 'image' ? 1 : 0;
    block = readGifBlock(bytes, block.end);
  }
  return block?.kind === 'trailer' ? frames : undefined;
}

function damaged(detail: string): ProbeResult {
  return probeFailed({ kind: 'imageDamaged', format: 'GIF', detail });
}
