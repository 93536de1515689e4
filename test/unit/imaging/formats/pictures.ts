import assert from 'node:assert/strict';
import fc from 'fast-check';
import sharp from 'sharp';
import type { Sharp } from 'sharp';
import type { Size } from '../../../../src/core/formats/imageHeader.ts';
import type { Bitmap } from '../../../../src/imaging/bitmap.ts';
import { DecodeError } from '../../../../src/imaging/decodeError.ts';
import type { Decoder } from '../../../../src/imaging/formats/decoder.ts';

/** Pictures for the tests of decoders, and how theirs are compared. */

/** Colours that change smoothly in both directions, each in its own way; alpha falls to 55. */
export function gradient({ width, height }: Size, options: { readonly opaque: boolean }): Buffer {
  const rgba = Buffer.alloc(width * height * 4);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const blue = Math.round(128 + 100 * Math.sin(x / 20 + y / 30));
      const alpha = options.opaque ? 255 : 255 - Math.floor((200 * (x + y)) / (width + height));
      rgba.set(
        [Math.floor((255 * x) / width), Math.floor((255 * y) / height), blue, alpha],
        (y * width + x) * 4,
      );
    }
  }
  return rgba;
}

export function fromRgba(rgba: Buffer, size: Size): Sharp {
  return sharp(rgba, { raw: { ...size, channels: 4 } });
}

/** What libvips makes of a file, without its colour profile. */
export async function reference(file: Buffer): Promise<Buffer> {
  return await sharp(file).ensureAlpha().raw({ depth: 'uchar' }).toBuffer();
}

export function meanDifference(one: Buffer, other: Buffer): number {
  assert.equal(one.length, other.length);
  let sum = 0;
  for (let at = 0; at < one.length; at += 1) {
    sum += Math.abs((one[at] ?? 0) - (other[at] ?? 0));
  }
  return sum / one.length;
}

/** A bitmap has this size, and a buffer of its own that is as long as its pixels. */
export function assertBitmap(bitmap: Bitmap, { width, height }: Size): void {
  assert.deepEqual([bitmap.width, bitmap.height], [width, height]);
  assert.equal(bitmap.data.length, width * height * 4);
}

export function pixelAt({ data, width }: Bitmap, x: number, y: number): number[] {
  return [...data.subarray((y * width + x) * 4, (y * width + x) * 4 + 4)];
}

export const isTruncated = (error: unknown): boolean =>
  error instanceof DecodeError && error.truncated;

/** Whatever is done to a file, it is decoded or refused. */
export async function assertSurvivesDamage(
  decode: Decoder,
  file: Buffer,
  numRuns: number,
): Promise<void> {
  const change = fc.tuple(fc.nat(file.length - 1), fc.nat(255));
  await fc.assert(
    fc.asyncProperty(
      fc.array(change, { minLength: 1, maxLength: 6 }),
      fc.nat(file.length),
      fc.boolean(),
      async (changes, length, cut) => {
        const damaged = Buffer.from(file);
        for (const [at, value] of changes) {
          damaged[at] = value;
        }
        try {
          await decode(cut ? damaged.subarray(0, length) : damaged, {});
        } catch (error) {
          assert.ok(error instanceof DecodeError, String(error));
        }
      },
    ),
    { numRuns, seed: 3 },
  );
}
