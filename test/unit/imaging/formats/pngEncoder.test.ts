import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import sharp from 'sharp';
import { encodePng } from '../../../../src/imaging/formats/pngEncoder.ts';

describe('encodePng', () => {
  it('writes what libpng reads as the very pixels, with alpha and without', async () => {
    const edge = fc.integer({ min: 1, max: 40 });
    await fc.assert(
      fc.asyncProperty(edge, edge, fc.boolean(), fc.nat(), async (width, height, opaque, seed) => {
        const data = Buffer.from(
          Array.from({ length: width * height * 4 }, (_, at) =>
            opaque && at % 4 === 3 ? 255 : (Math.imul(at + seed, 2_654_435_761) >>> 20) & 255,
          ),
        );
        const file = encodePng({ data, width, height }, opaque);
        const { hasAlpha } = await sharp(file).metadata();
        assert.equal(hasAlpha, !opaque);
        assert.deepEqual(await sharp(file).ensureAlpha().raw().toBuffer(), data);
      }),
      { numRuns: 30 },
    );
  });
});
