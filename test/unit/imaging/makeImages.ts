import { crc32, deflateSync } from 'node:zlib';
import jpeg from '@jimp/js-jpeg';
import type { Orientation, Size } from '../../../src/core/formats/imageHeader.ts';

/** Images for tests, written byte by byte, so that nothing under test has a part in them. */

export function pngChunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  return Buffer.concat([u32(data.length), body, u32(crc32(body))]);
}

export interface PngParts extends Size {
  readonly bitDepth?: number;
  readonly colourType?: number;
  readonly interlaced?: boolean;
  /** Filter bytes and rows, not yet deflated. */
  readonly rows: Uint8Array;
  /** Whole chunks before and after the pixels. */
  readonly before?: readonly Uint8Array[];
  readonly after?: readonly Uint8Array[];
}

export function makePng(parts: PngParts): Buffer {
  const header = Buffer.concat([
    u32(parts.width),
    u32(parts.height),
    Buffer.of(parts.bitDepth ?? 8, parts.colourType ?? 6, 0, 0, parts.interlaced === true ? 1 : 0),
  ]);
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    pngChunk('IHDR', header),
    ...(parts.before ?? []),
    pngChunk('IDAT', deflateSync(parts.rows)),
    ...(parts.after ?? []),
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
}

/** A grey PNG of any size, small in bytes. */
export function makeGreyPng(size: Size, more: Partial<PngParts> = {}): Buffer {
  return makePng({
    ...size,
    colourType: 0,
    rows: Buffer.alloc((size.width + 1) * size.height),
    ...more,
  });
}

/** A PNG whose header claims a size that its pixels do not have. */
export function makeClaimingPng(size: Size): Buffer {
  return makePng({ ...size, colourType: 0, rows: Buffer.alloc(100) });
}

/** An RGBA PNG of the given pixels. */
export function makeRgbaPng(size: Size, rgba: Uint8Array, more: Partial<PngParts> = {}): Buffer {
  const rowLength = size.width * 4;
  const rows = Buffer.alloc((rowLength + 1) * size.height);
  for (let y = 0; y < size.height; y += 1) {
    rows.set(rgba.subarray(y * rowLength, (y + 1) * rowLength), y * (rowLength + 1) + 1);
  }
  return makePng({ ...size, rows, ...more });
}

/** A JPEG of the given RGBA pixels, or of grey, with `segments` behind its first marker. */
export function makeJpeg(
  size: Size,
  options: {
    readonly rgba?: Uint8Array;
    readonly quality?: number;
    readonly segments?: readonly Uint8Array[];
  } = {},
): Buffer {
  const data = Buffer.from(options.rgba ?? new Uint8Array(size.width * size.height * 4).fill(128));
  const encoded = jpeg().encode({ data, ...size }, { quality: options.quality ?? 95 });
  return Buffer.concat([encoded.subarray(0, 2), ...(options.segments ?? []), encoded.subarray(2)]);
}

export function jpegSegment(marker: number, data: string | Uint8Array): Buffer {
  const body = typeof data === 'string' ? Buffer.from(data, 'latin1') : data;
  return Buffer.concat([Buffer.of(0xff, marker), u16(body.length + 2), body]);
}

/** An EXIF block (a TIFF file) that holds an orientation, and a text that must not leave. */
export function exifTiff(orientation: number, littleEndian = false): Buffer {
  const tiff = Buffer.alloc(8 + 2 + 2 * 12 + 4 + 8);
  const write16 = (value: number, at: number): unknown =>
    littleEndian ? tiff.writeUInt16LE(value, at) : tiff.writeUInt16BE(value, at);
  const write32 = (value: number, at: number): unknown =>
    littleEndian ? tiff.writeUInt32LE(value, at) : tiff.writeUInt32BE(value, at);
  tiff.write(littleEndian ? 'II' : 'MM', 0, 'latin1');
  write16(42, 2);
  write32(8, 4);
  write16(2, 8);
  // Make, of type ASCII: six bytes at offset 38.
  write16(0x010f, 10);
  write16(2, 12);
  write32(6, 14);
  write32(38, 18);
  write16(0x0112, 22);
  write16(3, 24);
  write32(1, 26);
  write16(orientation, 30);
  tiff.write('SECRET', 38, 'latin1');
  return tiff;
}

export function exifSegment(orientation: number, littleEndian = false): Buffer {
  return jpegSegment(
    0xe1,
    Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), exifTiff(orientation, littleEndian)]),
  );
}

export interface GifParts extends Size {
  readonly frames?: number;
  /** Whole blocks before the first frame. */
  readonly before?: readonly Uint8Array[];
  readonly transparentIndex?: number;
  /** Of the frames; the screen's size when absent. */
  readonly frame?: Size;
}

