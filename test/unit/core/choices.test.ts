import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { planChoices, planTiles } from '../../../src/core/plan/choices.ts';
import { estimateTokens } from '../../../src/core/plan/estimateTokens.ts';
import { MAX_FILE_BYTES } from '../../../src/core/plan/limits.ts';
import { makeImageHeader } from './makeImageHeader.ts';

const SONNET = { model: 'claude-sonnet-5-5' };
const HAIKU_4 = { model: 'claude-haiku-4-5' };
const BYTES = 1_000_000;
/** A page of 12 megapixels, as a browser captures it whole. */
const PAGE = makeImageHeader(1600, 7600);

describe('planChoices', () => {
  it('gives each detail its size and tokens', () => {
    assert.deepEqual(planChoices(makeImageHeader(3840, 2160), BYTES, SONNET, 0), [
      { choice: 'native', size: { width: 2576, height: 1449 }, tiles: 0, tokens: 4784 },
      { choice: 'standard', size: { width: 1568, height: 882 }, tiles: 0, tokens: 1792 },
      { choice: 'low', size: { width: 768, height: 432 }, tiles: 0, tokens: 448 },
    ]);
  });

  it('says of each what the estimate of a hover says', () => {
    for (const { choice, tokens } of planChoices(PAGE, BYTES, HAIKU_4, 4)) {
      if (choice !== 'tiles') {
        assert.equal(
          tokens,
          estimateTokens(PAGE, BYTES, { ...HAIKU_4, detail: choice, imagesInRequest: 20 }),
        );
      }
    }
  });

  it('offers tiles of a tall page, and counts the whole that goes before them', () => {
    const tiled = planChoices(PAGE, BYTES, SONNET, 0).find(({ choice }) => choice === 'tiles');
    const plan = planTiles(PAGE, BYTES, SONNET, 0);

    assert.ok(tiled && plan);
    assert.ok(tiled.tiles > 1);
    assert.equal(tiled.tiles, plan.offer.tiles.length);
    assert.equal(tiled.tokens, plan.offer.wholeTokens + plan.offer.tokens);
    assert.deepEqual(tiled.size, plan.whole);
  });

  it('offers no tiles of a picture that keeps its small print', () => {
    const choices = planChoices(makeImageHeader(1600, 1200), BYTES, SONNET, 0);

    assert.deepEqual(
      choices.map(({ choice }) => choice),
      ['native', 'standard', 'low'],
    );
  });

  it('keeps to the edges that many pictures allow, its own tiles counted', () => {
    const plan = planTiles(PAGE, BYTES, SONNET, 16);

    assert.ok(plan);
    assert.ok(plan.target.imagesInRequest > 20);
    assert.ok(Math.max(plan.whole.width, plan.whole.height) <= 2000);
    for (const { sent } of plan.offer.tiles) {
      assert.ok(Math.max(sent.width, sent.height) <= 2000);
    }
  });

  it('offers nothing of an image that is refused', () => {
    assert.deepEqual(planChoices(PAGE, MAX_FILE_BYTES + 1, SONNET, 0), []);
  });
});
