import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import sharp, { type Sharp } from 'sharp';
import type { Size } from '../../src/core/formats/imageHeader.ts';
import { cacheFolder } from '../host/paths.js';
import { blankPng, greyPng } from '../support/pngFile.ts';
import { drawDiagram, drawEditor, type Drawing } from './drawings.ts';
import { bmpFile, icoFile, SVG_FILE } from './handMadeFiles.ts';
import { paintPhotograph } from './photograph.ts';
import { zonePlate, ZONE_PLATE } from './zonePlate.ts';

/** To be raised when what is generated changes: the files are kept for the next run. */
const VERSION = 1;

const MP7: Size = { width: 3072, height: 2304 };
const MP12: Size = { width: 4000, height: 3000 };
const MP24: Size = { width: 6000, height: 4000 };

/** As cameras write: 12 megapixels take about 4 MB. */
const CAMERA = { quality: 93 } as const;
/** As libpng writes unless it is told otherwise, and so most programs that take screenshots. */
const FILTERED = { adaptiveFiltering: true } as const;

const photo7 = once(() => photograph(MP7, 1));
const photo12 = once(() => photograph(MP12, 1));
const editor = once(async () => fromDrawing(await drawEditor()).removeAlpha());
const smallPhoto = () => photo7().then((photo) => photo.resize(1269, 952, { fit: 'fill' }));
const smallEditor = () => editor().then((drawn) => drawn.resize(1456, 819, { fit: 'fill' }));

/** What a bench prepares: by name, with the extension of its format. */
const GENERATORS = {
  'jpeg12.jpg': () => photo12().then((photo) => photo.jpeg(CAMERA).toBuffer()),
  'jpeg24.jpg': () => photograph(MP24, 2).jpeg(CAMERA).toBuffer(),
  'progressive12.jpg': () =>
    photo12().then((photo) => photo.jpeg({ ...CAMERA, progressive: true }).toBuffer()),
  'webp12.webp': () => photo12().then((photo) => photo.webp({ quality: 85, effort: 2 }).toBuffer()),
  'tiff.tiff': () => photo7().then((photo) => photo.tiff({ compression: 'lzw' }).toBuffer()),
  'png16.png': () => deepPhotograph(MP7, 1).png(FILTERED).toBuffer(),
  'png4k.png': () => editor().then((drawn) => drawn.png(FILTERED).toBuffer()),
  'palette4k.png': () =>
    editor().then((drawn) => drawn.png({ palette: true, dither: 0, effort: 1 }).toBuffer()),
  'alpha1080.png': async () =>
    fromDrawing(await drawDiagram())
      .png(FILTERED)
      .toBuffer(),
  // Within the standard tier: they need no change.
  'small.jpg': () => smallPhoto().then((photo) => photo.jpeg({ quality: 88 }).toBuffer()),
  'small.png': () => smallEditor().then((drawn) => drawn.png(FILTERED).toBuffer()),
  'small.webp': () => smallPhoto().then((photo) => photo.webp({ effort: 2 }).toBuffer()),
  'small.gif': () => smallEditor().then((drawn) => drawn.gif({ effort: 1 }).toBuffer()),
  // Further formats, to be probed.
  'small.avif': () => smallPhoto().then((photo) => photo.avif({ effort: 0 }).toBuffer()),
  'small.bmp': () => Promise.resolve(bmpFile({ width: 640, height: 480 })),
  'small.ico': () => Promise.resolve(icoFile(blankPng(256, 256))),
  'small.svg': () => Promise.resolve(SVG_FILE),
  'zonePlate.png': () => Promise.resolve(greyPng(ZONE_PLATE, ZONE_PLATE, zonePlate)),
  'zonePlate.jpg': () =>
    sharp(greyPng(ZONE_PLATE, ZONE_PLATE, zonePlate))
      .jpeg({ quality: 95 })
      .toBuffer(),
  // As small as a picture of one shade can honestly be in a PNG, and one that only claims its size.
  'bomb.png': () => Promise.resolve(blankPng(30_000, 30_000)),
  'claim.png': () => Promise.resolve(blankPng(30_000, 30_000).subarray(0, 4096)),
} as const satisfies Record<string, () => Promise<Buffer>>;

export type InputName = keyof typeof GENERATORS;

export const INPUT_NAMES = Object.keys(GENERATORS) as readonly InputName[];

/** The path of an input, which is generated when no run before has done so. */
export async function inputFile(name: InputName): Promise<string> {
  const folder = path.join(cacheFolder, 'bench', `v${VERSION}`);
  const file = path.join(folder, name);
  if (!existsSync(file)) {
    await mkdir(folder, { recursive: true });
    // Whole or not at all, should this be stopped or run twice at a time.
    const unfinished = `${file}.${process.pid}`;
    await writeFile(unfinished, await GENERATORS[name]());
    await rename(unfinished, file);
  }
  return file;
}

export async function readInput(name: InputName): Promise<Buffer> {
  return await readFile(await inputFile(name));
}

/** A pipeline that several encoders can start from. */
function once(make: () => Sharp | Promise<Sharp>): () => Promise<Sharp> {
  let made: Promise<Sharp> | undefined;
  return async () => {
    made ??= Promise.resolve(make());
    return (await made).clone();
  };
}

function photograph(size: Size, seed: number): Sharp {
  const pixels = new Uint8ClampedArray(size.width * size.height * 3);
  paintPhotograph(size, seed, pixels);
  return sharp(pixels, { raw: { ...size, channels: 3 } });
}

function deepPhotograph(size: Size, seed: number): Sharp {
  const pixels = new Uint16Array(size.width * size.height * 3);
  paintPhotograph(size, seed, pixels);
  return sharp(pixels, { raw: { ...size, channels: 3 } }).toColourspace('rgb16');
}

function fromDrawing({ data, width, height }: Drawing): Sharp {
  return sharp(data, { raw: { width, height, channels: 4 } });
}
