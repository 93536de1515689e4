import assert from 'node:assert/strict';
import { imageSize } from 'image-size';
import { describe, it } from 'mocha';
import sharp from 'sharp';
import { turnSize } from '../../../src/core/formats/imageHeader.ts';
import { PROBE_BYTES, probe } from '../../../src/core/formats/probe.ts';
import { makeGif, makeGreyPng, makeJpeg, exifSegment } from '../imaging/makeImages.ts';
import { bitmapInfo, bmpFile, heifFile, iconFile, irot, ispe, tiffFile } from './makeHeaders.ts';
import { headerOf } from './readHeader.ts';

const SIZES = [
  { width: 1, height: 1 },
  { width: 3, height: 200 },
  { width: 257, height: 31 },
] as const;

/** The stored size by our header: `image-size` knows no orientation but that of JPEG. */
function storedSize(bytes: Uint8Array): unknown {
  const { size, orientation } = headerOf(bytes);
  return turnSize(size, orientation);
}

describe('sizes as image-size reads them', () => {
  for (const size of SIZES) {
    const name = `${size.width}x${size.height}`;
    const picture = sharp({ create: { ...size, channels: 4, background: '#80402060' } });
    const encoders = {
      'baseline JPEG': () => picture.clone().jpeg(),
      'progressive JPEG': () => picture.clone().jpeg({ progressive: true }),
      'turned JPEG': () => picture.clone().withMetadata({ orientation: 6 }).jpeg(),
      PNG: () => picture.clone().png(),
      'palette PNG': () => picture.clone().png({ palette: true, progressive: true }),
      'lossy WebP': () => picture.clone().webp(),
      'lossless WebP': () => picture.clone().webp({ lossless: true }),
      'opaque WebP': () => picture.clone().flatten().webp(),
      GIF: () => picture.clone().gif(),
      TIFF: () => picture.clone().tiff({ compression: 'lzw' }),
      'tiled TIFF': () => picture.clone().tiff({ tile: true, compression: 'deflate' }),
      'turned TIFF': () => picture.clone().withMetadata({ orientation: 8 }).tiff(),
    };
    for (const [format, encode] of Object.entries(encoders)) {
      it(`agree for a ${format} of ${name} that libvips writes`, async () => {
        const bytes = await encode().toBuffer();
        const { width, height } = imageSize(bytes);
        assert.deepEqual(storedSize(bytes), { width, height });
        assert.deepEqual(storedSize(bytes), size);
        const metadata = await sharp(bytes).metadata();
        const header = headerOf(bytes);
        assert.equal(header.orientation, metadata.orientation ?? 1);
        assert.equal(header.alpha, metadata.hasAlpha);
        assert.equal(header.frames, metadata.pages ?? 1);
        // libvips calls a decoded image progressive that a JPEG or PNG says is.
        assert.equal(header.progressive, metadata.isProgressive);
        const start = probe(bytes.subarray(0, PROBE_BYTES), bytes.length);
        assert.equal(start.kind, 'header');
      });
    }

    it(`agree for files of ${name} written byte by byte`, () => {
      const icon = bitmapInfo({ width: size.width, height: size.height * 2, depth: 32 });
      const files = [
        makeGreyPng(size),
        makeJpeg(size, { segments: [exifSegment(5)] }),
        makeGif(size),
        bmpFile(size),
        bmpFile({ ...size, height: -size.height }),
        tiffFile({ pages: [{ 256: [size.width], 257: [size.height], 274: [6] }] }),
        tiffFile({ littleEndian: false, pages: [{ 256: [size.width], 257: [size.height] }] }),
        heifFile({ properties: [ispe(size.width, size.height), irot(1)] }),
        ...(size.width < 256 ? [iconFile('ico', [{ ...size, data: icon }])] : []),
        Buffer.from(
          `<svg xmlns="http://www.w3.org/2000/svg" width="${size.width}" height="${size.height}"/>`,
        ),
      ];
      for (const bytes of files) {
        const { width, height } = imageSize(bytes);
        assert.deepEqual(storedSize(bytes), { width, height }, headerOf(bytes).format);
        assert.deepEqual(storedSize(bytes), size);
      }
    });
  }

  it('agree for an AVIF, with transparency and without', async () => {
    for (const background of ['#123456', '#12345678']) {
      const create = { width: 70, height: 40, channels: 4, background } as const;
      const bytes = await sharp({ create }).avif({ effort: 0 }).toBuffer();
      const { width, height } = imageSize(bytes);
      assert.deepEqual(storedSize(bytes), { width, height });
    }
  });
});
