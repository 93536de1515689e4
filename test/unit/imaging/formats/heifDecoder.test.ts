import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import sharp from 'sharp';
import { DecodeError } from '../../../../src/imaging/decodeError.ts';
import { crop } from '../../../../src/imaging/bitmap.ts';
import { decodeAvif, decodeHeic } from '../../../../src/imaging/formats/heifDecoder.ts';
import { decodeWithIcodec } from '../../../../src/imaging/formats/icodecPicture.ts';
import type { IcodecDecoder } from '../../../../src/imaging/formats/icodecPicture.ts';
import { shrink } from '../../../../src/imaging/resize/lanczosResizer.ts';
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

  it('cuts to the aperture before it shrinks', async () => {
    for (const bitdepth of [8, 10] as const) {
      const picture = fromRgba(gradient(SIZE, { opaque: false }), SIZE);
      const file = await picture.avif({ bitdepth, effort: 1 }).toBuffer();
      const aperture = { left: 34, top: 20, width: 90, height: 66 };
      const expected = crop(await decodeAvif(file, {}), aperture);
      const cut = await decodeAvif(file, { aperture, target: aperture });
      assertBitmap(cut, aperture);
      assert.ok(cut.data.equals(expected.data));
      const target = { width: 30, height: 22 };
      const small = await decodeAvif(file, { aperture, target });
      assert.ok(small.data.equals(shrink(expected, target, { alpha: true }).data));
      const outside = { ...aperture, left: SIZE.width - 89 };
      await assert.rejects(decodeAvif(file, { aperture: outside }), DecodeError);
    }
  });

  it('refuses no picture for its metadata, and leaves the file as it is', async () => {
    const picture = fromRgba(gradient(SIZE, { opaque: true }), SIZE);
    const file = await picture
      .withExif({ IFD0: { Copyright: 'someone' } })
      .withXmp('<x:xmpmeta xmlns:x="adobe:ns:meta/"/>')
      .avif({ effort: 1 })
      .toBuffer();
    const exif = file.indexOf('Exif\0\0II', 0, 'latin1');
    assert.ok(exif > 0);
    const broken = Buffer.from(file).fill('?', exif, exif + 12);
    const given = Buffer.from(broken);
    const decoded = await decodeAvif(given, {});
    assert.ok(decoded.data.equals((await decodeAvif(file, {})).data));
    assert.ok(given.equals(broken));
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

describe('a codec that fails', () => {
  function codec(message: string, byteLength: number): IcodecDecoder {
    return {
      loadDecoder: () => Promise.resolve({ HEAPU8: { byteLength } }),
      decode: () => {
        throw new Error(message);
      },
    };
  }
  const MEGABYTE = 1024 * 1024;
  const decode = (message: string, megabytes: number): Promise<unknown> =>
    decodeWithIcodec(codec(message, megabytes * MEGABYTE), '', Buffer.alloc(1));

  it('is no matter of the file where memory may not have sufficed', async () => {
    await assert.rejects(decode('Decoding of color planes failed', 1140), RangeError);
    await assert.rejects(decode('Out of memory', 20), RangeError);
    await assert.rejects(decode('Memory allocation error', 20), RangeError);
  });

  it('has met damage otherwise', async () => {
    await assert.rejects(decode('Decoding of color planes failed', 1000), DecodeError);
  });
});
