import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import type { ImageHeader } from '../../../src/core/imageHeader.ts';
import { modelOf } from '../../../src/core/models.ts';
import { planImage, transcodeNotes } from '../../../src/core/plan.ts';
import type { Plan } from '../../../src/core/plan.ts';
import { fitsTier } from '../../../src/core/visualTokens.ts';

const SONNET = { model: 'claude-sonnet-5-5', imagesInRequest: 1 };
const KILOBYTE = 1024;

function header(width: number, height: number, more: Partial<ImageHeader> = {}): ImageHeader {
  return {
    format: 'png',
    size: { width, height },
    orientation: 1,
    frames: 1,
    alpha: false,
    bitDepth: 8,
    ...more,
  };
}

function transcoded(plan: Plan): Extract<Plan, { kind: 'transcode' }> {
  assert.ok(plan.kind === 'transcode', JSON.stringify(plan));
  return plan;
}

describe('planImage', () => {
  it('keeps an image that fits, with its own media type', () => {
    assert.deepEqual(planImage(header(1000, 800), KILOBYTE, SONNET), {
      kind: 'keep',
      mediaType: 'image/png',
      notes: [],
    });
    const gif = planImage(header(1000, 800, { format: 'gif', frames: 5 }), KILOBYTE, SONNET);
    assert.deepEqual(gif, {
      kind: 'keep',
      mediaType: 'image/gif',
      notes: [{ kind: 'firstFrameOnly' }],
    });
  });

  it('warns of a small edge', () => {
    const plan = planImage(header(1000, 199), KILOBYTE, SONNET);
    assert.ok(plan.kind === 'keep');
    assert.deepEqual(plan.notes, [{ kind: 'smallEdge' }]);
  });

  it('shrinks to what the model looks at', () => {
    const large = header(4032, 3024, { format: 'jpeg' });
    assert.deepEqual(transcoded(planImage(large, KILOBYTE, SONNET)).encodings[0], {
      mediaType: 'image/jpeg',
      size: { width: 2212, height: 1659 },
      quality: 88,
    });
    const older = { ...SONNET, model: 'claude-sonnet-4-6' };
    assert.deepEqual(transcoded(planImage(large, KILOBYTE, older)).encodings[0]?.size, {
      width: 1270,
      height: 952,
    });
  });

  it('allows 2000 px once a request has more than 20 images', () => {
    const wide = header(2400, 600);
    assert.equal(planImage(wide, KILOBYTE, { ...SONNET, imagesInRequest: 20 }).kind, 'keep');
    const plan = planImage(wide, KILOBYTE, { ...SONNET, imagesInRequest: 21 });
    assert.deepEqual(transcoded(plan).encodings[0]?.size, { width: 2000, height: 500 });
  });

  it('measures the bytes as base64', () => {
    // Three quarters of 10 MB are exactly 10 MB of base64.
    const limit = 7.5 * 1024 * KILOBYTE;
    assert.equal(planImage(header(1000, 1000), limit, SONNET).kind, 'keep');
    assert.equal(planImage(header(1000, 1000), limit + 1, SONNET).kind, 'transcode');
  });

  it('turns upright whatever does not stand so', () => {
    const plan = planImage(header(1000, 800, { orientation: 6 }), KILOBYTE, SONNET);
    assert.deepEqual(transcoded(plan).encodings[0]?.size, { width: 1000, height: 800 });
  });

  it('writes PNG and GIF as PNG, then as JPEG of falling quality, then smaller', () => {
    for (const format of ['png', 'gif'] as const) {
      const plan = transcoded(planImage(header(4000, 100, { format }), KILOBYTE, SONNET));
      assert.deepEqual(
        plan.encodings.map((encoding) => [
          encoding.mediaType,
          encoding.mediaType === 'image/jpeg' ? encoding.quality : undefined,
          encoding.size.width,
        ]),
        [
          ['image/png', undefined, 2576],
          ['image/jpeg', 88, 2576],
          ['image/jpeg', 75, 2576],
          ['image/jpeg', 60, 2576],
          ['image/jpeg', 75, 1932],
          ['image/jpeg', 75, 1288],
          ['image/jpeg', 75, 644],
        ],
      );
    }
  });

  it('refuses more than 100 megapixels and more than 100 MB', () => {
    assert.deepEqual(planImage(header(30_000, 30_000), KILOBYTE, SONNET), {
      kind: 'refuse',
      failure: { kind: 'tooManyPixels', width: 30_000, height: 30_000, limitPixels: 100_000_000 },
    });
    assert.equal(planImage(header(10_000, 10_000), KILOBYTE, SONNET).kind, 'transcode');
    const bytes = 101 * 1024 * KILOBYTE;
    assert.deepEqual(planImage(header(10, 10), bytes, SONNET), {
      kind: 'refuse',
      failure: { kind: 'fileTooLarge', bytes, limit: 100 * 1024 * KILOBYTE },
    });
  });

  it('never enlarges, never grows from one encoding to the next, and fits the model', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 9999 }),
        fc.integer({ min: 1, max: 9999 }),
        fc.constantFrom('claude-sonnet-5-5', 'claude-haiku-4-5', 'claude-3-opus', 'other'),
        fc.integer({ min: 1, max: 40 }),
        (width, height, model, imagesInRequest) => {
          const plan = planImage(header(width, height, { orientation: 3 }), KILOBYTE, {
            model,
            imagesInRequest,
          });
          let last = { width, height };
          for (const { size } of transcoded(plan).encodings) {
            assert.ok(size.width <= last.width && size.height <= last.height);
            assert.ok(size.width >= 1 && size.height >= 1);
            assert.ok(fitsTier(size, modelOf(model).tier));
            last = size;
          }
        },
      ),
    );
  });
});

describe('transcodeNotes', () => {
  const png = { mediaType: 'image/png', size: { width: 2576, height: 64 } } as const;
  const jpeg = { mediaType: 'image/jpeg', size: { width: 50, height: 50 }, quality: 75 } as const;

  it('tells all that was done', () => {
    assert.deepEqual(transcodeNotes(header(4000, 100, { format: 'gif', frames: 2 }), png, false), [
      { kind: 'resized', from: [4000, 100], to: [2576, 64] },
      { kind: 'converted', from: 'GIF', to: 'PNG' },
      { kind: 'firstFrameOnly' },
      { kind: 'smallEdge' },
    ]);
    assert.deepEqual(transcodeNotes(header(50, 50, { orientation: 8 }), jpeg, true), [
      { kind: 'converted', from: 'PNG', to: 'JPEG' },
      { kind: 'turnedUpright' },
      { kind: 'flattenedOnWhite' },
      { kind: 'smallEdge' },
    ]);
  });

  it('tells nothing of what was not done', () => {
    const same = { mediaType: 'image/png', size: { width: 300, height: 300 } } as const;
    assert.deepEqual(transcodeNotes(header(300, 300), same, false), []);
  });
});
