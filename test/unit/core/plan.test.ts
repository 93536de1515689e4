import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import type { ReadableFormat } from '../../../src/core/formats/formats.ts';
import type { ImageHeader } from '../../../src/core/formats/imageHeader.ts';
import { MAX_DECODE_MEMORY } from '../../../src/core/plan/limits.ts';
import { modelOf } from '../../../src/core/plan/models.ts';
import { encodingSteps, planImage } from '../../../src/core/plan/plan.ts';
import type { EncodingStep, Plan, TranscodePlan } from '../../../src/core/plan/plan.ts';
import { fitsTier } from '../../../src/core/plan/visualTokens.ts';
import { makeImageHeader as header } from './makeImageHeader.ts';

const SONNET = { model: 'claude-sonnet-5-5', imagesInRequest: 1 };
const KILOBYTE = 1024;
const MEGABYTE = 1024 * KILOBYTE;

const photo = (width: number, height: number, more: Partial<ImageHeader> = {}) =>
  header(width, height, { format: 'jpeg', colourSpace: 'ycbcr', lossy: true, ...more });

function transcoded(plan: Plan): TranscodePlan {
  assert.ok(plan.kind === 'transcode', JSON.stringify(plan));
  return plan;
}

const sizeOf = (plan: Plan) => transcoded(plan).steps[0].size;

function told(steps: readonly EncodingStep[]): readonly string[] {
  return steps.map((step) =>
    [step.kind, step.kind === 'lossy' ? step.quality : '', step.size.width].join(' '),
  );
}

