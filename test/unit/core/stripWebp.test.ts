import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import sharp from 'sharp';
import type { WebpOptions } from 'sharp';
import { riffChunk, riffChunks, text, webpFile } from './makeHeaders.ts';
import { noise, raw, stripFailure, stripped } from './stripSupport.ts';

describe('stripMetadata of WebP', () => {
  const webp = async (options: WebpOptions = {}, alpha = true): Promise<Buffer> =>
    noise(alpha).webp(options).toBuffer();
  const removed = ['EXIF', 'XMP ', 'UNKN'].map((type) => riffChunk(type, text('SECRET!')));
  const rechunk = (file: Uint8Array, flags: number, ...more: readonly Uint8Array[]): Buffer => {
    const chunks = riffChunks(file).map(({ type, data }) => {
      const header = Buffer.from(data);
      header[0] = type === 'VP8X' ? (data[0] ?? 0) | flags : (data[0] ?? 0);
      return riffChunk(type, header);
    });
    return webpFile(...chunks, ...more);
  };

  it('returns the very bytes when there is nothing to remove', async () => {
    const icc = await noise(true).withIccProfile('p3').webp().toBuffer();
    for (const file of [await webp(), await webp({ lossless: true }), await webp({}, false), icc]) {
      assert.equal(stripped(file, 'webp'), file);
    }
  });

  it('removes EXIF, XMP, unknown chunks and what lies behind the end, and says so', async () => {
    const clean = await webp();
    assert.equal(riffChunks(clean)[0]?.type, 'VP8X');
    const full = rechunk(clean, 12, ...removed);
    assert.deepEqual(Buffer.from(stripped(full, 'webp')), clean);
    assert.deepEqual(Buffer.from(stripped(Buffer.concat([clean, text('SECRET')]), 'webp')), clean);
    assert.deepEqual(Buffer.from(stripped(rechunk(clean, 12), 'webp')), clean);
    const simple = await webp({ lossless: true });
    assert.deepEqual(Buffer.from(stripped(rechunk(simple, 0, ...removed), 'webp')), simple);
  });

  it('removes a second picture, which nobody would see', async () => {
    const clean = await webp();
    const second = riffChunks(await webp({ lossless: true }))[0];
    assert.ok(second);
    const full = rechunk(clean, 0, riffChunk(second.type, second.data));
    assert.deepEqual(Buffer.from(stripped(full, 'webp')), clean);
  });

  it('keeps the frames of an animation, without what hides inside of them', async () => {
    const frames = [noise(true), noise(true).negate(), noise(true).flip()];
    const pngs = await Promise.all(frames.map((frame) => frame.png().toBuffer()));
    const clean = await sharp(pngs, { join: { animated: true } })
      .webp({ loop: 2 })
      .toBuffer();
    assert.equal(stripped(clean, 'webp'), clean);
    const hiding = webpFile(
      ...riffChunks(clean).map(({ type, data }) =>
        riffChunk(
          type,
          type === 'ANMF' ? Buffer.concat([data, riffChunk('UNKN', text('SECRET'))]) : data,
        ),
      ),
    );
    const result = stripped(hiding, 'webp');
    assert.ok(!Buffer.from(result).includes('SECRET'));
    assert.deepEqual(await raw(result), await raw(clean));
  });

  it('finds a file that is cut off anywhere', async () => {
    const file = await webp();
    for (let length = 8; length < file.length; length += 1) {
      assert.equal(stripFailure(file.subarray(0, length), 'webp'), 'imageTruncated');
    }
  });

  it('finds chunks that overlap the end, missing pictures and frames without one', async () => {
    const file = await webp({}, false);
    const long = Buffer.from(file);
    long.writeUInt32LE(file.length, 16);
    assert.equal(stripFailure(long, 'webp'), 'imageDamaged');
    assert.equal(
      stripFailure(webpFile(riffChunk('VP8X', Buffer.alloc(10))), 'webp'),
      'imageDamaged',
    );
    const animated = Buffer.from([2, 0, 0, 0, 29, 0, 0, 19, 0, 0]);
    const empty = webpFile(riffChunk('VP8X', animated), riffChunk('ANMF', Buffer.alloc(16)));
    assert.equal(stripFailure(empty, 'webp'), 'imageDamaged');
  });
});
