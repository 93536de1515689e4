import { u16le, u32le } from './bytes.ts';
import { needMoreBytes, probeFailed } from './imageHeader.ts';
import type { ImageHeader, ProbeResult } from './imageHeader.ts';

/** Reads BMP headers, of Windows and of OS/2. */

const FILE_HEADER = 14;
/** The header of OS/2 1.x has edges of two bytes and no compression. */
const CORE_HEADER = 12;

const COMPRESSION = { none: 0, bitFields: 3, jpeg: 4, png: 5, alphaBitFields: 6 } as const;

const DEPTHS = new Set([1, 2, 4, 8, 16, 24, 32]);

/** What an information header says; it stands in BMP files and, without a file header, in icons. */
export type BitmapInfo = Pick<
  ImageHeader,
  'size' | 'colourSpace' | 'bitDepth' | 'alpha' | 'lossy'
> & {
  /** Bits of a pixel. */
  readonly pixelDepth: number;
};

/** As many bytes of an information header as `readBitmapInfo` looks at. */
export const BITMAP_INFO_BYTES = 56;

/** The information header at `at`; a text says what is wrong with it. */
export function readBitmapInfo(bytes: Uint8Array, at: number): BitmapInfo | string {
  const headerLength = u32le(bytes, at);
  const core = headerLength === CORE_HEADER;
  const width = core ? u16le(bytes, at + 4) : u32le(bytes, at + 4) | 0;
  // A negative height marks rows from the top down.
  const height = core ? u16le(bytes, at + 6) : Math.abs(u32le(bytes, at + 8) | 0);
  const pixelDepth = u16le(bytes, at + (core ? 10 : 14));
  const compression = core ? COMPRESSION.none : u32le(bytes, at + 16);
  if (width <= 0 || height === 0 || height === 2 ** 31) {
    return `size ${width}x${height}`;
  }
  if (compression === COMPRESSION.jpeg || compression === COMPRESSION.png) {
    return 'made for printers: holds another format';
  }
  if (!DEPTHS.has(pixelDepth)) {
    return `${pixelDepth} bits of a pixel`;
  }
  const hasAlphaMask =
    headerLength >= 56 &&
    (compression === COMPRESSION.bitFields || compression === COMPRESSION.alphaBitFields) &&
    u32le(bytes, at + 52) !== 0;
  return {
    size: { width, height },
    colourSpace: pixelDepth <= 8 ? 'palette' : 'rgb',
    bitDepth: pixelDepth === 16 ? 5 : Math.min(pixelDepth, 8),
    alpha: hasAlphaMask,
    lossy: false,
    pixelDepth,
  };
}

/** Reads a BMP's header. */
export function probeBmp(bytes: Uint8Array): ProbeResult {
  const infoLength = Math.min(u32le(bytes, FILE_HEADER), BITMAP_INFO_BYTES);
  const needed = FILE_HEADER + Math.max(infoLength, CORE_HEADER);
  if (bytes.length < needed) {
    return needMoreBytes(needed);
  }
  const info = readBitmapInfo(bytes, FILE_HEADER);
  if (typeof info === 'string') {
    return probeFailed({ kind: 'imageDamaged', format: 'BMP', detail: info });
  }
  const { pixelDepth: _, ...header } = info;
  return {
    kind: 'header',
    header: { format: 'bmp', ...header, orientation: 1, progressive: false, frames: 1 },
  };
}
