import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import gif from '@jimp/js-gif';
import { describe, it } from 'mocha';
import sharp from 'sharp';
import type { Size } from '../../../src/core/formats/imageHeader.ts';
import type { EncodingStep } from '../../../src/core/plan/plan.ts';
import { probeWhole } from '../../../src/core/formats/probe.ts';
import type { Bitmap } from '../../../src/imaging/bitmap.ts';
import { Jimp } from '../../../src/imaging/codecs.ts';
import { transcode } from '../../../src/imaging/transcode.ts';
import type {
  PictureJob,
  TranscodedPicture,
  TranscodeJob,
  TranscodeOutput,
} from '../../../src/imaging/transcode.ts';
import {
  makeGif,
  makeGreyPng,
  makeJpeg,
  makeRgbaPng,
  ORIENTATIONS,
  pngChunk,
  quarters,
  QUARTER_COLOURS,
  storeTurned,
} from './makeImages.ts';

const MEGABYTE = 1024 * 1024;
const SIZE: Size = { width: 48, height: 32 };

const lossless = (size: Size): EncodingStep => ({ kind: 'lossless', size });
const lossy = (size: Size, quality = 90): EncodingStep => ({ kind: 'lossy', size, quality });

/** What the plan of a file makes of it, but for the steps. */
function job(
  bytes: Uint8Array,
  steps: PictureJob['steps'],
  more: Partial<TranscodeJob> = {},
): TranscodeJob {
  const probed = probeWhole(bytes);
  assert.ok(probed.ok, JSON.stringify(probed));
  return {
    bytes: Uint8Array.from(bytes),
    header: probed.value,
    pictures: [{ steps }],
    base64Limit: 10 * MEGABYTE,
    ...more,
  };
}

async function output(of: TranscodeJob): Promise<TranscodeOutput> {
  const result = await transcode(of);
  assert.ok(result.ok, JSON.stringify(result));
  return result.value;
}

/** The one picture that comes of a job. */
async function succeed(of: TranscodeJob): Promise<TranscodedPicture> {
  const [picture] = (await output(of)).pictures;
  assert.ok(picture);
  return picture;
}

async function pixelsOf(bytes: Uint8Array): Promise<Bitmap> {
  return (await Jimp.fromBuffer(Buffer.from(bytes))).bitmap;
}

/** Checks that the middle of each quarter has the colour that it should. */
async function looksLikeQuarters(bytes: Uint8Array, tolerance = 12): Promise<void> {
  const bitmap = await pixelsOf(bytes);
  QUARTER_COLOURS.forEach((colour, quarter) => {
    const x = Math.floor(((quarter % 2) * 2 + 1) * (bitmap.width / 4));
    const y = Math.floor((quarter < 2 ? 1 : 3) * (bitmap.height / 4));
    const at = (y * bitmap.width + x) * 4;
    const pixel = [...bitmap.data.subarray(at, at + 4)];
    assert.ok(
      pixel.every((value, channel) => Math.abs(value - (colour[channel] ?? 0)) <= tolerance),
      `quarter ${quarter}: ${pixel.join()} instead of ${colour.join()}`,
    );
  });
}

/** Colours all over, and none twice in a row: nothing that compresses. */
function noise({ width, height }: Size): Buffer {
  let state = 1;
  return Buffer.from(
    Array.from({ length: width * height * 4 }, (_, at) => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return at % 4 === 3 ? 255 : state >>> 24;
    }),
  );
}

