import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { DecodeError } from '../../../../src/imaging/decodeError.ts';
import { decodeIco } from '../../../../src/imaging/formats/icoDecoder.ts';
import { makeRgbaPng } from '../makeImages.ts';
import { makeDib, makeIcon } from './makeBitmaps.ts';
import type { DibParts, IconPart } from './makeBitmaps.ts';
import { assertBitmap, assertSurvivesDamage, pixelAt } from './pictures.ts';

const SIZE = { width: 2, height: 2 };
const RED_BLUE = [
  [0, 0, 255],
  [255, 0, 0],
];

/** A bitmap of an icon: its header counts the rows of the mask too. */
function bitmapPart(parts: DibParts, mask: readonly number[]): IconPart {
  const dib = makeDib({ ...parts, height: parts.height * 2 });
  const data = Buffer.concat([dib, parts.pixels, Buffer.from(mask)]);
  return { width: parts.width, height: parts.height, bits: parts.bits, data };
}

const palettePart = bitmapPart(
  { ...SIZE, bits: 1, palette: RED_BLUE, pixels: Buffer.of(0x40, 0, 0, 0, 0x80, 0, 0, 0) },
  [0x80, 0, 0, 0, 0, 0, 0, 0],
);

describe('decodeIco', () => {
  it('decodes a bitmap with its palette and its mask', async () => {
    const bitmap = await decodeIco(makeIcon([palettePart]), {});
    assertBitmap(bitmap, SIZE);
    const expected = [0, 0, 255, 255, 255, 0, 0, 255, 255, 0, 0, 0, 0, 0, 255, 255];
    assert.deepEqual([...bitmap.data], expected);
  });

  it('takes alpha from 32 bits, and the mask where they have none', async () => {
    const rgba = { ...SIZE, bits: 32 };
    const pixels = Buffer.of(1, 2, 3, 255, 4, 5, 6, 128, 7, 8, 9, 0, 10, 11, 12, 255);
    const withAlpha = await decodeIco(makeIcon([bitmapPart({ ...rgba, pixels }, [])]), {});
    assert.deepEqual([...withAlpha.data.subarray(8)], [3, 2, 1, 255, 6, 5, 4, 128]);
    const flat = Buffer.of(1, 2, 3, 0, 4, 5, 6, 0, 7, 8, 9, 0, 10, 11, 12, 0);
    const mask = [0x40, 0, 0, 0, 0, 0, 0, 0];
    const withMask = await decodeIco(makeIcon([bitmapPart({ ...rgba, pixels: flat }, mask)]), {});
    assert.deepEqual([...withMask.data.subarray(8)], [3, 2, 1, 255, 6, 5, 4, 0]);
  });

  it('takes the largest picture, the deepest among several, and a PNG as well', async () => {
    const size = { width: 4, height: 4 };
    const green = Buffer.from(Array.from({ length: 16 }, () => [0, 200, 0, 255]).flat());
    const png = { ...size, bits: 32, data: makeRgbaPng(size, green) };
    const parts = { ...size, bits: 8, palette: RED_BLUE, pixels: Buffer.alloc(16) };
    const shallow = bitmapPart(
      parts,
      Array.from({ length: 16 }, () => 0),
    );
    for (const order of [
      [palettePart, shallow, png],
      [png, shallow, palettePart],
    ]) {
      const bitmap = await decodeIco(makeIcon(order), {});
      assertBitmap(bitmap, size);
      assert.deepEqual(pixelAt(bitmap, 3, 3), [0, 200, 0, 255]);
    }
    const cursor = await decodeIco(makeIcon([palettePart, shallow], 2), {});
    assert.deepEqual(pixelAt(cursor, 3, 3), [255, 0, 0, 255]);
  });

  it('comes out at the size that is wanted', async () => {
    const target = { width: 1, height: 1 };
    assertBitmap(await decodeIco(makeIcon([palettePart]), { target }), target);
  });

  it('refuses a picture that is not there, and one of a size that no icon has', async () => {
    const icon = makeIcon([palettePart]);
    await assert.rejects(decodeIco(icon.subarray(0, 22), {}), DecodeError);
    await assert.rejects(decodeIco(icon.subarray(0, 72), {}), DecodeError);
    const large = bitmapPart({ width: 2000, height: 2, bits: 1, pixels: Buffer.alloc(600) }, []);
    await assert.rejects(decodeIco(makeIcon([{ ...large, width: 2 }]), {}), /size 2000x2/);
  });

  it('survives damage', async () => {
    await assertSurvivesDamage(decodeIco, makeIcon([palettePart]), 200);
  });
});
