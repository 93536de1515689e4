import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { deflateSync } from 'node:zlib';
import { describe, it } from 'mocha';
import sharp from 'sharp';
import type { Sharp, TiffOptions } from 'sharp';
import { DecodeError } from '../../../../src/imaging/decodeError.ts';
import { decodeTiff } from '../../../../src/imaging/formats/tiffDecoder.ts';
import { asDeflate, fieldsOf, makeTiff } from './makeTiff.ts';
import {
  assertBitmap,
  assertSurvivesDamage,
  fromRgba,
  gradient,
  isTruncated,
  meanDifference,
  pixelAt,
  reference,
} from './pictures.ts';

const SIZE = { width: 133, height: 87 };
const opaque = (): Sharp => fromRgba(gradient(SIZE, { opaque: true }), SIZE).removeAlpha();
const transparent = (): Sharp => fromRgba(gradient(SIZE, { opaque: false }), SIZE);

describe('decodeTiff', () => {
  for (const compression of ['none', 'lzw', 'deflate', 'packbits'] as const) {
    for (const tile of [false, true]) {
      it(`decodes ${compression} in ${tile ? 'tiles' : 'strips'}`, async () => {
        const predictor = tile ? 'horizontal' : 'none';
        const options: TiffOptions = {
          compression,
          tile,
          tileWidth: 48,
          tileHeight: 32,
          predictor,
        };
        for (const picture of [
          opaque(),
          transparent(),
          opaque().greyscale(),
          opaque().toColourspace('rgb16'),
          opaque().toColourspace('grey16'),
        ]) {
          const file = await picture.tiff(options).toBuffer();
          const decoded = await decodeTiff(file, {});
          assertBitmap(decoded, SIZE);
          // 16 bits are rounded here and cut off there.
          assert.ok(meanDifference(decoded.data, await reference(file)) < 0.5);
        }
      });
    }
  }

  it('adds up differences of 16 bits, in either byte order', async () => {
    for (const little of [true, false]) {
      const fields = [...fieldsOf(3, [16], 1), { tag: 317, values: [2] }];
      // 0x10ff, then 0x0101 more, then 0x0100 less.
      const samples = [0x10ff, 0x0101, 0xff00].flatMap((value) =>
        little ? [value & 255, value >> 8] : [value >> 8, value & 255],
      );
      const decoded = await decodeTiff(makeTiff(fields, [Buffer.from(samples)], little), {});
      assert.deepEqual([...decoded.data], [17, 17, 17, 255, 18, 18, 18, 255, 17, 17, 17, 255]);
    }
  });

  it('decodes 1, 2 and 4 bits a sample, with white as either end', async () => {
    for (const bitdepth of [1, 2, 4] as const) {
      for (const miniswhite of [false, true]) {
        const options = { compression: 'deflate', bitdepth, miniswhite } as const;
        const file = await opaque().greyscale().tiff(options).toBuffer();
        assert.ok(meanDifference((await decodeTiff(file, {})).data, await reference(file)) < 0.5);
      }
    }
  });

  it('decodes JPEG inside, in strips and tiles', async () => {
    for (const tile of [false, true]) {
      const options = { compression: 'jpeg', quality: 90, tile, tileWidth: 48, tileHeight: 32 };
      const file = await opaque()
        .tiff({ ...options, compression: 'jpeg' })
        .toBuffer();
      assert.ok(meanDifference((await decodeTiff(file, {})).data, await reference(file)) < 1);
    }
  });

  it('decodes tiles that are too large to be unpacked whole, row by row', async () => {
    // Three tiles of 32 MB beside each other.
    const size = { width: 4200, height: 40 };
    const picture = fromRgba(gradient(size, { opaque: false }), size).toColourspace('rgb16');
    for (const compression of ['none', 'lzw', 'deflate', 'packbits'] as const) {
      const tile = { tile: true, tileWidth: 2048, tileHeight: 2048 } as const;
      const file = await picture.tiff({ compression, ...tile }).toBuffer();
      const decoded = await decodeTiff(file, {});
      assertBitmap(decoded, size);
      assert.ok(meanDifference(decoded.data, await reference(file)) < 0.5, compression);
    }
  });

  it('takes no memory for what a tile has beyond the picture', async () => {
    const rowBytes = 2048 * 16 * 4;
    const fields = [
      ...fieldsOf(
        16,
        Array.from({ length: 16 }, () => 32),
        2,
      ),
      { tag: 322, values: [2048] },
      { tag: 323, values: [2047] },
      { tag: 324, values: [8] },
      { tag: 325, values: [60_000] },
    ];
    const strip = deflateSync(Buffer.alloc(rowBytes * 200, 77));
    const file = makeTiff(fields.map(asDeflate), [strip]);
    const script = `
      import { readFileSync } from 'node:fs';
      import { decodeTiff } from './src/imaging/formats/tiffDecoder.ts';
      const before = process.resourceUsage().maxRSS;
      const { data } = await decodeTiff(readFileSync(0), {});
      console.log(data[0], process.resourceUsage().maxRSS - before);
    `;
    const hook = ['--import', './test/support/importFiles.js', '--input-type=module', '-e', script];
    const { stdout } = spawnSync(process.execPath, hook, { input: file, encoding: 'utf8' });
    const [pixel, kilobytes = Infinity] = stdout.trim().split(' ').map(Number);
    assert.equal(pixel, 77);
    assert.ok(kilobytes < 80_000, `${kilobytes} KB`);
  });

  it('refuses a JPEG inside that is larger than its segment', async () => {
    const size = { width: 200, height: 200 };
    const large = fromRgba(gradient(size, { opaque: true }), size).jpeg();
    const fields = fieldsOf(20, [8, 8, 8], 6).map((field) =>
      field.tag === 259 ? { tag: 259, values: [7] } : field,
    );
    const file = makeTiff(fields, [await large.toBuffer()]);
    await assert.rejects(decodeTiff(file, {}), /too large/);
  });

  it('decodes the first of several pages', async () => {
    const pages = Buffer.concat([Buffer.alloc(40 * 20 * 3, 200), Buffer.alloc(40 * 20 * 3, 10)]);
    const raw = { width: 40, height: 40, channels: 3, pageHeight: 20 } as const;
    const file = await sharp(pages, { raw }).tiff({ compression: 'lzw' }).toBuffer();
    const decoded = await decodeTiff(file, {});
    assertBitmap(decoded, { width: 40, height: 20 });
    assert.deepEqual(pixelAt(decoded, 39, 19), [200, 200, 200, 255]);
  });

  it('decodes a palette, whose entries may fill 16 bits or 8', async () => {
    for (const factor of [257, 1]) {
      const map = [0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 110].map((value) => value * factor);
      const fields = [...fieldsOf(3, [2], 3), { tag: 320, values: map }];
      const decoded = await decodeTiff(makeTiff(fields, [Buffer.of(0b00_01_11_00)]), {});
      const expected = [0, 40, 80, 255, 10, 50, 90, 255, 30, 70, 110, 255];
      assert.deepEqual([...decoded.data], expected);
    }
  });

  it('decodes the four inks of print, and alpha behind them', async () => {
    const fields = [...fieldsOf(3, [8, 8, 8, 8, 8], 5), { tag: 338, values: [2] }];
    const inks = [0, 0, 0, 0, 255, 255, 0, 0, 0, 128, 0, 0, 0, 255, 0];
    const decoded = await decodeTiff(makeTiff(fields, [Buffer.from(inks)]), {});
    assert.deepEqual([...decoded.data], [255, 255, 255, 255, 0, 255, 255, 128, 0, 0, 0, 0]);
  });

  it('decodes planes, in either byte order', async () => {
    const planes = [
      [1, 2],
      [3, 4],
      [5, 6],
    ];
    for (const little of [true, false]) {
      const fields = [...fieldsOf(2, [16, 16, 16], 2), { tag: 284, values: [2] }];
      const strips = planes.map((plane) =>
        Buffer.from(plane.flatMap((value) => (little ? [0, value] : [value, 0]))),
      );
      const decoded = await decodeTiff(makeTiff(fields, strips, little), {});
      assert.deepEqual([...decoded.data], [1, 3, 5, 255, 2, 4, 6, 255]);
    }
  });

  it('takes alpha out of the colours that it was multiplied into', async () => {
    const fields = [...fieldsOf(2, [8, 8, 8, 8], 2), { tag: 338, values: [1] }];
    const decoded = await decodeTiff(
      makeTiff(fields, [Buffer.of(100, 50, 0, 128, 9, 9, 9, 255)]),
      {},
    );
    assert.deepEqual([...decoded.data], [199, 100, 0, 128, 9, 9, 9, 255]);
  });

  it('decodes Lab and YCbCr', async () => {
    const lab = await decodeTiff(
      makeTiff(fieldsOf(2, [8, 8, 8], 8), [Buffer.of(255, 0, 0, 138, 81, 70)]),
      {},
    );
    const near = (actual: readonly number[], expected: readonly number[]): void => {
      for (const [index, value] of expected.entries()) {
        assert.ok(
          Math.abs((actual[index] ?? 0) - value) <= 3,
          `${actual.join()} ${expected.join()}`,
        );
      }
    };
    near(pixelAt(lab, 0, 0), [255, 255, 255, 255]);
    // sRGB red is L 54.3, a 80.8, b 69.9 under D50.
    near(pixelAt(lab, 1, 0), [255, 0, 0, 255]);
    const fields = [...fieldsOf(1, [8, 8, 8], 6), { tag: 530, values: [1, 1] }];
    near(
      pixelAt(await decodeTiff(makeTiff(fields, [Buffer.of(76, 85, 255)]), {}), 0, 0),
      [254, 0, 0],
    );
  });

  it('comes out at the size that is wanted', async () => {
    const file = await opaque().tiff({ compression: 'lzw' }).toBuffer();
    const target = { width: 40, height: 26 };
    const decoded = await decodeTiff(file, { target });
    assertBitmap(decoded, target);
    const expected = sharp(file)
      .resize({ ...target, fit: 'fill' })
      .ensureAlpha()
      .raw();
    assert.ok(meanDifference(decoded.data, await expected.toBuffer()) < 1.5);
  });

  it('refuses pixel data that ends early', async () => {
    for (const compression of ['none', 'lzw', 'packbits'] as const) {
      const file = await opaque().tiff({ compression, tile: true }).toBuffer();
      const offsets = file.subarray(0, file.length - 1200);
      await assert.rejects(decodeTiff(offsets, {}), DecodeError);
    }
    const short = makeTiff(fieldsOf(9, [8], 1), [Buffer.alloc(8)]);
    await assert.rejects(decodeTiff(short, {}), isTruncated);
  });

  it('refuses what it has no rule for, by name', async () => {
    const strips = [Buffer.alloc(64)];
    const unknown = fieldsOf(2, [8], 1).map((field) =>
      field.tag === 259 ? { tag: 259, values: [34_925] } : field,
    );
    await assert.rejects(decodeTiff(makeTiff(unknown, strips), {}), /LZMA compression/);
    const floats = [...fieldsOf(2, [32], 1), { tag: 339, values: [3] }];
    await assert.rejects(decodeTiff(makeTiff(floats, strips), {}), /floating-point samples/);
    const hugeTile = [
      ...fieldsOf(2, [8], 1),
      { tag: 322, values: [65_520] },
      { tag: 323, values: [65_520] },
    ];
    await assert.rejects(decodeTiff(makeTiff(hugeTile, strips), {}), /tiles of/);
  });

  it('survives damage', async () => {
    for (const compression of ['lzw', 'deflate', 'packbits', 'jpeg'] as const) {
      const file = opaque().tiff({ compression, tile: true, tileWidth: 48, tileHeight: 48 });
      await assertSurvivesDamage(decodeTiff, await file.toBuffer(), 60);
    }
  });
});
