import assert from 'node:assert/strict';
import { APIError } from '@anthropic-ai/sdk/core/error';
import { describe, it } from 'mocha';
import { invalidRequest } from '../../../src/claude/invalidRequest.ts';

const IMAGES = new Map([
  ['messages.0.content.1', { id: '1', name: 'a.png' }],
  ['messages.0.content.3', { id: '2', name: 'b.png' }],
]);

function failureOf(message: string, details?: object, images = IMAGES) {
  const error = { type: 'invalid_request_error', message, ...(details && { details }) };
  const body = { type: 'error', error };
  return invalidRequest(APIError.generate(400, body, message, new Headers()), images, message);
}

describe('what a 400 is about', () => {
  const place = 'messages.0.content.1.image.source.base64';

  for (const message of [
    `${place}: image exceeds 5 MB maximum: 15908784 bytes > 5242880 bytes`,
    `${place}: The image was specified using the image/jpeg media type, but the image appears to be a image/png image`,
    `${place}.media_type: Input should be 'image/jpeg', 'image/png', 'image/gif' or 'image/webp'`,
  ]) {
    it(`is the image of its path: ${message.slice(place.length)}`, () => {
      assert.deepEqual(failureOf(message), {
        kind: 'imagesRejected',
        images: [{ id: '1', name: 'a.png' }],
        message,
      });
    });
  }

  for (const [message, maxEdge] of [
    [
      `${place}.data: At least one of the image dimensions exceed max allowed size: 8000 pixels`,
      8000,
    ],
    [
      `${place}.data: At least one of the image dimensions exceed max allowed size for many-image requests: 2000 pixels`,
      2000,
    ],
  ] as const) {
    it(`is its edges, with the most that is taken: ${maxEdge}`, () => {
      const failure = failureOf(message);
      assert.equal(failure.kind === 'imagesRejected' && failure.maxEdge, maxEdge);
    });
  }

  it('is what its details say, whatever its wording', () => {
    const paths = ['messages.0.content.1', 'messages.0.content.3', 'messages.9.content.0'];
    const failure = failureOf('anything', { max_side_length_pixels: 2000, paths });
    assert.ok(failure.kind === 'imagesRejected');
    assert.deepEqual([failure.maxEdge, failure.images.length], [2000, 2]);
  });

  it('is some image when it names none, and there are any', () => {
    const failure = failureOf('Could not process image');
    assert.equal(failure.kind === 'someImageRejected' && failure.images.length, 2);
    assert.equal(failureOf('Could not process image', undefined, new Map()).kind, 'requestInvalid');
  });

  it('is too many images', () => {
    assert.deepEqual(failureOf('Too much media: 0 document pages + 102 images > 100'), {
      kind: 'tooManyImages',
      count: 102,
      limit: 100,
    });
  });

  it('is a prompt that is too long, with figures where it has them', () => {
    assert.deepEqual(failureOf('prompt is too long: 210000 tokens > 200000 maximum'), {
      kind: 'promptTooLong',
      tokens: 210_000,
      limit: 200_000,
    });
    assert.deepEqual(
      failureOf('input length and `max_tokens` exceed context limit: 195000 + 8192 > 200000'),
      { kind: 'promptTooLong', tokens: 203_192, limit: 200_000 },
    );
    assert.deepEqual(failureOf('Prompt is too long'), { kind: 'promptTooLong' });
  });

  it('is nothing that is known, else', () => {
    const message = 'messages: text content blocks must be non-empty';
    assert.deepEqual(failureOf(message), { kind: 'requestInvalid', message });
  });
});
