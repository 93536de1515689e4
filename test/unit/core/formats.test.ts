import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { FORMAT_NAMES, identifyFormat, isKeepable } from '../../../src/core/formats/formats.ts';
import type { ReadableFormat } from '../../../src/core/formats/formats.ts';

const identify = (text: string) => identifyFormat(Buffer.from(text, 'latin1'));

describe('identifyFormat', () => {
  const bmp = `BM${'\0'.repeat(12)}\x28\0\0\0\x01\0\0\0`;
  for (const [start, format] of [
    ['\x89PNG\r\n\x1a\n', 'png'],
    ['\xff\xd8\xff\xe0', 'jpeg'],
    ['GIF87a', 'gif'],
    ['GIF89a', 'gif'],
    ['RIFF\x10\0\0\0WEBPVP8 ', 'webp'],
    [bmp, 'bmp'],
    ['II*\0\x08\0\0\0', 'tiff'],
    ['MM\0*\0\0\0\x08', 'tiff'],
    ['\0\0\x01\0\x01\0\x10\x10\0\0', 'ico'],
    ['\0\0\x02\0\x01\0\x10\x10\0\0', 'cur'],
    ['\0\0\0\x1cftypavif\0\0\0\0avifmif1', 'avif'],
    ['\0\0\0\x1cftypmif1\0\0\0\0mif1avif', 'avif'],
    ['\0\0\0\x18ftypavis\0\0\0\0msf1', 'avif'],
    ['\0\0\0\x18ftypheic\0\0\0\0mif1', 'heic'],
    ['\0\0\0\x18ftypmif1\0\0\0\0mif1', 'heic'],
    ['<svg xmlns="http://www.w3.org/2000/svg"/>', 'svg'],
    ['<s:svg xmlns:s="http://www.w3.org/2000/svg"/>', 'svg'],
    [
      '\xef\xbb\xbf<?xml version="1.0"?>\n<!-- made -->\n<!DOCTYPE svg PUBLIC "x" "y">\n<svg>',
      'svg',
    ],
    [`<!-- ${'licence '.repeat(1500)} -->\n<svg>`, 'svg'],
    ['\xff\xfe<\0s\0v\0g\0 \0', 'svg'],
    ['\xfe\xff\0<\0s\0v\0g\0 ', 'svg'],
    ['\0<\0s\0v\0g\0>', 'svg'],
  ] as const) {
    it(`recognises ${format} (${JSON.stringify(start.slice(0, 16))})`, () => {
      assert.deepEqual(identify(start), { kind: 'readable', format });
    });
  }

  const targa = `\0\0\x0a${'\0'.repeat(7)}\xc8\x01\x7b\0\xc8\x01\x18 pixels`;
  for (const [start, name] of [
    ['RIFF\x10\0\0\0AVI LIST', 'AVI video'],
    ['II+\0\x08\0\0\0', 'BigTIFF'],
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
    ['II\xbc\x01\x20\0\0\0', 'JPEG XR'],
    ['IIU\0\x18\0\0\0', 'Panasonic RAW'],
    ['\x1f\x8b\x08\0\0\0\0\0', 'SVGZ'],
    [targa, 'TGA'],
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
    assert.deepEqual(identify(targa.replace('\x18 ', '\x17 ')), { kind: 'notAnImage' });
    assert.deepEqual(identify('\0'.repeat(100)), { kind: 'notAnImage' });
  });

  it('knows which formats can be sent as they are', () => {
    const kept = (Object.keys(FORMAT_NAMES) as ReadableFormat[]).filter(isKeepable);
    assert.deepEqual(kept, ['png', 'jpeg', 'gif', 'webp']);
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
