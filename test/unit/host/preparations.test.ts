import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import { REQUEST_BASE64_LIMIT } from '../../../src/core/conversation/request.ts';
import { Preparations, type Preparation } from '../../../src/host/images/preparations.ts';

const MEGABYTE = 1024 * 1024;

describe('preparations', () => {
  let preparations: Preparations;
  let used: number;
  /** What each image may take, in the order in which they came to their turns. */
  let limits: number[];
  let finish: (() => void)[];

  beforeEach(() => {
    preparations = new Preparations();
    used = 0;
    limits = [];
    finish = [];
  });

  /** Runs until `finish` is called, and takes so many bytes by then. */
  const run = (preparation: Preparation, bytes = 0): Promise<void> =>
    preparations.run(
      preparation,
      () => used,
      async (base64Limit) => {
        limits.push(base64Limit);
        await new Promise<void>((resolve) => finish.push(resolve));
        used += bytes;
      },
    );
  const begin = (...ids: readonly string[]): readonly Preparation[] =>
    ids.map((id) => preparations.begin(id));

  it('share the request equally among all that come together', () => {
    for (const preparation of begin('a', 'b', 'c', 'd', 'e')) {
      void run(preparation);
    }
    const share = Math.floor(REQUEST_BASE64_LIMIT / 5);
    assert.deepEqual(limits, [share, share]);
  });

  it('promise nobody more than the API takes of one image', () => {
    const [a] = begin('a');
    assert.ok(a);
    void run(a);
    const [b] = begin('b');
    assert.ok(b);
    void run(b);
    assert.deepEqual(limits, [10 * MEGABYTE, 8 * MEGABYTE]);
  });

  it('leave to those behind what was promised and not taken', async () => {
    const [a, b, c] = begin('a', 'b', 'c');
    assert.ok(a && b && c);
    const first = run(a, MEGABYTE);
    void run(b);
    void run(c);
    finish[0]?.();
    await first;
    assert.deepEqual(limits, [6 * MEGABYTE, 6 * MEGABYTE, 10 * MEGABYTE]);
  });

  it('promise nothing to what was called off', async () => {
    const [a, b] = begin('a', 'b');
    assert.ok(a && b);
    preparations.callOff('a');
    assert.equal(a.controller.signal.aborted, true);
    await run(a);
    void run(b);
    assert.deepEqual(limits, [10 * MEGABYTE]);
  });

  it('give way to another of the same image, and are not ended by the one before', async () => {
    const [a] = begin('a');
    assert.ok(a);
    const first = run(a);
    const again = preparations.begin('a');
    assert.deepEqual(
      [a, again].map(({ controller }) => controller.signal.aborted),
      [true, false],
    );
    finish[0]?.();
    await first;
    preparations.callOffAllBut(new Set());
    assert.equal(again.controller.signal.aborted, true);
  });

  it('are called off for all images but some', () => {
    const [a, b] = begin('a', 'b');
    preparations.callOffAllBut(new Set(['b', 'c']));
    assert.deepEqual([a?.controller.signal.aborted, b?.controller.signal.aborted], [true, false]);
  });
});
