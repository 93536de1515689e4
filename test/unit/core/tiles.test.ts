import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import type { Size } from '../../../src/core/formats/imageHeader.ts';
import { HIGH_RESOLUTION_TIER, modelOf, STANDARD_TIER } from '../../../src/core/plan/models.ts';
import type { VisionTier } from '../../../src/core/plan/models.ts';
import { MAX_TILES, offerTiles } from '../../../src/core/plan/tiles.ts';
import type { OfferedTile, TileOffer } from '../../../src/core/plan/tiles.ts';
import { fitsTier, fitToTierAndEdge, visualTokens } from '../../../src/core/plan/visualTokens.ts';

const size = (width: number, height: number): Size => ({ width, height });

function offer(whole: Size, tier: VisionTier, maxEdge = 8000): TileOffer | undefined {
  const fitted = fitToTierAndEdge(whole, tier, maxEdge);
  return offerTiles(whole, fitted, { tier, tokenRule: 'patch' }, maxEdge);
}

/** `columns x rows of width x height`. */
function layout(tiles: readonly OfferedTile[]): string {
  const columns = new Set(tiles.map(({ left }) => left)).size;
  const rows = new Set(tiles.map(({ top }) => top)).size;
  return `${columns}x${rows} of ${tiles[0]?.width}x${tiles[0]?.height}`;
}

function overlapFor({ width, height }: Size): number {
  return Math.max(Math.ceil(Math.max(width, height) * 0.1), 56);
}

/** Whether pieces, by where they begin, cover an edge, each overlapping the next by so much. */
function assertCovers(starts: readonly number[], length: number, edge: number, overlap: number) {
  assert.equal(starts[0], 0);
  assert.equal((starts.at(-1) ?? 0) + length, edge);
  for (const [index, start] of starts.slice(1).entries()) {
    assert.ok(start > (starts[index] ?? 0));
    assert.ok((starts[index] ?? 0) + length - start >= overlap, `${starts.join()} of ${length}`);
  }
}

const rising = (values: readonly number[]) => [...new Set(values)].toSorted((a, b) => a - b);

const tallOrWide = fc
  .record({
    short: fc.integer({ min: 1, max: 4000 }),
    aspect: fc.double({ min: 2.6, max: 30, noNaN: true }),
    isTall: fc.boolean(),
  })
  .map(({ short, aspect, isTall }) => {
    const long = Math.ceil(short * aspect);
    return isTall ? size(short, long) : size(long, short);
  });
const anyTier = fc.constantFrom(STANDARD_TIER, HIGH_RESOLUTION_TIER);
const anyEdge = fc.constantFrom(2000, 8000);

