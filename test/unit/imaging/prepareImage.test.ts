import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { after, before, describe, it } from 'mocha';
import sharp from 'sharp';
import type { ImageTarget } from '../../../src/core/plan/plan.ts';
import { probeWhole } from '../../../src/core/formats/probe.ts';
import { ImagePreparer } from '../../../src/imaging/prepareImage.ts';
import {
  exifSegment,
  exifTiff,
  makeClaimingPng,
  makeGif,
  makeGreyPng,
  makeJpeg,
  makePng,
  makeRgbaPng,
  pngChunk,
  quarters,
} from './makeImages.ts';

const WORKER = new URL('../../cli/imageWorker.js', import.meta.url);
const NEVER = new AbortController().signal;
const SONNET: ImageTarget = { model: 'claude-sonnet-5-5', imagesInRequest: 1 };
const SIZE = { width: 300, height: 200 };

describe('ImagePreparer', () => {
  let preparer: ImagePreparer;
  before(() => {
    preparer = new ImagePreparer({ workerFile: WORKER });
  });
  after(() => {
    preparer.dispose();
  });

  async function prepared(bytes: Uint8Array, target = SONNET) {
    const result = await preparer.prepare(bytes, target, NEVER);
    assert.ok(result.ok, JSON.stringify(result));
    const { image, bytes: sent } = result.value;
    const header = probeWhole(sent);
    assert.ok(header.ok);
    assert.deepEqual(header.value.size, { width: image.width, height: image.height });
    assert.equal(`image/${header.value.format}`, image.mediaType);
    assert.equal(image.byteLength, sent.length);
    assert.equal(image.sha256, createHash('sha256').update(sent).digest('hex'));
    return result.value;
  }

  async function refusal(bytes: Uint8Array): Promise<unknown> {
    const result = await preparer.prepare(bytes, SONNET, NEVER);
    assert.ok(!result.ok);
    return result.error;
  }

  it('draws thumbnails, which are never larger than the image', async () => {
    const cases = [
      { bytes: makeJpeg(SIZE), longEdge: 60, size: { width: 60, height: 40 }, type: 'image/jpeg' },
      { bytes: makeGreyPng(SIZE), longEdge: 900, size: SIZE, type: 'image/jpeg' },
      { bytes: makeGif({ width: 2, height: 900 }), longEdge: 90, size: { width: 1, height: 90 } },
    ];
    for (const { bytes, longEdge, size, type = 'image/jpeg' } of cases) {
      const drawn = await preparer.drawThumbnail(bytes, longEdge);
      assert.ok(drawn.ok, JSON.stringify(drawn));
      const header = probeWhole(drawn.value.bytes);
      assert.deepEqual(header.ok && header.value.size, size);
      assert.equal(drawn.value.mediaType, type);
    }
    const half = new Uint8Array(makeJpeg(SIZE)).subarray(0, 100);
    assert.equal((await preparer.drawThumbnail(half, 60)).ok, false);
  });

  it('keeps the very bytes of an image that fits', async () => {
    for (const bytes of [makeGreyPng(SIZE), makeJpeg(SIZE), makeGif(SIZE)]) {
      const { image, bytes: sent } = await prepared(bytes);
      assert.equal(sent, bytes);
      assert.deepEqual(image.notes, []);
      assert.equal(image.tokens, 11 * 8);
    }
  });

  it('removes metadata from what it keeps', async () => {
    const { image, bytes } = await prepared(makeJpeg(SIZE, { segments: [exifSegment(1)] }));
    assert.deepEqual(image.notes, [{ kind: 'metadataRemoved' }]);
    assert.equal(Buffer.from(bytes).includes('SECRET'), false);
  });

  it('turns photographs upright and sends no metadata of them', async () => {
    const photograph = makeJpeg(SIZE, { rgba: quarters(SIZE), segments: [exifSegment(6)] });
    const copy = Buffer.from(photograph);
    const { image, bytes } = await prepared(photograph);
    assert.deepEqual([image.width, image.height], [200, 300]);
    assert.deepEqual(image.notes, [{ kind: 'turnedUpright' }, { kind: 'metadataRemoved' }]);
    assert.equal(Buffer.from(bytes).includes('SECRET'), false);
    assert.deepEqual(photograph, copy);
    const png = makeRgbaPng(SIZE, quarters(SIZE), { after: [pngChunk('eXIf', exifTiff(6))] });
    assert.deepEqual((await prepared(png)).image.notes, image.notes);
  });

  it('shrinks a 9000x9000 PNG, and says so', async () => {
    const { image } = await prepared(makeGreyPng({ width: 9000, height: 9000 }));
    assert.deepEqual(image.notes, [
      { kind: 'resized', from: [9000, 9000], to: [1932, 1932], reason: 'tier' },
    ]);
    assert.equal(image.mediaType, 'image/png');
    assert.equal(image.tokens, 69 * 69);
  }).timeout(30_000);

  it('fits each model', async () => {
    const bytes = makeJpeg({ width: 1920, height: 1080 });
    assert.equal((await prepared(bytes)).image.tokens, 2691);
    const older = await prepared(bytes, { ...SONNET, model: 'claude-haiku-4-5' });
    assert.deepEqual([older.image.width, older.image.height], [1456, 819]);
    assert.equal(older.image.tokens, 1560);
  });

  it('sends a large GIF as PNG', async () => {
    const { image } = await prepared(makeGif({ width: 2600, height: 20, frames: 2 }));
    assert.equal(image.mediaType, 'image/png');
    assert.deepEqual(image.notes, [
      { kind: 'resized', from: [2600, 20], to: [2576, 20], reason: 'tier', timesSmaller: 96 },
      { kind: 'converted', from: 'GIF', to: 'PNG' },
      { kind: 'onlyOneSent', of: 'frames', count: 2 },
      { kind: 'smallEdge' },
    ]);
  });

  it('prepares 16-bit, palette, interlaced, grey-and-alpha PNGs and CMYK JPEGs', async () => {
    const wide = { width: 2600, height: 8 };
    const rows = (bytesPerRow: number) => Buffer.alloc((bytesPerRow + 1) * 8);
    const plte = pngChunk('PLTE', Buffer.alloc(48, 90));
    for (const bytes of [
      makePng({ ...wide, colourType: 2, bitDepth: 16, rows: rows(2600 * 6) }),
      makePng({ ...wide, colourType: 3, bitDepth: 4, rows: rows(1300), before: [plte] }),
      makePng({ ...wide, colourType: 4, rows: rows(5200) }),
      makePng({ ...wide, colourType: 0, interlaced: true, rows: Buffer.alloc(2600 * 8 + 100) }),
    ]) {
      assert.deepEqual([(await prepared(bytes)).image.width], [2576]);
    }
    const cmyk = readFileSync(new URL('../../fixtures/images/cmyk.jpg', import.meta.url));
    assert.equal((await prepared(cmyk)).image.mediaType, 'image/jpeg');
  });

  it('keeps a WebP without its metadata', async () => {
    const file = await sharp(makeJpeg(SIZE))
      .withExif({ IFD0: { Make: 'SECRET' } })
      .webp()
      .toBuffer();
    const { image, bytes } = await prepared(file);
    assert.equal(image.mediaType, 'image/webp');
    assert.deepEqual(image.notes, [{ kind: 'metadataRemoved' }]);
    assert.equal(Buffer.from(bytes).includes('SECRET'), false);
  });

  it('sends less detail on request, and fits the limits of other providers', async () => {
    const bytes = makeJpeg({ width: 2000, height: 1000 });
    const low = await prepared(bytes, { ...SONNET, detail: 'low' });
    assert.ok(low.image.width <= 768 && low.image.width > 740);
    const noise = Buffer.from(Array.from({ length: 1500 * 1500 * 4 }, (_, at) => (at * at) % 253));
    const large = makeRgbaPng({ width: 1500, height: 1500 }, noise);
    const limit = 5 * 1024 * 1024;
    const sent = await prepared(large, { ...SONNET, provider: 'bedrock' });
    assert.ok(Math.ceil(sent.bytes.length / 3) * 4 <= limit);
  }).timeout(30_000);

  it('cuts a tall screenshot into tiles at native resolution', async () => {
    const size = { width: 1200, height: 9000 };
    const rgba = Buffer.alloc(size.width * size.height * 4, 255);
    for (let y = 0; y < size.height; y += 1) {
      // Each row names itself in its first pixel.
      rgba.set([y & 255, y >> 8, 0], y * size.width * 4);
    }
    const file = makeRgbaPng(size, rgba);
    const { image } = await prepared(file);
    const note = image.notes.find(({ kind }) => kind === 'tilesWouldHelp');
    assert.ok(note?.kind === 'tilesWouldHelp');
    const result = await preparer.prepareTiles(file, SONNET, NEVER);
    assert.ok(result.ok);
    assert.equal(result.value.length, note.tiles);
    assert.equal(
      result.value.reduce((sum, tile) => sum + tile.image.tokens, 0),
      note.tokens,
    );
    let covered = 0;
    for (const tile of result.value) {
      assert.equal(tile.image.width, 1200);
      const { data, info } = await sharp(tile.bytes).raw().toBuffer({ resolveWithObject: true });
      const top = (data[0] ?? 0) + (data[1] ?? 0) * 256;
      assert.ok(top <= covered - (covered === 0 ? 0 : 56), 'it overlaps the one before');
      covered = top + info.height;
    }
    assert.equal(covered, 9000);
    const small = await preparer.prepareTiles(makeGreyPng(SIZE), SONNET, NEVER);
    assert.deepEqual(small, { ok: true, value: [] });
  }).timeout(30_000);

  it('refuses what is not an image, under whatever name', async () => {
    assert.deepEqual(await refusal(Buffer.from('just a note')), {
      kind: 'notAnImage',
      looksLike: 'text',
    });
    assert.deepEqual(await refusal(new Uint8Array()), { kind: 'fileEmpty' });
    assert.deepEqual(await refusal(Buffer.from('8BPS\0\x01', 'latin1')), {
      kind: 'formatUnsupported',
      format: 'PSD',
    });
  });

  it('refuses truncated files whether it would keep or transcode them', async () => {
    const large = { width: 2600, height: 100 };
    for (const size of [SIZE, large]) {
      for (const [format, bytes] of [
        ['PNG', makeGreyPng(size)],
        ['JPEG', makeJpeg(size)],
        ['GIF', makeGif(size)],
      ] as const) {
        assert.deepEqual(await refusal(bytes.subarray(0, bytes.length - 20)), {
          kind: 'imageTruncated',
          format,
        });
      }
    }
    assert.deepEqual(await refusal(makeClaimingPng({ width: 9000, height: 9000 })), {
      kind: 'imageTruncated',
      format: 'PNG',
    });
  });

  it('refuses a header of 30000x30000 before anything is decoded', async () => {
    const bomb = makeClaimingPng({ width: 30_000, height: 30_000 });
    assert.deepEqual(await refusal(bomb), {
      kind: 'tooManyPixels',
      width: 30_000,
      height: 30_000,
      limitPixels: 100_000_000,
    });
  });

  it('rejects with the reason of an abort, before and during the work', async () => {
    const bytes = makeGreyPng({ width: 9000, height: 2000 });
    const early = AbortSignal.abort(new Error('early'));
    await assert.rejects(preparer.prepare(bytes, SONNET, early), /early/);
    const controller = new AbortController();
    const preparing = preparer.prepare(bytes, SONNET, controller.signal);
    controller.abort(new Error('changed my mind'));
    await assert.rejects(preparing, /changed my mind/);
    assert.equal((await prepared(makeGreyPng(SIZE))).image.width, 300);
  });
});