describe('planImage', () => {
  it('keeps an image that fits, with its own media type', () => {
    for (const format of ['png', 'jpeg', 'gif', 'webp'] as const) {
      assert.deepEqual(planImage(header(1000, 800, { format }), KILOBYTE, SONNET), {
        kind: 'keep',
        mediaType: `image/${format}`,
        notes: [],
      });
    }
  });

  it('transcodes what the API does not take, at its own size', () => {
    for (const format of ['bmp', 'tiff', 'ico', 'cur', 'avif', 'heic', 'svg'] as const) {
      const plan = transcoded(planImage(header(1000, 800, { format }), KILOBYTE, SONNET));
      assert.deepEqual(plan.steps[0].size, { width: 1000, height: 800 }, format);
      assert.equal(plan.resizedFor, undefined);
    }
  });

  it('writes an image anew in the plainest form that the API refused as it was', () => {
    const target = { ...SONNET, detail: 'standard', reencode: true } as const;
    const plan = transcoded(planImage(header(2000, 1000, { format: 'png' }), KILOBYTE, target));
    assert.ok(plan.steps.every(({ kind }) => kind === 'lossy'));
    assert.deepEqual(plan.steps[0].size.width, 1568);
    assert.deepEqual(
      told(transcoded(planImage(photo(100, 80), 99, target)).steps)[0],
      'lossy 75 100',
    );
  });

  it('keeps to the edges that a server takes', () => {
    const plan = transcoded(planImage(photo(1200, 600), KILOBYTE, { ...SONNET, maxEdge: 900 }));
    assert.deepEqual(plan.steps[0].size, { width: 900, height: 450 });
    assert.equal(plan.resizedFor, 'edge');
    assert.equal(planImage(photo(900, 600), 99, { ...SONNET, maxEdge: 900 }).kind, 'keep');
  });

  it('shrinks to what the model looks at', () => {
    const plan = transcoded(planImage(photo(4032, 3024), KILOBYTE, SONNET));
    assert.deepEqual(plan.steps[0].size, { width: 2212, height: 1659 });
    assert.equal(plan.resizedFor, 'tier');
    const older = { ...SONNET, model: 'claude-sonnet-4-6' };
    assert.deepEqual(sizeOf(planImage(photo(4032, 3024), KILOBYTE, older)), {
      width: 1270,
      height: 952,
    });
  });

  it('shrinks to the detail that was chosen, where that is less than the model looks at', () => {
    const square = header(1800, 1800);
    for (const [detail, edge] of [
      ['native', undefined],
      ['standard', 1568],
      ['low', 768],
    ] as const) {
      const plan = planImage(square, KILOBYTE, { ...SONNET, detail });
      assert.equal(plan.kind === 'transcode' ? plan.steps[0].size.width : undefined, edge, detail);
      assert.equal(plan.kind === 'transcode' ? plan.resizedFor : 'detail', 'detail');
    }
    const older = { model: 'claude-sonnet-4-6', imagesInRequest: 1, detail: 'standard' } as const;
    assert.equal(transcoded(planImage(square, KILOBYTE, older)).resizedFor, 'tier');
    assert.equal(planImage(header(768, 500), 1, { ...SONNET, detail: 'low' }).kind, 'keep');
  });

  it('allows 2000 px once a request has more than 20 images', () => {
    const wide = header(2400, 600);
    assert.equal(planImage(wide, KILOBYTE, { ...SONNET, imagesInRequest: 20 }).kind, 'keep');
    const plan = transcoded(planImage(wide, KILOBYTE, { ...SONNET, imagesInRequest: 21 }));
    assert.deepEqual(plan.steps[0].size, { width: 2000, height: 500 });
    assert.equal(plan.resizedFor, 'edge');
  });

  it('measures the bytes as base64, against what the provider takes', () => {
    // Three quarters of 10 MB are exactly 10 MB of base64.
    for (const [provider, bytes] of [
      [undefined, 7.5 * MEGABYTE],
      ['anthropic', 7.5 * MEGABYTE],
      ['bedrock', 3.75 * MEGABYTE],
      ['vertex', 3.75 * MEGABYTE],
    ] as const) {
      const target = { ...SONNET, ...(provider && { provider }) };
      assert.equal(planImage(header(1000, 1000), bytes, target).kind, 'keep', provider);
      const plan = transcoded(planImage(header(1000, 1000), bytes + 1, target));
      assert.equal(plan.base64Limit, (bytes / 3) * 4);
      assert.equal(plan.resizedFor, undefined);
    }
  });

  it('keeps within the bytes that other images leave, where that is less', () => {
    for (const [base64Limit, expected] of [
      [400_000, 400_000],
      [20 * MEGABYTE, 10 * MEGABYTE],
    ] as const) {
      const target = { ...SONNET, base64Limit };
      const most = (expected / 4) * 3;
      assert.equal(planImage(header(1000, 1000), most, target).kind, 'keep');
      const plan = transcoded(planImage(header(1000, 1000), most + 1, target));
      assert.equal(plan.base64Limit, expected);
      assert.equal(plan.resizedFor, undefined);
    }
  });

  it('turns upright whatever does not stand so', () => {
    const plan = planImage(header(1000, 800, { orientation: 6 }), KILOBYTE, SONNET);
    assert.deepEqual(sizeOf(plan), { width: 1000, height: 800 });
  });

  it('enlarges nothing, not even a drawing', () => {
    for (const format of ['svg', 'bmp'] as const) {
      const small = header(16, 24, { format });
      assert.deepEqual(sizeOf(planImage(small, KILOBYTE, SONNET)), { width: 16, height: 24 });
    }
  });

  it('draws an SVG of any size within the tier, since it has no pixels to decode', () => {
    const svg = header(30_000, 30_000, { format: 'svg' });
    const plan = transcoded(planImage(svg, KILOBYTE, SONNET));
    assert.equal(plan.resizedFor, 'tier');
    assert.ok(plan.memory < 500 * MEGABYTE);
  });

  it('refuses more than 100 megapixels and more than 100 MB', () => {
    assert.deepEqual(planImage(header(30_000, 30_000), KILOBYTE, SONNET), {
      kind: 'refuse',
      failure: { kind: 'tooManyPixels', width: 30_000, height: 30_000, limitPixels: 100_000_000 },
    });
    assert.equal(planImage(header(10_000, 10_000), KILOBYTE, SONNET).kind, 'transcode');
    const bytes = 101 * MEGABYTE;
    assert.deepEqual(planImage(header(10, 10), bytes, SONNET), {
      kind: 'refuse',
      failure: { kind: 'fileTooLarge', bytes, limit: 100 * MEGABYTE },
    });
  });

  it('refuses what would take too much memory to decode, and says how much would not', () => {
    const deep = { format: 'avif', bitDepth: 10, alpha: true } as const;
    const plan = planImage(header(10_000, 9000, deep), 90 * MEGABYTE, SONNET);
    assert.ok(plan.kind === 'refuse' && plan.failure.kind === 'tooManyPixels');
    const { limitPixels } = plan.failure;
    assert.ok(limitPixels > 20e6 && limitPixels < 50e6, `${limitPixels}`);
    const edge = Math.floor(Math.sqrt(limitPixels * 0.9));
    assert.equal(planImage(header(edge, edge, deep), 90 * MEGABYTE, SONNET).kind, 'transcode');
  });

  it('offers tiles for a long page, and none to whoever asked for less detail', () => {
    const page = header(1280, 12_000);
    assert.equal(transcoded(planImage(page, KILOBYTE, SONNET)).tiles?.tiles.length, 6);
    for (const detail of ['standard', 'low'] as const) {
      assert.equal(transcoded(planImage(page, KILOBYTE, { ...SONNET, detail })).tiles, undefined);
    }
    assert.equal(transcoded(planImage(photo(4032, 3024), KILOBYTE, SONNET)).tiles, undefined);
  });

  it('keeps tiles within 2000 px where they bring the request over 20 images', () => {
    const page = header(1280, 12_000);
    for (const [imagesInRequest, tiles] of [
      [15, 6],
      [16, 7],
      [21, 7],
    ] as const) {
      const plan = transcoded(planImage(page, KILOBYTE, { ...SONNET, imagesInRequest }));
      assert.equal(plan.tiles?.tiles.length, tiles, `${imagesInRequest}`);
    }
  });

  it('offers no tiles that would take too much memory to cut', () => {
    // Scaled down as it is decoded it takes little; at its full size it does not.
    const plan = transcoded(
      planImage(photo(5600, 17_500, { progressive: true, colourSpace: 'cmyk' }), 1, SONNET),
    );
    assert.ok(plan.memory <= MAX_DECODE_MEMORY);
    assert.equal(plan.tiles, undefined);
  });

  it('enlarges nothing, never grows from step to step, and fits the model', () => {
    const formats: readonly ReadableFormat[] = ['png', 'jpeg', 'gif', 'webp', 'tiff', 'svg'];
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 9999 }),
        fc.integer({ min: 1, max: 9999 }),
        fc.constantFrom(...formats),
        fc.constantFrom('claude-sonnet-5-5', 'claude-haiku-4-5', 'claude-3-opus', 'other'),
        fc.integer({ min: 1, max: 40 }),
        fc.constantFrom('native' as const, 'standard' as const, 'low' as const),
        (width, height, format, model, imagesInRequest, detail) => {
          const picture = header(width, height, { format, orientation: 3 });
          const plan = transcoded(planImage(picture, KILOBYTE, { model, imagesInRequest, detail }));
          const [first] = plan.steps;
          const isSame = first.size.width === width && first.size.height === height;
          assert.equal(plan.resizedFor === undefined, isSame);
          let last = { width, height };
          for (const { size } of plan.steps) {
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

describe('encodingSteps', () => {
  const lossy = [
    'lossy 88 1000',
    'lossy 75 1000',
    'lossy 60 1000',
    'lossy 75 850',
    'lossy 75 700',
    'lossy 75 600',
    'lossy 75 500',
    'lossy 75 350',
    'lossy 75 250',
  ];
  const size = { width: 1000, height: 800 };

  it('try a lossless way first, then falling quality, then smaller sizes', () => {
    for (const format of ['png', 'gif', 'bmp', 'ico', 'webp', 'tiff', 'svg'] as const) {
      assert.deepEqual(
        told(encodingSteps(header(1000, 800, { format }), size)),
        ['lossless  1000', ...lossy],
        format,
      );
    }
  });

  it('are lossy alone where a lossy codec was at work before', () => {
    for (const format of ['jpeg', 'webp', 'avif', 'heic', 'tiff'] as const) {
      assert.deepEqual(told(encodingSteps(photo(1000, 800, { format }), size)), lossy, format);
    }
  });

  it('are lossless first for the few colours of a drawing, whatever was at work', () => {
    const palette = photo(1000, 800, { colourSpace: 'palette' });
    const bilevel = photo(1000, 800, { bitDepth: 1 });
    for (const drawing of [palette, bilevel]) {
      assert.equal(encodingSteps(drawing, size)[0].kind, 'lossless');
    }
  });
});
