import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { after, before, describe, it } from 'mocha';
import sharp from 'sharp';
import { decodeMemory } from '../../../src/core/plan/decodeMemory.ts';
import type { ImageHeader, Size } from '../../../src/core/formats/imageHeader.ts';
import { MAX_DECODE_MEMORY } from '../../../src/core/plan/limits.ts';
import { headerOf } from './readHeader.ts';

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
    for (const format of ['png', 'jpeg'] as const) {
      assert.ok(decodeMemory(header({ format }), SENT, 0) < 20 * MEGABYTE, format);
    }
    const drawing = header({ format: 'svg' });
    const small = header({ format: 'svg', size: SENT });
    assert.equal(decodeMemory(drawing, SENT, 0), decodeMemory(small, SENT, 0));
  });

  it('counts the chunks of a PNG twice: they are put together', () => {
    const screen = header({ size: { width: 3840, height: 2160 } });
    const added = decodeMemory(screen, SENT, 50 * MEGABYTE) - decodeMemory(screen, SENT, 0);
    assert.equal(added, 100 * MEGABYTE);
  });

  it('counts what each decoder holds of every pixel', () => {
    const expected: readonly [Partial<ImageHeader>, number][] = [
      [{ format: 'png', progressive: true }, 8],
      [{ format: 'jpeg', progressive: true, colourSpace: 'ycbcr' }, 7],
      [{ format: 'jpeg', progressive: true, colourSpace: 'ycck' }, 9],
      [{ format: 'gif' }, 5],
      [{ format: 'webp' }, 8],
      [{ format: 'heic' }, 19],
      [{ format: 'heic', alpha: true }, 21],
      [{ format: 'heic', bitDepth: 10 }, 40],
      [{ format: 'heic', bitDepth: 10, alpha: true }, 44],
      [{ format: 'tiff' }, 5],
      [{ format: 'bmp' }, 8],
      [{ format: 'ico' }, 8],
    ];
    for (const [more, bytes] of expected) {
      assert.equal(bytesPerPixel(more), bytes, JSON.stringify(more));
    }
  });

  it('counts a JPEG no larger than it is, where it is wanted whole', () => {
    const whole = header({ format: 'jpeg' });
    assert.equal(decodeMemory(whole, whole.size, 0), 100 * MEGAPIXEL * (3 + 8));
  });

  it('counts a JPEG in the eighths of it that are at least 1.1 times what is wanted', () => {
    const decoded = (edge: number, more: Partial<ImageHeader> = {}): number => {
      const jpeg = header({ format: 'jpeg', ...more });
      return decodeMemory(jpeg, { width: edge, height: edge }, 0) - edge * edge * 8;
    };
    assert.equal(decoded(100), 1250 * 1250 * 3);
    assert.equal(decoded(1136), 1250 * 1250 * 3);
    assert.equal(decoded(1137), 2500 * 2500 * 3);
    assert.equal(decoded(1137, { colourSpace: 'ycck' }), 2500 * 2500 * 4);
    assert.equal(decoded(9500), 100 * MEGAPIXEL * 3);
  });

  it('counts what is decoded and not only what is to be seen of it', () => {
    const stored = { width: 10_000, height: 10_000 };
    const part = { left: 0, top: 0, width: 100, height: 100 };
    for (const format of ['avif', 'heic'] as const) {
      const cut = header({ format, size: { width: 100, height: 100 }, aperture: { stored, part } });
      assert.equal(decodeMemory(cut, SENT, 0), decodeMemory(header({ format }), SENT, 0));
    }
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
    for (const format of ['png', 'jpeg', 'gif', 'webp', 'bmp'] as const) {
      assert.ok(decodeMemory(header({ format }), SENT, 0) <= MAX_DECODE_MEMORY, format);
    }
  });

  it('lets the largest photographs of telephones pass as AVIF and HEIC', () => {
    const size = { width: 8064, height: 6048 };
    for (const format of ['avif', 'heic'] as const) {
      assert.ok(decodeMemory(header({ format, size }), SENT, 0) <= MAX_DECODE_MEMORY, format);
    }
  });

  it('refuses no less than what the codec of AVIF would fail with', () => {
    const size = { width: 9900, height: 9900 };
    assert.ok(decodeMemory(header({ format: 'avif', size }), SENT, 0) > MAX_DECODE_MEMORY);
  });
});

describe('the memory that decoding an AVIF takes', () => {
  const SIZE = { width: 2000, height: 1500 };
  /** Compiled code and garbage: what has nothing to do with the picture. */
  const SLACK = 20 * MEGABYTE;
  const MEASURE = fileURLToPath(new URL('measureDecode.ts', import.meta.url));
  const HOOKS = new URL('../../support/importFiles.js', import.meta.url).href;
  let folder: string;

  before(async function () {
    if (process.platform !== 'linux') {
      // Only there a process can be asked for the peak of its own memory and nothing else.
      this.skip();
    }
    folder = await mkdtemp(join(tmpdir(), 'decode-memory-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  /** Bytes by which the peak of a process of its own grows, once it has decoded a small picture. */
  async function measure(file: Buffer): Promise<number> {
    const path = join(folder, 'picture.avif');
    const small = join(folder, 'small.avif');
    await writeFile(path, file);
    await writeFile(small, await avif({ width: 16, height: 16 }, 4, 8));
    const { stdout } = await promisify(execFile)(process.execPath, [
      '--import',
      HOOKS,
      MEASURE,
      small,
      path,
    ]);
    return Number(stdout);
  }

  async function avif(size: Size, channels: 3 | 4, bitdepth: 8 | 10): Promise<Buffer> {
    const samples = Buffer.alloc(size.width * size.height * channels, 100);
    const picture = sharp(samples, { raw: { ...size, channels } });
    return await picture.avif({ effort: 0, bitdepth, chromaSubsampling: '4:4:4' }).toBuffer();
  }

  for (const [name, channels, bitdepth] of [
    ['of 8 bits', 3, 8],
    ['with alpha', 4, 8],
    ['of 10 bits', 3, 10],
  ] as const) {
    it(`is what is expected of one ${name}`, async () => {
      const file = await avif(SIZE, channels, bitdepth);
      const expected = decodeMemory(headerOf(file), { width: 100, height: 75 }, file.length);
      const measured = await measure(file);
      const said = `${measured / MEGABYTE} MB, and ${expected / MEGABYTE} expected`;
      assert.ok(measured <= expected + SLACK, said);
      assert.ok(measured >= expected * 0.75 - SLACK, said);
    });
  }
});
