import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { inOrder } from '../../cli/inOrder.ts';

describe('inOrder', () => {
  it('yields in the order of the items, whichever is done first', async () => {
    const releases: (() => void)[] = [];
    const values = inOrder(['a', 'b', 'c'], 3, async (item, index) => {
      await new Promise<void>((release) => {
        releases.push(release);
        if (releases.length === 3) {
          for (const each of releases.toReversed()) {
            each();
          }
        }
      });
      return `${item}${index}`;
    });
    assert.deepEqual(await Array.fromAsync(values), ['a0', 'b1', 'c2']);
  });

  it('works on so many at a time, and no more', async () => {
    let atWork = 0;
    let most = 0;
    const values = inOrder(Array.from({ length: 10 }), 3, async () => {
      atWork += 1;
      most = Math.max(most, atWork);
      await Promise.resolve();
      await Promise.resolve();
      atWork -= 1;
    });
    assert.equal((await Array.fromAsync(values)).length, 10);
    assert.equal(most, 3);
  });

  it('yields nothing for no items', async () => {
    assert.deepEqual(await Array.fromAsync(inOrder([], 2, () => Promise.resolve(1))), []);
  });
});
