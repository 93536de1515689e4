import { concatBytes, u8, u16le } from '../../core/bytes.ts';
import { GIF_EXTENSION, gifBlocksStart, readGifBlock } from '../../core/formats/gifHeader.ts';
import type { Bitmap } from '../bitmap.ts';
import { DecodeError } from '../decodeError.ts';
import { atTarget } from './atTarget.ts';
import type { DecodeOptions } from './decoder.ts';

/** Start and step of the rows of an interlaced frame (GIF89a specification, appendix E). */
const INTERLACE = [
  [0, 8],
  [4, 8],
  [2, 4],
  [1, 2],
] as const;

const LARGEST_TABLE = 4096;
const LONGEST_CODE = 12;

/**
 * Decodes the first frame of a GIF on its screen; what the frame leaves out is transparent. Written
 * here because omggif, which jimp uses, never returns on some damaged files and takes data that
 * ends early for a picture.
 */
export function decodeGif(bytes: Uint8Array, options: DecodeOptions = {}): Bitmap {
  const width = u16le(bytes, 6);
  const height = u16le(bytes, 8);
  const { at, transparent } = findFrame(bytes);
  const flags = u8(bytes, at + 9);
  const frame = {
    left: u16le(bytes, at + 1),
    top: u16le(bytes, at + 3),
    width: u16le(bytes, at + 5),
    height: u16le(bytes, at + 7),
  };
  // The header's reader has refused frames that reach out of the screen.
  const hasOwnColours = (flags & 0x80) !== 0;
  const colours = hasOwnColours ? colourTable(bytes, at + 10, flags) : screenColours(bytes);
  const codeSizeAt = at + 10 + (hasOwnColours ? colours.length : 0);
  const indices = unpack(
    joinSubBlocks(bytes, codeSizeAt + 1),
    u8(bytes, codeSizeAt),
    frame.width * frame.height,
  );
  const data = Buffer.alloc(width * height * 4);
  const rows = (flags & 0x40) === 0 ? plainRows(frame.height) : interlacedRows(frame.height);
  let index = 0;
  for (const row of rows) {
    let to = ((frame.top + row) * width + frame.left) * 4;
    for (let x = 0; x < frame.width; x += 1, to += 4) {
      const colour = u8(indices, index);
      index += 1;
      if (colour !== transparent) {
        data[to] = u8(colours, colour * 3);
        data[to + 1] = u8(colours, colour * 3 + 1);
        data[to + 2] = u8(colours, colour * 3 + 2);
        data[to + 3] = 255;
      }
    }
  }
  return atTarget({ data, width, height }, options);
}

function findFrame(bytes: Uint8Array): { readonly at: number; readonly transparent: number } {
  let transparent = -1;
  let block = readGifBlock(bytes, gifBlocksStart(bytes));
  while (block?.kind === 'extension') {
    if (block.label === GIF_EXTENSION.graphicControl) {
      const { dataStart } = block;
      transparent = (u8(bytes, dataStart + 1) & 1) === 1 ? u8(bytes, dataStart + 4) : -1;
    }
    block = readGifBlock(bytes, block.end);
  }
  if (block?.kind !== 'image') {
    throw new DecodeError('no frame', { truncated: block === undefined });
  }
  return { at: block.start, transparent };
}

function screenColours(bytes: Uint8Array): Uint8Array {
  const flags = u8(bytes, 10);
  if ((flags & 0x80) === 0) {
    throw new DecodeError('no colour table', { truncated: false });
  }
  return colourTable(bytes, 13, flags);
}

/** RGB triples; an index behind the last of them is black. */
function colourTable(bytes: Uint8Array, at: number, flags: number): Uint8Array {
  return bytes.subarray(at, at + 3 * 2 ** ((flags & 7) + 1));
}

function joinSubBlocks(bytes: Uint8Array, from: number): Uint8Array {
  const blocks: Uint8Array[] = [];
  let at = from;
  for (let length = u8(bytes, at); length > 0; length = u8(bytes, at)) {
    blocks.push(bytes.subarray(at + 1, at + 1 + length));
    at += 1 + length;
  }
  return concatBytes(blocks);
}

/** Undoes GIF's variant of LZW: `count` indices, least significant bits first. */
function unpack(packed: Uint8Array, minCodeSize: number, count: number): Uint8Array {
  if (minCodeSize < 1 || minCodeSize > 8) {
    throw new DecodeError(`code size ${minCodeSize}`, { truncated: false });
  }
  const clearCode = 2 ** minCodeSize;
  const endCode = clearCode + 1;
  // Each code stands for the string of its prefix and one more index.
  const prefixes = new Uint16Array(LARGEST_TABLE);
  const suffixes = Uint8Array.from({ length: LARGEST_TABLE }, (_, code) => code);
  const lengths = new Uint16Array(LARGEST_TABLE).fill(1);
  const indices = new Uint8Array(count);
  let written = 0;
  let nextCode = endCode + 1;
  let codeSize = minCodeSize + 1;
  let previous = -1;
  let bits = 0;
  let bitCount = 0;
  let at = 0;
  while (written < count) {
    while (bitCount < codeSize && at < packed.length) {
      bits |= u8(packed, at) << bitCount;
      bitCount += 8;
      at += 1;
    }
    const code = bits & (2 ** codeSize - 1);
    if (bitCount < codeSize || code === endCode) {
      throw new DecodeError('pixel data ends early', { truncated: true });
    }
    bits >>>= codeSize;
    bitCount -= codeSize;
    if (code === clearCode) {
      nextCode = endCode + 1;
      codeSize = minCodeSize + 1;
      previous = -1;
      continue;
    }
    if (previous === -1 ? code > clearCode : code > nextCode) {
      throw new DecodeError('pixel data uses a code before its definition', { truncated: false });
    }
    // The one code that may be used while it is defined: the previous string and its own start.
    const isNew = code === nextCode;
    let link = isNew ? previous : code;
    const end = written + (lengths[link] ?? 1);
    for (let to = end - 1; to >= written; to -= 1) {
      indices[to] = suffixes[link] ?? 0;
      link = prefixes[link] ?? 0;
    }
    const start = u8(indices, written);
    if (isNew) {
      indices[end] = start;
    }
    written = isNew ? end + 1 : end;
    if (previous !== -1 && nextCode < LARGEST_TABLE) {
      prefixes[nextCode] = previous;
      suffixes[nextCode] = start;
      lengths[nextCode] = (lengths[previous] ?? 0) + 1;
      nextCode += 1;
      codeSize += nextCode === 2 ** codeSize && codeSize < LONGEST_CODE ? 1 : 0;
    }
    previous = code;
  }
  return indices;
}

function plainRows(height: number): readonly number[] {
  return Array.from({ length: height }, (_, row) => row);
}

function interlacedRows(height: number): readonly number[] {
  return INTERLACE.flatMap(([start, step]) =>
    Array.from(
      { length: Math.max(Math.ceil((height - start) / step), 0) },
      (_, row) => start + row * step,
    ),
  );
}
