import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import {
  base64Share,
  isTooLong,
  mostImages,
  plannedImages,
} from '../../../src/core/plan/imageShare.ts';
import { MODELS, modelOf } from '../../../src/core/plan/models.ts';
import { REQUEST_BASE64_LIMIT } from '../../../src/core/conversation/request.ts';

describe('a request of many images', () => {
  it('has as many as every model takes, and no more than 100', () => {
    for (const model of MODELS) {
      assert.equal(mostImages(model), 100, model.id);
    }
    assert.equal(mostImages({ ...modelOf('claude-haiku-4-5'), maxImages: 30 }), 30);
  });

  it('is planned for steps, of which the first is where the limit on edges changes', () => {
    assert.deepEqual(
      [1, 20, 21, 50, 51, 100, 120].map(plannedImages),
      [20, 20, 50, 50, 100, 100, 120],
    );
  });

  it('gives each image an equal part of what is left, and never too little to be seen', () => {
    assert.equal(base64Share(0, 60), Math.floor(REQUEST_BASE64_LIMIT / 60));
    assert.equal(base64Share(REQUEST_BASE64_LIMIT / 2, 8), REQUEST_BASE64_LIMIT / 16);
    assert.equal(base64Share(REQUEST_BASE64_LIMIT * 2, 10), 100 * 1024);
  });

  it('promises an image no more than the API takes of one', () => {
    assert.equal(base64Share(0, 1), 10 * 1024 * 1024);
    assert.equal(base64Share(REQUEST_BASE64_LIMIT / 2, 1), REQUEST_BASE64_LIMIT / 2);
  });

  it('of a hundred equal images is not too large for one request', () => {
    let used = 0;
    for (let left = 100; left > 0; left--) {
      used += base64Share(used, left);
    }
    assert.ok(used <= REQUEST_BASE64_LIMIT);
  });

  it('takes edges up to 2000 px beyond 20 images', () => {
    const picture = { width: 2001, height: 10 } as Parameters<typeof isTooLong>[0];
    assert.equal(isTooLong(picture, 20), false);
    assert.equal(isTooLong(picture, 50), true);
    assert.equal(isTooLong({ ...picture, width: 2000, height: 2000 }, 50), false);
    assert.equal(isTooLong({ ...picture, height: 2001 }, 100), true);
  });
});
