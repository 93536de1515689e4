import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import sharp from 'sharp';
import { stripMetadata } from '../../../src/core/formats/strip.ts';
import {
  exifSegment,
  exifTiff,
  gifExtension,
  jpegSegment,
  makeGif,
  makeGreyPng,
  makeJpeg,
  pngChunk,
} from '../imaging/makeImages.ts';
import { text } from './makeHeaders.ts';
import { noise, SIZE, stripFailure, stripped } from './stripSupport.ts';

describe('stripMetadata of PNG', () => {
  const kept = ['iCCP', 'gAMA', 'sRGB', 'cICP', 'cHRM', 'pHYs'].map((type) =>
    pngChunk(type, text('xx')),
  );
  const removed = ['tEXt', 'zTXt', 'iTXt', 'tIME', 'caBX', 'prVt'].map((type) =>
    pngChunk(type, text('SECRET')),
  );
  const exif = pngChunk('eXIf', exifTiff(1));

  it('returns the very bytes when there is nothing to remove', () => {
    const png = makeGreyPng(SIZE, { before: [...kept, pngChunk('tRNS', Buffer.of(0, 1))] });
    assert.equal(stripped(png, 'png'), png);
  });

  it('removes EXIF, text, times, unknown chunks and what lies behind the end', () => {
    const clean = makeGreyPng(SIZE, { before: kept });
    const full = makeGreyPng(SIZE, {
      before: [...removed, ...kept, exif],
      after: [...removed, exif],
    });
    assert.deepEqual(Buffer.from(stripped(full, 'png')), clean);
    assert.deepEqual(Buffer.from(stripped(Buffer.concat([clean, text('SECRET')]), 'png')), clean);
  });

  it('finds a file that is cut off anywhere behind its signature', () => {
    const png = makeGreyPng(SIZE, { before: kept });
    for (let length = 8; length < png.length; length += 1) {
      assert.equal(stripFailure(png.subarray(0, length), 'png'), 'imageTruncated');
    }
  });

  it('finds damage by the checksum of critical chunks', () => {
    const png = makeGreyPng(SIZE);
    const pixels = png.indexOf('IDAT') + 10;
    png[pixels] = (png[pixels] ?? 0) ^ 1;
    assert.equal(stripFailure(png, 'png'), 'imageDamaged');
  });

  it('finds unknown critical chunks, a second header and missing pixels', () => {
    assert.equal(
      stripFailure(makeGreyPng(SIZE, { before: [pngChunk('ABCD', text(''))] }), 'png'),
      'imageDamaged',
    );
    const second = pngChunk('IHDR', makeGreyPng({ width: 9999, height: 9999 }).subarray(16, 29));
    assert.equal(stripFailure(makeGreyPng(SIZE, { before: [second] }), 'png'), 'imageDamaged');
    const noPixels = Buffer.concat([makeGreyPng(SIZE).subarray(0, 33), pngChunk('IEND', text(''))]);
    assert.equal(stripFailure(noPixels, 'png'), 'imageDamaged');
  });
});

