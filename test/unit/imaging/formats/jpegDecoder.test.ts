import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import sharp from 'sharp';
import type { Size } from '../../../../src/core/formats/imageHeader.ts';
import { DecodeError } from '../../../../src/imaging/decodeError.ts';
import { decodeJpeg } from '../../../../src/imaging/formats/jpegDecoder.ts';

const SIZE: Size = { width: 301, height: 203 };

/** Waves of three colours, as smooth as a photograph. */
function waves({ width, height }: Size): Buffer {
  const data = Buffer.alloc(width * height * 3);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const at = (y * width + x) * 3;
      data[at] = 128 + 90 * Math.sin(x / 17) * Math.cos(y / 23);
      data[at + 1] = 128 + 90 * Math.cos(x / 29 + y / 31);
      data[at + 2] = 128 + 90 * Math.sin((x - y) / 41);
    }
  }
  return data;
}

const raw = () => sharp(waves(SIZE), { raw: { ...SIZE, channels: 3 } });

/** Mean difference over red, green and blue. */
function difference(rgba: Buffer, rgb: Buffer): number {
  let sum = 0;
  for (let pixel = 0; pixel * 3 < rgb.length; pixel += 1) {
    for (let channel = 0; channel < 3; channel += 1) {
      sum += Math.abs((rgba[pixel * 4 + channel] ?? 0) - (rgb[pixel * 3 + channel] ?? 0));
    }
  }
  return sum / rgb.length;
}

describe('decodeJpeg', () => {
  const kinds = {
    baseline: () => raw().jpeg({ quality: 95 }),
    progressive: () => raw().jpeg({ quality: 95, progressive: true }),
    'full colour': () => raw().jpeg({ quality: 95, chromaSubsampling: '4:4:4' }),
    grey: () => raw().greyscale().jpeg({ quality: 95 }),
  };
  for (const [kind, encode] of Object.entries(kinds)) {
    it(`decodes ${kind}, at any size, as libvips does`, async () => {
      const file = await encode().toBuffer();
      // Decoded in full first: what libvips shrinks while it decodes is shifted by part of a pixel.
      const whole = await sharp(file).toColourspace('srgb').raw().toBuffer();
      for (const target of [
        SIZE,
        { width: 250, height: 169 },
        { width: 110, height: 74 },
        { width: 31, height: 21 },
        { width: 1, height: 1 },
      ]) {
        const { data, ...size } = decodeJpeg(file, { target });
        assert.deepEqual(size, target);
        const expected = await sharp(whole, { raw: { ...SIZE, channels: 3 } })
          .resize(target.width, target.height, { fit: 'fill' })
          .raw()
          .toBuffer();
        const mean = difference(data, expected);
        assert.ok(mean < (target.width === 1 ? 2.5 : 1), `${target.width}: ${mean}`);
        assert.ok(data.every((value, at) => at % 4 !== 3 || value === 255));
      }
    });
  }

  it('finds that inks are inverted, also behind a colour profile of half a megabyte', async () => {
    const red = { create: { ...SIZE, channels: 3, background: '#f01010' } } as const;
    const file = await sharp(red).toColourspace('cmyk').jpeg({ quality: 95 }).toBuffer();
    const adobe = file.indexOf(Buffer.from('\xff\xee\0\x0eAdobe', 'latin1'));
    assert.ok(adobe > 0);
    const part = Buffer.concat([Buffer.of(0xff, 0xe2, 0xff, 0xff), Buffer.alloc(0xffff - 2)]);
    const far = Buffer.concat([
      file.subarray(0, 2),
      ...Array.from({ length: 9 }, () => part),
      file.subarray(2),
    ]);
    for (const each of [file, far]) {
      const [r = 0, g = 0, b = 0] = decodeJpeg(each).data;
      assert.ok(r > 200 && g < 80 && b < 80, `${r},${g},${b}`);
    }
  });

  it('decodes subsamplings that are not usual', async () => {
    const red = { create: { ...SIZE, channels: 3, background: '#c02010' } } as const;
    const file = await sharp(red).jpeg({ chromaSubsampling: '4:4:4' }).toBuffer();
    // The sampling factors of luma: with any others the same data is another picture, but a whole one.
    const factors = file.indexOf(Buffer.of(0xff, 0xc0)) + 11;
    for (const subsampling of [0x31, 0x13, 0x14]) {
      const unusual = Buffer.from(file);
      unusual[factors] = subsampling;
      const { data } = await sharp(unusual, { failOn: 'none' })
        .ensureAlpha()
        .raw()
        .toBuffer({ resolveWithObject: true });
      const decoded = decodeJpeg(unusual);
      assert.deepEqual([decoded.width, decoded.height], [SIZE.width, SIZE.height]);
      const sum = data.reduce(
        (all, value, at) => all + Math.abs(value - (decoded.data[at] ?? 0)),
        0,
      );
      assert.ok(sum / data.length < 2, `${subsampling}: ${sum / data.length}`);
    }
  });

  it('refuses what is no JPEG inside, and decodes the next one all the same', async () => {
    const file = await raw().jpeg().toBuffer();
    const broken = Buffer.from(file);
    broken.fill(0xaa, broken.indexOf(Buffer.of(0xff, 0xc4)) + 5, broken.length - 2);
    assert.throws(() => decodeJpeg(broken), DecodeError);
    assert.throws(() => decodeJpeg(Buffer.from('no picture')), DecodeError);
    assert.equal(decodeJpeg(file).width, SIZE.width);
  });

  it('tells of damage that it passes over', async () => {
    const file = await raw().jpeg().toBuffer();
    let told = 0;
    const onPartlyDamaged = (): void => {
      told += 1;
    };
    decodeJpeg(file, { onPartlyDamaged });
    assert.equal(told, 0);
    decodeJpeg(Buffer.concat([file.subarray(0, file.length / 2), Buffer.of(0xff, 0xd9)]), {
      onPartlyDamaged,
    });
    assert.equal(told, 1);
  });
});
