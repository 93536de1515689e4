import { Readable } from 'node:stream';
import { createInflate, inflateSync } from 'node:zlib';
import { u8 } from '../../core/bytes.ts';
import { DecodeError } from '../decodeError.ts';

/** Undoes the compressions of TIFF segments, piece by piece: a segment may be the whole picture. */

/** Undoes a compression from where it stopped. */
export interface Unpacker {
  /**
   * Writes at least `least` bytes from `at` on and returns where it stopped, which is at most
   * `OVERSHOOT` bytes further; throws when the data ends before that.
   */
  readonly unpack: (out: Uint8Array, at: number, least: number) => number;
}

/** The longest run or string of any compression. */
export const OVERSHOOT = 4096;

/** Apple's run lengths (TIFF 6.0, section 9). */
export function bitsUnpacker(data: Uint8Array): Unpacker {
  let at = 0;
  return {
    unpack: (out, from, least) => {
      let written = from;
      while (written < from + least) {
        if (at >= data.length) {
          throw endsEarly();
        }
        const code = u8(data, at);
        at += 1;
        if (code < 128) {
          const literal = data.subarray(at, at + code + 1);
          out.set(literal, written);
          written += literal.length;
          at += code + 1;
        } else if (code > 128) {
          out.fill(u8(data, at), written, written + 257 - code);
          written += 257 - code;
          at += 1;
        }
      }
      return written;
    },
  };
}

const CLEAR = 256;
const END = 257;
const FIRST_FREE = 258;
const LARGEST_TABLE = 4096;

/**
 * TIFF's variant of LZW (TIFF 6.0, section 13): most significant bits first, codes that grow one
 * code early. A string is kept as its last byte and the code of what stands before it.
 */
export function lzwUnpacker(data: Uint8Array): Unpacker {
  const prefixes = new Uint16Array(LARGEST_TABLE);
  const lastBytes = Uint8Array.from({ length: LARGEST_TABLE }, (_, code) => code);
  const lengths = new Uint16Array(LARGEST_TABLE).fill(1, 0, CLEAR);
  let position = 0;
  let next = FIRST_FREE;
  let codeSize = 9;
  let bits = 0;
  let bitCount = 0;
  /** The code before; `CLEAR` where there is none. */
  let previous = CLEAR;
  return {
    unpack: (out, from, least) => {
      const end = from + least;
      let written = from;
      while (written < end) {
        while (bitCount < codeSize) {
          if (position >= data.length) {
            throw endsEarly();
          }
          bits = ((bits << 8) | (data[position] ?? 0)) & 0xff_ffff;
          bitCount += 8;
          position += 1;
        }
        bitCount -= codeSize;
        const code = (bits >>> bitCount) & ((1 << codeSize) - 1);
        if (code === CLEAR) {
          next = FIRST_FREE;
          codeSize = 9;
          previous = CLEAR;
          continue;
        }
        if (code === END) {
          throw endsEarly();
        }
        if (code > END && (code > next || previous === CLEAR)) {
          throw new DecodeError('pixel data uses a code before its definition', {
            truncated: false,
          });
        }
        // The one code that may be used while it is defined: the previous string and its own start.
        const isNew = code === next;
        let string = isNew ? previous : code;
        const start = written;
        written += lengths[string] ?? 0;
        for (let to = written - 1; to > start; to -= 1) {
          out[to] = lastBytes[string] ?? 0;
          string = prefixes[string] ?? 0;
        }
        const firstByte = lastBytes[string] ?? 0;
        out[start] = firstByte;
        if (isNew) {
          out[written] = firstByte;
          written += 1;
        }
        if (previous !== CLEAR && next < LARGEST_TABLE) {
          prefixes[next] = previous;
          lastBytes[next] = firstByte;
          lengths[next] = (lengths[previous] ?? 0) + 1;
          next += 1;
          if (next === (1 << codeSize) - 1 && codeSize < 12) {
            codeSize += 1;
          }
        }
        previous = code;
      }
      return written;
    },
  };
}

/** Room for what some writers leave behind the last row. */
const SPARE = 65_536;
/** Bytes that come out of a stream at a time. */
const CHUNK = 65_536;
const SMALLEST_CHUNK = 64;

/** The whole of a segment of `length` bytes. */
export function inflateWhole(data: Uint8Array, length: number): Uint8Array {
  try {
    return inflateSync(data, {
      maxOutputLength: length + SPARE,
      // What is small shall not hold a large buffer.
      chunkSize: Math.min(Math.max(length, SMALLEST_CHUNK), CHUNK),
    });
  } catch (cause) {
    throw inflateError(cause);
  }
}

/** Pieces of a segment as they are inflated, and an end to that before the last. */
export interface InflateStream {
  readonly nextPiece: () => Promise<Uint8Array>;
  readonly close: () => void;
}

export function inflateStream(data: Uint8Array): InflateStream {
  const stream = Readable.from([data]).pipe(createInflate({ chunkSize: CHUNK }));
  const pieces: AsyncIterator<unknown> = stream[Symbol.asyncIterator]();
  return {
    nextPiece: async () => {
      const piece = await pieces.next().catch((cause: unknown) => {
        throw inflateError(cause);
      });
      if (piece.done === true || !(piece.value instanceof Uint8Array)) {
        throw endsEarly();
      }
      return piece.value;
    },
    close: () => {
      stream.destroy();
    },
  };
}

function inflateError(cause: unknown): DecodeError {
  const truncated = cause instanceof Error && 'code' in cause && cause.code === 'Z_BUF_ERROR';
  return new DecodeError('pixel data does not inflate', { cause, truncated });
}

const REVERSED = Uint8Array.from({ length: 256 }, (_, byte) => {
  let reversed = 0;
  for (let bit = 0; bit < 8; bit += 1) {
    reversed |= ((byte >> bit) & 1) << (7 - bit);
  }
  return reversed;
});

/** The bytes with the first bit of each made its last; fax machines sent them that way. */
export function reverseBits(data: Uint8Array): Uint8Array {
  return data.map((byte) => REVERSED[byte] ?? 0);
}

export function endsEarly(): DecodeError {
  return new DecodeError('pixel data ends early', { truncated: true });
}
