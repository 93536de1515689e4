import assert from 'node:assert/strict';
import { inflateSync } from 'node:zlib';
import { describe, it } from 'mocha';
import sharp from 'sharp';
import type { Sharp } from 'sharp';
import { readColourProfile } from '../../../src/core/formats/colourProfile.ts';
import type { KeepableFormat } from '../../../src/core/formats/formats.ts';
import { gifExtension } from '../imaging/makeImages.ts';
import { text } from './makeHeaders.ts';
import { noise, raw, stripped } from './stripSupport.ts';

describe('stripMetadata, as another program sees it', () => {
  const withAll = (picture: Sharp): Sharp =>
    picture
      .withIccProfile('p3')
      .withExif({ IFD0: { Copyright: 'SECRET' }, IFD3: { GPSLatitude: '51/1 30/1 3230/100' } })
      .withXmp('<x:xmpmeta xmlns:x="adobe:ns:meta/">SECRET</x:xmpmeta>');
  const makers: Readonly<Record<string, () => Sharp>> = {
    'baseline JPEG': () => withAll(noise(false)).jpeg(),
    'progressive JPEG': () => withAll(noise(false)).jpeg({ progressive: true }),
    'grey JPEG': () => withAll(noise(false).greyscale()).jpeg(),
    'CMYK JPEG': () => withAll(noise(false).toColourspace('cmyk')).withIccProfile('cmyk').jpeg(),
    PNG: () => withAll(noise(true)).png(),
    'interlaced palette PNG': () => withAll(noise(true)).png({ palette: true, progressive: true }),
    'lossy WebP': () => withAll(noise(true)).webp(),
    'lossless WebP': () => withAll(noise(true)).webp({ lossless: true }),
    'opaque WebP': () => withAll(noise(false)).webp(),
  };

  for (const [name, make] of Object.entries(makers)) {
    it(`leaves pixels and profile of a ${name} and takes the rest`, async () => {
      const file = await make().toBuffer();
      const before = await sharp(file).metadata();
      assert.ok(before.exif && before.xmp && before.icc);
      const format = before.format as KeepableFormat;
      const result = stripped(file, format);
      const after = await sharp(result).metadata();
      assert.deepEqual([after.exif, after.xmp], [undefined, undefined]);
      assert.deepEqual(after.icc, before.icc);
      const profile = readColourProfile(result, format, (bytes) => inflateSync(bytes));
      assert.deepEqual(Buffer.from(profile ?? []), before.icc);
      assert.ok(!Buffer.from(result).includes('SECRET'));
      assert.deepEqual(await raw(result), await raw(file));
      assert.deepEqual([after.width, after.height], [before.width, before.height]);
    });
  }

  it('leaves the frames of a GIF', async () => {
    const frames = [noise(true), noise(true).negate()];
    const pngs = await Promise.all(frames.map((frame) => frame.png().toBuffer()));
    const clean = await sharp(pngs, { join: { animated: true } })
      .gif()
      .toBuffer();
    const trailer = Buffer.concat([gifExtension(0xfe, 'SECRET'), Buffer.of(0x3b), text('SECRET')]);
    const full = Buffer.concat([clean.subarray(0, -1), trailer]);
    const result = stripped(full, 'gif');
    assert.ok(!Buffer.from(result).includes('SECRET'));
    assert.deepEqual(await raw(result), await raw(clean));
    assert.equal((await sharp(result).metadata()).pages, 2);
  });
});
