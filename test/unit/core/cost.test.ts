import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { answerCost, cacheSaving, imageCost, inputCost } from '../../../src/core/plan/cost.ts';

const usage = (inputTokens: number, outputTokens: number, read = 0, write = 0) => ({
  inputTokens,
  outputTokens,
  cacheReadTokens: read,
  cacheWriteTokens: write,
});

function isClose(actual: number | undefined, expected: number): void {
  assert.ok(actual !== undefined && Math.abs(actual - expected) < 1e-12, `${actual} / ${expected}`);
}

describe('inputCost', () => {
  it("gives the guide's own prices for Claude Sonnet 3.7", () => {
    for (const [tokens, image, thousand] of [
      [54, '0.00016', '0.16'],
      [1334, '0.0040', '4.00'],
    ] as const) {
      const cost = inputCost(tokens, 'claude-3-7-sonnet') ?? 0;
      assert.equal(cost.toFixed(image.length - 2), image);
      assert.equal((cost * 1000).toFixed(2), thousand);
    }
    // The guide rounds the price of one image first, and multiplies that.
    assert.equal((inputCost(1590, 'claude-3-7-sonnet') ?? 0).toFixed(4), '0.0048');
  });

  it('is unknown for a model without a price', () => {
    assert.equal(inputCost(1000, 'llava:13b'), undefined);
    assert.equal(inputCost(1000, 'claude-mythos-5'), undefined);
  });

  it("takes Haiku 5.5's second price for prompts over 100k tokens", () => {
    isClose(inputCost(100_000, 'claude-haiku-5-5'), 0.01);
    isClose(inputCost(100_001, 'claude-haiku-5-5'), 0.0500005);
    isClose(inputCost(1000, 'claude-haiku-5-5', 150_000), 0.0005);
  });
});

describe('imageCost', () => {
  it("gives the guide's own table for Claude Sonnet 3.7", () => {
    for (const [edge, dollars] of [
      [200, 0.00016],
      [1000, 0.004],
      [1092, 0.0048],
    ] as const) {
      const cost = imageCost({ width: edge, height: edge }, 'claude-3-7-sonnet') ?? 0;
      assert.equal(Number(cost.toPrecision(2)), dollars);
    }
  });

  it('is that of the size to which the model shrinks the image', () => {
    isClose(imageCost({ width: 3840, height: 2160 }, 'claude-sonnet-5-5'), 4784 * 2e-6);
    isClose(imageCost({ width: 3840, height: 2160 }, 'claude-sonnet-4-6'), 1560 * 3e-6);
  });

  it('takes visual tokens that are counted already', () => {
    isClose(imageCost(4784, 'claude-sonnet-5-5'), 4784 * 2e-6);
    assert.equal(imageCost(4784, 'claude-mythos-5'), undefined);
  });
});

describe('answerCost', () => {
  it('adds up input, output, cache reads and cache writes', () => {
    isClose(answerCost(usage(1_000_000, 0), 'claude-sonnet-5-5'), 2);
    isClose(answerCost(usage(1_000_000, 100_000, 200_000, 300_000), 'claude-sonnet-5-5'), 3.77);
    isClose(answerCost(usage(0, 0, 1_000_000), 'claude-opus-4-5-20251101'), 0.5);
  });

  it('counts cached tokens as part of the prompt when it picks the price', () => {
    isClose(answerCost(usage(1000, 0), 'claude-haiku-5-5'), 0.0001);
    isClose(answerCost(usage(1000, 0, 100_000), 'claude-haiku-5-5'), 0.0005 + 0.005);
  });

  it('is unknown for a model without a price', () => {
    assert.equal(answerCost(usage(1, 1), 'some-model'), undefined);
  });
});

describe('cacheSaving', () => {
  it('is what was read at the price of a read instead of new', () => {
    isClose(cacheSaving(usage(10, 10, 1_000_000), 'claude-sonnet-5-5'), 1.9);
  });

  it('is negative for what was written, and nothing without a cache', () => {
    isClose(cacheSaving(usage(10, 10, 0, 1_000_000), 'claude-sonnet-5-5'), -0.5);
    assert.equal(cacheSaving(usage(123, 45), 'claude-sonnet-5-5'), 0);
  });

  it('is unknown for a model without a price', () => {
    assert.equal(cacheSaving(usage(1, 1, 1000), 'some-model'), undefined);
  });
});
