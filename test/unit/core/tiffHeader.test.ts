import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { probe } from '../../../src/core/formats/probe.ts';
import { ORIENTATIONS } from '../imaging/makeImages.ts';
import { tiffFile } from './makeHeaders.ts';
import { makeImageHeader } from './makeImageHeader.ts';
import { failureOf, headerOf } from './readHeader.ts';

const PAGE = { 256: [30], 257: [20], 258: [8, 8, 8], 259: [1], 262: [2], 277: [3] };

describe('the header of a TIFF', () => {
  it('is read in both byte orders', () => {
    for (const littleEndian of [true, false]) {
      assert.deepEqual(
        headerOf(tiffFile({ littleEndian, pages: [PAGE] })),
        makeImageHeader(30, 20, { format: 'tiff' }),
      );
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
    const cmyk = { ...PAGE, 258: [8, 8, 8, 8], 259: [7], 262: [5], 277: [4] };
    const header = headerOf(tiffFile({ pages: [cmyk] }));
    assert.deepEqual([header.colourSpace, header.bitDepth, header.lossy], ['cmyk', 8, true]);
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

  it('names kinds that are not read', () => {
    for (const [fields, what] of [
      [{ 259: [2] }, 'CCITT fax compression'],
      [{ 259: [3] }, 'CCITT fax compression'],
      [{ 259: [4] }, 'CCITT fax compression'],
      [{ 259: [6] }, 'old-style JPEG compression'],
      [{ 259: [34_887] }, 'LERC compression'],
      [{ 259: [50_000] }, 'Zstandard compression'],
      [{ 259: [50_001] }, 'WebP compression'],
      [{ 259: [999] }, 'compression 999'],
      [{ 259: [7], 258: [12, 12, 12] }, 'JPEG of 12 bits'],
      [{ 259: [7], 284: [2] }, 'JPEG in planes'],
      [{ 258: [32, 32, 32], 339: [3, 3, 3] }, 'floating-point samples'],
      [{ 339: [2] }, 'signed samples'],
      [{ 258: [8, 8, 5] }, 'samples of different depths'],
      [{ 258: [64, 64, 64] }, 'samples of 64 bits'],
      [{ 277: [17] }, '17 samples a pixel'],
      [{ 317: [3] }, 'a floating-point predictor'],
      [{ 258: [4, 4, 4], 317: [2] }, 'a predictor of 4 bits'],
      [{ 262: [9] }, 'ICC Lab colours'],
      [{ 262: [77] }, 'photometric interpretation 77'],
      [{ 262: [6] }, 'subsampled YCbCr outside of JPEG'],
      [{ 258: [16], 262: [3], 277: [1] }, 'a palette of 16 bits'],
    ] as const) {
      const file = tiffFile({ pages: [{ ...PAGE, ...fields }] });
      assert.deepEqual(failureOf(file), { kind: 'formatUnsupported', format: `TIFF with ${what}` });
    }
  });

  it('is refused when its segments or samples would take memory that no picture needs', () => {
    const wide = { 258: Array.from({ length: 16 }, () => 32), 277: [16] };
    for (const [fields, what] of [
      [{ 256: [6000], 257: [5000], ...wide }, '16 samples of 32 bits a pixel'],
      [{ 322: [65_520], 323: [65_520] }, 'tiles of 65520x65520'],
      [{ 256: [60_000], 257: [16], 322: [16], 323: [4096] }, 'tiles of 16x4096'],
      [{ 256: [60_000], 257: [1600], 322: [1], 323: [1], 284: [2] }, 'tiles of 1x1'],
      [{ 256: [30_000], 257: [300], 259: [7], 322: [1024], 323: [1024] }, 'tiles of 1024x1024'],
      [{ 322: [65_535], 323: [1], ...wide, 258: [32], 277: [4] }, undefined],
    ] as const) {
      const file = tiffFile({ pages: [{ ...PAGE, ...fields }] });
      if (what === undefined) {
        assert.equal(headerOf(file).format, 'tiff');
        continue;
      }
      assert.deepEqual(failureOf(file), { kind: 'formatUnsupported', format: `TIFF with ${what}` });
    }
  });

  it('is refused without a size, with too few samples, or cut off', () => {
    const damaged = [{ 256: [30] }, { 256: [0], 257: [20] }, { ...PAGE, 262: [5] }];
    for (const page of damaged) {
      assert.equal(failureOf(tiffFile({ pages: [page] })).kind, 'imageDamaged');
    }
    const cut = tiffFile({ pages: [PAGE] }).subarray(0, 40);
    assert.deepEqual(failureOf(cut), { kind: 'imageTruncated', format: 'TIFF' });
  });
});
