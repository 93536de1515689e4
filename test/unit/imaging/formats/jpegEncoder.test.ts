import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import sharp from 'sharp';
import type { Bitmap } from '../../../../src/imaging/bitmap.ts';
import { decodeJpeg } from '../../../../src/imaging/formats/jpegDecoder.ts';
import { encodeJpeg } from '../../../../src/imaging/formats/jpegEncoder.ts';

type Colour = readonly [red: number, green: number, blue: number];

function paint(width: number, height: number, colourAt: (x: number, y: number) => Colour): Bitmap {
  const data = Buffer.alloc(width * height * 4);
  for (let y = 0, at = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1, at += 4) {
      data.set(colourAt(x, y), at);
      // Whatever it is, it is ignored.
      data[at + 3] = (x * 7 + y) & 255;
    }
  }
  return { data, width, height };
}

/** Smooth shapes with edges and some grain, as a photograph has them. */
function scene(width: number, height: number): Bitmap {
  return paint(width, height, (x, y) => {
    const grain = (Math.imul(x * 7919 + y, 2_654_435_761) >>> 28) - 8;
    const inside = Math.hypot(x - width / 2, y - height / 2) < Math.min(width, height) / 3;
    return [
      128 + 90 * Math.sin(x / 57) * Math.cos(y / 43) + grain,
      128 + 90 * Math.cos(x / 69 + y / 31) + grain,
      inside ? 200 : 60 + grain,
    ];
  });
}

function noise(width: number, height: number, seed: number): Bitmap {
  let state = seed;
  const next = (): number => {
    state = Math.imul(state ^ (state >>> 15), 2_246_822_519) + 374_761_393;
    return (state >>> 13) % 3 === 0 ? 255 : 0;
  };
  return paint(width, height, () => [next(), next(), next()]);
}

/** As libvips decodes it, which fails for anything unusual in the file. */
async function decodeStrictly(file: Buffer): Promise<Bitmap> {
  const { data, info } = await sharp(file, { failOn: 'warning' })
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}

function encodeWithSharp({ data, width, height }: Bitmap, quality: number): Promise<Buffer> {
  return sharp(data, { raw: { width, height, channels: 4 } })
    .removeAlpha()
    .jpeg({ quality, mozjpeg: false, optimiseCoding: false, chromaSubsampling: '4:2:0' })
    .toBuffer();
}

/** How far the colours are apart at most, in steps of 8 bits, and their PSNR in dB. */
function compare(one: Bitmap, other: Bitmap): { readonly most: number; readonly psnr: number } {
  assert.deepEqual([one.width, one.height], [other.width, other.height]);
  let most = 0;
  let squares = 0;
  for (let at = 0; at < one.data.length; at += 1) {
    const apart = at % 4 === 3 ? 0 : Math.abs((one.data[at] ?? 0) - (other.data[at] ?? 0));
    most = Math.max(most, apart);
    squares += apart * apart;
  }
  return { most, psnr: 10 * Math.log10((255 * 255 * one.data.length * 0.75) / squares) };
}

/** The contents of the segments of one kind before the scan. */
function segments(file: Buffer, marker: number): Buffer {
  const found: Buffer[] = [];
  for (let at = 2; at < file.length; at += 2 + file.readUInt16BE(at + 2)) {
    if (file[at + 1] === marker) {
      found.push(file.subarray(at + 4, at + 2 + file.readUInt16BE(at + 2)));
    }
    if (file[at + 1] === 0xda) {
      break;
    }
  }
  return Buffer.concat(found);
}

