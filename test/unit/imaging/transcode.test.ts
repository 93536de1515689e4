import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import gif from '@jimp/js-gif';
import { describe, it } from 'mocha';
import type { ReadableFormat } from '../../../src/core/formats.ts';
import type { Size } from '../../../src/core/imageHeader.ts';
import type { Encoding } from '../../../src/core/plan.ts';
import { probeWhole } from '../../../src/core/probe.ts';
import { Jimp } from '../../../src/imaging/codecs.ts';
import { transcode } from '../../../src/imaging/transcode.ts';
import type { TranscodeJob } from '../../../src/imaging/transcode.ts';
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

const png = (size: Size): Encoding => ({ mediaType: 'image/png', size });
const jpeg = (size: Size, quality = 90): Encoding => ({ mediaType: 'image/jpeg', size, quality });

function job(
  bytes: Uint8Array,
  format: ReadableFormat,
  encodings: readonly Encoding[],
  more: Partial<TranscodeJob> = {},
): TranscodeJob {
  const own = Uint8Array.from(bytes);
  return { bytes: own, format, orientation: 1, encodings, base64Limit: 10 * MEGABYTE, ...more };
}

async function succeed(of: TranscodeJob) {
  const result = await transcode(of);
  assert.ok(result.ok, JSON.stringify(result));
  return result.value;
}

/** Checks that the middle of each quarter has the colour that it should. */
async function looksLikeQuarters(bytes: Uint8Array, tolerance = 12): Promise<void> {
  const { bitmap } = await Jimp.fromBuffer(Buffer.from(bytes));
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

describe('transcode', () => {
  it('shrinks to the size of the encoding', async () => {
    const small = { width: 24, height: 16 };
    const file = makeRgbaPng(SIZE, quarters(SIZE));
    for (const encoding of [png(small), jpeg(small)]) {
      const output = await succeed(job(file, 'png', [encoding]));
      const header = probeWhole(output.bytes);
      assert.ok(header.ok);
      assert.deepEqual(header.value.size, small);
      assert.equal(`image/${header.value.format}`, encoding.mediaType);
      await looksLikeQuarters(output.bytes);
    }
  });

  for (const orientation of ORIENTATIONS) {
    it(`turns orientation ${orientation} upright, of JPEG and of PNG`, async () => {
      const stored = storeTurned(quarters(SIZE), SIZE, orientation);
      const files = {
        jpeg: makeJpeg(stored.size, { rgba: stored.rgba }),
        png: makeRgbaPng(stored.size, stored.rgba),
      };
      for (const format of ['jpeg', 'png'] as const) {
        const size = { width: 24, height: 16 };
        const output = await succeed(job(files[format], format, [png(size)], { orientation }));
        await looksLikeQuarters(output.bytes);
      }
    });
  }

  it('decodes progressive, CMYK and grey JPEGs', async () => {
    const read = (name: string) =>
      readFileSync(new URL(`../../fixtures/images/${name}.jpg`, import.meta.url));
    await looksLikeQuarters((await succeed(job(read('progressive'), 'jpeg', [png(SIZE)]))).bytes);
    // Without its profile CMYK is converted plainly: the hues are right, the exact colours are not.
    await looksLikeQuarters((await succeed(job(read('cmyk'), 'jpeg', [png(SIZE)]))).bytes, 80);
    const grey = await succeed(job(read('grey'), 'jpeg', [png(SIZE)]));
    const { bitmap } = await Jimp.fromBuffer(Buffer.from(grey.bytes));
    assert.ok(
      bitmap.data.every((value, at) => at % 4 === 3 || value === bitmap.data[at - (at % 4)]),
    );
  });

  it('keeps transparency in PNG and lays it on white in JPEG', async () => {
    const clear = makeRgbaPng(SIZE, Buffer.alloc(48 * 32 * 4));
    const kept = await succeed(job(clear, 'png', [png(SIZE)]));
    assert.equal(kept.flattened, false);
    assert.equal((await Jimp.fromBuffer(Buffer.from(kept.bytes))).bitmap.data[3], 0);
    const flat = await succeed(job(clear, 'png', [jpeg(SIZE)]));
    assert.equal(flat.flattened, true);
    const { bitmap } = await Jimp.fromBuffer(Buffer.from(flat.bytes));
    assert.deepEqual([...bitmap.data.subarray(0, 4)], [255, 255, 255, 255]);
  });

  it('writes opaque pictures without an alpha channel', async () => {
    const output = await succeed(job(makeRgbaPng(SIZE, quarters(SIZE)), 'png', [png(SIZE)]));
    const header = probeWhole(output.bytes);
    assert.ok(header.ok && !header.value.alpha);
    assert.equal(output.flattened, false);
  });

  it('takes the first frame of GIFs and animated PNGs', async () => {
    const still = await succeed(job(makeGif({ ...SIZE, frames: 3 }), 'gif', [png(SIZE)]));
    const { bitmap } = await Jimp.fromBuffer(Buffer.from(still.bytes));
    assert.deepEqual([...bitmap.data.subarray(0, 4)], [255, 0, 0, 255]);
    const animated = makeRgbaPng(SIZE, quarters(SIZE), {
      before: [pngChunk('acTL', Buffer.of(0, 0, 0, 2, 0, 0, 0, 0))],
    });
    await looksLikeQuarters((await succeed(job(animated, 'png', [png(SIZE)]))).bytes);
    const real = await gif().encode({ data: quarters(SIZE), ...SIZE });
    await looksLikeQuarters((await succeed(job(real, 'gif', [png(SIZE)]))).bytes, 20);
  });

  it('takes the first encoding that fits the limit, down to smaller sizes', async () => {
    const noise = Buffer.from(Array.from({ length: 48 * 32 * 4 }, (_, at) => (at * at * 31) % 251));
    const file = makeRgbaPng(SIZE, noise);
    const encodings = [
      png(SIZE),
      jpeg(SIZE, 95),
      jpeg(SIZE, 10),
      jpeg({ width: 12, height: 8 }, 10),
    ];
    const lengths: number[] = [];
    for (const encoding of encodings) {
      lengths.push((await succeed(job(file, 'png', [encoding]))).bytes.length);
    }
    for (const [index, length] of lengths.entries()) {
      const base64Limit = Math.ceil(length / 3) * 4;
      const output = await succeed(job(file, 'png', encodings, { base64Limit }));
      assert.equal(output.encoding, encodings[index]);
    }
    assert.deepEqual(await transcode(job(file, 'png', encodings, { base64Limit: 100 })), {
      ok: false,
      error: { kind: 'cannotFit', limit: 100 },
    });
  });

  it('returns bytes in a buffer of their own', async () => {
    const { bytes } = await succeed(
      job(makeGreyPng({ width: 1, height: 1 }), 'png', [png({ width: 1, height: 1 })]),
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
    assert.deepEqual(await transcode(job(cut, 'png', [png(SIZE)])), {
      ok: false,
      error: { kind: 'imageTruncated', format: 'PNG' },
    });
    const broken = makeJpeg(SIZE);
    const tables = broken.indexOf(Buffer.of(0xff, 0xc4));
    broken.fill(0xaa, tables + 5, tables + 30);
    const result = await transcode(job(broken, 'jpeg', [png(SIZE)]));
    assert.ok(!result.ok && result.error.kind === 'imageDamaged' && result.error.format === 'JPEG');
  });
});
