import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { RequestFailure } from '../../../src/core/failure.ts';
import {
  isPassing,
  MOST_RETRIES,
  retryWaitSeconds,
  type PassingFailure,
} from '../../../src/host/conversation/retries.ts';

const waits = (failure: PassingFailure, random: number): readonly (number | undefined)[] =>
  Array.from({ length: MOST_RETRIES + 1 }, (_, retry) =>
    retryWaitSeconds(failure, retry, () => random),
  );

describe('automatic retries', () => {
  it('wait longer each time, five times, and then leave it to the user', () => {
    assert.deepEqual(waits({ kind: 'overloaded' }, 0.5), [4, 8, 16, 32, 60, undefined]);
  });

  it('do not all come at the same moment', () => {
    assert.deepEqual(waits({ kind: 'overloaded' }, 0), [3, 6, 12, 24, 45, undefined]);
    assert.deepEqual(waits({ kind: 'overloaded' }, 1), [5, 10, 20, 40, 75, undefined]);
  });

  it('wait as long as the server asks, up to ten minutes', () => {
    for (const [asked, waited] of [
      [0.001, 0.001],
      [30, 30],
      [600, 600],
      [601, undefined],
    ] as const) {
      const failure = { kind: 'rateLimited', retryAfterSeconds: asked } as const;
      assert.equal(
        retryWaitSeconds(failure, 0, () => 0),
        waited,
      );
    }
  });

  it('end after five times, also when the server asks for more', () => {
    const failure = { kind: 'serverError', status: 500, retryAfterSeconds: 1 } as const;
    assert.deepEqual(waits(failure, 0), [1, 1, 1, 1, 1, undefined]);
  });

  it('are only for faults that pass by themselves', () => {
    const failures: readonly [RequestFailure, boolean][] = [
      [{ kind: 'overloaded' }, true],
      [{ kind: 'rateLimited' }, true],
      [{ kind: 'serverError' }, true],
      [{ kind: 'spendLimit', message: '' }, false],
      [{ kind: 'unreachable', host: '' }, false],
      [{ kind: 'timedOut', host: '' }, false],
      [{ kind: 'streamCut' }, false],
      [{ kind: 'keyRejected' }, false],
      [{ kind: 'requestInvalid', message: '' }, false],
    ];
    for (const [failure, passes] of failures) {
      assert.equal(isPassing(failure), passes, failure.kind);
    }
  });
});
