import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { Lazy } from '../../../src/host/lazy.ts';

class Thing {
  disposed = 0;
  dispose(): void {
    this.disposed += 1;
  }
}

describe('Lazy', () => {
  it('makes nothing before it is wanted, and one thing for all', async () => {
    let made = 0;
    const lazy = new Lazy(() => {
      made += 1;
      return Promise.resolve(new Thing());
    });
    assert.equal(made, 0);
    const [one, other] = await Promise.all([lazy.get(), lazy.get()]);
    assert.equal(one, other);
    assert.equal(made, 1);
    lazy.dispose();
    assert.equal(one.disposed, 1);
  });

  it('tries again after a failure', async () => {
    const thing = new Thing();
    const outcomes = [Promise.reject(new Error('No memory.')), Promise.resolve(thing)];
    const lazy = new Lazy(() => outcomes.shift() ?? assert.fail());
    await assert.rejects(lazy.get(), /No memory/);
    assert.equal(await lazy.get(), thing);
  });

  it('disposes of what was being made when it was disposed of', async () => {
    const thing = new Thing();
    const making = Promise.withResolvers<Thing>();
    const lazy = new Lazy(() => making.promise);
    const got = lazy.get();
    lazy.dispose();
    making.resolve(thing);
    await got;
    assert.equal(thing.disposed, 1);
  });
});
