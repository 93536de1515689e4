import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Jimp } from 'jimp';
import { describe, it } from 'mocha';
import { shrink } from '../../../src/imaging/areaAverage.ts';
import type { Bitmap } from '../../../src/imaging/bitmap.ts';

function bitmap(width: number, height: number, pixels: readonly (readonly number[])[]): Bitmap {
  return { data: Buffer.from(pixels.flat()), width, height };
}

const RED = [255, 0, 0, 255];
const BLUE = [0, 0, 255, 255];
const CLEAR_GREEN = [0, 255, 0, 0];

describe('shrink', () => {
  it('returns the same picture at the same size', () => {
    const picture = bitmap(2, 1, [RED, BLUE]);
    assert.equal(shrink(picture, { width: 2, height: 1 }), picture);
  });

  it('averages the area that a pixel covers, parts of pixels included', () => {
    const picture = bitmap(3, 1, [
      [0, 0, 0, 255],
      [90, 90, 90, 255],
      [240, 240, 240, 255],
    ]);
    assert.deepEqual(
      [...shrink(picture, { width: 2, height: 1 }).data],
      [30, 30, 30, 255, 190, 190, 190, 255],
    );
    const tall = { ...picture, width: 1, height: 3 };
    assert.deepEqual(
      [...shrink(tall, { width: 1, height: 2 }).data],
      [30, 30, 30, 255, 190, 190, 190, 255],
    );
  });

  it('does not let the colour of transparent pixels bleed', () => {
    const edge = bitmap(2, 2, [RED, CLEAR_GREEN, RED, CLEAR_GREEN]);
    assert.deepEqual([...shrink(edge, { width: 1, height: 1 }).data], [255, 0, 0, 128]);
    const faint = bitmap(2, 1, [RED, [0, 255, 0, 51]]);
    assert.deepEqual([...shrink(faint, { width: 1, height: 1 }).data], [213, 43, 0, 153]);
  });

  it('averages finest stripes to grey instead of aliasing', () => {
    const stripes = bitmap(
      64,
      1,
      Array.from({ length: 64 }, (_, x) => (x % 2 ? RED : BLUE)),
    );
    const shrunk = shrink(stripes, { width: 16, height: 1 });
    assert.deepEqual([...shrunk.data.subarray(0, 4)], [128, 0, 128, 255]);
    assert.ok(shrunk.data.every((value, at) => value === shrunk.data[at % 4]));
  });

  it("agrees with jimp's own resize on opaque pictures", () => {
    const data = Buffer.from(
      Array.from({ length: 57 * 41 * 4 }, (_, at) => (at % 4 === 3 ? 255 : (at * at * 13) % 256)),
    );
    const shrunk = shrink({ data, width: 57, height: 41 }, { width: 20, height: 17 });
    const resized = new Jimp({ data, width: 57, height: 41 }).resize({ w: 20, h: 17 });
    for (const [at, sample] of shrunk.data.entries()) {
      assert.ok(Math.abs(sample - (resized.bitmap.data[at] ?? 0)) <= 1);
    }
  });

  it('keeps one colour one colour, at any sizes', () => {
    const edge = fc.integer({ min: 1, max: 40 });
    fc.assert(
      fc.property(edge, edge, edge, edge, fc.nat(255), (width, height, w, h, value) => {
        const data = Buffer.alloc(width * height * 4, value || 1);
        const to = { width: Math.min(w, width), height: Math.min(h, height) };
        const shrunk = shrink({ data, width, height }, to);
        assert.equal(shrunk.data.length, to.width * to.height * 4);
        assert.ok(shrunk.data.every((sample) => sample === (value || 1)));
      }),
    );
  });
});
