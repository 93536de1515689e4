import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { legibilityOf } from '../../../src/core/plan/legibility.ts';

describe('legibilityOf', () => {
  it('finds nothing lost in a picture that keeps its size', () => {
    const size = { width: 1600, height: 1200 };
    assert.deepEqual(legibilityOf(size, size), { scale: 1, smallPrint: 12, lost: false });
  });

  it('tells what height is left of small print', () => {
    const { smallPrint, lost } = legibilityOf(
      { width: 3840, height: 2160 },
      { width: 768, height: 432 },
    );
    assert.equal(lost, true);
    assert.ok(Math.abs(smallPrint - 2.4) < 0.01);
  });

  it('takes half the size for what can just be read', () => {
    const original = { width: 2000, height: 1000 };
    assert.equal(legibilityOf(original, { width: 1000, height: 500 }).lost, false);
    assert.equal(legibilityOf(original, { width: 998, height: 499 }).lost, true);
  });

  it('expects no page of text in a strip', () => {
    assert.equal(
      legibilityOf({ width: 4000, height: 120 }, { width: 1500, height: 45 }).lost,
      false,
    );
  });

  it('takes a drawing that is sent larger than it says for none of less', () => {
    assert.equal(legibilityOf({ width: 24, height: 24 }, { width: 48, height: 48 }).scale, 1);
  });
});
