import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import sharp from 'sharp';
import type { Sharp } from 'sharp';
import { DecodeError } from '../../../../src/imaging/decodeError.ts';
import { decodeWebp } from '../../../../src/imaging/formats/webpDecoder.ts';
import { encodeWebp } from '../../../../src/imaging/formats/webpEncoder.ts';
import {
  assertBitmap,
  assertSurvivesDamage,
  fromRgba,
  gradient,
  isTruncated,
  meanDifference,
  pixelAt,
  reference,
} from './pictures.ts';

const SIZE = { width: 133, height: 87 };
const opaque = gradient(SIZE, { opaque: true });
const transparent = gradient(SIZE, { opaque: false });

function chunk(type: string, data: Uint8Array): Buffer {
  const head = Buffer.from(`${type}\0\0\0\0`, 'latin1');
  head.writeUInt32LE(data.length, 4);
  return Buffer.concat([head, data, Buffer.alloc(data.length % 2)]);
}

function u24(...values: readonly number[]): Buffer {
  return Buffer.from(values.flatMap((value) => [value & 255, (value >> 8) & 255, value >> 16]));
}

/** An animation whose frames are the pictures of still files, each at its place. */
async function makeAnimation(
  canvas: readonly [width: number, height: number],
  frames: readonly { readonly still: Sharp; readonly left: number; readonly top: number }[],
): Promise<Buffer> {
  const parts = await Promise.all(
    frames.map(async ({ still, left, top }) => {
      const { data, info } = await still.toBuffer({ resolveWithObject: true });
      const extended = data.toString('latin1', 12, 16) === 'VP8X';
      const place = u24(left / 2, top / 2, info.width - 1, info.height - 1, 100);
      return chunk('ANMF', Buffer.concat([place, Buffer.of(0), data.subarray(extended ? 30 : 12)]));
    }),
  );
  const flags = Buffer.of(0x12, 0, 0, 0);
  const body = Buffer.concat([
    Buffer.from('WEBP', 'latin1'),
    chunk('VP8X', Buffer.concat([flags, u24(canvas[0] - 1, canvas[1] - 1)])),
    chunk('ANIM', Buffer.alloc(6)),
    ...parts,
  ]);
  return chunk('RIFF', body);
}

describe('decodeWebp', () => {
  it('decodes lossy and lossless pictures, with and without alpha', async () => {
    for (const rgba of [opaque, transparent]) {
      for (const lossless of [false, true]) {
        const file = await fromRgba(rgba, SIZE).webp({ lossless, exact: true }).toBuffer();
        const decoded = await decodeWebp(file, {});
        assertBitmap(decoded, SIZE);
        assert.ok(meanDifference(decoded.data, await reference(file)) < 0.1);
      }
    }
  });

  it('passes over metadata and colour profiles', async () => {
    const file = fromRgba(transparent, SIZE)
      .keepIccProfile()
      .withExif({ IFD0: { Make: 'x' } });
    const bytes = await file.webp().toBuffer();
    assert.equal(bytes.toString('latin1', 12, 16), 'VP8X');
    assert.ok(meanDifference((await decodeWebp(bytes, {})).data, await reference(bytes)) < 0.1);
  });

  it('decodes the first frame of an animation where it belongs on the canvas', async () => {
    const red = { r: 250, g: 0, b: 0, alpha: 1 };
    const create = (alpha: number): Sharp =>
      sharp({ create: { width: 8, height: 6, channels: 4, background: { ...red, alpha } } });
    for (const [still, alpha] of [
      [create(1).webp({ lossless: true }), 255],
      [create(1).removeAlpha().webp({ quality: 100 }), 255],
      [create(0.5).webp({ quality: 100 }), 128],
    ] as const) {
      const blue = sharp({ create: { width: 20, height: 16, channels: 3, background: '#00f' } });
      const file = await makeAnimation(
        [20, 16],
        [
          { still, left: 4, top: 2 },
          { still: blue.webp(), left: 0, top: 0 },
        ],
      );
      const decoded = await decodeWebp(file, {});
      assertBitmap(decoded, { width: 20, height: 16 });
      assert.deepEqual(pixelAt(decoded, 3, 2), [0, 0, 0, 0]);
      assert.deepEqual(pixelAt(decoded, 12, 2), [0, 0, 0, 0]);
      assert.deepEqual(pixelAt(decoded, 4, 8), [0, 0, 0, 0]);
      const [r = 0, g, b, a] = pixelAt(decoded, 8, 5);
      assert.ok(r > 235 && (g ?? 0) < 12 && (b ?? 0) < 12 && a === alpha, `${r} ${g} ${b} ${a}`);
    }
  });

  it('decodes an animation of the common kind like others do', async () => {
    const raw = { ...SIZE, height: SIZE.height * 2, channels: 4, pageHeight: SIZE.height } as const;
    const pages = sharp(Buffer.concat([transparent, opaque]), { raw });
    const file = await pages.webp({ lossless: true, loop: 0 }).toBuffer();
    const decoded = await decodeWebp(file, {});
    assertBitmap(decoded, SIZE);
    assert.ok(meanDifference(decoded.data, await reference(file)) < 0.5);
  });

  it('comes out at the size that is wanted', async () => {
    const file = await fromRgba(opaque, SIZE).webp({ quality: 95 }).toBuffer();
    const target = { width: 40, height: 26 };
    const decoded = await decodeWebp(file, { target });
    assertBitmap(decoded, target);
    const expected = sharp(file)
      .resize({ ...target, fit: 'fill' })
      .ensureAlpha()
      .raw();
    assert.ok(meanDifference(decoded.data, await expected.toBuffer()) < 1.5);
  });

  it('refuses data that ends early, and pictures that are not what the file says', async () => {
    const file = await fromRgba(opaque, SIZE).webp().toBuffer();
    await assert.rejects(decodeWebp(file.subarray(0, file.length - 200), {}), isTruncated);
    await assert.rejects(decodeWebp(file.subarray(0, 16), {}), DecodeError);
    const still = fromRgba(opaque, SIZE).webp();
    const outside = await makeAnimation([50, 50], [{ still, left: 0, top: 0 }]);
    await assert.rejects(decodeWebp(outside, {}), /out of its canvas/);
    const lying = await makeAnimation([5000, 5000], [{ still, left: 0, top: 0 }]);
    lying.set(u24(16_000, 16_000), lying.indexOf('ANMF') + 14);
    await assert.rejects(decodeWebp(lying, {}), /size of its frame/);
  });

  it('survives damage', async () => {
    const small = { width: 40, height: 30 };
    const rgba = gradient(small, { opaque: false });
    for (const lossless of [false, true]) {
      const file = await fromRgba(rgba, small).webp({ lossless }).toBuffer();
      await assertSurvivesDamage(decodeWebp, file, 100);
    }
  });
});

describe('encodeWebp', () => {
  it('keeps alpha without loss and colours nearly', async () => {
    const encoded = await encodeWebp({ data: Buffer.from(transparent), ...SIZE }, 90);
    const decoded = await reference(encoded);
    assert.ok(meanDifference(decoded, transparent) < 3);
    const alphas = (rgba: Buffer): Buffer => rgba.filter((_, at) => at % 4 === 3) as Buffer;
    assert.deepEqual(alphas(decoded), alphas(transparent));
  });

  it('takes fewer bytes at a lower quality', async () => {
    const bitmap = { data: Buffer.from(transparent), ...SIZE };
    const [low, high] = [await encodeWebp(bitmap, 30), await encodeWebp(bitmap, 95)];
    assert.ok(low.length < high.length);
  });
});
