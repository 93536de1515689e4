import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import sharp from 'sharp';
import type { Sharp } from 'sharp';
import { probe } from '../../../src/core/formats/probe.ts';
import { stripWebp } from '../../../src/core/formats/stripWebp.ts';
import { exifTiff } from '../imaging/makeImages.ts';
import { riffChunk, riffChunks, text, webpFile } from './makeHeaders.ts';
import { makeImageHeader } from './makeImageHeader.ts';
import { failureOf, headerOf } from './readHeader.ts';

const picture = (alpha = 1): Sharp =>
  sharp({
    create: { width: 30, height: 20, channels: 4, background: { r: 9, g: 99, b: 3, alpha } },
  });

describe('the header of a WebP', () => {
  it('tells lossy from lossless, and transparency', async () => {
    const lossy = headerOf(await picture().webp().toBuffer());
    assert.deepEqual(
      lossy,
      makeImageHeader(30, 20, { format: 'webp', colourSpace: 'ycbcr', lossy: true }),
    );
    const lossless = headerOf(await picture(0.5).webp({ lossless: true }).toBuffer());
    assert.deepEqual(
      [lossless.lossy, lossless.alpha, lossless.colourSpace, lossless.size],
      [false, true, 'rgb', { width: 30, height: 20 }],
    );
    const extended = headerOf(await picture(0.5).webp().toBuffer());
    assert.deepEqual([extended.lossy, extended.alpha], [true, true]);
  });

  it('finds the orientation in EXIF behind the pixels, and asks for the file only then', async () => {
    const webp = await picture().webp().withExif({}).withMetadata({ orientation: 6 }).toBuffer();
    const header = headerOf(webp);
    assert.equal(header.orientation, 6);
    assert.deepEqual(header.size, { width: 20, height: 30 });
    assert.deepEqual(probe(webp.subarray(0, webp.length - 20), webp.length), {
      kind: 'needMoreBytes',
      atLeast: webp.length,
    });
    const plain = await picture(0.5).webp().toBuffer();
    assert.equal(probe(plain.subarray(0, 90), plain.length).kind, 'header');
  });

  it('reads EXIF with the header of a JPEG segment in front', async () => {
    const [first] = riffChunks(await picture().webp().toBuffer());
    assert.ok(first);
    const canvas = Buffer.of(8, 0, 0, 0, 29, 0, 0, 19, 0, 0);
    const exif = Buffer.concat([text('Exif\0\0'), exifTiff(3)]);
    const chunks = [riffChunk('VP8X', canvas), riffChunk(first.type, first.data)];
    assert.equal(headerOf(webpFile(...chunks, riffChunk('EXIF', exif))).orientation, 3);
    // Broken EXIF is never a reason to refuse a picture.
    assert.equal(headerOf(webpFile(...chunks, riffChunk('EXIF', text('??')))).orientation, 1);
    assert.equal(headerOf(webpFile(...chunks)).orientation, 1);
  });

  it('counts the frames of an animation once it has all', async () => {
    const pictures = [picture(0.5), picture(0.9), picture().negate()];
    const frames = await Promise.all(pictures.map((frame) => frame.png().toBuffer()));
    const webp = await sharp(frames, { join: { animated: true } })
      .webp()
      .toBuffer();
    assert.equal(headerOf(webp).frames, 3);
    assert.equal(headerOf(webp).lossy, true);
    assert.deepEqual(headerOf(webp).size, { width: 30, height: 20 });
    const start = probe(webp.subarray(0, webp.length - 10), webp.length);
    assert.ok(start.kind === 'header' && start.header.frames === undefined);
  });

  it('refuses a picture of another size than the header claims', async () => {
    const [first] = riffChunks(await picture().webp().toBuffer());
    assert.ok(first);
    const canvas = Buffer.of(0, 0, 0, 0, 9, 0, 0, 9, 0, 0);
    const file = webpFile(riffChunk('VP8X', canvas), riffChunk(first.type, first.data));
    assert.equal(failureOf(file).kind, 'imageDamaged');
  });

  it('does not go through millions of chunks without data', async () => {
    const empty = Buffer.alloc(60_000_000, riffChunk('JUNK', Buffer.alloc(0)));
    const still = await picture().webp().toBuffer();
    const [first] = riffChunks(still);
    assert.ok(first);
    const codec = riffChunk(first.type, first.data);
    const canvas = (flags: number): Buffer =>
      riffChunk('VP8X', Buffer.of(flags, 0, 0, 0, 29, 0, 0, 19, 0, 0));
    const place = Buffer.of(0, 0, 0, 0, 0, 0, 29, 0, 0, 19, 0, 0, 9, 0, 0, 0);
    const frame = (...chunks: readonly Uint8Array[]): Buffer =>
      riffChunk('ANMF', Buffer.concat([place, ...chunks]));
    const expected = { kind: 'imageDamaged', format: 'WebP', detail: 'too many chunks' };
    for (const file of [
      webpFile(canvas(0), empty, codec),
      webpFile(canvas(8), codec, empty),
      webpFile(canvas(2), frame(empty, codec)),
      webpFile(canvas(2), frame(codec), frame(codec, empty.subarray(0, 30_000_000))),
    ]) {
      const stripped = stripWebp(file);
      const probed = probe(file, file.length);
      assert.ok(!stripped.ok);
      assert.deepEqual(stripped.error, expected);
      // What stands in the second frame no header is read from.
      assert.ok(probed.kind === 'header' || probed.kind === 'failed');
      if (probed.kind === 'failed') {
        assert.deepEqual(probed.failure, expected);
      }
    }
  });

  it('names a file that is cut off, and one without a picture', async () => {
    const webp = await picture().webp().toBuffer();
    assert.deepEqual(failureOf(webp.subarray(0, 24)), { kind: 'imageTruncated', format: 'WebP' });
    assert.equal(failureOf(webpFile(riffChunk('JUNK', text('x'.repeat(40))))).kind, 'imageDamaged');
    const canvas = Buffer.of(0, 0, 0, 0, 9, 0, 0, 9, 0, 0);
    assert.equal(failureOf(webpFile(riffChunk('VP8X', canvas))).kind, 'imageDamaged');
  });
});
