import turboFile from '@cwasm/jpeg-turbo/jpeg-turbo.wasm';
import type { Size } from '../../core/formats/imageHeader.ts';
import { hasAdobeMarker } from '../../core/formats/jpegHeader.ts';
import { MAX_PIXELS } from '../../core/plan/limits.ts';
import type { Bitmap } from '../bitmap.ts';
import { DecodeError } from '../decodeError.ts';
import { rowSink } from '../resize/lanczosResizer.ts';
import { wasmModule } from '../wasmModule.ts';
import type { DecodeOptions } from './decoder.ts';

/** The part of libjpeg-turbo's TurboJPEG interface that the module exports. */
interface TurboJpeg {
  readonly memory: WebAssembly.Memory;
  malloc(byteLength: number): number;
  free(address: number): void;
  tjInitDecompress(): number;
  tjDestroy(handle: number): number;
  tjDecompressHeader3(
    handle: number,
    jpeg: number,
    byteLength: number,
    width: number,
    height: number,
    subsampling: number,
    colourSpace: number,
  ): number;
  tjDecompress2(
    handle: number,
    jpeg: number,
    byteLength: number,
    to: number,
    width: number,
    pitch: number,
    height: number,
    pixelFormat: number,
    flags: number,
  ): number;
}

/** TurboJPEG's `TJPF_RGB` and `TJPF_CMYK`. */
const RGB = { format: 0, bytes: 3 } as const;
const CMYK = { format: 11, bytes: 4 } as const;
/** TurboJPEG's colour spaces from here on (`TJCS_CMYK`, `TJCS_YCCK`) have four components. */
const FIRST_OF_FOUR_COMPONENTS = 3;
/** How much larger than its target a picture is decoded: the filter needs something to work on. */
const LEAST_OVERSIZE = 1.1;
const EIGHTHS = [1, 2, 3, 4, 5, 6, 7, 8] as const;
/** Bytes. WebAssembly memory never shrinks: the instance of a large picture is not kept. */
const LARGEST_SPARE = 64 * 1024 * 1024;

/** An instance whose last picture went well; after any other it is in a state unknown. */
let spare: TurboJpeg | undefined;

/**
 * Decodes a JPEG of any kind but lossless and 12 bits. libjpeg-turbo comes out at a few eighths of
 * the size already in its inverse cosine transform, which is most of the work of a downscale.
 */
export function decodeJpeg(bytes: Uint8Array, options: DecodeOptions = {}): Bitmap {
  const turbo = spare ?? instantiate();
  spare = undefined;
  const jpeg = allocate(turbo, bytes.length);
  new Uint8Array(turbo.memory.buffer).set(bytes, jpeg);
  const handle = turbo.tjInitDecompress();
  const header = readHeader(turbo, handle, jpeg, bytes.length);
  const target = options.target ?? header;
  const eighths = EIGHTHS.find((part) => isLargeEnough(header, target, part)) ?? 8;
  const decoded = {
    width: Math.ceil((header.width * eighths) / 8),
    height: Math.ceil((header.height * eighths) / 8),
  };
  const pixel = header.fourComponents ? CMYK : RGB;
  const pitch = decoded.width * pixel.bytes;
  const to = allocate(turbo, pitch * decoded.height);
  const status = attempt(() =>
    turbo.tjDecompress2(
      handle,
      jpeg,
      bytes.length,
      to,
      decoded.width,
      pitch,
      decoded.height,
      pixel.format,
      0,
    ),
  );
  if (status !== 0) {
    options.onPartlyDamaged?.();
  }
  const pixels = new Uint8Array(turbo.memory.buffer, to, pitch * decoded.height);
  if (header.fourComponents) {
    inksToRgba(pixels, hasAdobeMarker(bytes));
  }
  const extent = { width: (header.width * eighths) / 8, height: (header.height * eighths) / 8 };
  const sink = rowSink(decoded, target, {
    pixels: header.fourComponents ? 'opaque' : 'rgb',
    extent,
  });
  for (let y = 0; y < decoded.height; y += 1) {
    sink.addRow(pixels, y * pitch);
  }
  turbo.free(to);
  turbo.free(jpeg);
  turbo.tjDestroy(handle);
  if (turbo.memory.buffer.byteLength <= LARGEST_SPARE) {
    spare = turbo;
  }
  return sink.result();
}

function refuse(): never {
  throw new Error('libjpeg-turbo asked for the system');
}

function instantiate(): TurboJpeg {
  const instance = new WebAssembly.Instance<TurboJpeg>(wasmModule(turboFile), {
    // libjpeg leaves a broken file by longjmp; throwing leaves the instance behind as well.
    env: {
      setjmp: () => 0,
      longjmp: (): never => {
        throw new DecodeError('the pixel data cannot be decoded', { truncated: false });
      },
    },
    wasi_snapshot_preview1: {
      environ_sizes_get: () => 0,
      environ_get: () => 0,
      fd_close: refuse,
      fd_seek: refuse,
      fd_write: refuse,
      proc_exit: refuse,
    },
  });
  return instance.exports;
}

function allocate(turbo: TurboJpeg, byteLength: number): number {
  const address = turbo.malloc(byteLength);
  if (address === 0) {
    throw new RangeError(`no ${byteLength} bytes to be had in WebAssembly memory`);
  }
  // What an earlier picture has left there must not show where this one is never written.
  new Uint8Array(turbo.memory.buffer, address, byteLength).fill(0);
  return address;
}

interface TurboHeader extends Size {
  readonly fourComponents: boolean;
}

function readHeader(
  turbo: TurboJpeg,
  handle: number,
  jpeg: number,
  byteLength: number,
): TurboHeader {
  const at = allocate(turbo, 16);
  // Its status also tells of a subsampling that TurboJPEG has no name for, such as 3x1, and decodes.
  attempt(() => turbo.tjDecompressHeader3(handle, jpeg, byteLength, at, at + 4, at + 8, at + 12));
  const [width = 0, height = 0, , colourSpace = 0] = new Int32Array(turbo.memory.buffer, at, 4);
  turbo.free(at);
  if (width <= 0 || height <= 0 || width * height > MAX_PIXELS) {
    throw new DecodeError('the header cannot be decoded', { truncated: false });
  }
  return { width, height, fourComponents: colourSpace >= FIRST_OF_FOUR_COMPONENTS };
}

/** Out of its own memory, or out of its wits: either way the file cannot be decoded. */
function attempt(call: () => number): number {
  try {
    return call();
  } catch (error) {
    if (error instanceof WebAssembly.RuntimeError) {
      throw new DecodeError(error.message, { cause: error, truncated: false });
    }
    throw error;
  }
}

function isLargeEnough(from: Size, target: Size, eighths: number): boolean {
  return (
    (from.width * eighths) / 8 >= target.width * LEAST_OVERSIZE &&
    (from.height * eighths) / 8 >= target.height * LEAST_OVERSIZE
  );
}

/**
 * Cyan, magenta, yellow and black to RGBA in place, without a colour profile: what a screen shows
 * comes near it, and the shapes and texts of the picture are exact.
 */
function inksToRgba(pixels: Uint8Array, inverted: boolean): void {
  const paper = inverted ? 0 : 255;
  for (let at = 0; at < pixels.length; at += 4) {
    const black = (pixels[at + 3] ?? 0) ^ paper;
    for (let channel = at; channel < at + 3; channel += 1) {
      pixels[channel] = Math.round((((pixels[channel] ?? 0) ^ paper) * black) / 255);
    }
    pixels[at + 3] = 255;
  }
}
