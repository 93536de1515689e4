import type { Bitmap } from '../bitmap.ts';
import { DecodeError } from '../decodeError.ts';
import type { DecodeOptions } from './decoder.ts';
import { atTarget } from './atTarget.ts';

/** What the codecs of icodec have in common; its own types want the browser's. */
export interface IcodecDecoder {
  loadDecoder(source: string): Promise<unknown>;
  decode(bytes: Uint8Array): {
    readonly data: Uint8ClampedArray;
    readonly width: number;
    readonly height: number;
    readonly depth?: number;
  };
}

/** Decodes a file with the WebAssembly at the path `file`, which is loaded once a thread. */
export async function decodeWithIcodec(
  codec: IcodecDecoder,
  file: string,
  bytes: Uint8Array,
): Promise<Bitmap> {
  await codec.loadDecoder(file);
  const { data, width, height, depth = 8 } = attempt(() => codec.decode(bytes));
  const pixels = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  return { data: depth === 8 ? pixels : toEightBits(pixels, depth), width, height };
}

/** As `decodeWithIcodec`, at the size that is wanted. */
export async function decodeWithIcodecAt(
  codec: IcodecDecoder,
  file: string,
  bytes: Uint8Array,
  options: DecodeOptions,
): Promise<Bitmap> {
  return atTarget(await decodeWithIcodec(codec, file, bytes), options);
}

/** A trap leaves the codec unusable, and is for the thread to end with. */
function attempt<T>(decode: () => T): T {
  try {
    return decode();
  } catch (cause) {
    if (cause instanceof WebAssembly.RuntimeError || cause instanceof RangeError) {
      throw cause;
    }
    const message = cause instanceof Error ? cause.message : 'the codec failed';
    throw new DecodeError(message, { cause, truncated: false });
  }
}

/** Samples of 16 bits, of which `depth` are used, in the byte order of WebAssembly. */
function toEightBits(samples: Buffer, depth: number): Buffer {
  const scale = 255 / (2 ** depth - 1);
  const data = Buffer.alloc(samples.length / 2);
  for (let index = 0; index < data.length; index += 1) {
    data[index] = Math.round(
      ((samples[index * 2] ?? 0) | ((samples[index * 2 + 1] ?? 0) << 8)) * scale,
    );
  }
  return data;
}
