import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { crop, isOpaque, turnUpright } from '../../../src/imaging/bitmap.ts';
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

describe('crop', () => {
  it('cuts out a part', () => {
    const data = Buffer.from(Array.from({ length: 4 * 3 * 4 }, (_, at) => at >> 2));
    const part = crop({ data, width: 4, height: 3 }, { left: 1, top: 1, width: 2, height: 2 });
    assert.deepEqual(
      [...part.data].filter((_, at) => at % 4 === 0),
      [5, 6, 9, 10],
    );
    assert.deepEqual([part.width, part.height], [2, 2]);
  });
});

describe('isOpaque', () => {
  it('looks at every pixel', () => {
    const data = Buffer.of(10, 20, 30, 255, 10, 20, 30, 254);
    assert.equal(isOpaque({ data, width: 2, height: 1 }), false);
    assert.equal(isOpaque({ data: data.subarray(0, 4), width: 1, height: 1 }), true);
  });
});
