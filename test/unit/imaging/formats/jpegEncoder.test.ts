import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import sharp from 'sharp';
import { encodeJpeg } from '../../../../src/imaging/formats/jpegEncoder.ts';

describe('encodeJpeg', () => {
  it('writes what reads back as the picture, the better the higher the quality', async () => {
    const [width, height] = [301, 203];
    const data = Buffer.alloc(width * height * 4, 255);
    for (let pixel = 0; pixel < width * height; pixel += 1) {
      const x = pixel % width;
      const y = Math.floor(pixel / width);
      data[pixel * 4] = 128 + 90 * Math.sin(x / 17) * Math.cos(y / 23);
      data[pixel * 4 + 1] = 128 + 90 * Math.cos(x / 29 + y / 31);
      data[pixel * 4 + 2] = (x + y) % 200;
    }
    const lengths: number[] = [];
    for (const [quality, most] of [
      [95, 2],
      [60, 5],
    ] as const) {
      const file = await encodeJpeg({ data, width, height }, quality);
      lengths.push(file.length);
      const back = await sharp(file).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
      assert.deepEqual([back.info.width, back.info.height], [width, height]);
      const sum = back.data.reduce(
        (total, value, at) => total + Math.abs(value - (data[at] ?? 0)),
        0,
      );
      assert.ok(sum / data.length < most, `quality ${quality}: ${sum / data.length}`);
    }
    assert.ok((lengths[0] ?? 0) > (lengths[1] ?? 0) * 1.5);
  });

  it('has room for noise of any size and quality', async () => {
    const edge = fc.integer({ min: 1, max: 80 });
    const quality = fc.integer({ min: 1, max: 100 });
    await fc.assert(
      fc.asyncProperty(edge, edge, quality, fc.nat(), async (width, height, of, seed) => {
        const data = Buffer.from(
          Array.from({ length: width * height * 4 }, (_, at) =>
            Math.imul(at + seed, 2_654_435_761) >>> 29 > 3 ? 255 : 0,
          ),
        );
        const { info } = await sharp(await encodeJpeg({ data, width, height }, of))
          .raw()
          .toBuffer({ resolveWithObject: true });
        assert.deepEqual([info.width, info.height], [width, height]);
      }),
    );
  });
});
