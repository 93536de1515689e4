import assert from 'node:assert/strict';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import {
  readStored,
  type StoredConversation,
} from '../../../../src/core/conversation/storedConversation.ts';
import type { StorageFault } from '../../../../src/core/failure.ts';
import { Lease } from '../../../../src/host/storage/lease.ts';
import {
  OpenedConversation,
  type OpenedParts,
} from '../../../../src/host/storage/openedConversation.ts';
import { state, testFolder, textOf, valueOf } from './storageSetup.ts';

describe('an opened conversation', () => {
  const folder = testFolder();
  const opened: OpenedConversation[] = [];
  let clock = 0;

  beforeEach(() => {
    clock = 5000;
  });
  afterEach(() => {
    for (const conversation of opened.splice(0)) {
      conversation.dispose();
    }
  });

  const inFolder = (...names: readonly string[]): string => join(folder.path, ...names);
  const file = (): string => inFolder('conversations', 'c.json');

  function open(change: Partial<OpenedParts> = {}): OpenedConversation {
    const conversation = new OpenedConversation({
      id: 'c',
      file: file(),
      stored: undefined,
      lease: undefined,
      takeLease: () => Lease.takeSync(inFolder('conversations', 'c.lease')),
      now: () => clock,
      closed: () => {},
      retryMs: 10,
      ...change,
    });
    opened.push(conversation);
    return conversation;
  }

  function onDisk(): StoredConversation {
    return valueOf(readStored(readFileSync(file(), 'utf8')));
  }

  const nextFault = async (conversation: OpenedConversation): Promise<StorageFault> =>
    new Promise((resolve) => {
      const listening = conversation.onDidFail((fault) => {
        listening.dispose();
        resolve(fault);
      });
    });
  const nextRecovery = async (conversation: OpenedConversation): Promise<void> =>
    new Promise((resolve) => {
      const listening = conversation.onDidRecover(() => {
        listening.dispose();
        resolve();
      });
    });

  it('is on disk after a flush, with all that was asked for', async () => {
    const conversation = open();
    const first = state('first', { draft: 'and a draft', scrollTop: 12.5 });
    conversation.save(first);
    await conversation.flush();
    assert.deepEqual(onDisk(), { ...first, updatedAt: 5000 });
    assert.deepEqual(
      new Set(readdirSync(inFolder('conversations'))),
      new Set(['c.json', 'c.lease']),
    );
  });

  it('writes the newest of many states, and few of those between', async () => {
    const conversation = open();
    for (let n = 0; n <= 500; n++) {
      conversation.save(state(`text ${n}`), { urgent: n % 7 === 0 });
    }
    await conversation.flush();
    assert.equal(textOf(onDisk()), 'text 500');
    // Each write takes one millisecond of the standing clock.
    assert.ok(onDisk().updatedAt - 5000 <= 2, `${onDisk().updatedAt - 5000} writes`);
  });

  it('writes by itself, soon when that is urgent and within half a second else', async () => {
    const conversation = open();
    const written = async (): Promise<number> => {
      const start = performance.now();
      while (!existsSync(file())) {
        await new Promise(setImmediate);
      }
      return performance.now() - start;
    };
    conversation.save(state('calm'));
    const calm = await written();
    rmSync(file());
    conversation.save(state('urgent'), { urgent: true });
    const urgent = await written();
    assert.ok(calm >= 400, `${calm} ms`);
    assert.ok(urgent < calm, `${urgent} ms`);
  });

  it('goes on with what came during a write', async () => {
    const conversation = open();
    conversation.save(state('first'), { urgent: true });
    conversation.save(state('second'));
    await conversation.flush();
    assert.equal(textOf(onDisk()), 'second');
    assert.equal(onDisk().updatedAt, 5001);
  });

  it('never goes back in time, whatever the clock does', async () => {
    const stored = state('before', { updatedAt: 9000 });
    const conversation = open({ stored });
    const times: number[] = [];
    for (const time of [4000, 4001, 9500, 3, 0]) {
      clock = time;
      conversation.save(state(`at ${time}`));
      await conversation.flush();
      times.push(onDisk().updatedAt);
    }
    assert.deepEqual(times, [9001, 9002, 9500, 9501, 9502]);
  });

  it('can be read again also when the clock was at the end of all dates', async () => {
    const conversation = open({ stored: state('before', { updatedAt: 8.64e15 }) });
    conversation.save(state('after'));
    await conversation.flush();
    assert.equal(onDisk().updatedAt, 8.64e15);
  });

  it('tells of a failure once, tries again by itself, and tells when it is written', async () => {
    writeFileSync(inFolder('conversations'), 'a file in the place of the folder');
    const conversation = open();
    const faults: StorageFault[] = [];
    conversation.onDidFail((fault) => faults.push(fault));
    conversation.save(state('kept in mind'));
    await conversation.flush();
    await conversation.flush();
    const [fault] = faults;
    assert.ok(fault?.kind === 'unwritable' && fault.file === file(), JSON.stringify(fault));
    assert.equal(faults.length, 1);
    const recovered = nextRecovery(conversation);
    rmSync(inFolder('conversations'));
    await recovered;
    assert.equal(textOf(onDisk()), 'kept in mind');
  });

  it('tells that its folder is read-only, and when it is no more', async function readOnly() {
    if (process.platform === 'win32' || process.getuid?.() === 0) {
      this.skip();
    }
    chmodSync(folder.path, 0o500);
    const conversation = open();
    const failing = nextFault(conversation);
    conversation.save(state('kept in mind'), { urgent: true });
    assert.deepEqual(await failing, { kind: 'readOnly', file: file(), code: 'EACCES' });
    const recovered = nextRecovery(conversation);
    chmodSync(folder.path, 0o700);
    await recovered;
    assert.equal(textOf(onDisk()), 'kept in mind');
  });

  it('tells that nobody may write there, be it the administrator', async function readOnlySystem() {
    if (process.platform !== 'linux') {
      this.skip();
    }
    const conversation = open({ file: '/sys/vision-for-claude/c.json' });
    const failing = nextFault(conversation);
    conversation.save(state('lost'), { urgent: true });
    assert.equal((await failing).kind, 'readOnly');
  });

  it('writes again after its folder was deleted under it', async () => {
    const conversation = open();
    conversation.save(state('first'));
    await conversation.flush();
    rmSync(inFolder('conversations'), { recursive: true });
    conversation.save(state('second'));
    await conversation.flush();
    assert.equal(textOf(onDisk()), 'second');
  });

  it('writes nothing when another window has the lease', async () => {
    const conversation = open({ takeLease: () => undefined });
    const failing = nextFault(conversation);
    conversation.save(state('mine'));
    assert.deepEqual(await failing, { kind: 'openElsewhere', id: 'c' });
    conversation.dispose();
    assert.deepEqual(readdirSync(inFolder('conversations')), []);
  });

  it('writes at once what is pending when it is disposed of, and lets go of the lease', () => {
    let closed = 0;
    const conversation = open({ closed: () => (closed += 1) });
    conversation.save(state('last words'));
    conversation.dispose();
    conversation.dispose();
    assert.equal(closed, 1);
    assert.equal(textOf(onDisk()), 'last words');
    assert.deepEqual(readdirSync(inFolder('conversations')), ['c.json']);
  });

  it('leaves the last state when it is disposed of at any moment of a write', async () => {
    for (let turns = 0; turns < 40; turns++) {
      const conversation = open();
      conversation.save(state(`${turns} in flight`), { urgent: true });
      for (let turn = 0; turn < turns; turn++) {
        await new Promise(setImmediate);
      }
      const last = turns % 2 === 0 ? `${turns} pending` : `${turns} in flight`;
      if (turns % 2 === 0) {
        conversation.save(state(last));
      }
      conversation.dispose();
      assert.equal(textOf(onDisk()), last);
      // What was under way ends, and changes nothing any more.
      await conversation.flush();
      assert.equal(textOf(onDisk()), last);
    }
    assert.deepEqual(readdirSync(inFolder('conversations')), ['c.json']);
  });

  it('tells of a failure also when it is disposed of', () => {
    writeFileSync(inFolder('conversations'), 'a file in the place of the folder');
    const conversation = open();
    const faults: StorageFault[] = [];
    conversation.onDidFail((fault) => faults.push(fault));
    conversation.save(state('lost'));
    conversation.dispose();
    assert.equal(faults[0]?.kind, 'unwritable');
  });

  for (const [end, left] of [
    ['dispose', ['c.json']],
    ['remove', []],
  ] as const) {
    it(`writes nothing after its ${end}, and leaves no lease`, async () => {
      const conversation = open();
      mkdirSync(inFolder('conversations'));
      conversation.save(state('first'), { urgent: true });
      conversation[end]();
      conversation.save(state('second'), { urgent: true });
      await conversation.flush();
      assert.deepEqual(readdirSync(inFolder('conversations')), left);
      assert.equal(left.length > 0 && textOf(onDisk()), left.length > 0 && 'first');
    });
  }
});
