import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { flattenOnWhite, isOpaque, turnUpright } from '../../../src/imaging/bitmap.ts';
import { ORIENTATIONS, storeTurned } from './makeImages.ts';

describe('turnUpright', () => {
  const size = { width: 3, height: 2 };
  const upright = Buffer.from(Array.from({ length: 24 }, (_, at) => at));

  for (const orientation of ORIENTATIONS) {
    it(`undoes orientation ${orientation}`, () => {
      const stored = storeTurned(upright, size, orientation);
      const turned = turnUpright({ data: stored.rgba, ...stored.size }, orientation);
      assert.deepEqual({ ...turned }, { data: upright, ...size });
    });
  }

  it('takes buffers that lie at any offset of their memory', () => {
    const shifted = Buffer.concat([Buffer.of(0), upright]).subarray(1);
    const turned = turnUpright({ data: shifted, ...size }, 3);
    assert.deepEqual([...turned.data.subarray(0, 4)], [20, 21, 22, 23]);
  });
});

describe('flattenOnWhite', () => {
  it('lays transparent pixels on white and leaves opaque ones', () => {
    const data = Buffer.of(10, 20, 30, 255, 10, 20, 30, 0, 0, 0, 0, 51);
    const picture = { data, width: 3, height: 1 };
    assert.equal(isOpaque(picture), false);
    flattenOnWhite(picture);
    assert.equal(isOpaque(picture), true);
    assert.deepEqual([...data], [10, 20, 30, 255, 255, 255, 255, 255, 204, 204, 204, 255]);
  });
});
