import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import sharp from 'sharp';
import type { Size } from '../../../../src/core/formats/imageHeader.ts';
import type { Bitmap } from '../../../../src/imaging/bitmap.ts';
import { LanczosResizer, rowSink, shrink } from '../../../../src/imaging/resize/lanczosResizer.ts';

/** A picture of `colour(x, y)`: red, green, blue and alpha. */
function paint(size: Size, colour: (x: number, y: number) => readonly number[]): Bitmap {
  const data = Buffer.alloc(size.width * size.height * 4);
  for (let y = 0; y < size.height; y += 1) {
    for (let x = 0; x < size.width; x += 1) {
      data.set(colour(x, y), (y * size.width + x) * 4);
    }
  }
  return { data, ...size };
}

/** A zone plate: rings that grow finer with the distance from the middle, up to one pixel each. */
function zonePlate(edge: number): Bitmap {
  return paint({ width: edge, height: edge }, (x, y) => {
    const squared = (x - edge / 2) ** 2 + (y - edge / 2) ** 2;
    const grey = Math.round(127.5 + 127.5 * Math.cos((Math.PI * squared) / edge));
    return [grey, grey, grey, 255];
  });
}

async function byLibvips({ data, width, height }: Bitmap, to: Size): Promise<Buffer> {
  return await sharp(data, { raw: { width, height, channels: 4 } })
    .resize(to.width, to.height, { fit: 'fill' })
    .raw()
    .toBuffer();
}

/** Decibels over the colours of two pictures. */
function psnr(one: Buffer, other: Buffer): number {
  let sum = 0;
  for (let at = 0; at < one.length; at += 1) {
    sum += at % 4 === 3 ? 0 : ((one[at] ?? 0) - (other[at] ?? 0)) ** 2;
  }
  return 10 * Math.log10(255 ** 2 / (sum / (one.length * 0.75)));
}

const edge = fc.integer({ min: 1, max: 70 });

describe('LanczosResizer', () => {
  it('comes to what libvips comes to', async () => {
    const picture = paint({ width: 400, height: 300 }, (x, y) => [
      (x * y) % 256,
      128 + 100 * Math.sin(x / 5),
      128 + 100 * Math.cos(y / 3 + x / 40),
      255,
    ]);
    for (const to of [
      { width: 390, height: 293 },
      { width: 270, height: 150 },
      { width: 127, height: 95 },
    ]) {
      const decibels = psnr(
        shrink(picture, to, { alpha: false }).data,
        await byLibvips(picture, to),
      );
      assert.ok(decibels > 45, `${to.width}: ${decibels} dB`);
    }
  });

  it('does not alias: what is finer than the target turns grey', () => {
    const plate = zonePlate(800);
    const small = shrink(plate, { width: 200, height: 200 }, { alpha: false });
    let sum = 0;
    let count = 0;
    for (let y = 0; y < 200; y += 1) {
      for (let x = 0; x < 200; x += 1) {
        // At a distance of 200 px of the source the rings are as fine as the target can show.
        if (Math.hypot(x - 100, y - 100) > 1.3 * 50) {
          sum += ((small.data[(y * 200 + x) * 4] ?? 0) - 127.5) ** 2;
          count += 1;
        }
      }
    }
    // Bilinear sampling comes to 90 here, which is all of the contrast.
    const deviation = Math.sqrt(sum / count);
    assert.ok(deviation < 5, `${deviation} of 127`);
    assert.ok((small.data[(100 * 200 + 100) * 4] ?? 0) > 230, 'the middle keeps its contrast');
  });

  it('leaves a plain area plain, down to any size', () => {
    fc.assert(
      fc.property(edge, edge, edge, edge, fc.nat(255), (a, b, c, d, grey) => {
        const picture = paint({ width: Math.max(a, c), height: Math.max(b, d) }, () => [
          grey,
          255 - grey,
          grey,
          255,
        ]);
        const to = { width: Math.min(a, c), height: Math.min(b, d) };
        const { data } = shrink(picture, to, { alpha: false });
        assert.equal(data.length, to.width * to.height * 4);
        for (let at = 0; at < data.length; at += 4) {
          assert.deepEqual([...data.subarray(at, at + 4)], [grey, 255 - grey, grey, 255]);
        }
      }),
    );
  });

  it('lets colours count by their alpha', async () => {
    // Red beside transparent green: no green may show.
    const size = { width: 64, height: 64 };
    const picture = paint(size, (x) => (x < 30 ? [255, 0, 0, 255] : [0, 255, 0, 0]));
    const to = { width: 13, height: 13 };
    const { data } = shrink(picture, to, { alpha: true });
    const expected = await byLibvips(picture, to);
    for (let at = 0; at < data.length; at += 4) {
      const alpha = data[at + 3] ?? 0;
      assert.ok(alpha < 3 || ((data[at] ?? 0) > 250 && (data[at + 1] ?? 0) < 5), `at ${at}`);
      assert.ok(Math.abs(alpha - (expected[at + 3] ?? 0)) <= 2);
    }
  });

  it('takes the last pixel for the part of one that it is', () => {
    // Three eighths of 1001 pixels: 375.375, of which a decoder makes 376.
    const ramp = paint({ width: 376, height: 1 }, (x) => {
      const grey = Math.min((x * 255) / 375.375, 255);
      return [grey, grey, grey, 255];
    });
    const to = { width: 300, height: 1 };
    const extent = { width: 375.375, height: 1 };
    const resizer = new LanczosResizer(ramp, to, { pixels: 'opaque', extent });
    resizer.addRow(ramp.data, 0);
    const { data } = resizer.result();
    for (let x = 5; x < 295; x += 1) {
      const expected = ((((x + 0.5) * 375.375) / 300 - 0.5) * 255) / 375.375;
      // The picture's own samples and the result are rounded down to whole steps of grey.
      assert.ok(Math.abs((data[x * 4] ?? 0) - expected) < 1.6, `at ${x}`);
    }
  });

  it('makes the same of RGB as of opaque RGBA', () => {
    fc.assert(
      fc.property(edge, edge, edge, edge, fc.nat(), (a, b, c, d, seed) => {
        const from = { width: Math.max(a, c), height: Math.max(b, d) };
        const to = { width: Math.min(a, c), height: Math.min(b, d) };
        const picture = paint(from, (x, y) => [
          ...[1, 2, 3].map((channel) => (Math.imul(x * channel + y + seed, 40_503) >>> 7) & 255),
          255,
        ]);
        const rgb = picture.data.filter((_, at) => at % 4 < 3);
        const resizer = rowSink(from, to, { pixels: 'rgb' });
        for (let y = 0; y < from.height; y += 1) {
          resizer.addRow(rgb, y * from.width * 3);
        }
        assert.deepEqual(resizer.result().data, shrink(picture, to, { alpha: false }).data);
      }),
    );
  });

  it('takes rows one by one, and no more of them than there are', () => {
    const picture = paint({ width: 10, height: 4 }, () => [1, 2, 3, 255]);
    const resizer = new LanczosResizer(picture, { width: 5, height: 2 }, { pixels: 'opaque' });
    for (let row = 0; row < 9; row += 1) {
      resizer.addRow(picture.data, 0);
    }
    assert.deepEqual([...resizer.result().data.subarray(0, 4)], [1, 2, 3, 255]);
  });

  it('returns the same picture when it has the size', () => {
    const picture = paint({ width: 3, height: 3 }, () => [1, 2, 3, 4]);
    assert.equal(shrink(picture, { width: 3, height: 3 }, { alpha: true }), picture);
  });
});
