import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { largestIconEntry } from '../../../src/core/formats/icoHeader.ts';
import { probe } from '../../../src/core/formats/probe.ts';
import { makeGreyPng } from '../imaging/makeImages.ts';
import { bitmapInfo, iconFile } from './makeHeaders.ts';
import { failureOf, headerOf } from './readHeader.ts';

/** A bitmap inside an icon: its height counts the mask as well. */
const bitmap = (edge: number, depth = 32): Buffer =>
  Buffer.concat([bitmapInfo({ width: edge, height: edge * 2, depth }), Buffer.alloc(50)]);
const small = { width: 16, height: 16, data: bitmap(16) };
const large = { width: 48, height: 48, data: bitmap(48, 4) };

describe('the header of an icon', () => {
  it('is that of its largest picture', () => {
    for (const kind of ['ico', 'cur'] as const) {
      assert.deepEqual(headerOf(iconFile(kind, [small, large, small])), {
        format: kind,
        size: { width: 48, height: 48 },
        orientation: 1,
        colourSpace: 'palette',
        lossy: false,
        progressive: false,
        frames: 3,
        alpha: true,
        bitDepth: 4,
      });
    }
  });

  it('prefers the deeper of two pictures of a size', () => {
    const shallow = { width: 16, height: 16, depth: 4, data: bitmap(16, 4) };
    assert.equal(largestIconEntry(iconFile('ico', [shallow, small, shallow]))?.index, 1);
    assert.equal(headerOf(iconFile('ico', [shallow, small])).colourSpace, 'rgb');
  });

  it('takes an edge of zero for 256, and believes a PNG about its own size', () => {
    const bmp256 = { width: 0, height: 0, data: bitmap(256) };
    assert.deepEqual(headerOf(iconFile('ico', [small, bmp256])).size, { width: 256, height: 256 });
    const png = { width: 0, height: 0, data: makeGreyPng({ width: 512, height: 300 }) };
    const header = headerOf(iconFile('ico', [small, png]));
    assert.deepEqual(header.size, { width: 512, height: 300 });
    assert.deepEqual([header.format, header.frames, header.colourSpace], ['ico', 2, 'grey']);
  });

  it('asks for as many bytes as reach the largest picture', () => {
    const icon = iconFile('ico', [small, large]);
    const asked = probe(icon.subarray(0, 40), icon.length);
    assert.ok(asked.kind === 'needMoreBytes');
    assert.equal(probe(icon.subarray(0, asked.atLeast), icon.length).kind, 'header');
  });

  it('is refused when cut off, empty or damaged inside', () => {
    const icon = iconFile('ico', [small]);
    assert.deepEqual(failureOf(icon.subarray(0, 30)), { kind: 'imageTruncated', format: 'ICO' });
    const nothing = iconFile('cur', [{ ...small, data: Buffer.alloc(0) }]);
    assert.deepEqual(failureOf(nothing), {
      kind: 'imageDamaged',
      format: 'CUR',
      detail: 'no picture',
    });
    const png = makeGreyPng({ width: 0, height: 4 });
    assert.equal(failureOf(iconFile('ico', [{ ...small, data: png }])).kind, 'imageDamaged');
  });
});