describe('transcode', () => {
  it('shrinks to the size of the step', async () => {
    const small = { width: 24, height: 16 };
    const file = makeRgbaPng(SIZE, quarters(SIZE));
    for (const [step, mediaType] of [
      [lossless(small), 'image/png'],
      [lossy(small), 'image/jpeg'],
    ] as const) {
      const picture = await succeed(job(file, [step]));
      const header = probeWhole(picture.bytes);
      assert.ok(header.ok);
      assert.deepEqual(header.value.size, small);
      assert.equal(picture.mediaType, mediaType);
      assert.equal(`image/${header.value.format}`, mediaType);
      await looksLikeQuarters(picture.bytes);
    }
  });

  for (const orientation of ORIENTATIONS) {
    it(`turns orientation ${orientation} upright, of JPEG and of PNG`, async () => {
      const stored = storeTurned(quarters(SIZE), SIZE, orientation);
      const files = [
        makeJpeg(stored.size, { rgba: stored.rgba }),
        makeRgbaPng(stored.size, stored.rgba),
      ];
      for (const file of files) {
        const plain = job(file, [lossless({ width: 24, height: 16 })]);
        const header = { ...plain.header, size: SIZE, orientation };
        await looksLikeQuarters((await succeed({ ...plain, header })).bytes);
      }
    });
  }

  it('decodes progressive, CMYK and grey JPEGs', async () => {
    const read = (name: string) =>
      readFileSync(new URL(`../../fixtures/images/${name}.jpg`, import.meta.url));
    await looksLikeQuarters((await succeed(job(read('progressive'), [lossless(SIZE)]))).bytes);
    // Without its profile CMYK is converted plainly: the hues are right, the exact colours are not.
    await looksLikeQuarters((await succeed(job(read('cmyk'), [lossless(SIZE)]))).bytes, 80);
    const grey = await succeed(job(read('grey'), [lossless(SIZE)]));
    const { data } = await pixelsOf(grey.bytes);
    assert.ok(data.every((value, at) => at % 4 === 3 || value === data[at - (at % 4)]));
  });

  it('keeps transparency, without loss in PNG and lossy in WebP', async () => {
    const clear = makeRgbaPng(SIZE, Buffer.alloc(48 * 32 * 4));
    for (const [step, mediaType] of [
      [lossless(SIZE), 'image/png'],
      [lossy(SIZE), 'image/webp'],
    ] as const) {
      const picture = await succeed(job(clear, [step]));
      assert.equal(picture.mediaType, mediaType);
      assert.equal((await pixelsOf(picture.bytes)).data[3], 0);
    }
  });

  it('writes opaque pictures without an alpha channel', async () => {
    const picture = await succeed(job(makeRgbaPng(SIZE, quarters(SIZE)), [lossless(SIZE)]));
    const header = probeWhole(picture.bytes);
    assert.ok(header.ok && !header.value.alpha);
  });

  it('passes over the lossless step for a photograph', async () => {
    const file = makeRgbaPng(SIZE, noise(SIZE));
    const picture = await succeed(job(file, [lossless(SIZE), lossy(SIZE)]));
    assert.equal(picture.mediaType, 'image/jpeg');
  });

  it('takes the first frame of GIFs and animated PNGs', async () => {
    const still = await succeed(job(makeGif({ ...SIZE, frames: 3 }), [lossless(SIZE)]));
    assert.deepEqual([...(await pixelsOf(still.bytes)).data.subarray(0, 4)], [255, 0, 0, 255]);
    const animated = makeRgbaPng(SIZE, quarters(SIZE), {
      before: [pngChunk('acTL', Buffer.of(0, 0, 0, 2, 0, 0, 0, 0))],
    });
    await looksLikeQuarters((await succeed(job(animated, [lossless(SIZE)]))).bytes);
    const real = await gif().encode({ data: quarters(SIZE), ...SIZE });
    await looksLikeQuarters((await succeed(job(real, [lossless(SIZE)]))).bytes, 20);
  });

  it('takes the first step that fits the limit, down to smaller sizes', async () => {
    const file = makeRgbaPng(SIZE, noise(SIZE));
    const small = { width: 12, height: 8 };
    const steps = [lossy(SIZE, 95), lossy(SIZE, 10), lossy(small, 10)] as const;
    const lengths: number[] = [];
    for (const step of steps) {
      lengths.push((await succeed(job(file, [step]))).bytes.length);
    }
    for (const [index, length] of lengths.entries()) {
      const base64Limit = Math.ceil(length / 3) * 4;
      const picture = await succeed(job(file, [...steps], { base64Limit }));
      assert.deepEqual(picture.size, steps[index]?.size);
      assert.equal(picture.bytes.length, length);
    }
    assert.deepEqual(await transcode(job(file, [...steps], { base64Limit: 100 })), {
      ok: false,
      error: { kind: 'cannotFit', limit: 100 },
    });
  });

  it('cuts tiles out of the upright picture, all of one decode', async () => {
    const stored = storeTurned(quarters(SIZE), SIZE, 6);
    const plain = job(makeRgbaPng(stored.size, stored.rgba), [lossless(SIZE)]);
    const half = { width: 24, height: 16 };
    const corners = [
      [0, 0],
      [24, 0],
      [0, 16],
      [24, 16],
    ].map(([left = 0, top = 0]): PictureJob => ({
      crop: { left, top, ...half },
      steps: [lossless(half)],
    }));
    const [first, ...others] = corners;
    assert.ok(first);
    const { pictures } = await output({
      ...plain,
      header: { ...plain.header, size: SIZE, orientation: 6 },
      pictures: [first, ...others],
    });
    assert.equal(pictures.length, 4);
    for (const [index, { bytes }] of pictures.entries()) {
      const { data } = await pixelsOf(bytes);
      assert.deepEqual([...data.subarray(0, 4)], QUARTER_COLOURS[index]);
    }
  });

  it('hands a colour profile on, and says when it cannot', async () => {
    const pixels = { create: { ...SIZE, channels: 3, background: '#c03020' } } as const;
    const p3 = await sharp(pixels).withIccProfile('p3').jpeg().toBuffer();
    const profile = (await sharp(p3).metadata()).icc;
    assert.ok(profile);
    for (const step of [lossless(SIZE), lossy(SIZE)]) {
      const { pictures, colourProfileDropped } = await output(job(p3, [step]));
      assert.equal(colourProfileDropped, false);
      assert.deepEqual((await sharp(pictures[0]?.bytes).metadata()).icc, profile);
    }
    const cmyk = await sharp(pixels).toColourspace('cmyk').withIccProfile('cmyk').jpeg().toBuffer();
    assert.equal((await output(job(cmyk, [lossy(SIZE)]))).colourProfileDropped, true);
    const srgb = await sharp(pixels).withIccProfile('srgb').jpeg().toBuffer();
    const plain = await output(job(srgb, [lossy(SIZE)]));
    assert.equal(plain.colourProfileDropped, false);
    assert.equal((await sharp(plain.pictures[0]?.bytes).metadata()).icc, undefined);
  });

  it('returns bytes in a buffer of their own', async () => {
    const { bytes } = await succeed(
      job(makeGreyPng({ width: 1, height: 1 }), [lossless({ width: 1, height: 1 })]),
    );
    assert.equal(bytes.byteOffset, 0);
    assert.equal(bytes.buffer.byteLength, bytes.length);
  });

  it('names damage that only shows in the pixels', async () => {
    const whole = makeGreyPng(SIZE);
    const cut = Buffer.concat([
      whole.subarray(0, 33),
      pngChunk('IDAT', whole.subarray(41, 51)),
      pngChunk('IEND', Buffer.alloc(0)),
    ]);
    assert.deepEqual(await transcode(job(cut, [lossless(SIZE)])), {
      ok: false,
      error: { kind: 'imageTruncated', format: 'PNG' },
    });
    const broken = makeJpeg(SIZE);
    const tables = broken.indexOf(Buffer.of(0xff, 0xc4));
    broken.fill(0xaa, tables + 5, tables + 30);
    const result = await transcode(job(broken, [lossless(SIZE)]));
    assert.ok(!result.ok && result.error.kind === 'imageDamaged' && result.error.format === 'JPEG');
  });

  it('shows what there is of a JPEG whose scan is damaged, and says so', async () => {
    const file = makeJpeg(SIZE, { rgba: noise(SIZE) });
    const scan = file.indexOf(Buffer.of(0xff, 0xda)) + 12;
    const short = Buffer.concat([file.subarray(0, scan + 200), Buffer.of(0xff, 0xd9)]);
    const { pictures, partlyDamaged } = await output(job(short, [lossy(SIZE)]));
    assert.equal(pictures.length, 1);
    assert.equal(partlyDamaged, true);
    assert.equal((await output(job(file, [lossy(SIZE)]))).partlyDamaged, false);
  });
});