describe('stripMetadata of JPEG', () => {
  const icc = jpegSegment(0xe2, 'ICC_PROFILE\0\x01\x01profile');
  const adobe = jpegSegment(0xee, 'Adobe\0\x64\0\0\0\0\x01');
  const removed = [
    exifSegment(1),
    jpegSegment(0xe1, 'http://ns.adobe.com/xap/1.0/\0SECRET'),
    jpegSegment(0xe2, 'MPF\0SECRET'),
    jpegSegment(0xed, 'Photoshop 3.0\0SECRET'),
    jpegSegment(0xeb, 'JP SECRET'),
    jpegSegment(0xe0, 'JFXX\0SECRET'),
    jpegSegment(0xfe, 'SECRET'),
  ];

  it('returns the very bytes when there is nothing to remove', () => {
    const jpeg = makeJpeg(SIZE, { segments: [icc, adobe] });
    assert.equal(stripped(jpeg, 'jpeg'), jpeg);
    for (const name of ['progressive', 'cmyk', 'grey']) {
      const file = readFileSync(new URL(`../../fixtures/images/${name}.jpg`, import.meta.url));
      assert.equal(stripped(file, 'jpeg'), file, name);
    }
  });

  it('removes EXIF, XMP, IPTC, comments, further pictures and what lies behind the end', () => {
    const clean = makeJpeg(SIZE, { segments: [icc, adobe] });
    const full = makeJpeg(SIZE, { segments: [...removed, icc, adobe, ...removed] });
    const film = Buffer.concat([full, text('\0\0\0\x18ftypmp42SECRET')]);
    assert.deepEqual(Buffer.from(stripped(film, 'jpeg')), clean);
  });

  it('removes comments and garbage between the scans of a progressive JPEG', () => {
    const clean = readFileSync(new URL('../../fixtures/images/progressive.jpg', import.meta.url));
    const secondScan = clean.indexOf(
      Buffer.of(0xff, 0xda),
      clean.indexOf(Buffer.of(0xff, 0xda)) + 2,
    );
    const full = Buffer.concat([
      clean.subarray(0, secondScan),
      jpegSegment(0xfe, 'SECRET'),
      text('SECRET'),
      clean.subarray(secondScan),
    ]);
    assert.deepEqual(Buffer.from(stripped(full, 'jpeg')), clean);
  });

  it('removes the small picture inside a JFIF segment', () => {
    const bare = makeJpeg(SIZE);
    const start = bare.indexOf(Buffer.of(0xff, 0xe0));
    const header = bare.subarray(start + 4, start + 16);
    const thumbnail = jpegSegment(0xe0, Buffer.concat([header, Buffer.of(1, 1), text('RGB')]));
    const full = Buffer.concat([bare.subarray(0, start), thumbnail, bare.subarray(start + 18)]);
    assert.deepEqual(Buffer.from(stripped(full, 'jpeg')), bare);
  });

  it('finds a file that is cut off anywhere', () => {
    const jpeg = makeJpeg(SIZE, { segments: [exifSegment(1)] });
    for (let length = 3; length < jpeg.length; length += 1) {
      assert.equal(stripFailure(jpeg.subarray(0, length), 'jpeg'), 'imageTruncated');
    }
  });

  it('finds a second frame, whose size nobody has checked', () => {
    const jpeg = makeJpeg(SIZE);
    const frame = jpeg.indexOf(Buffer.of(0xff, 0xc0));
    const twice = Buffer.concat([
      jpeg.subarray(0, frame),
      jpeg.subarray(frame, frame + 19),
      jpeg.subarray(frame),
    ]);
    assert.equal(stripFailure(twice, 'jpeg'), 'imageDamaged');
  });

  it('takes nothing for part of a segment that lies behind its length', () => {
    const jpeg = makeJpeg(SIZE);
    const short = Uint8Array.from(jpeg);
    short[4] = 0;
    short[5] = 0;
    const once = stripped(short, 'jpeg');
    assert.equal(stripped(once, 'jpeg'), once);
    const frame = jpeg.indexOf(Buffer.of(0xff, 0xc0));
    const noFrame = Uint8Array.from(jpeg);
    noFrame[frame + 3] = 2;
    assert.equal(stripFailure(noFrame, 'jpeg'), 'imageDamaged');
  });
});

describe('stripMetadata of GIF', () => {
  const loop = gifExtension(0xff, 'NETSCAPE2.0', '\x01\0\0');
  const removed = [
    gifExtension(0xfe, 'SECRET'),
    gifExtension(0xff, 'XMP DataXMP', 'SECRET'),
    gifExtension(0xf9, '\0\0\0\0'),
    gifExtension(0x01, '\0\0\0\0\0\0\0\0\0\0\0\0', 'SECRET'),
  ];

  it('returns the very bytes when there is nothing to remove', () => {
    const gif = makeGif({ ...SIZE, frames: 3, before: [loop], transparentIndex: 0 });
    assert.equal(stripped(gif, 'gif'), gif);
  });

  it('removes comments, XMP, plain text and what lies behind the trailer', () => {
    const clean = makeGif({ ...SIZE, frames: 2, before: [loop] });
    const full = makeGif({ ...SIZE, frames: 2, before: [...removed, loop, ...removed] });
    assert.deepEqual(Buffer.from(stripped(Buffer.concat([full, text('SECRET')]), 'gif')), clean);
  });

  it('finds a file that is cut off anywhere', () => {
    const gif = makeGif({ ...SIZE, frames: 2 });
    for (let length = 19; length < gif.length; length += 1) {
      assert.equal(stripFailure(gif.subarray(0, length), 'gif'), 'imageTruncated');
    }
  });
});

describe('stripMetadata', () => {
  it('never throws, and finds nothing more to remove in its own result', async () => {
    const exif = { IFD0: { Copyright: 'SECRET' } };
    const images = {
      png: makeGreyPng(SIZE, { before: [pngChunk('tEXt', text('SECRET'))] }),
      jpeg: makeJpeg(SIZE, { segments: [exifSegment(1)] }),
      gif: makeGif({ ...SIZE, frames: 2, before: [gifExtension(0xfe, 'SECRET')] }),
      webp: await noise(true).withExif(exif).webp().toBuffer(),
      animation: await sharp(
        await Promise.all([noise(true), noise(true).flip()].map((one) => one.png().toBuffer())),
        { join: { animated: true } },
      )
        .withExif(exif)
        .webp()
        .toBuffer(),
    };
    const names = ['png', 'jpeg', 'gif', 'webp', 'animation'] as const;
    const mutation = fc.array(fc.tuple(fc.nat(4000), fc.nat(255)), { maxLength: 4 });
    fc.assert(
      fc.property(fc.constantFrom(...names), mutation, (name, changes) => {
        const format = name === 'animation' ? 'webp' : name;
        const bytes = Uint8Array.from(images[name]);
        for (const [at, value] of changes) {
          bytes[8 + (at % (bytes.length - 8))] = value;
        }
        const once = stripMetadata(bytes, format, crc32);
        if (once.ok) {
          const twice = stripMetadata(once.value.bytes, format, crc32);
          assert.ok(twice.ok && !twice.value.metadataRemoved);
        }
      }),
      { numRuns: 3000 },
    );
  });
});
