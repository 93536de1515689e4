import { existsSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import type { Sharp } from 'sharp';
import { identifyFormat } from '../../src/core/formats/formats.ts';
import { exifSegment, jpegSegment, makeGif, makeJpeg } from '../unit/imaging/makeImages.ts';

/** A sound image file, to be mutated. */
export interface FuzzSeed {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Large files make slow cases and no other ones. */
const MAX_SEED_BYTES = 60_000;

/** Pictures of this size are kept as they are where Claude takes their format. */
const SMALL = { width: 48, height: 36 };
/** Wider than `low` detail allows, so that its pixels are decoded whatever its format. */
const WIDE = { width: 900, height: 24 };
/** Of an aspect for which tiles are offered, on the standard tier. */
const TALL = { width: 40, height: 3400 };

interface Edges {
  readonly width: number;
  readonly height: number;
}

/** Small images of every format and of the varieties that are read by code of their own. */
export async function makeSeeds(): Promise<readonly FuzzSeed[]> {
  const wide = picture(WIDE, 3);
  const alpha = picture(WIDE, 4);
  const frames = picture({ width: 800, height: 60 }, 3, { pageHeight: 20 });
  const encoded: Readonly<Record<string, Sharp>> = {
    'small.png': picture(SMALL, 3).png(),
    'rgba.png': alpha.clone().png(),
    'palette.png': wide.clone().png({ palette: true, colours: 16 }),
    'deep.png': wide.clone().toColourspace('rgb16').png(),
    'interlaced.png': wide.clone().png({ progressive: true }),
    'grey.png': wide.clone().greyscale().toColourspace('b-w').png(),
    'tall.png': picture(TALL, 1).png({ palette: true, colours: 2 }),
    'small.jpg': picture(SMALL, 3).jpeg(),
    'wide.jpg': wide.clone().jpeg(),
    'progressive.jpg': wide.clone().jpeg({ progressive: true }),
    'grey.jpg': wide.clone().greyscale().toColourspace('b-w').jpeg(),
    'cmyk.jpg': wide.clone().toColourspace('cmyk').jpeg(),
    'small.gif': picture(SMALL, 3).gif({ colours: 8 }),
    'animated.gif': frames.clone().gif({ colours: 8, delay: [50, 50, 50] }),
    'small.webp': picture(SMALL, 3).webp(),
    'lossy.webp': wide.clone().webp(),
    'alpha.webp': alpha.clone().webp(),
    'lossless.webp': alpha.clone().webp({ lossless: true }),
    'animated.webp': frames.clone().webp({ delay: [50, 50, 50] }),
    'plain.tif': picture(SMALL, 3).tiff({ compression: 'none' }),
    'lzw.tif': picture(SMALL, 3).tiff({ compression: 'lzw', predictor: 'horizontal' }),
    'deflate.tif': wide.clone().tiff({ compression: 'deflate' }),
    'packbits.tif': picture(SMALL, 4).tiff({ compression: 'packbits' }),
    'tiled.tif': wide
      .clone()
      .tiff({ compression: 'lzw', tile: true, tileWidth: 64, tileHeight: 64 }),
    'bilevel.tif': picture(SMALL, 1)
      .toColourspace('b-w')
      .tiff({ bitdepth: 1, compression: 'none' }),
    'small.avif': picture(SMALL, 3).avif({ effort: 0 }),
    'alpha.avif': picture(SMALL, 4).avif({ effort: 0 }),
  };
  const seeds = await Promise.all(
    Object.entries(encoded).map(async ([name, image]) => ({
      name,
      bytes: await image.toBuffer(),
    })),
  );
  const png = await picture({ width: 32, height: 32 }, 4).png().toBuffer();
  const pixels = await picture({ width: 16, height: 16 }, 4).raw().toBuffer();
  return [
    ...seeds,
    {
      name: 'turned.jpg',
      bytes: makeJpeg(SMALL, { segments: [exifSegment(6), jpegSegment(0xfe, 'a comment')] }),
    },
    { name: 'frames.gif', bytes: makeGif({ width: 20, height: 10, frames: 3 }) },
    { name: 'small.bmp', bytes: makeBmp(SMALL, await picture(SMALL, 3).raw().toBuffer()) },
    { name: 'png.ico', bytes: makeIcon(1, [{ edge: 32, data: png }]) },
    {
      name: 'bitmaps.ico',
      bytes: makeIcon(1, [
        { edge: 16, data: makeIconBitmap(16, pixels) },
        { edge: 32, data: png },
      ]),
    },
    { name: 'bitmap.cur', bytes: makeIcon(2, [{ edge: 16, data: makeIconBitmap(16, pixels) }]) },
    { name: 'text.svg', bytes: Buffer.from(SVG) },
  ];
}

/** The small images of a folder and of all within it, as further seeds; none where it is absent. */
export async function readSeeds(folder: string): Promise<readonly FuzzSeed[]> {
  if (!existsSync(folder)) {
    return [];
  }
  const names = (await readdir(folder, { recursive: true })).toSorted();
  const seeds: FuzzSeed[] = [];
  for (const name of names) {
    const path = join(folder, name);
    const entry = await stat(path);
    const bytes = entry.isFile() && entry.size <= MAX_SEED_BYTES ? await readFile(path) : undefined;
    // Damage to what is refused for its first bytes would go unseen.
    if (bytes && identifyFormat(bytes).kind === 'readable') {
      seeds.push({ name, bytes });
    }
  }
  return seeds;
}

/** Smooth areas and hard edges, so that no codec comes off with a run of one value. */
function picture(
  { width, height }: Edges,
  channels: 1 | 3 | 4,
  more: { readonly pageHeight?: number } = {},
): Sharp {
  const data = Buffer.alloc(width * height * channels);
  for (let at = 0; at < data.length; at += 1) {
    const pixel = Math.floor(at / channels);
    const x = pixel % width;
    const y = Math.floor(pixel / width);
    data[at] =
      (x ^ (y * 3)) % 16 < 3 ? (at * 97) % 256 : (x * 2 + y * 5 + (at % channels) * 60) % 256;
  }
  return sharp(data, { raw: { width, height, channels, ...more } });
}

/** 24 bits a pixel, rows from the bottom, each filled up to four bytes. */
function makeBmp({ width, height }: Edges, rgb: Uint8Array): Buffer {
  const rowLength = Math.ceil((width * 3) / 4) * 4;
  const bytes = Buffer.alloc(54 + rowLength * height);
  bytes.write('BM', 'latin1');
  bytes.writeUInt32LE(bytes.length, 2);
  bytes.writeUInt32LE(54, 10);
  bytes.writeUInt32LE(40, 14);
  bytes.writeInt32LE(width, 18);
  bytes.writeInt32LE(height, 22);
  bytes.writeUInt16LE(1, 26);
  bytes.writeUInt16LE(24, 28);
  for (let y = 0; y < height; y += 1) {
    const row = rgb.subarray(y * width * 3, (y + 1) * width * 3);
    for (let at = 0; at < row.length; at += 1) {
      // Blue comes first.
      bytes[54 + (height - 1 - y) * rowLength + at] = row[at - (at % 3) + 2 - (at % 3)] ?? 0;
    }
  }
  return bytes;
}

/** A bitmap as in icons: 32 bits a pixel, twice its height for the mask that follows. */
function makeIconBitmap(edge: number, rgba: Uint8Array): Buffer {
  const header = Buffer.alloc(40);
  header.writeUInt32LE(40, 0);
  header.writeInt32LE(edge, 4);
  header.writeInt32LE(edge * 2, 8);
  header.writeUInt16LE(1, 12);
  header.writeUInt16LE(32, 14);
  const mask = Buffer.alloc(Math.ceil(edge / 32) * 4 * edge);
  return Buffer.concat([header, rgba, mask]);
}

/** `type` 1 is an icon, 2 a cursor. */
function makeIcon(
  type: 1 | 2,
  entries: readonly { readonly edge: number; readonly data: Uint8Array }[],
): Buffer {
  const directory = Buffer.alloc(6 + entries.length * 16);
  directory.writeUInt16LE(type, 2);
  directory.writeUInt16LE(entries.length, 4);
  let offset = directory.length;
  entries.forEach(({ edge, data }, index) => {
    const at = 6 + index * 16;
    directory.writeUInt8(edge, at);
    directory.writeUInt8(edge, at + 1);
    directory.writeUInt16LE(type === 1 ? 1 : 4, at + 4);
    directory.writeUInt16LE(type === 1 ? 32 : 4, at + 6);
    directory.writeUInt32LE(data.length, at + 8);
    directory.writeUInt32LE(offset, at + 12);
    offset += data.length;
  });
  return Buffer.concat([directory, ...entries.map(({ data }) => data)]);
}

const SVG = `<?xml version="1.0" encoding="UTF-8"?>
<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"
  width="120" height="60" viewBox="0 0 120 60">
  <defs>
    <linearGradient id="sky"><stop offset="0" stop-color="#36c"/><stop offset="1" stop-color="#9cf"/></linearGradient>
    <filter id="soft"><feGaussianBlur stdDeviation="2"/></filter>
    <pattern id="dots" width="8" height="8" patternUnits="userSpaceOnUse"><circle cx="4" cy="4" r="2"/></pattern>
    <g id="leaf"><path d="M10 10 C 20 20, 40 20, 50 10 A 5 5 0 0 1 60 10 Z" transform="rotate(15)"/></g>
  </defs>
  <style>.label { font: 12px sans-serif; fill: #222 }</style>
  <rect width="120" height="60" fill="url(#sky)"/>
  <rect x="4" y="4" width="40" height="20" fill="url(#dots)" opacity="0.5"/>
  <use xlink:href="#leaf" x="20" y="20" filter="url(#soft)"/>
  <text class="label" x="10" y="50">Fuzz &amp; text</text>
</svg>
`;
