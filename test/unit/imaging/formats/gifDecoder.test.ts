import assert from 'node:assert/strict';
import gif from '@jimp/js-gif';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import type { Size } from '../../../../src/core/formats/imageHeader.ts';
import { DecodeError } from '../../../../src/imaging/decodeError.ts';
import { decodeGif } from '../../../../src/imaging/formats/gifDecoder.ts';
import { makeGif } from '../makeImages.ts';

const isTruncated = (truncated: boolean) => (error: unknown) =>
  error instanceof DecodeError && error.truncated === truncated;

/** A real GIF, with codes of all lengths when it is large enough. */
async function encodeNoise({ width, height }: Size, colours: number, seed: number) {
  const data = Buffer.alloc(width * height * 4);
  let state = seed;
  for (let at = 0; at < data.length; at += 4) {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    const index = (state >> 8) % colours;
    data.set([index * 3, 255 - index, (index * 7) % 256, 255], at);
  }
  return await gif().encode({ data, width, height });
}

describe('decodeGif', () => {
  it('decodes what omggif decodes', async () => {
    const edge = fc.integer({ min: 1, max: 90 });
    await fc.assert(
      fc.asyncProperty(
        edge,
        edge,
        fc.integer({ min: 2, max: 80 }),
        fc.nat(),
        async (w, h, colours, seed) => {
          const file = await encodeNoise({ width: w, height: h }, colours, seed);
          const decoded = decodeGif(file);
          assert.deepEqual({ ...decoded }, { ...gif().decode(file) });
        },
      ),
      { numRuns: 30 },
    );
  });

  it('puts the rows of an interlaced frame where they belong', async () => {
    for (const [height, order] of [
      [1, [0]],
      [2, [0, 1]],
      [5, [0, 4, 2, 1, 3]],
      [11, [0, 8, 4, 2, 6, 10, 1, 3, 5, 7, 9]],
    ] as const) {
      const file = await encodeNoise({ width: 7, height }, 30, height);
      const plain = decodeGif(file).data;
      const descriptor = file.indexOf(Buffer.of(0x2c, 0, 0, 0, 0, 7, 0, height, 0));
      file[descriptor + 9] = (file[descriptor + 9] ?? 0) | 0x40;
      const interlaced = decodeGif(file).data;
      for (const [stored, row] of order.entries()) {
        assert.deepEqual(
          interlaced.subarray(row * 28, row * 28 + 28),
          plain.subarray(stored * 28, stored * 28 + 28),
        );
      }
    }
  });

  it('leaves transparent what the frame does not cover and what its index says', () => {
    const small = decodeGif(makeGif({ width: 4, height: 1, frame: { width: 2, height: 1 } }));
    const red = [255, 0, 0, 255];
    assert.deepEqual([...small.data], [...red, ...red, 0, 0, 0, 0, 0, 0, 0, 0]);
    const clear = decodeGif(makeGif({ width: 2, height: 1, transparentIndex: 1 }));
    assert.deepEqual(
      [...clear.data],
      Array.from({ length: 8 }, () => 0),
    );
  });

  it('tells data that ends early from data that is broken', () => {
    const size = { width: 20, height: 10 };
    const whole = makeGif(size);
    const codes = whole.indexOf(0x2c) + 11;
    const ended = Buffer.from(whole);
    // Clear code, then end code.
    ended[codes + 1] = 0b101_100;
    assert.throws(() => decodeGif(ended), isTruncated(true));
    const undefinedCode = Buffer.from(whole);
    // Clear code, colour 1, then a code that is two ahead.
    undefinedCode.set([0b11_001_100, 0b0000_0001], codes + 1);
    assert.throws(() => decodeGif(undefinedCode), isTruncated(false));
    const wrongCodeSize = Buffer.from(whole);
    wrongCodeSize[codes - 1] = 12;
    assert.throws(() => decodeGif(wrongCodeSize), isTruncated(false));
    const noColours = Buffer.concat([whole.subarray(0, 10), Buffer.alloc(3), whole.subarray(19)]);
    assert.throws(() => decodeGif(noColours), isTruncated(false));
  });

  it('always returns, whatever the codes', async () => {
    const file = await encodeNoise({ width: 60, height: 60 }, 70, 1);
    const start = file.indexOf(0x2c, 13 + 3 * 2 ** ((file[10] ?? 0) % 8)) + 11;
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(2000), fc.nat(255)), { maxLength: 5 }), (changes) => {
        const damaged = Buffer.from(file);
        for (const [at, value] of changes) {
          damaged[start + at] = value;
        }
        try {
          decodeGif(damaged);
        } catch (error) {
          assert.ok(error instanceof DecodeError);
        }
      }),
      { numRuns: 500 },
    );
  });
});
