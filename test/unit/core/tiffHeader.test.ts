import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { probe } from '../../../src/core/probe.ts';
import { ORIENTATIONS } from '../imaging/makeImages.ts';
import { tiffFile } from './makeHeaders.ts';
import { failureOf, headerOf } from './readHeader.ts';

const PAGE = { 256: [30], 257: [20], 258: [8, 8, 8], 259: [1], 262: [2], 277: [3] };

describe('the header of a TIFF', () => {
  it('is read in both byte orders', () => {
    for (const littleEndian of [true, false]) {
      assert.deepEqual(headerOf(tiffFile({ littleEndian, pages: [PAGE] })), {
        format: 'tiff',
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

  it('gives the size as seen under every orientation', () => {
    for (const orientation of ORIENTATIONS) {
      const header = headerOf(tiffFile({ pages: [{ ...PAGE, 274: [orientation] }] }));
      assert.equal(header.orientation, orientation);
      const turned = orientation > 4;
      assert.deepEqual(header.size, {
        width: turned ? 20 : 30,
        height: turned ? 30 : 20,
      });
    }
    assert.equal(headerOf(tiffFile({ pages: [{ ...PAGE, 274: [9] }] })).orientation, 1);
  });

  it('tells colour, depth, transparency and lossy compression', () => {
    const cmyk = { ...PAGE, 258: [16, 16, 16, 16], 259: [7], 262: [5], 277: [4] };
    const header = headerOf(tiffFile({ pages: [cmyk] }));
    assert.deepEqual([header.colourSpace, header.bitDepth, header.lossy], ['cmyk', 16, true]);
    for (const [extra, alpha] of [
      [0, false],
      [1, true],
      [2, true],
    ] as const) {
      const page = { ...PAGE, 258: [8, 8, 8, 8], 277: [4], 338: [extra] };
      assert.equal(headerOf(tiffFile({ pages: [page] })).alpha, alpha);
    }
    const bilevel = headerOf(tiffFile({ pages: [{ 256: [30], 257: [20] }] }));
    assert.deepEqual([bilevel.colourSpace, bilevel.bitDepth], ['grey', 1]);
  });

  it('counts pages, and no smaller copies of them', () => {
    const pages = [PAGE, { 254: [1], ...PAGE }, { 254: [2], ...PAGE }];
    assert.equal(headerOf(tiffFile({ pages })).frames, 2);
  });

  it('does not follow a chain of pages in circles', () => {
    const file = tiffFile({ pages: [{ 256: [30], 257: [20] }, PAGE] });
    // The last directory's link, which is the file's last four bytes but for BitsPerSample.
    file.writeUInt32LE(8, file.length - 6 - 4);
    assert.equal(headerOf(file).frames, 2);
  });

  it('asks for the bytes at the end where its directory lies there', () => {
    const file = tiffFile({ pages: [PAGE], gap: 200_000 });
    const first = probe(file.subarray(0, 65_536), file.length);
    assert.ok(first.kind === 'needMoreBytes' && first.atLeast > 200_000);
    let length = first.atLeast;
    let rounds = 0;
    for (;;) {
      const next = probe(file.subarray(0, length), file.length);
      if (next.kind !== 'needMoreBytes') {
        assert.equal(next.kind, 'header');
        break;
      }
      length = next.atLeast;
      rounds += 1;
      assert.ok(rounds < 4);
    }
  });

  it('names the raw data of a camera', () => {
    for (const page of [
      { ...PAGE, 50706: [1, 4] },
      { ...PAGE, 262: [32803] },
      { 254: [1], ...PAGE, 330: [8] },
    ]) {
      const expected = { kind: 'formatUnsupported', format: 'camera RAW' };
      assert.deepEqual(failureOf(tiffFile({ pages: [page] })), expected);
    }
  });

  it('is refused without a size, with unknown colours, or cut off', () => {
    const damaged = [{ 256: [30] }, { 256: [0], 257: [20] }, { ...PAGE, 262: [77] }];
    for (const page of damaged) {
      assert.equal(failureOf(tiffFile({ pages: [page] })).kind, 'imageDamaged');
    }
    const cut = tiffFile({ pages: [PAGE] }).subarray(0, 40);
    assert.deepEqual(failureOf(cut), { kind: 'imageTruncated', format: 'TIFF' });
  });
});