describe('offerTiles', () => {
  const pages: readonly [string, Size, VisionTier, string, number, number][] = [
    ['a full page', size(1280, 12_000), HIGH_RESOLUTION_TIER, '1x6 of 1280x2215', 22_080, 920],
    ['a full page', size(1280, 12_000), STANDARD_TIER, '1x15 of 1280x920', 22_770, 336],
    ['a long strip', size(12_000, 1280), HIGH_RESOLUTION_TIER, '6x1 of 2215x1280', 22_080, 920],
    ['a page too wide', size(3000, 9000), HIGH_RESOLUTION_TIER, '2x5 of 1629x1982', 41_890, 2852],
  ];
  for (const [name, whole, tier, expected, tokens, wholeTokens] of pages) {
    it(`cuts ${name} of ${whole.width}x${whole.height} within ${tier.longEdge} px`, () => {
      const offered = offer(whole, tier);
      assert.ok(offered);
      assert.equal(layout(offered.tiles), expected);
      assert.equal(offered.tokens, tokens);
      assert.equal(offered.wholeTokens, wholeTokens);
    });
  }

  it('goes from top to bottom and, in a grid, from left to right within a row', () => {
    const grid = offer(size(3000, 9000), HIGH_RESOLUTION_TIER)?.tiles ?? [];
    const inOrder = grid.toSorted((a, b) => a.top - b.top || a.left - b.left);
    assert.deepEqual(grid, inOrder);
    assert.deepEqual(
      grid.slice(0, 3).map(({ left, top }) => [left, top]),
      [
        [0, 0],
        [1371, 0],
        [0, 1754],
      ],
    );
  });

  it('offers none where half the size or more is left', () => {
    assert.equal(offer(size(1000, 5152), HIGH_RESOLUTION_TIER), undefined);
    assert.ok(offer(size(1000, 5160), HIGH_RESOLUTION_TIER));
  });

  it('offers none for a picture that is neither tall nor wide', () => {
    assert.equal(offer(size(4000, 10_000), HIGH_RESOLUTION_TIER), undefined);
    assert.ok(offer(size(4000, 10_001), HIGH_RESOLUTION_TIER));
  });

  it('offers none for a strip that holds no page of text', () => {
    assert.equal(offer(size(199, 20_000), HIGH_RESOLUTION_TIER), undefined);
    assert.ok(offer(size(200, 20_000), HIGH_RESOLUTION_TIER));
  });

  it('takes other thresholds', () => {
    const whole = size(3000, 6000);
    const fitted = fitToTierAndEdge(whole, HIGH_RESOLUTION_TIER, 8000);
    const model = modelOf('claude-sonnet-5-5');
    assert.equal(offerTiles(whole, fitted, model, 8000), undefined);
    assert.ok(offerTiles(whole, fitted, model, 8000, { scale: 0.9, aspect: 1.5, shortEdge: 1 }));
  });

  it('shrinks the tiles of a very long page just so far that 20 are enough', () => {
    const tiles = offer(size(1440, 50_000), HIGH_RESOLUTION_TIER)?.tiles ?? [];
    assert.equal(tiles.length, MAX_TILES);
    for (const { width, sent } of tiles) {
      assert.equal(width, 1440);
      assert.ok(sent.width > 1340 && sent.width < 1440, `${sent.width}`);
    }
  });

  it('offers none where 20 tiles would have to be shrunk to less than half', () => {
    assert.equal(offer(size(5000, 19_000), STANDARD_TIER), undefined);
  });

  it('covers every pixel, overlapping by a tenth and 56 px at least, at native resolution', () => {
    let offers = 0;
    fc.assert(
      fc.property(tallOrWide, anyTier, anyEdge, (whole, tier, maxEdge) => {
        const { tiles, tokens } = offer(whole, tier, maxEdge) ?? { tiles: [], tokens: 0 };
        const [first] = tiles;
        if (!first || tiles.some(({ width, sent }) => sent.width !== width)) {
          return;
        }
        offers += 1;
        const overlap = overlapFor(first);
        const lefts = rising(tiles.map(({ left }) => left));
        const tops = rising(tiles.map(({ top }) => top));
        assert.equal(tiles.length, lefts.length * tops.length);
        assertCovers(lefts, first.width, whole.width, overlap);
        assertCovers(tops, first.height, whole.height, overlap);
        for (const tile of tiles) {
          assert.deepEqual(size(tile.width, tile.height), size(first.width, first.height));
          assert.deepEqual(tile.sent, size(tile.width, tile.height));
        }
        assert.equal(tokens, tiles.length * visualTokens(first, 'patch'));
      }),
    );
    assert.ok(offers > 10, `only ${offers} offers`);
  });

  it('keeps every tile within the picture, the tier and the edge, and the number within 20', () => {
    fc.assert(
      fc.property(tallOrWide, anyTier, anyEdge, (whole, tier, maxEdge) => {
        const offered = offer(whole, tier, maxEdge);
        assert.deepEqual(offer(whole, tier, maxEdge), offered);
        if (!offered) {
          return;
        }
        const { tiles, wholeTokens } = offered;
        assert.ok(tiles.length >= 2 && tiles.length <= MAX_TILES);
        assert.ok(offered.tokens > wholeTokens);
        for (const { left, top, width, height, sent } of tiles) {
          assert.ok(left >= 0 && left + width <= whole.width);
          assert.ok(top >= 0 && top + height <= whole.height);
          assert.ok(fitsTier(sent, tier) && Math.max(sent.width, sent.height) <= maxEdge);
          assert.ok(sent.width <= width && sent.height <= height);
          const scale = Math.max(sent.width, sent.height) / Math.max(width, height);
          assert.ok(scale > 0.49, `${scale}`);
        }
        // Of shrunk tiles, too, no row and no column of pixels is left out.
        const ends = (edges: readonly (readonly [number, number])[]) =>
          edges
            .toSorted((a, b) => a[0] - b[0])
            .reduce((end, [from, to]) => {
              assert.ok(from <= end);
              return Math.max(end, to);
            }, 0);
        assert.equal(ends(tiles.map(({ left, width }) => [left, left + width])), whole.width);
        assert.equal(ends(tiles.map(({ top, height }) => [top, top + height])), whole.height);
      }),
    );
  });

  it('uses no more tiles than the tier makes necessary', () => {
    fc.assert(
      fc.property(tallOrWide, anyTier, (whole, tier) => {
        const { tiles = [] } = offer(whole, tier) ?? {};
        const [first] = tiles;
        const isRow = new Set(tiles.map(({ left }) => left)).size === 1;
        if (!first || !isRow || first.sent.width !== first.width) {
          return;
        }
        // Even of the tallest tiles of this width, one fewer could not reach the end.
        let tallest = first.height;
        while (fitsTier(size(first.width, tallest + 1), tier)) {
          tallest += 1;
        }
        const step = tallest - overlapFor(size(first.width, tallest));
        assert.ok(tallest + (tiles.length - 2) * step < whole.height);
      }),
    );
  });
});
