import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import sharp from 'sharp';
import type { Sharp, TiffOptions } from 'sharp';
import { DecodeError } from '../../../../src/imaging/decodeError.ts';
import { decodeTiff } from '../../../../src/imaging/formats/tiffDecoder.ts';
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

interface Field {
  readonly tag: number;
  readonly values: readonly number[];
}

/** A TIFF of one strip, or of one a plane, with fields of 16 bits. */
function makeTiff(fields: readonly Field[], strips: readonly Uint8Array[], little = true): Buffer {
  const offsets = strips.map((_, index) =>
    strips.slice(0, index).reduce((at, strip) => at + strip.length, 8),
  );
  const all = [
    ...fields,
    { tag: 273, values: offsets },
    { tag: 279, values: strips.map((strip) => strip.length) },
  ].toSorted((one, other) => one.tag - other.tag);
  const directoryAt = 8 + strips.reduce((sum, strip) => sum + strip.length, 0);
  const valuesAt = directoryAt + 2 + all.length * 12 + 4;
  const file = Buffer.alloc(valuesAt + all.reduce((sum, { values }) => sum + values.length * 2, 0));
  const u16 = (value: number, at: number): unknown =>
    little ? file.writeUInt16LE(value, at) : file.writeUInt16BE(value, at);
  const u32 = (value: number, at: number): unknown =>
    little ? file.writeUInt32LE(value, at) : file.writeUInt32BE(value, at);
  file.write(little ? 'II' : 'MM', 'latin1');
  u16(42, 2);
  u32(directoryAt, 4);
  Buffer.concat(strips).copy(file, 8);
  u16(all.length, directoryAt);
  let end = valuesAt;
  for (const [index, { tag, values }] of all.entries()) {
    const entry = directoryAt + 2 + index * 12;
    u16(tag, entry);
    u16(3, entry + 2);
    u32(values.length, entry + 4);
    if (values.length > 2) {
      u32(end, entry + 8);
    }
    for (const [place, value] of values.entries()) {
      u16(value, (values.length > 2 ? end : entry + 8) + place * 2);
    }
    end += values.length > 2 ? values.length * 2 : 0;
  }
  return file;
}

