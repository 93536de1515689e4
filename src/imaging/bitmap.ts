import type { Orientation, Size } from '../core/formats/imageHeader.ts';
import { swapsEdges } from '../core/formats/imageHeader.ts';
import type { Tile } from '../core/plan/tiles.ts';

/** Pixels as jimp holds them: RGBA, 8 bits, not premultiplied, rows from the top. */
export interface Bitmap extends Size {
  data: Buffer;
  width: number;
  height: number;
}

export function isOpaque({ data }: Bitmap): boolean {
  for (let at = 3; at < data.length; at += 4) {
    if (data[at] !== 255) {
      return false;
    }
  }
  return true;
}

/** A part of the picture, which must lie within it. */
export function crop({ data, width }: Bitmap, part: Tile): Bitmap {
  const cropped = Buffer.alloc(part.width * part.height * 4);
  for (let y = 0; y < part.height; y += 1) {
    const from = ((part.top + y) * width + part.left) * 4;
    data.copy(cropped, y * part.width * 4, from, from + part.width * 4);
  }
  return { data: cropped, width: part.width, height: part.height };
}

/**
 * The picture as it is to be seen. jimp itself turns only JPEGs, and before it shrinks them: this
 * is for every format and moves fewer pixels.
 */
export function turnUpright(bitmap: Bitmap, orientation: Orientation): Bitmap {
  if (orientation === 1) {
    return bitmap;
  }
  const { width, height } = bitmap;
  const from = toWords(bitmap.data);
  const data = Buffer.alloc(bitmap.data.length);
  const to = toWords(data);
  const { start, perX, perY } = TURNS[orientation](width, height);
  for (let y = 0, source = 0; y < height; y += 1) {
    for (let x = 0, at = start + y * perY; x < width; x += 1, at += perX, source += 1) {
      to[at] = from[source] ?? 0;
    }
  }
  return swapsEdges(orientation) ? { data, width: height, height: width } : { data, width, height };
}

/** Where the stored pixel (x, y) goes: to index `start + x * perX + y * perY`. */
interface Turn {
  readonly start: number;
  readonly perX: number;
  readonly perY: number;
}

/** By EXIF orientation (CIPA DC-008, tag 0x0112), for a stored picture of `w` by `h`. */
const TURNS: Readonly<Record<Orientation, (w: number, h: number) => Turn>> = {
  1: (w) => ({ start: 0, perX: 1, perY: w }),
  2: (w) => ({ start: w - 1, perX: -1, perY: w }),
  3: (w, h) => ({ start: w * h - 1, perX: -1, perY: -w }),
  4: (w, h) => ({ start: w * (h - 1), perX: 1, perY: -w }),
  5: (_, h) => ({ start: 0, perX: h, perY: 1 }),
  6: (_, h) => ({ start: h - 1, perX: h, perY: -1 }),
  7: (w, h) => ({ start: w * h - 1, perX: -h, perY: -1 }),
  8: (w, h) => ({ start: h * (w - 1), perX: -h, perY: 1 }),
};

/**
 * Whole pixels instead of bytes; signed, since the engine keeps only those as plain integers. A pooled
 * buffer may lie at an offset that words cannot.
 */
export function toWords(data: Buffer): Int32Array {
  const aligned = data.byteOffset % 4 === 0 ? data : Buffer.from(Uint8Array.from(data).buffer);
  return new Int32Array(aligned.buffer, aligned.byteOffset, aligned.length / 4);
}

/**
 * Writes the colours of `rgba` to `rgb`, which lies at a multiple of four. Four pixels are three words:
 * word by word takes an eighth of the time of byte by byte.
 */
export function dropAlpha(rgba: Buffer, rgb: Uint8Array): void {
  const pixels = toWords(rgba);
  const words = new Int32Array(rgb.buffer, rgb.byteOffset, rgb.length >> 2);
  let from = 0;
  for (let to = 0; to + 2 < words.length; to += 3, from += 4) {
    const second = pixels[from + 1] ?? 0;
    const third = pixels[from + 2] ?? 0;
    words[to] = ((pixels[from] ?? 0) & 0xffffff) | (second << 24);
    words[to + 1] = ((second >>> 8) & 0xffff) | (third << 16);
    words[to + 2] = ((third >>> 16) & 0xff) | ((pixels[from + 3] ?? 0) << 8);
  }
  for (; from < pixels.length; from += 1) {
    rgb.set(rgba.subarray(from * 4, from * 4 + 3), from * 3);
  }
}
