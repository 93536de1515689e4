import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { windowAnswers } from '../../src/host/windowAnswers.ts';

const PATIENCE_MS = 20;

const never = (): Promise<unknown> => new Promise(() => undefined);

describe('a window that is asked whether it is there', () => {
  it('is', async () => {
    assert.ok(await windowAnswers());
  });

  it('is asked again when it does not answer', async () => {
    let asked = 0;
    const busyAtFirst = async (): Promise<unknown> => {
      asked += 1;
      return asked === 1 ? never() : true;
    };
    assert.ok(await windowAnswers(busyAtFirst, PATIENCE_MS));
    assert.equal(asked, 2);
  });

  it('is not when it does not answer twice', async () => {
    assert.ok(!(await windowAnswers(never, PATIENCE_MS)));
  });
});
