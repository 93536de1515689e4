import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { identifyFormat } from '../../../src/core/formats.ts';

const identify = (text: string) => identifyFormat(Buffer.from(text, 'latin1'));

describe('identifyFormat', () => {
  for (const [name, start, format] of [
    ['PNG', '\x89PNG\r\n\x1a\n', 'png'],
    ['JPEG', '\xff\xd8\xff\xe0', 'jpeg'],
    ['GIF of 1987', 'GIF87a', 'gif'],
    ['GIF of 1989', 'GIF89a', 'gif'],
  ] as const) {
    it(`recognises ${name}`, () => {
      assert.deepEqual(identify(`${start}rest`), { kind: 'readable', format });
    });
  }

  const bmp = `BM${'\0'.repeat(12)}\x28\0\0\0\x01\0\0\0`;
  for (const [start, name] of [
    ['RIFF\x10\0\0\0WEBPVP8 ', 'WebP'],
    ['RIFF\x10\0\0\0AVI LIST', 'AVI video'],
    [bmp, 'BMP'],
    ['II*\0\x08\0\0\0', 'TIFF'],
    ['MM\0*\0\0\0\x08', 'TIFF'],
    ['II+\0\x08\0\0\0', 'BigTIFF'],
    ['\0\0\x01\0\x01\0\x10\x10\0\0', 'ICO'],
    ['\0\0\x02\0\x01\0\x10\x10\0\0', 'CUR'],
    ['<svg xmlns="http://www.w3.org/2000/svg"/>', 'SVG'],
    [
      '\xef\xbb\xbf<?xml version="1.0"?>\n<!-- made -->\n<!DOCTYPE svg PUBLIC "x" "y">\n<svg>',
      'SVG',
    ],
    ['\xff\xfe<\0s\0v\0g\0 \0', 'SVG'],
    ['\0\0\0\x1cftypavif\0\0\0\0avifmif1', 'AVIF'],
    ['\0\0\0\x1cftypmif1\0\0\0\0mif1avif', 'AVIF'],
    ['\0\0\0\x18ftypheic\0\0\0\0mif1', 'HEIC'],
    ['\0\0\0\x18ftypmif1\0\0\0\0mif1', 'HEIF'],
    ['\0\0\0\x18ftypisom\0\0\0\0mp42', 'MP4 video'],
    ['\0\0\0\x14ftypqt  \0\0\0\0qt  ', 'QuickTime video'],
    ['\0\0\0\x08wide\0\0\0\0mdat', 'QuickTime video'],
    ['\x1aE\xdf\xa3\x01\0\0\0\0\0\0\x1fB\x82\x84webm', 'WebM video'],
    ['\x1aE\xdf\xa3\x01\0\0\0\0\0\0\x1fB\x82\x88matroska', 'Matroska video'],
    ['\0\0\0\x0cJXL \r\n\x87\n', 'JPEG XL'],
    ['\xff\x0a\xfa\x1f', 'JPEG XL'],
    ['\0\0\0\x0cjP  \r\n\x87\n', 'JPEG 2000'],
    ['8BPS\0\x01', 'PSD'],
    ['icns\0\0\x10\0', 'ICNS'],
    ['DDS \x7c\0\0\0', 'DDS'],
    ['%PDF-1.7', 'PDF'],
    ['P6\n10 10\n255\n', 'Netpbm'],
  ] as const) {
    it(`names ${name}, which it does not read (${JSON.stringify(start.slice(0, 12))})`, () => {
      assert.deepEqual(identify(start), { kind: 'unreadable', name });
    });
  }

  it('tells web pages and text from images', () => {
    assert.deepEqual(identify('<!DOCTYPE html>\n<html>'), {
      kind: 'notAnImage',
      looksLike: 'html',
    });
    assert.deepEqual(identify('\n<html lang="en">'), { kind: 'notAnImage', looksLike: 'html' });
    assert.deepEqual(identify('version https://git-lfs.github.com/spec/v1'), {
      kind: 'notAnImage',
      looksLike: 'text',
    });
    assert.deepEqual(identify('BM is how this note starts'), {
      kind: 'notAnImage',
      looksLike: 'text',
    });
  });

  it('does not guess at binary data', () => {
    assert.deepEqual(identify('\0\x01\x02\x03\x04\x05'), { kind: 'notAnImage' });
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        identifyFormat(bytes);
      }),
      { numRuns: 2000 },
    );
  });
});
