import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import type { Size } from '../../../src/core/formats/imageHeader.ts';
import { HIGH_RESOLUTION_TIER, modelOf, STANDARD_TIER } from '../../../src/core/plan/models.ts';
import type { VisionTier } from '../../../src/core/plan/models.ts';
import {
  fitsTier,
  fitToTier,
  fitToTierAndEdge,
  imageTokens,
  visualTokens,
  withLongEdge,
} from '../../../src/core/plan/visualTokens.ts';

const size = (width: number, height: number): Size => ({ width, height });
const anySize = fc.record({
  width: fc.integer({ min: 1, max: 12_000 }),
  height: fc.integer({ min: 1, max: 12_000 }),
});
const anyTier = fc.constantFrom(STANDARD_TIER, HIGH_RESOLUTION_TIER);

describe('fitToTier', () => {
  const published: readonly [Size, VisionTier, Size, number][] = [
    [size(3840, 2160), STANDARD_TIER, size(1456, 819), 1560],
    [size(1920, 1080), STANDARD_TIER, size(1456, 819), 1560],
    [size(1075, 1520), STANDARD_TIER, size(924, 1307), 1551],
    [size(4032, 3024), STANDARD_TIER, size(1270, 952), 1564],
    [size(1000, 4000), STANDARD_TIER, size(392, 1568), 784],
    [size(1000, 1000), STANDARD_TIER, size(1000, 1000), 1296],
    [size(200, 200), STANDARD_TIER, size(200, 200), 64],
    [size(3840, 2160), HIGH_RESOLUTION_TIER, size(2576, 1449), 4784],
    [size(1920, 1080), HIGH_RESOLUTION_TIER, size(1920, 1080), 2691],
    [size(1075, 1520), HIGH_RESOLUTION_TIER, size(1075, 1520), 2145],
    [size(4032, 3024), HIGH_RESOLUTION_TIER, size(2212, 1659), 4740],
    [size(1000, 4000), HIGH_RESOLUTION_TIER, size(644, 2576), 2116],
    [size(1000, 1000), HIGH_RESOLUTION_TIER, size(1000, 1000), 1296],
    [size(200, 200), HIGH_RESOLUTION_TIER, size(200, 200), 64],
  ];
  for (const [from, tier, to, tokens] of published) {
    it(`makes ${from.width}x${from.height} ${to.width}x${to.height} within ${tier.longEdge} px`, () => {
      assert.deepEqual(fitToTier(from, tier), to);
      assert.equal(visualTokens(to, 'patch'), tokens);
    });
  }

  it('leaves the sizes that the guide lists as never resized', () => {
    for (const listed of [
      size(1092, 1092),
      size(951, 1268),
      size(896, 1344),
      size(819, 1456),
      size(784, 1568),
    ]) {
      assert.deepEqual(fitToTier(listed, STANDARD_TIER), listed);
    }
  });

  it('gives a size that fits, never a larger one, and that it leaves alone', () => {
    fc.assert(
      fc.property(anySize, anyTier, (from, tier) => {
        const to = fitToTier(from, tier);
        assert.ok(fitsTier(to, tier));
        assert.ok(to.width <= from.width && to.height <= from.height);
        assert.deepEqual(fitToTier(to, tier), to);
      }),
    );
  });

  it('finds the largest size of the same aspect', () => {
    fc.assert(
      fc.property(anySize, anyTier, (from, tier) => {
        const longEdge = Math.max(from.width, from.height);
        const fitted = fitToTier(from, tier);
        for (let edge = Math.max(fitted.width, fitted.height) + 1; edge <= longEdge; edge += 1) {
          assert.ok(!fitsTier(edge === longEdge ? from : withLongEdge(from, edge), tier));
        }
      }),
      { numRuns: 50 },
    );
  });

  it('treats portrait as landscape turned', () => {
    fc.assert(
      fc.property(anySize, anyTier, ({ width, height }, tier) => {
        const upright = fitToTier(size(width, height), tier);
        assert.deepEqual(fitToTier(size(height, width), tier), size(upright.height, upright.width));
      }),
    );
  });

  it('rounds halves to even', () => {
    assert.deepEqual(withLongEdge(size(2000, 1000), 101), size(101, 50));
    assert.deepEqual(withLongEdge(size(2000, 1000), 103), size(103, 52));
    assert.deepEqual(withLongEdge(size(4000, 1), 10), size(10, 1));
  });
});

describe('fitToTierAndEdge', () => {
  it('keeps within the tier and the edge at once', () => {
    assert.deepEqual(
      fitToTierAndEdge(size(3840, 2160), HIGH_RESOLUTION_TIER, 2000),
      size(2000, 1125),
    );
    assert.deepEqual(
      fitToTierAndEdge(size(3000, 3000), HIGH_RESOLUTION_TIER, 2000),
      size(1932, 1932),
    );
    assert.deepEqual(
      fitToTierAndEdge(size(1999, 100), HIGH_RESOLUTION_TIER, 2000),
      size(1999, 100),
    );
  });
});

describe('visualTokens', () => {
  it('agrees with the tokens that were billed', () => {
    for (const [width, height, tokens] of [
      [256, 256, 100],
      [512, 512, 361],
      [768, 768, 784],
      [1024, 1024, 1369],
      [1280, 720, 1196],
      [1920, 1080, 2691],
    ] as const) {
      assert.equal(visualTokens(size(width, height), 'patch'), tokens);
    }
    assert.equal(imageTokens(size(1920, 1080), modelOf('claude-sonnet-4-6')), 1560);
    assert.equal(imageTokens(size(1920, 1080), modelOf('claude-sonnet-5-5')), 2691);
  });

  it('counts an image that is shrunk first by what is left of it', () => {
    assert.equal(imageTokens(size(4032, 3024), modelOf('claude-haiku-4-5')), 1564);
    assert.equal(imageTokens(size(4032, 3024), modelOf('claude-haiku-5-5')), 4740);
    assert.equal(imageTokens(size(3840, 2160), modelOf('an-unknown-model')), 4784);
  });

  it("keeps the guide's estimate for the Claude 3 generation", () => {
    for (const [edge, tokens] of [
      [200, 54],
      [1000, 1334],
      [1092, 1590],
    ] as const) {
      assert.equal(visualTokens(size(edge, edge), 'area'), tokens);
      assert.equal(imageTokens(size(edge, edge), modelOf('claude-3-7-sonnet')), tokens);
    }
  });

  it('never grows when an image shrinks', () => {
    fc.assert(
      fc.property(anySize, fc.double({ min: 0, max: 1, noNaN: true }), (from, part) => {
        const longEdge = Math.max(1, Math.floor(Math.max(from.width, from.height) * part));
        const smaller = withLongEdge(from, longEdge);
        for (const rule of ['patch', 'area'] as const) {
          assert.ok(visualTokens(smaller, rule) <= visualTokens(from, rule));
        }
      }),
    );
  });

  it('never grows when an image is shrunk to a tier, or an edge, or both', () => {
    fc.assert(
      fc.property(anySize, anyTier, fc.integer({ min: 1, max: 8000 }), (from, tier, edge) => {
        const toTier = fitToTier(from, tier);
        const toBoth = fitToTierAndEdge(from, tier, edge);
        for (const rule of ['patch', 'area'] as const) {
          assert.ok(visualTokens(toTier, rule) <= visualTokens(from, rule));
          assert.ok(visualTokens(toBoth, rule) <= visualTokens(toTier, rule));
        }
      }),
    );
  });
});
