import assert from 'node:assert/strict';
import { crc32 } from 'node:zlib';
import { describe, it } from 'mocha';
import { MAX_FILE_PARTS } from '../../../src/core/plan/limits.ts';
import { probeWhole } from '../../../src/core/formats/probe.ts';
import { stripMetadata } from '../../../src/core/formats/strip.ts';
import {
  gifExtension,
  jpegSegment,
  makeGif,
  makeGreyPng,
  makeJpeg,
  pngChunk,
} from '../imaging/makeImages.ts';

const SIZE = { width: 4, height: 4 };

/** Files that could keep whoever walks through them busy for seconds. */
const FILES = {
  png: (count: number) =>
    makeGreyPng(SIZE, { after: [repeat(pngChunk('tEXt', Buffer.alloc(0)), count)] }),
  jpeg: (count: number) => makeJpeg(SIZE, { segments: [repeat(jpegSegment(0xfe, ''), count)] }),
  gif: (count: number) => makeGif({ ...SIZE, before: [repeat(gifExtension(0xfe), count)] }),
} as const;

function repeat(part: Uint8Array, count: number): Buffer {
  return Buffer.concat(Array.from({ length: count }, () => part));
}

describe('a file of very many parts', () => {
  for (const format of ['png', 'jpeg', 'gif'] as const) {
    it(`is read as ${format.toUpperCase()} as long as they are of a number that makes sense`, () => {
      const file = FILES[format](1000);
      assert.ok(probeWhole(file).ok);
      assert.ok(stripMetadata(file, format, crc32).ok);
    });

    it(`is refused as ${format.toUpperCase()} when they are not`, () => {
      const stripped = stripMetadata(FILES[format](MAX_FILE_PARTS + 1), format, crc32);
      assert.ok(!stripped.ok && stripped.error.kind === 'imageDamaged');
      assert.match(stripped.error.detail, /too many/);
    });
  }
});
