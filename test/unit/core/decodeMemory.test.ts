import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { decodeMemory } from '../../../src/core/decodeMemory.ts';
import type { ImageHeader } from '../../../src/core/imageHeader.ts';
import { MAX_DECODE_MEMORY } from '../../../src/core/limits.ts';

const MEGABYTE = 1024 * 1024;
const MEGAPIXEL = 1_000_000;
const SENT = { width: 1000, height: 1000 };

function header(more: Partial<ImageHeader>): ImageHeader {
  return {
    format: 'png',
    size: { width: 10_000, height: 10_000 },
    orientation: 1,
    colourSpace: 'rgb',
    lossy: false,
    progressive: false,
    alpha: false,
    bitDepth: 8,
    ...more,
  };
}

/** Bytes for a pixel of the original, over what the file and the output take. */
function bytesPerPixel(more: Partial<ImageHeader>): number {
  return Math.round((decodeMemory(header(more), SENT, 0) - 8 * MEGAPIXEL) / (100 * MEGAPIXEL));
}

describe('decodeMemory', () => {
  it('is small for what is decoded row by row, or scaled as it is decoded, or drawn', () => {
    for (const format of ['png', 'jpeg', 'svg'] as const) {
      assert.ok(decodeMemory(header({ format }), SENT, 0) < 20 * MEGABYTE, format);
    }
  });

  it('counts what each decoder holds of every pixel', () => {
    const expected: readonly [Partial<ImageHeader>, number][] = [
      [{ format: 'png', progressive: true }, 8],
      [{ format: 'jpeg', progressive: true, colourSpace: 'ycbcr' }, 7],
      [{ format: 'jpeg', progressive: true, colourSpace: 'ycck' }, 9],
      [{ format: 'gif' }, 5],
      [{ format: 'webp' }, 8],
      [{ format: 'avif' }, 14],
      [{ format: 'heic', bitDepth: 10 }, 18],
      [{ format: 'tiff', colourSpace: 'grey' }, 9],
      [{ format: 'tiff', colourSpace: 'cmyk', bitDepth: 16 }, 16],
      [{ format: 'tiff', alpha: true, bitDepth: 32 }, 24],
      [{ format: 'bmp' }, 8],
      [{ format: 'ico' }, 8],
    ];
    for (const [more, bytes] of expected) {
      assert.equal(bytesPerPixel(more), bytes, JSON.stringify(more));
    }
  });

  it('counts a JPEG no larger than it is, where it is wanted whole', () => {
    const whole = header({ format: 'jpeg' });
    assert.equal(decodeMemory(whole, whole.size, 0), 100 * MEGAPIXEL * (4 + 8));
  });

  it('counts the file', () => {
    const bmp = header({ format: 'bmp' });
    assert.equal(decodeMemory(bmp, SENT, 1234) - decodeMemory(bmp, SENT, 0), 1234);
  });

  it('grows with what is wanted', () => {
    const jpeg = header({ format: 'jpeg' });
    const larger = { width: 2000, height: 2000 };
    assert.ok(decodeMemory(jpeg, larger, 0) > decodeMemory(jpeg, SENT, 0));
  });

  it('lets a hundred megapixels of the usual kinds pass', () => {
    for (const format of ['png', 'jpeg', 'gif', 'webp', 'avif', 'heic', 'bmp'] as const) {
      assert.ok(decodeMemory(header({ format }), SENT, 0) <= MAX_DECODE_MEMORY, format);
    }
  });
});
