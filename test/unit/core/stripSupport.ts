import assert from 'node:assert/strict';
import { crc32 } from 'node:zlib';
import sharp from 'sharp';
import type { Sharp } from 'sharp';
import type { KeepableFormat } from '../../../src/core/formats/formats.ts';
import { stripMetadata } from '../../../src/core/formats/strip.ts';

export const SIZE = { width: 30, height: 20 };

/** A picture with noise in it, in which any change of a pixel would show. */
export function noise(alpha: boolean): Sharp {
  const channels = alpha ? 4 : 3;
  const pixels = Buffer.alloc(SIZE.width * SIZE.height * channels);
  for (let at = 0; at < pixels.length; at += 1) {
    pixels[at] = (at * 7919 + (at >> 3) * 104729) & 255;
  }
  return sharp(pixels, { raw: { ...SIZE, channels } });
}

/** All frames as libvips decodes them, without a warning. */
export const raw = async (bytes: Uint8Array): Promise<Buffer> =>
  sharp(bytes, { animated: true, ignoreIcc: true, failOn: 'warning' }).raw().toBuffer();

export function stripped(bytes: Uint8Array, format: KeepableFormat): Uint8Array {
  const result = stripMetadata(bytes, format, crc32);
  assert.ok(result.ok, JSON.stringify(result));
  assert.equal(result.value.metadataRemoved, result.value.bytes !== bytes);
  return result.value.bytes;
}

export function stripFailure(bytes: Uint8Array, format: KeepableFormat): string {
  const result = stripMetadata(bytes, format, crc32);
  assert.ok(!result.ok);
  return result.error.kind;
}
