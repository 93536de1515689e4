import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { probe } from '../../../src/core/formats/probe.ts';
import { bmpFile } from './makeHeaders.ts';
import { makeImageHeader } from './makeImageHeader.ts';
import { failureOf, headerOf } from './readHeader.ts';

describe('the header of a BMP', () => {
  it('is read in every length, of Windows and of OS/2', () => {
    for (const headerLength of [12, 40, 52, 56, 64, 108, 124]) {
      assert.deepEqual(
        headerOf(bmpFile({ headerLength, width: 30, height: 20 })),
        makeImageHeader(30, 20, { format: 'bmp' }),
      );
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

  it('has alpha by a mask behind the header as well, for which it asks', () => {
    const file = bmpFile({ width: 3, height: 2, depth: 32, compression: 6 });
    file.writeUInt32LE(0xff000000, 14 + 52);
    assert.equal(headerOf(file).alpha, true);
    assert.deepEqual(probe(file.subarray(0, 60), file.length), {
      kind: 'needMoreBytes',
      atLeast: file.length,
    });
  });

  it('says nothing of what its length leaves out', () => {
    // The header of OS/2 that ends behind the depth; a compression would come next.
    const file = bmpFile({ headerLength: 40, width: 30, height: 20, compression: 5 });
    file.writeUInt32LE(16, 14);
    assert.deepEqual(headerOf(file).size, { width: 30, height: 20 });
  });

  it('names kinds that are not read', () => {
    for (const [headerLength, compression, what] of [
      [40, 4, 'JPEG inside'],
      [124, 5, 'PNG inside'],
      [40, 11, 'CMYK colours'],
      [64, 3, 'CCITT fax compression'],
      [64, 4, 'run lengths of 24 bits'],
    ] as const) {
      const file = bmpFile({ headerLength, width: 3, height: 2, depth: 1, compression });
      assert.deepEqual(failureOf(file), { kind: 'formatUnsupported', format: `BMP with ${what}` });
    }
  });

  it('is refused with a senseless size or depth, or cut off', () => {
    for (const parts of [
      { width: 0, height: 2 },
      { width: -3, height: 2 },
      { width: 3, height: 0 },
      { width: 3, height: -(2 ** 31) },
      { width: 3, height: 2, depth: 7 },
      { width: 3, height: 2, depth: 4, compression: 1 },
    ]) {
      assert.equal(failureOf(bmpFile(parts)).kind, 'imageDamaged', JSON.stringify(parts));
    }
    const cut = bmpFile({ width: 3, height: 2 }).subarray(0, 30);
    assert.deepEqual(failureOf(cut), { kind: 'imageTruncated', format: 'BMP' });
  });
});