describe('encodeJpeg', () => {
  const sizes = [
    [1, 1],
    [7, 9],
    [8, 8],
    [15, 17],
    [16, 16],
    [17, 33],
    [1, 3000],
    [3000, 1],
    [1270, 952],
  ] as const;
  for (const [width, height] of sizes) {
    it(`writes a picture of ${width}x${height} that every decoder reads as it was`, async () => {
      const picture = paint(width, height, (x, y) => [
        128 + 100 * Math.sin(x / 40),
        128 + 100 * Math.cos(y / 50),
        128 + 60 * Math.sin((x + y) / 60),
      ]);
      const file = encodeJpeg(picture, 95);
      for (const decoded of [await decodeStrictly(file), decodeJpeg(file)]) {
        const { most, psnr } = compare(decoded, picture);
        assert.ok(most <= 10, `${most} steps`);
        assert.ok(psnr > 42, `${psnr} dB`);
      }
    });
  }

  for (const quality of [1, 10, 49, 50, 75, 88, 95, 100]) {
    it(`is as good and as small as libjpeg-turbo at quality ${quality}`, async () => {
      const picture = scene(640, 427);
      const ours = encodeJpeg(picture, quality);
      const theirs = await encodeWithSharp(picture, quality);
      const { psnr } = compare(await decodeStrictly(ours), picture);
      const { psnr: wanted } = compare(await decodeStrictly(theirs), picture);
      assert.ok(psnr > wanted - 0.3, `${psnr} dB, libjpeg-turbo ${wanted}`);
      const ratio = ours.length / theirs.length;
      // Smaller at the highest: there libjpeg-turbo encodes the rounding of its own samples too.
      assert.ok(ratio < 1.05, `${ours.length} bytes, libjpeg-turbo ${theirs.length}`);
      assert.ok(ratio > (quality === 100 ? 0.9 : 0.95), `${ours.length} of ${theirs.length} bytes`);
    });

    it(`has the tables and the frame of libjpeg-turbo at quality ${quality}`, async () => {
      const picture = scene(33, 20);
      const ours = encodeJpeg(picture, quality);
      const theirs = await encodeWithSharp(picture, quality);
      for (const marker of [0xdb, 0xc0, 0xc4, 0xda]) {
        assert.deepEqual(segments(ours, marker), segments(theirs, marker), marker.toString(16));
      }
    });
  }

  it('says that it is baseline, in colour and with half the colour resolution', async () => {
    const { chromaSubsampling, isProgressive, space, channels } = await sharp(
      encodeJpeg(scene(40, 30), 80),
    ).metadata();
    assert.deepEqual(
      { chromaSubsampling, isProgressive, space, channels },
      { chromaSubsampling: '4:2:0', isProgressive: false, space: 'srgb', channels: 3 },
    );
  });

  it('keeps flat colours', async () => {
    const colours: readonly Colour[] = [
      [0, 0, 0],
      [255, 255, 255],
      [255, 0, 0],
      [0, 255, 0],
      [0, 0, 255],
      [255, 255, 0],
      [17, 130, 201],
    ];
    for (const colour of colours) {
      const picture = paint(20, 20, () => colour);
      for (const quality of [75, 90, 100]) {
        const { most } = compare(await decodeStrictly(encodeJpeg(picture, quality)), picture);
        assert.ok(most <= 2, `${colour.join()} at ${quality}: ${most} steps`);
      }
    }
  });

  it('has a code for the greatest values there are', async () => {
    // Checkers and stripes of each cosine's sign, and blocks that change from black to white.
    const patterns: readonly ((x: number, y: number) => boolean)[] = [
      (x, y) => (x + y) % 2 === 0,
      (x, y) => ((x + y) >> 3) % 2 === 0,
      (x, y) => ((x >> 3) + (y >> 3)) % 2 === 0,
      (x, y) => ((x >> 4) + (y >> 4)) % 2 === 0,
      ...[1, 2, 3, 4, 5, 6, 7].map((k) => (x: number, y: number) => wave(k, x) * wave(k, y) > 0),
      ...[1, 2, 3, 4, 5, 6, 7].map((k) => (x: number) => wave(k, x) > 0),
      ...[1, 2, 3, 4, 5, 6, 7].map((k) => (_: number, y: number) => wave(k, y) < 0),
    ];
    const pairs: readonly (readonly [Colour, Colour])[] = [
      [
        [0, 0, 0],
        [255, 255, 255],
      ],
      [
        [255, 255, 0],
        [0, 0, 255],
      ],
      [
        [0, 255, 255],
        [255, 0, 0],
      ],
    ];
    for (const [number, isOne] of patterns.entries()) {
      for (const [one, other] of pairs) {
        for (const edge of [1, 2]) {
          const picture = paint(64, 48, (x, y) =>
            isOne(Math.floor(x / edge), Math.floor(y / edge)) ? one : other,
          );
          const ours = compare(await decodeStrictly(encodeJpeg(picture, 100)), picture);
          const theirs = await decodeStrictly(await encodeWithSharp(picture, 100));
          const { psnr: wanted } = compare(theirs, picture);
          const limit = Math.min(wanted, 60) - 0.5;
          assert.ok(ours.psnr > limit, `pattern ${number}: ${ours.psnr} dB of ${wanted}`);
          await decodeStrictly(encodeJpeg(picture, 1));
        }
      }
    }
  });

  it('has room for noise of any size and quality, and leaves its input as it is', async () => {
    const edge = fc.integer({ min: 1, max: 80 });
    const quality = fc.integer({ min: 1, max: 100 });
    await fc.assert(
      fc.asyncProperty(edge, edge, quality, fc.nat(), async (width, height, of, seed) => {
        const picture = noise(width, height, seed);
        const before = Buffer.from(picture.data);
        const decoded = await decodeStrictly(encodeJpeg(picture, of));
        assert.deepEqual([decoded.width, decoded.height], [width, height]);
        assert.deepEqual(picture.data, before);
      }),
    );
  });

  it('writes noise at the highest quality as well as libjpeg-turbo', async () => {
    const picture = noise(600, 300, 5);
    const file = encodeJpeg(picture, 100);
    const { psnr } = compare(await decodeStrictly(file), picture);
    const theirs = await decodeStrictly(await encodeWithSharp(picture, 100));
    const { psnr: wanted } = compare(theirs, picture);
    assert.ok(psnr > wanted - 0.3, `${psnr} dB, libjpeg-turbo ${wanted}`);
    assert.ok(file.length > 600 * 300, `${file.length} bytes`);
  });

  it('writes the same bytes for the same picture, whatever came before it', () => {
    const picture = scene(133, 77);
    const first = encodeJpeg(picture, 82);
    encodeJpeg(noise(700, 90, 3), 100);
    encodeJpeg(
      paint(3, 3, () => [255, 0, 255]),
      1,
    );
    assert.deepEqual(encodeJpeg(picture, 82), first);
  });

  it('refuses edges that no JPEG can have', () => {
    for (const [width, height] of [
      [0, 5],
      [5, 0],
      [65_536, 1],
      [1, 65_536],
    ] as const) {
      const picture = { data: Buffer.alloc(width * height * 4), width, height };
      assert.throws(() => encodeJpeg(picture, 80), RangeError);
    }
    assert.doesNotThrow(() =>
      encodeJpeg(
        paint(65_535, 1, () => [1, 2, 3]),
        80,
      ),
    );
  });
});

/** The cosine of T.81's transform of frequency `k` at a place in a block. */
function wave(k: number, place: number): number {
  return Math.cos((((place % 8) * 2 + 1) * k * Math.PI) / 16);
}
