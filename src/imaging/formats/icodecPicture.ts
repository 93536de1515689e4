import type { Tile } from '../../core/plan/tiles.ts';
import type { Bitmap } from '../bitmap.ts';
import { DecodeError } from '../decodeError.ts';
import type { DecodeOptions } from './decoder.ts';
import { atTarget } from './atTarget.ts';

/** What the codecs of icodec have in common; its own types want the browser's. */
export interface IcodecDecoder {
  /** Gives emscripten's module, of which `HEAPU8` is the memory. */
  loadDecoder(source: string): Promise<{ readonly HEAPU8?: Pick<Uint8Array, 'byteLength'> }>;
  decode(bytes: Uint8Array): {
    readonly data: Uint8ClampedArray;
    readonly width: number;
    readonly height: number;
    readonly depth?: number;
  };
}

/**
 * Bytes of the memory of a codec, half of the most that it can have, from which on it may be that
 * its failure is for want of more. Threads are ended after large pictures, so no earlier one made it
 * so large.
 */
const LARGE_HEAP = 2 ** 30;
/** As libavif and libheif say it where they notice. */
const OUT_OF_MEMORY = /out of memory|memory allocation/i;

/**
 * Decodes a file with the WebAssembly at the path `file`, which is loaded once a thread. Throws a
 * `DecodeError` for what cannot be decoded, and a `RangeError` where memory may not have sufficed.
 */
export async function decodeWithIcodec(
  codec: IcodecDecoder,
  file: string,
  bytes: Uint8Array,
): Promise<Bitmap> {
  const module = await codec.loadDecoder(file);
  const {
    data,
    width,
    height,
    depth = 8,
  } = attempt(
    () => codec.decode(bytes),
    () => module.HEAPU8?.byteLength ?? 0,
  );
  const pixels = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  return { data: depth === 8 ? pixels : toEightBits(pixels, depth), width, height };
}

/** As `decodeWithIcodec`, at the size that is wanted. */
export async function decodeWithIcodecAt(
  codec: IcodecDecoder,
  file: string,
  bytes: Uint8Array,
  { target, aperture }: DecodeOptions,
): Promise<Bitmap> {
  const picture = await decodeWithIcodec(codec, file, bytes);
  return atTarget(aperture ? cropInPlace(picture, aperture) : picture, target ? { target } : {});
}

/** A part of the picture in the picture's own memory: large ones leave no room for a copy. */
function cropInPlace({ data, width, height }: Bitmap, part: Tile): Bitmap {
  if (part.left + part.width > width || part.top + part.height > height) {
    throw new DecodeError('the picture is smaller than its header says', { truncated: false });
  }
  const rowBytes = part.width * 4;
  for (let y = 0; y < part.height; y += 1) {
    const from = ((part.top + y) * width + part.left) * 4;
    data.copyWithin(y * rowBytes, from, from + rowBytes);
  }
  return {
    data: data.subarray(0, part.height * rowBytes),
    width: part.width,
    height: part.height,
  };
}

/** A trap leaves the codec unusable, and is for the thread to end with; so is want of memory. */
function attempt<T>(decode: () => T, heapBytes: () => number): T {
  try {
    return decode();
  } catch (cause) {
    if (cause instanceof WebAssembly.RuntimeError || cause instanceof RangeError) {
      throw cause;
    }
    const message = cause instanceof Error ? cause.message : 'the codec failed';
    if (OUT_OF_MEMORY.test(message) || heapBytes() >= LARGE_HEAP) {
      throw new RangeError(`not enough memory to decode the picture: ${message}`, { cause });
    }
    throw new DecodeError(message, { cause, truncated: false });
  }
}

/**
 * Samples of 16 bits, of which `depth` are used, in the byte order of WebAssembly. The first half of
 * their memory becomes the result: large pictures leave no room for a copy.
 */
function toEightBits(samples: Buffer, depth: number): Buffer {
  const scale = 255 / (2 ** depth - 1);
  const length = samples.length / 2;
  for (let index = 0; index < length; index += 1) {
    samples[index] = Math.round(
      ((samples[index * 2] ?? 0) | ((samples[index * 2 + 1] ?? 0) << 8)) * scale,
    );
  }
  return samples.subarray(0, length);
}
