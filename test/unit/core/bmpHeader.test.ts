import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { bmpFile } from './makeHeaders.ts';
import { failureOf, headerOf } from './readHeader.ts';

describe('the header of a BMP', () => {
  it('is read in every length, of Windows and of OS/2', () => {
    for (const headerLength of [12, 40, 52, 56, 64, 108, 124]) {
      assert.deepEqual(headerOf(bmpFile({ headerLength, width: 30, height: 20 })), {
        format: 'bmp',
        size: { width: 30, height: 20 },
        orientation: 1,
        colourSpace: 'rgb',
        lossy: false,
        progressive: false,
        frames: 1,
        alpha: false,
        bitDepth: 8,
      });
    }
  });

  it('has a negative height when its rows go down', () => {
    assert.deepEqual(headerOf(bmpFile({ width: 30, height: -20 })).size, { width: 30, height: 20 });
  });

  it('tells palettes and depths', () => {
    for (const [depth, colourSpace, bitDepth] of [
      [1, 'palette', 1],
      [4, 'palette', 4],
      [8, 'palette', 8],
      [16, 'rgb', 5],
      [32, 'rgb', 8],
    ] as const) {
      const header = headerOf(bmpFile({ width: 3, height: 2, depth }));
      assert.deepEqual([header.colourSpace, header.bitDepth], [colourSpace, bitDepth]);
    }
  });

  it('is transparent only with a mask for it', () => {
    const parts = { headerLength: 124, width: 3, height: 2, depth: 32 };
    const alphaMask = 0xff000000;
    assert.equal(headerOf(bmpFile({ ...parts, compression: 3, alphaMask })).alpha, true);
    assert.equal(headerOf(bmpFile({ ...parts, compression: 3 })).alpha, false);
    assert.equal(headerOf(bmpFile({ ...parts, alphaMask })).alpha, false);
  });

  it('is refused with a senseless size or depth, with another format inside, or cut off', () => {
    for (const parts of [
      { width: 0, height: 2 },
      { width: -3, height: 2 },
      { width: 3, height: 0 },
      { width: 3, height: -(2 ** 31) },
      { width: 3, height: 2, depth: 7 },
      { width: 3, height: 2, compression: 4 },
    ]) {
      assert.equal(failureOf(bmpFile(parts)).kind, 'imageDamaged', JSON.stringify(parts));
    }
    const cut = bmpFile({ width: 3, height: 2 }).subarray(0, 30);
    assert.deepEqual(failureOf(cut), { kind: 'imageTruncated', format: 'BMP' });
  });
});
