import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { ImageHeader } from '../../../src/core/formats/imageHeader.ts';
import type { ImageTarget } from '../../../src/core/plan/plan.ts';
import { sendableByAddress } from '../../../src/core/plan/sendByAddress.ts';
import { makeImageHeader as header } from './makeImageHeader.ts';

const MEGABYTE = 1024 * 1024;
const TARGET: ImageTarget = { model: 'claude-sonnet-5-5', imagesInRequest: 1 };

const mediaType = (
  image: ImageHeader,
  byteLength: number = 1000,
  target: Partial<ImageTarget> = {},
) => sendableByAddress(image, byteLength, { ...TARGET, ...target });

describe('an image is sent by its address', () => {
  it('in each of the formats that the API takes, and in no other', () => {
    for (const format of ['png', 'jpeg', 'gif', 'webp'] as const) {
      assert.equal(mediaType(header(100, 100, { format })), `image/${format}`);
    }
    for (const format of ['bmp', 'tiff', 'ico', 'avif', 'heic', 'svg'] as const) {
      assert.equal(mediaType(header(100, 100, { format })), undefined, format);
    }
  });

  it('also where Claude shrinks it to its tier', () => {
    assert.equal(mediaType(header(4000, 3000)), 'image/png');
    assert.equal(mediaType(header(4000, 3000), 1000, { model: 'claude-haiku-4-5' }), 'image/png');
  });

  it('up to 8000 px, or 2000 px with more than 20 images', () => {
    assert.equal(mediaType(header(8000, 10)), 'image/png');
    assert.equal(mediaType(header(8001, 10)), undefined);
    assert.equal(mediaType(header(10, 2001), 1000, { imagesInRequest: 20 }), 'image/png');
    assert.equal(mediaType(header(10, 2001), 1000, { imagesInRequest: 21 }), undefined);
    assert.equal(mediaType(header(10, 2000), 1000, { imagesInRequest: 100 }), 'image/png');
  });

  it('up to 10 MB of base64, whatever the others take of the request', () => {
    assert.equal(mediaType(header(100, 100), 7.5 * MEGABYTE), 'image/png');
    assert.equal(mediaType(header(100, 100), 7.5 * MEGABYTE + 1), undefined);
    assert.equal(mediaType(header(100, 100), MEGABYTE, { base64Limit: 1000 }), 'image/png');
  });

  it('upright only: the API reads no EXIF', () => {
    assert.equal(mediaType(header(100, 100, { orientation: 6 })), undefined);
  });

  it('only with the detail that was asked for', () => {
    assert.equal(mediaType(header(2000, 1000), 1000, { detail: 'standard' }), undefined);
    assert.equal(mediaType(header(1500, 1000), 1000, { detail: 'standard' }), 'image/png');
    assert.equal(mediaType(header(800, 100), 1000, { detail: 'low' }), undefined);
  });

  it('never when it is refused', () => {
    assert.equal(mediaType(header(7900, 7900, { format: 'jpeg' }), 101 * MEGABYTE), undefined);
  });
});
