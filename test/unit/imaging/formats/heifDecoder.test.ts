import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import sharp from 'sharp';
import { DecodeError } from '../../../../src/imaging/decodeError.ts';
import { decodeAvif, decodeHeic } from '../../../../src/imaging/formats/heifDecoder.ts';
import {
  assertBitmap,
  assertSurvivesDamage,
  fromRgba,
  gradient,
  meanDifference,
  reference,
} from './pictures.ts';

const SIZE = { width: 134, height: 88 };

describe('decodeAvif', () => {
  it('decodes pictures with and without alpha', async () => {
    for (const opaque of [true, false]) {
      const picture = fromRgba(gradient(SIZE, { opaque }), SIZE);
      const file = await picture.avif({ quality: 80, effort: 1 }).toBuffer();
      const decoded = await decodeAvif(file, {});
      assertBitmap(decoded, SIZE);
      assert.ok(meanDifference(decoded.data, await reference(file)) < 1);
    }
  });

  it('brings 10 bits to 8', async () => {
    const background = { r: 255, g: 0, b: 100, alpha: 0.5 };
    const picture = sharp({ create: { ...SIZE, channels: 4, background } });
    const file = await picture.avif({ bitdepth: 10, quality: 95, effort: 1 }).toBuffer();
    const { data, ...size } = await decodeAvif(file, {});
    assertBitmap({ data, ...size }, SIZE);
    const expected = [255, 0, 100, 128];
    for (const [index, value] of expected.entries()) {
      assert.ok(Math.abs((data[index] ?? 0) - value) <= 3, data.subarray(0, 4).join());
    }
  });

  it('comes out at the size that is wanted', async () => {
    const picture = fromRgba(gradient(SIZE, { opaque: false }), SIZE);
    const file = await picture.avif({ effort: 1 }).toBuffer();
    const target = { width: 33, height: 22 };
    assertBitmap(await decodeAvif(file, { target }), target);
    await assert.rejects(decodeAvif(file, { target: { width: 1000, height: 22 } }), DecodeError);
  });

  it('survives damage', async () => {
    const small = { width: 40, height: 30 };
    const picture = fromRgba(gradient(small, { opaque: true }), small);
    const file = await picture.avif({ effort: 1 }).toBuffer();
    await assert.rejects(decodeAvif(file.subarray(0, file.length / 2), {}), DecodeError);
    await assertSurvivesDamage(decodeAvif, file, 60);
  });
});

describe('decodeHeic', () => {
  it('refuses what is none', async () => {
    await assert.rejects(Promise.resolve(decodeHeic(Buffer.alloc(100), {})), DecodeError);
  });
});
