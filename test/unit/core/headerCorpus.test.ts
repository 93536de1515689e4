import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { describe, it } from 'mocha';
import { FORMAT_NAMES } from '../../../src/core/formats/formats.ts';
import type { Size } from '../../../src/core/formats/imageHeader.ts';
import { probe, PROBE_BYTES, probeWhole } from '../../../src/core/formats/probe.ts';

/** Files of public test suites beside the project; a clone of the project alone has none. */
const CORPUS = join(import.meta.dirname, '../../../../shared/corpus');

const filesIn = (folder: string): string[] =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && !/LICENSE|README/.test(entry.name))
        .map((entry) => join(entry.parentPath, entry.name))
        .toSorted()
    : [];

/** Sizes as seen of the files that are not of the suite's usual size. */
const SIZES: Readonly<Record<string, Size>> = {
  '1x2-flipped-big-endian.jpg': { width: 2, height: 1 },
  '1x2-flipped-little-endian.jpg': { width: 2, height: 1 },
  'large.jpg': { width: 1600, height: 1200 },
  'very-large.jpg': { width: 4800, height: 3600 },
  'sample.cur': { width: 32, height: 32 },
  'sample.ico': { width: 32, height: 32 },
  'sample-compressed.ico': { width: 32, height: 32 },
  'sample-256.ico': { width: 256, height: 256 },
  'sample-256-compressed.ico': { width: 256, height: 256 },
  'multi-size.ico': { width: 256, height: 256 },
  'multi-size-compressed.ico': { width: 256, height: 256 },
};
const USUAL_SIZE: Size = { width: 123, height: 456 };

/** Formats that go by another name than their files. */
const FORMATS: Readonly<Record<string, string>> = { '.jpg': 'jpeg', '.heif': 'heic' };

/** What is refused, by the name that it goes by. */
const REFUSED: Readonly<Record<string, string>> = {
  '.dds': 'DDS',
  '.icns': 'ICNS',
  '.jp2': 'JPEG 2000',
  '.jxl': 'JPEG XL',
  '.stream': 'JPEG XL',
  '.ktx': 'KTX',
  '.ktx2': 'KTX2',
  '.pam': 'Netpbm',
  '.pbm': 'Netpbm',
  '.pfm': 'Netpbm',
  '.pgm': 'Netpbm',
  '.ppm': 'Netpbm',
  '.psd': 'PSD',
  '.tga': 'TGA',
  'bigtiff-big-endian.tiff': 'BigTIFF',
  'bigtiff-jpeg.tiff': 'BigTIFF',
  'bigtiff-little-endian.tiff': 'BigTIFF',
  'sample_fried.png': 'Apple CgBI PNG',
};

describe('headers of the corpus', function () {
  before(function () {
    if (!existsSync(CORPUS)) {
      this.skip();
    }
  });

  for (const file of filesIn(join(CORPUS, 'image-size/valid'))) {
    const name = basename(file);
    const refused = REFUSED[name] ?? REFUSED[extname(name)];
    it(`${refused === undefined ? 'reads' : 'refuses'} ${name}`, () => {
      const bytes = readFileSync(file);
      const result = probeWhole(bytes);
      if (refused === undefined) {
        assert.ok(result.ok, JSON.stringify(result));
        assert.deepEqual(result.value.size, SIZES[name] ?? USUAL_SIZE);
        assert.equal(result.value.format, FORMATS[extname(file)] ?? extname(file).slice(1));
      } else {
        assert.deepEqual(result, {
          ok: false,
          error: { kind: 'formatUnsupported', format: refused },
        });
      }
    });
  }

  for (const file of filesIn(join(CORPUS, 'image-size/invalid'))) {
    it(`refuses the broken ${basename(file)}, by its format`, () => {
      const result = probeWhole(readFileSync(file));
      assert.ok(!result.ok && 'format' in result.error, JSON.stringify(result));
      assert.equal(result.error.format, extname(file).slice(1).toUpperCase());
    });
  }

  for (const file of filesIn(join(CORPUS, 'exif-orientation'))) {
    it(`sees ${basename(file)} upright`, () => {
      const result = probeWhole(readFileSync(file));
      const [, kind = '', orientation = ''] = /(\w+)_(\d)/.exec(basename(file)) ?? [];
      assert.ok(result.ok);
      assert.equal(result.value.orientation, Number(orientation) || 1);
      const [width, height] = kind === 'Landscape' ? [1800, 1200] : [1200, 1800];
      assert.deepEqual(result.value.size, { width, height });
    });
  }

  it('are found in the first bytes, but where a TIFF or an icon has them at its end', () => {
    for (const file of filesIn(CORPUS)) {
      const bytes = readFileSync(file);
      const result = probe(bytes.subarray(0, PROBE_BYTES), bytes.length);
      if (result.kind === 'needMoreBytes') {
        assert.match(file, /\.(?:tiff|ico)$/);
        const second = probe(bytes.subarray(0, result.atLeast), bytes.length);
        assert.notEqual(second.kind, 'failed', file);
      }
    }
  });

  it('of every readable format are among them', () => {
    const seen = new Set(
      filesIn(CORPUS)
        .map((file) => probeWhole(readFileSync(file)))
        .filter((result) => result.ok)
        .map((result) => result.value.format),
    );
    assert.deepEqual([...seen].toSorted(), Object.keys(FORMAT_NAMES).toSorted());
  });
});
