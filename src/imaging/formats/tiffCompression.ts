import { inflateSync } from 'node:zlib';
import { u8 } from '../../core/bytes.ts';
import { DecodeError } from '../decodeError.ts';

/** Undoes the compressions of TIFF segments. All of them fill `length` bytes or throw. */

/** Room for what some writers leave behind the last row. */
const SPARE = 65_536;

export function inflateTiff(data: Uint8Array, length: number): Uint8Array {
  try {
    return exactly(inflateSync(data, { maxOutputLength: length + SPARE }), length);
  } catch (cause) {
    if (cause instanceof DecodeError) {
      throw cause;
    }
    const truncated = cause instanceof Error && 'code' in cause && cause.code === 'Z_BUF_ERROR';
    throw new DecodeError('pixel data does not inflate', { cause, truncated });
  }
}

/** Apple's run lengths (TIFF 6.0, section 9). */
export function unpackBits(data: Uint8Array, length: number): Uint8Array {
  const out = new Uint8Array(length);
  let at = 0;
  let written = 0;
  while (written < length) {
    if (at >= data.length) {
      throw endsEarly();
    }
    const code = u8(data, at);
    at += 1;
    if (code < 128) {
      const literal = data.subarray(at, at + Math.min(code + 1, length - written));
      out.set(literal, written);
      written += literal.length;
      at += code + 1;
    } else if (code > 128) {
      const end = Math.min(written + 257 - code, length);
      out.fill(u8(data, at), written, end);
      written = end;
      at += 1;
    }
  }
  return out;
}

const CLEAR = 256;
const END = 257;
const FIRST_FREE = 258;
const LARGEST_TABLE = 4096;

/**
 * TIFF's variant of LZW (TIFF 6.0, section 13): most significant bits first, codes that grow one
 * code early. A string is kept as the place in the output where it was first written.
 */
export function unpackLzw(data: Uint8Array, length: number): Uint8Array {
  const out = new Uint8Array(length);
  const starts = new Uint32Array(LARGEST_TABLE);
  const lengths = new Uint16Array(LARGEST_TABLE);
  let next = FIRST_FREE;
  let codeSize = 9;
  let bits = 0;
  let bitCount = 0;
  let at = 0;
  let written = 0;
  let previousStart = 0;
  let previousLength = 0;
  while (written < length) {
    while (bitCount < codeSize) {
      if (at >= data.length) {
        throw endsEarly();
      }
      bits = ((bits << 8) | (data[at] ?? 0)) & 0xff_ffff;
      bitCount += 8;
      at += 1;
    }
    bitCount -= codeSize;
    const code = (bits >>> bitCount) & ((1 << codeSize) - 1);
    if (code === CLEAR) {
      next = FIRST_FREE;
      codeSize = 9;
      previousLength = 0;
      continue;
    }
    if (code === END) {
      throw endsEarly();
    }
    const start = written;
    if (code < CLEAR) {
      out[written] = code;
      written += 1;
    } else {
      if (code > next || previousLength === 0) {
        throw new DecodeError('pixel data uses a code before its definition', { truncated: false });
      }
      // The one code that may be used while it is defined: the previous string and its own start.
      let from = code === next ? previousStart : (starts[code] ?? 0);
      const count = code === next ? previousLength + 1 : (lengths[code] ?? 0);
      const end = Math.min(written + count, length);
      while (written < end) {
        out[written] = out[from] ?? 0;
        written += 1;
        from += 1;
      }
    }
    if (previousLength > 0 && next < LARGEST_TABLE) {
      // The previous string and the first byte of this one lie side by side in the output.
      starts[next] = previousStart;
      lengths[next] = previousLength + 1;
      next += 1;
      if (next === (1 << codeSize) - 1 && codeSize < 12) {
        codeSize += 1;
      }
    }
    previousStart = start;
    previousLength = written - start;
  }
  return out;
}

/** The bytes with the first bit of each made its last; fax machines sent them that way. */
export function reverseBits(data: Uint8Array): Uint8Array {
  return data.map((byte) => {
    let reversed = 0;
    for (let bit = 0; bit < 8; bit += 1) {
      reversed |= ((byte >> bit) & 1) << (7 - bit);
    }
    return reversed;
  });
}

/** No more and no less than `length` bytes. */
export function exactly(data: Uint8Array, length: number): Uint8Array {
  if (data.length < length) {
    throw endsEarly();
  }
  return data.subarray(0, length);
}

function endsEarly(): DecodeError {
  return new DecodeError('pixel data ends early', { truncated: true });
}