/** A GIF of one colour: index 1 of the palette black, red, with one code a pixel. */
export function makeGif(parts: GifParts): Buffer {
  const frame = parts.frame ?? parts;
  const flags = parts.transparentIndex === undefined ? 0 : 1;
  const control = Buffer.of(0x21, 0xf9, 4, flags, 0, 0, parts.transparentIndex ?? 0, 0);
  const image = Buffer.concat([
    Buffer.of(0x2c, 0, 0, 0, 0),
    u16le(frame.width),
    u16le(frame.height),
    Buffer.of(0, 2),
    subBlocks(uncompressedLzw(frame.width * frame.height)),
  ]);
  return Buffer.concat([
    Buffer.from('GIF89a', 'latin1'),
    u16le(parts.width),
    u16le(parts.height),
    Buffer.of(0x80, 0, 0, 0, 0, 0, 255, 0, 0),
    ...(parts.before ?? []),
    ...Array.from({ length: parts.frames ?? 1 }, () => Buffer.concat([control, image])),
    Buffer.of(0x3b),
  ]);
}

export function gifExtension(label: number, ...data: readonly string[]): Buffer {
  return Buffer.concat([
    Buffer.of(0x21, label),
    ...data.map((text) => Buffer.concat([Buffer.of(text.length), Buffer.from(text, 'latin1')])),
    Buffer.of(0),
  ]);
}

/** Codes of three bits with a clear code before each, so that the code size never grows. */
function uncompressedLzw(pixels: number): Buffer {
  const codes = [...Array.from({ length: pixels }, () => [4, 1]).flat(), 5];
  const bytes = Buffer.alloc(Math.ceil((codes.length * 3) / 8));
  codes.forEach((code, index) => {
    for (let bit = 0; bit < 3; bit += 1) {
      const at = index * 3 + bit;
      bytes[at >> 3] = (bytes[at >> 3] ?? 0) | (((code >> bit) & 1) << (at & 7));
    }
  });
  return bytes;
}

function subBlocks(data: Uint8Array): Buffer {
  const blocks: Uint8Array[] = [];
  for (let at = 0; at < data.length; at += 255) {
    const block = data.subarray(at, at + 255);
    blocks.push(Buffer.of(block.length), block);
  }
  return Buffer.concat([...blocks, Buffer.of(0)]);
}

/** Four quarters: red and green above, blue and white below. No turn of it looks like another. */
export function quarters({ width, height }: Size): Buffer {
  const rgba = Buffer.alloc(width * height * 4);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const colour = QUARTER_COLOURS[(y * 2 < height ? 0 : 2) + (x * 2 < width ? 0 : 1)];
      rgba.set(colour ?? [], (y * width + x) * 4);
    }
  }
  return rgba;
}

export const QUARTER_COLOURS: readonly (readonly number[])[] = [
  [220, 40, 40, 255],
  [40, 180, 60, 255],
  [40, 60, 200, 255],
  [250, 250, 250, 255],
];

/**
 * An upright picture as a camera stores it under an orientation. Straight from the definition
 * (CIPA DC-008): which side of the visible picture the first row and the first column are.
 */
export function storeTurned(
  upright: Uint8Array,
  { width, height }: Size,
  orientation: Orientation,
): { readonly rgba: Buffer; readonly size: Size } {
  const [firstRow, firstColumn] = SIDES[orientation];
  const size = orientation > 4 ? { width: height, height: width } : { width, height };
  const rgba = Buffer.alloc(upright.length);
  const along = { top: 0, left: 0, bottom: height - 1, right: width - 1 };
  for (let row = 0; row < size.height; row += 1) {
    for (let column = 0; column < size.width; column += 1) {
      const [vertical, horizontal] = orientation > 4 ? [column, row] : [row, column];
      const [ySide, xSide] = orientation > 4 ? [firstColumn, firstRow] : [firstRow, firstColumn];
      const y = Math.abs(along[ySide] - vertical);
      const x = Math.abs(along[xSide] - horizontal);
      const from = (y * width + x) * 4;
      rgba.set(upright.subarray(from, from + 4), (row * size.width + column) * 4);
    }
  }
  return { rgba, size };
}

type Side = 'top' | 'bottom' | 'left' | 'right';

const SIDES: Readonly<Record<Orientation, readonly [row: Side, column: Side]>> = {
  1: ['top', 'left'],
  2: ['top', 'right'],
  3: ['bottom', 'right'],
  4: ['bottom', 'left'],
  5: ['left', 'top'],
  6: ['right', 'top'],
  7: ['right', 'bottom'],
  8: ['left', 'bottom'],
};

export const ORIENTATIONS: readonly Orientation[] = [1, 2, 3, 4, 5, 6, 7, 8];

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function u16(value: number): Buffer {
  return Buffer.of(value >> 8, value & 255);
}

function u16le(value: number): Buffer {
  return Buffer.of(value & 255, value >> 8);
}
