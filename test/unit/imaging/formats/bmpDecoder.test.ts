import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { probe } from '../../../../src/core/formats/probe.ts';
import { decodeBmp } from '../../../../src/imaging/formats/bmpDecoder.ts';
import { makeBmp } from './makeBitmaps.ts';
import type { DibParts } from './makeBitmaps.ts';
import { assertBitmap, assertSurvivesDamage, isTruncated } from './pictures.ts';

const RED = [255, 0, 0, 255];
const GREEN = [0, 255, 0, 255];
const BLUE = [0, 0, 255, 255];
const BLACK = [0, 0, 0, 255];
/** Blue, green, red: as they are stored. */
const PALETTE = [
  [0, 0, 255],
  [0, 255, 0],
  [255, 0, 0],
  [0, 0, 0],
];

/** Three by two pixels: red, green and blue above, blue, black and red below. */
const PICTURE = [...RED, ...GREEN, ...BLUE, ...BLUE, ...BLACK, ...RED];
const SIZE = { width: 3, height: 2 };

function decode(parts: DibParts): number[] {
  const bitmap = decodeBmp(makeBmp(parts), {});
  assertBitmap(bitmap, { width: parts.width, height: Math.abs(parts.height) });
  return [...bitmap.data];
}

describe('decodeBmp', () => {
  it('decodes palettes of 1, 2, 4 and 8 bits, at odd widths', () => {
    const one = { width: 3, height: 2, bits: 1, palette: PALETTE.slice(0, 2) };
    assert.deepEqual(
      decode({ ...one, pixels: Buffer.of(0b1010_0000, 0, 0, 0, 0b0110_0000, 0, 0, 0) }),
      [...RED, ...GREEN, ...GREEN, ...GREEN, ...RED, ...GREEN],
    );
    for (const [bits, pixels] of [
      [2, [0b10_11_00_00, 0, 0, 0, 0b00_01_10_00, 0, 0, 0]],
      [4, [0x23, 0x00, 0, 0, 0x01, 0x20, 0, 0]],
      [8, [2, 3, 0, 0, 0, 1, 2, 0]],
    ] as const) {
      const parts = { ...SIZE, bits, palette: PALETTE, pixels: Buffer.from(pixels) };
      assert.deepEqual(decode(parts), PICTURE, `${bits} bits`);
    }
  });

  it('decodes 24 and 32 bits, and rows from the top down', () => {
    const [red = [], green = [], blue = [], black = []] = PALETTE;
    const above = [...red, ...green, ...blue, 0, 0, 0];
    const below = [...blue, ...black, ...red, 0, 0, 0];
    const pixels = Buffer.from([...below, ...above]);
    assert.deepEqual(decode({ ...SIZE, bits: 24, pixels }), PICTURE);
    const turned = Buffer.from([...above, ...below]);
    assert.deepEqual(decode({ ...SIZE, height: -2, bits: 24, pixels: turned }), PICTURE);
    // The fourth byte means nothing without a mask for it.
    const quads = [blue, black, red, red, green, blue].flatMap((colour) => [...colour, 7]);
    assert.deepEqual(decode({ ...SIZE, bits: 32, pixels: Buffer.from(quads) }), PICTURE);
  });

  it('decodes 16 bits as five for each colour, or as the masks say', () => {
    const words = (values: readonly number[]): Buffer => {
      const bytes = Buffer.alloc(values.length * 2);
      for (const [index, value] of values.entries()) {
        bytes.writeUInt16LE(value, index * 2);
      }
      return bytes;
    };
    const five = words([0x1f, 0, 0x7c00, 0, 0x7c00, 0x3e0, 0x1f, 0]);
    assert.deepEqual(decode({ ...SIZE, bits: 16, pixels: five }), PICTURE);
    const six = {
      ...SIZE,
      bits: 16,
      compression: 3,
      masks: [0xf800, 0x7e0, 0x1f],
      pixels: words([0x1f, 0, 0xf800, 0, 0xf800, 0x7e0, 0x1f, 0]),
    };
    assert.deepEqual(decode(six), PICTURE);
  });

  it('keeps the alpha that a mask names, unless it is nothing everywhere', () => {
    const parts = {
      width: 2,
      height: 1,
      bits: 32,
      compression: 3,
      headerLength: 108,
      masks: [0xff, 0xff00, 0xff_0000, 0xff00_0000],
    };
    const pixels = Buffer.of(1, 2, 3, 128, 4, 5, 6, 0);
    assert.deepEqual(decode({ ...parts, pixels }), [1, 2, 3, 128, 4, 5, 6, 0]);
    const none = Buffer.of(1, 2, 3, 0, 4, 5, 6, 0);
    assert.deepEqual(decode({ ...parts, pixels: none }), [1, 2, 3, 255, 4, 5, 6, 255]);
  });

  it('decodes what OS/2 wrote', () => {
    const parts = { ...SIZE, bits: 8, headerLength: 12, palette: PALETTE };
    // Its palette is always a full one.
    const palette = [...PALETTE, ...Array.from({ length: 252 }, () => [9, 9, 9])];
    const pixels = Buffer.of(2, 3, 0, 0, 0, 1, 2, 0);
    assert.deepEqual(decode({ ...parts, palette, pixels }), PICTURE);
    // The shortest header of OS/2 2.x is followed by the pixels, not by a compression.
    const blue = Buffer.of(255, 0, 0, 255, 0, 0);
    const file = makeBmp({ width: 2, height: 1, bits: 24, pixels: Buffer.alloc(0) });
    file.writeUInt32LE(30, 10);
    file.writeUInt32LE(16, 14);
    const short = Buffer.concat([file.subarray(0, 30), blue, Buffer.alloc(2)]);
    assert.deepEqual([...decodeBmp(short, {}).data], [...BLUE, ...BLUE]);
  });

  it('undoes run lengths of 8 and of 4 bits', () => {
    const eight = { ...SIZE, bits: 8, compression: 1, palette: PALETTE };
    // Literals of three, the end of the line; a run of one, a move over one, a run of one; the end.
    const literals = [0, 3, 2, 3, 0, 0, 0, 0];
    const pixels = Buffer.of(...literals, 1, 0, 0, 2, 1, 0, 1, 2, 0, 1);
    const skipped = [...RED, ...RED, ...BLUE, ...BLUE, ...BLACK, ...RED];
    assert.deepEqual(decode({ ...eight, pixels }), skipped);
    const four = { ...eight, bits: 4, compression: 2 };
    const nibbles = Buffer.of(0, 3, 0x23, 0x00, 0, 0, 2, 0x01, 1, 0x20, 0, 1);
    assert.deepEqual(decode({ ...four, pixels: nibbles }), PICTURE);
  });

  it('comes out at the size that is wanted', () => {
    const parts = { width: 40, height: 40, bits: 24, pixels: Buffer.alloc(40 * 120, 50) };
    const target = { width: 10, height: 7 };
    const bitmap = decodeBmp(makeBmp(parts), { target });
    assertBitmap(bitmap, target);
    assert.deepEqual([...bitmap.data.subarray(0, 4)], [50, 50, 50, 255]);
  });

  it('refuses pixels and run lengths that end early, before it takes memory for them', () => {
    const claims = { width: 30_000, height: 30_000, bits: 24, pixels: Buffer.alloc(50) };
    assert.throws(() => decodeBmp(makeBmp(claims), {}), isTruncated);
    const runs = { ...SIZE, bits: 8, compression: 1, palette: PALETTE, pixels: Buffer.of(2, 1) };
    assert.throws(() => decodeBmp(makeBmp(runs), {}), isTruncated);
    const huffman = { ...SIZE, bits: 1, compression: 3, headerLength: 64, pixels: Buffer.alloc(9) };
    assert.throws(() => decodeBmp(makeBmp(huffman), {}), /CCITT fax compression/);
  });

  it('survives damage', async () => {
    const pixels = Buffer.from(Array.from({ length: 400 }, (_, index) => (index * 37) % 256));
    for (const [bits, compression] of [
      [8, 0],
      [8, 1],
      [4, 2],
      [24, 0],
    ] as const) {
      const parts = { width: 9, height: 11, bits, compression, palette: PALETTE, pixels };
      await assertSurvivesDamage(
        (bytes, options) => {
          // Sizes that the header's reader refuses never get to the decoder.
          const probed = probe(bytes, bytes.length);
          const size = probed.kind === 'header' ? probed.header.size : { width: 1e5, height: 1e5 };
          return size.width * size.height > 1e6
            ? { data: Buffer.alloc(0), ...size }
            : decodeBmp(bytes, options);
        },
        makeBmp(parts),
        100,
      );
    }
  });
});
