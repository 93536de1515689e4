import assert from 'node:assert/strict';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import png from '@jimp/js-png';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { shrink } from '../../../../src/imaging/resize/lanczosResizer.ts';
import { DecodeError } from '../../../../src/imaging/decodeError.ts';
import { decodePng } from '../../../../src/imaging/formats/pngDecoder.ts';
import { makeClaimingPng, makeGreyPng, makePng, pngChunk } from '../makeImages.ts';

const KINDS = [
  { colourType: 0, samples: 1, depths: [1, 2, 4, 8, 16] },
  { colourType: 2, samples: 3, depths: [8, 16] },
  { colourType: 3, samples: 1, depths: [1, 2, 4, 8] },
  { colourType: 4, samples: 2, depths: [8, 16] },
  { colourType: 6, samples: 4, depths: [8, 16] },
] as const;

const ADAM7_STARTS = [0, 4, 0, 2, 0, 1, 0];
const ADAM7_STEPS = [8, 8, 4, 4, 2, 2, 1];
const ADAM7_ROW_STARTS = [0, 0, 4, 0, 2, 0, 1];
const ADAM7_ROW_STEPS = [8, 8, 8, 4, 4, 2, 2];

/** The lengths of all rows in the file. */
function rowLengths(width: number, height: number, bits: number, interlaced: boolean): number[] {
  const passes = interlaced
    ? ADAM7_STARTS.map((start, pass) => ({
        columns: Math.ceil((width - start) / (ADAM7_STEPS[pass] ?? 1)),
        rows: Math.ceil((height - (ADAM7_ROW_STARTS[pass] ?? 0)) / (ADAM7_ROW_STEPS[pass] ?? 1)),
      })).filter(({ columns, rows }) => columns > 0 && rows > 0)
    : [{ columns: width, rows: height }];
  return passes.flatMap(({ columns, rows }) =>
    Array.from({ length: rows }, () => Math.ceil((columns * bits) / 8)),
  );
}

describe('decodePng', () => {
  for (const { colourType, samples, depths } of KINDS) {
    for (const bitDepth of depths) {
      for (const interlaced of [false, true]) {
        const kind = `colour type ${colourType}, ${bitDepth} bits${interlaced ? ', interlaced' : ''}`;
        it(`decodes what pngjs decodes: ${kind}`, async () => {
          await fc.assert(
            fc.asyncProperty(
              fc.integer({ min: 1, max: 19 }),
              fc.integer({ min: 1, max: 19 }),
              fc.boolean(),
              fc.infiniteStream(fc.nat(255)),
              async (width, height, transparency, noise) => {
                const byte = (): number => noise.next().value ?? 0;
                const rows = rowLengths(width, height, bitDepth * samples, interlaced).flatMap(
                  (length) => [byte() % 5, ...Array.from({ length }, byte)],
                );
                const palette = Buffer.from(Array.from({ length: 768 }, byte));
                const keyed = Buffer.from(
                  colourType === 3
                    ? [0, 100, 200]
                    : Array.from({ length: samples }, () => [
                        0,
                        byte() % 2 ** Math.min(bitDepth, 8),
                      ]).flat(),
                );
                const file = makePng({
                  width,
                  height,
                  bitDepth,
                  colourType,
                  interlaced,
                  rows: Buffer.from(rows),
                  before: [
                    ...(colourType === 3
                      ? [pngChunk('PLTE', palette.subarray(0, 3 * 2 ** bitDepth))]
                      : []),
                    ...(transparency && colourType <= 3
                      ? [pngChunk('tRNS', colourType === 3 ? keyed.subarray(0, 2) : keyed)]
                      : []),
                  ],
                });
                const expected = png().decode(file);
                const decoded = await decodePng(file);
                assert.equal(decoded.width, width);
                assert.equal(decoded.height, height);
                for (let at = 0; at < decoded.data.length; at += 4) {
                  const alpha = expected.data[at + 3] ?? 0;
                  // The colour of a transparent pixel says nothing, and averaging drops it.
                  const compared = alpha > 1 ? [at, at + 1, at + 2, at + 3] : [at + 3];
                  for (const sample of compared) {
                    const difference = (decoded.data[sample] ?? 0) - (expected.data[sample] ?? 0);
                    assert.ok(Math.abs(difference) <= 1, `${sample}: off by ${difference}`);
                  }
                }
              },
            ),
            { numRuns: 15 },
          );
        });
      }
    }
  }

  it('comes out at a smaller size as if it were shrunk afterwards', async () => {
    const rows = Buffer.from(
      Array.from({ length: 41 * 30 }, (_, at) => (at % 41 ? (at * 7) % 256 : 0)),
    );
    const file = makePng({ width: 40, height: 30, colourType: 0, rows });
    const target = { width: 13, height: 9 };
    const whole = await decodePng(file);
    assert.deepEqual(await decodePng(file, { target }), shrink(whole, target, { alpha: false }));
  });

  it('reads no further than the picture, whatever the data inflates to', async () => {
    const rows = Buffer.alloc(9 * 8 + 5_000_000);
    rows.fill(77, 0, 9 * 8);
    for (let y = 0; y < 8; y += 1) {
      rows[y * 9] = 0;
    }
    const { data } = await decodePng(makePng({ width: 8, height: 8, colourType: 0, rows }));
    assert.ok(data.every((value, at) => value === (at % 4 === 3 ? 255 : 77)));
  });

  it('tells data that ends early from data that is broken', async () => {
    const isTruncated = (truncated: boolean) => (error: unknown) =>
      error instanceof DecodeError && error.truncated === truncated;
    await assert.rejects(
      decodePng(makeClaimingPng({ width: 500, height: 500 })),
      isTruncated(true),
    );
    const cut = makeGreyPng({ width: 64, height: 64 });
    const shortened = Buffer.concat([
      cut.subarray(0, 33),
      pngChunk('IDAT', cut.subarray(41, 41 + 10)),
      cut.subarray(-12),
    ]);
    await assert.rejects(decodePng(shortened), isTruncated(true));
    const garbled = Buffer.concat([
      cut.subarray(0, 33),
      pngChunk('IDAT', Buffer.from('not deflated')),
      cut.subarray(-12),
    ]);
    await assert.rejects(decodePng(garbled), isTruncated(false));
    const wrongFilter = makeGreyPng({ width: 2, height: 1 }, { rows: Buffer.of(9, 0, 0) });
    await assert.rejects(decodePng(wrongFilter), isTruncated(false));
    const noPalette = makePng({ width: 1, height: 1, colourType: 3, rows: Buffer.of(0, 0) });
    await assert.rejects(decodePng(noPalette), isTruncated(false));
  });

  it('never holds the whole of a picture that is large', async () => {
    const file = makeGreyPng({ width: 8200, height: 8200 });
    collectGarbage();
    const before = process.memoryUsage().arrayBuffers;
    let most = 0;
    let looks = 0;
    const watch = setInterval(() => {
      // A collection takes as long as there is much else in this process: a few have to do.
      if (looks < 5) {
        looks += 1;
        // What is inflated and used up is no longer held, whenever it may be collected.
        collectGarbage();
        most = Math.max(most, process.memoryUsage().arrayBuffers - before);
      }
    }, 40);
    try {
      await decodePng(file, { target: { width: 400, height: 400 } });
    } finally {
      clearInterval(watch);
    }
    // 270 MB would be the picture, and 67 MB what it inflates to.
    assert.ok(looks > 0 && most < 16_000_000, `${most} bytes, looked ${looks} times`);
  });
});

/** What earlier tests have left is not to be counted as the decoder's, nor to be taken off it. */
function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
}
