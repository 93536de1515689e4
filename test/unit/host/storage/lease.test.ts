import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'mocha';
import { Lease } from '../../../../src/host/storage/lease.ts';
import { newHolder, type LeaseHolder } from '../../../../src/host/storage/leaseHolder.ts';
import { otherProcesses, testFolder } from './storageSetup.ts';

const HOUR_S = 3600;

describe('a lease', () => {
  const folder = testFolder();
  const start = otherProcesses();
  const inFolder = (name = 'a.lease'): string => join(folder.path, name);

  let deadPid = 0;

  before(() => {
    deadPid = spawnSync(process.execPath, ['--version']).pid;
  });

  /** Puts a lease there as a process that is no more would have left it. */
  function leave(change: Partial<LeaseHolder> = {}, file = inFolder(), ageSeconds = 0): string {
    const { started: _, ...holder } = newHolder();
    writeFileSync(file, JSON.stringify({ ...holder, pid: deadPid, ...change }));
    const time = Date.now() / 1000 - ageSeconds;
    utimesSync(file, time, time);
    return file;
  }

  it('is given once in a process until it is released, and leaves nothing then', async () => {
    const first = await Lease.take(inFolder());
    assert.ok(first);
    assert.equal(await Lease.take(inFolder()), undefined);
    assert.equal(Lease.isHeldElsewhere(inFolder()), false);
    first.release();
    assert.deepEqual(readdirSync(folder.path), []);
    const second = await Lease.take(inFolder());
    assert.ok(second);
    first.release();
    assert.equal(await Lease.take(inFolder()), undefined, 'the first one released the second');
    second.release();
  });

  it('is refused while another process holds it, and taken over when that was killed', async () => {
    const other = start('leaseTaker.ts');
    assert.equal(await other.ask(inFolder()), 'taken');
    assert.equal(await Lease.take(inFolder()), undefined);
    assert.equal(Lease.isHeldElsewhere(inFolder()), true);
    await other.kill();
    assert.equal(Lease.isHeldElsewhere(inFolder()), false);
    const lease = await Lease.take(inFolder());
    assert.ok(lease);
    assert.deepEqual(readdirSync(folder.path), ['a.lease']);
    lease.release();
    assert.deepEqual(readdirSync(folder.path), []);
  });

  it('of a dead process goes to one alone of several who take it over at once', async () => {
    const others = [start('leaseTaker.ts'), start('leaseTaker.ts'), start('leaseTaker.ts')];
    for (let round = 0; round < 20; round++) {
      const file = leave({}, inFolder(`${round}.lease`));
      const answers = await Promise.all(others.map((other) => other.ask(file)));
      assert.equal(answers.filter((answer) => answer === 'taken').length, 1);
      assert.equal(answers.filter((answer) => answer === 'refused').length, 2);
    }
  });

  it('is taken over also when who was taking it over died in the midst of it', async () => {
    const { token } = newHolder();
    const file = leave({ token });
    leave({}, `${file}.${token}`);
    const lease = await Lease.take(file);
    assert.ok(lease);
    lease.release();
    assert.deepEqual(readdirSync(folder.path), []);
  });

  for (const [what, change] of Object.entries<Partial<LeaseHolder>>({
    'the number of this process, from before it': { pid: process.pid },
    'the number of another process by now': { pid: process.ppid, started: '1' },
    'the number of another process since the machine started': {
      pid: process.ppid,
      uptime: Number.MAX_SAFE_INTEGER,
    },
  })) {
    it(`is taken over from a dead one that had ${what}`, async function takeFromDead() {
      if (change.started !== undefined && process.platform !== 'linux') {
        this.skip();
      }
      const lease = await Lease.take(leave(change));
      assert.ok(lease);
      lease.release();
    });
  }

  it('of another machine is respected for a day', async () => {
    assert.equal(await Lease.take(leave({ host: 'another' }, inFolder(), 23 * HOUR_S)), undefined);
    const lease = await Lease.take(leave({ host: 'another' }, inFolder(), 25 * HOUR_S));
    assert.ok(lease);
    lease.release();
  });

  it('of which a crash left no more than an empty file is taken over after a moment', async () => {
    writeFileSync(inFolder(), '');
    assert.equal(await Lease.take(inFolder()), undefined);
    const aMinuteAgo = Date.now() / 1000 - 60;
    utimesSync(inFolder(), aMinuteAgo, aMinuteAgo);
    const lease = await Lease.take(inFolder());
    assert.ok(lease);
    lease.release();
  });

  it('rejects with the error of the file system where none can be made', async () => {
    await assert.rejects(Lease.take(join(inFolder('missing'), 'a.lease')), { code: 'ENOENT' });
    assert.equal(Lease.isHeldElsewhere(join(inFolder('missing'), 'a.lease')), false);
  });
});
