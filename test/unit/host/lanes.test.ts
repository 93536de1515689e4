import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { Lanes } from '../../../src/host/images/lanes.ts';

describe('lanes', () => {
  it('start work in its order, so many at once', async () => {
    const lanes = new Lanes(2);
    const started: number[] = [];
    const finish: (() => void)[] = [];
    const work = [0, 1, 2, 3].map((index) =>
      lanes.run(async () => {
        started.push(index);
        await new Promise<void>((resolve) => {
          finish[index] = resolve;
        });
        return index;
      }),
    );
    assert.deepEqual(started, [0, 1]);
    finish[1]?.();
    assert.equal(await work[1], 1);
    assert.deepEqual(started, [0, 1, 2]);
    finish[0]?.();
    await work[0];
    assert.deepEqual(started, [0, 1, 2, 3]);
    finish[2]?.();
    finish[3]?.();
    assert.deepEqual(await Promise.all(work), [0, 1, 2, 3]);
  });

  it('are free again after work that failed', async () => {
    const lanes = new Lanes(1);
    await assert.rejects(
      lanes.run(() => Promise.reject(new Error('broken'))),
      /broken/,
    );
    assert.equal(await lanes.run(() => Promise.resolve(1)), 1);
  });
});