function fieldsOf(width: number, bits: readonly number[], photometric: number): Field[] {
  return [
    { tag: 256, values: [width] },
    { tag: 257, values: [1] },
    { tag: 258, values: bits },
    { tag: 259, values: [1] },
    { tag: 262, values: [photometric] },
    { tag: 277, values: [bits.length] },
    { tag: 278, values: [1] },
  ];
}

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
          const decoded = decodeTiff(file, {});
          assertBitmap(decoded, SIZE);
          // 16 bits are rounded here and cut off there.
          assert.ok(meanDifference(decoded.data, await reference(file)) < 0.5);
        }
      });
    }
  }

  it('adds up differences of 16 bits, in either byte order', () => {
    for (const little of [true, false]) {
      const fields = [...fieldsOf(3, [16], 1), { tag: 317, values: [2] }];
      // 0x10ff, then 0x0101 more, then 0x0100 less.
      const samples = [0x10ff, 0x0101, 0xff00].flatMap((value) =>
        little ? [value & 255, value >> 8] : [value >> 8, value & 255],
      );
      const decoded = decodeTiff(makeTiff(fields, [Buffer.from(samples)], little), {});
      assert.deepEqual([...decoded.data], [17, 17, 17, 255, 18, 18, 18, 255, 17, 17, 17, 255]);
    }
  });

  it('decodes 1, 2 and 4 bits a sample, with white as either end', async () => {
    for (const bitdepth of [1, 2, 4] as const) {
      for (const miniswhite of [false, true]) {
        const options = { compression: 'deflate', bitdepth, miniswhite } as const;
        const file = await opaque().greyscale().tiff(options).toBuffer();
        assert.ok(meanDifference(decodeTiff(file, {}).data, await reference(file)) < 0.5);
      }
    }
  });

  it('decodes JPEG inside, in strips and tiles', async () => {
    for (const tile of [false, true]) {
      const options = { compression: 'jpeg', quality: 90, tile, tileWidth: 48, tileHeight: 32 };
      const file = await opaque()
        .tiff({ ...options, compression: 'jpeg' })
        .toBuffer();
      assert.ok(meanDifference(decodeTiff(file, {}).data, await reference(file)) < 1);
    }
  });

  it('decodes the first of several pages', async () => {
    const pages = Buffer.concat([Buffer.alloc(40 * 20 * 3, 200), Buffer.alloc(40 * 20 * 3, 10)]);
    const raw = { width: 40, height: 40, channels: 3, pageHeight: 20 } as const;
    const file = await sharp(pages, { raw }).tiff({ compression: 'lzw' }).toBuffer();
    const decoded = decodeTiff(file, {});
    assertBitmap(decoded, { width: 40, height: 20 });
    assert.deepEqual(pixelAt(decoded, 39, 19), [200, 200, 200, 255]);
  });

  it('decodes a palette, whose entries may fill 16 bits or 8', () => {
    for (const factor of [257, 1]) {
      const map = [0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 110].map((value) => value * factor);
      const fields = [...fieldsOf(3, [2], 3), { tag: 320, values: map }];
      const decoded = decodeTiff(makeTiff(fields, [Buffer.of(0b00_01_11_00)]), {});
      const expected = [0, 40, 80, 255, 10, 50, 90, 255, 30, 70, 110, 255];
      assert.deepEqual([...decoded.data], expected);
    }
  });

  it('decodes the four inks of print, and alpha behind them', () => {
    const fields = [...fieldsOf(3, [8, 8, 8, 8, 8], 5), { tag: 338, values: [2] }];
    const inks = [0, 0, 0, 0, 255, 255, 0, 0, 0, 128, 0, 0, 0, 255, 0];
    const decoded = decodeTiff(makeTiff(fields, [Buffer.from(inks)]), {});
    assert.deepEqual([...decoded.data], [255, 255, 255, 255, 0, 255, 255, 128, 0, 0, 0, 0]);
  });

  it('decodes planes, in either byte order', () => {
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
      const decoded = decodeTiff(makeTiff(fields, strips, little), {});
      assert.deepEqual([...decoded.data], [1, 3, 5, 255, 2, 4, 6, 255]);
    }
  });

  it('takes alpha out of the colours that it was multiplied into', () => {
    const fields = [...fieldsOf(2, [8, 8, 8, 8], 2), { tag: 338, values: [1] }];
    const decoded = decodeTiff(makeTiff(fields, [Buffer.of(100, 50, 0, 128, 9, 9, 9, 255)]), {});
    assert.deepEqual([...decoded.data], [199, 100, 0, 128, 9, 9, 9, 255]);
  });

  it('decodes Lab and YCbCr', () => {
    const lab = decodeTiff(
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
    near(pixelAt(decodeTiff(makeTiff(fields, [Buffer.of(76, 85, 255)]), {}), 0, 0), [254, 0, 0]);
  });

  it('comes out at the size that is wanted', async () => {
    const file = await opaque().tiff({ compression: 'lzw' }).toBuffer();
    const target = { width: 40, height: 26 };
    const decoded = decodeTiff(file, { target });
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
      assert.throws(() => decodeTiff(offsets, {}), DecodeError);
    }
    const short = makeTiff(fieldsOf(9, [8], 1), [Buffer.alloc(8)]);
    assert.throws(() => decodeTiff(short, {}), isTruncated);
  });

  it('refuses what it has no rule for, by name', () => {
    const strips = [Buffer.alloc(64)];
    const unknown = fieldsOf(2, [8], 1).map((field) =>
      field.tag === 259 ? { tag: 259, values: [34_925] } : field,
    );
    assert.throws(() => decodeTiff(makeTiff(unknown, strips), {}), /compression 34925/);
    const floats = [...fieldsOf(2, [32], 1), { tag: 339, values: [3] }];
    assert.throws(() => decodeTiff(makeTiff(floats, strips), {}), /not unsigned integers/);
    const hugeTile = [
      ...fieldsOf(2, [8], 1),
      { tag: 322, values: [65_520] },
      { tag: 323, values: [65_520] },
    ];
    assert.throws(() => decodeTiff(makeTiff(hugeTile, strips), {}), /tiles of/);
  });

  it('survives damage', async () => {
    for (const compression of ['lzw', 'deflate', 'packbits', 'jpeg'] as const) {
      const file = opaque().tiff({ compression, tile: true, tileWidth: 48, tileHeight: 48 });
      await assertSurvivesDamage(decodeTiff, await file.toBuffer(), 60);
    }
  });
});
