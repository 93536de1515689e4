import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { withLock } from '../../host/lock.js';

describe('the lock between two runs', () => {
  let folder = '';
  let lock = '';

  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'lock-test-'));
    lock = path.join(folder, 'a.lock');
  });

  afterEach(() => fs.rmSync(folder, { recursive: true }));

  it('lets one work after the other, and tells the second that it waits', async () => {
    const events: string[] = [];
    const release = Promise.withResolvers<void>();
    const first = withLock(lock, async () => {
      events.push('first starts');
      await release.promise;
      events.push('first ends');
    });
    const second = withLock(
      lock,
      async () => {
        events.push('second');
      },
      () => {
        events.push('second waits');
        release.resolve();
      },
    );
    await Promise.all([first, second]);
    assert.deepEqual(events, ['first starts', 'second waits', 'first ends', 'second']);
  });

  it('is free again after a failure, and leaves nothing behind', async () => {
    await assert.rejects(
      withLock(lock, async () => {
        throw new Error('no luck');
      }),
      /no luck/,
    );
    assert.equal(await withLock(lock, async () => 'done'), 'done');
    assert.deepEqual(fs.readdirSync(folder), []);
  });

  it('is taken over from a process that died', async () => {
    const { pid } = spawnSync(process.execPath, ['--version']);
    fs.writeFileSync(lock, String(pid));
    assert.equal(await withLock(lock, async () => 'done'), 'done');
    assert.deepEqual(fs.readdirSync(folder), []);
  });
});
