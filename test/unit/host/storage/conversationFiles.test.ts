import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { AttachedImage } from '../../../../src/core/conversation/conversation.ts';
import type { StoredConversation } from '../../../../src/core/conversation/storedConversation.ts';
import { BlobFiles } from '../../../../src/host/storage/blobFiles.ts';
import { ConversationFiles } from '../../../../src/host/storage/conversationFiles.ts';
import type { OpenedConversation } from '../../../../src/host/storage/openedConversation.ts';
import { errorOf, otherProcesses, state, testFolder, textOf, valueOf } from './storageSetup.ts';

describe('the conversations on disk', () => {
  const folder = testFolder();
  const start = otherProcesses();
  const opened: OpenedConversation[] = [];
  let files = new ConversationFiles('');
  let clock = 0;

  beforeEach(() => {
    clock = 1_000_000;
    files = new ConversationFiles(folder.path, () => clock);
  });
  afterEach(() => {
    for (const conversation of opened.splice(0)) {
      conversation.dispose();
    }
  });

  const inFolder = (name: string): string => join(folder.path, 'conversations', name);
  const names = (): readonly string[] => readdirSync(inFolder(''));
  const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');
  const image = (name: string, content: string): AttachedImage => ({
    id: name,
    name,
    state: 'ready',
    labels: { details: '', notes: [] },
    prepared: {
      sha256: hashOf(content),
      mediaType: 'image/png',
      width: 1,
      height: 1,
      byteLength: content.length,
      tokens: 1,
      notes: [],
    },
  });

  /** Writes a conversation and closes it; tells its id. */
  async function write(
    text: string,
    change: Partial<StoredConversation> = {},
    id: string = crypto.randomUUID(),
  ): Promise<string> {
    const conversation = await files.create(id);
    conversation.save(state(text, change));
    conversation.dispose();
    return id;
  }

  async function open(id: string): Promise<OpenedConversation> {
    const conversation = valueOf(await files.open(id));
    opened.push(conversation);
    return conversation;
  }

  const textsOfList = async (): Promise<readonly string[]> =>
    (await files.list()).conversations.map(({ firstText }) => firstText);

  describe('when they are opened', () => {
    it('are as they were saved, under the id of their file', async () => {
      const id = await write('hello', { draft: 'and', scrollTop: 3 });
      const { stored } = await open(id);
      assert.equal(stored?.conversation.id, id);
      assert.equal(textOf(stored), 'hello');
      assert.deepEqual([stored?.draft, stored?.scrollTop, stored?.createdAt], ['and', 3, 1000]);
    });

    it('are not found under an id that there is not, or that is none', async () => {
      for (const id of [crypto.randomUUID(), '../escape', '', 'a/b', 'A'.repeat(36)]) {
        assert.deepEqual(errorOf(await files.open(id)), { kind: 'notFound', id });
        assert.equal(await files.delete(id), true);
      }
      await assert.rejects(files.create('../escape'), /no UUID/);
      assert.deepEqual(readdirSync(folder.path), []);
    });

    it('are never made anew where there is one', async () => {
      const id = await write('hello');
      await assert.rejects(files.create(id), /There is a conversation/);
      assert.deepEqual(names(), [`${id}.json`]);
    });

    it('are set aside when they were cut in half, with the path, and make room', async () => {
      const id = await write('hello');
      const text = readFileSync(inFolder(`${id}.json`), 'utf8');
      const half = text.slice(0, text.length / 2);
      writeFileSync(inFolder(`${id}.json`), half);
      const fault = errorOf(await files.open(id));
      assert.ok(fault.kind === 'damaged' && fault.setAside && fault.id === id);
      assert.equal(fault.file, inFolder(`${id}.damaged-1000000.json`));
      assert.equal(readFileSync(fault.file, 'utf8'), half);
      await write('anew', {}, id);
      assert.equal(textOf((await open(id)).stored), 'anew');
    });

    it('stay as they are when they are of a newer version', async () => {
      const id = await write('hello');
      const text = readFileSync(inFolder(`${id}.json`), 'utf8').replace(':1,', ':2,');
      writeFileSync(inFolder(`${id}.json`), text);
      assert.deepEqual(errorOf(await files.open(id)), {
        kind: 'newerVersion',
        id,
        file: inFolder(`${id}.json`),
        version: 2,
      });
      await assert.rejects(files.create(id), /There is a conversation/);
      assert.deepEqual(names(), [`${id}.json`]);
      assert.equal(readFileSync(inFolder(`${id}.json`), 'utf8'), text);
    });

    it('tell the code when they cannot be read', async () => {
      const id = crypto.randomUUID();
      mkdirSync(inFolder(`${id}.json`), { recursive: true });
      const fault = errorOf(await files.open(id));
      assert.ok(fault.kind === 'unreadable' && fault.code === 'EISDIR');
      assert.deepEqual(names(), [`${id}.json`]);
    });

    it('come along, to open a copy of, when this window or another has them', async () => {
      const id = await write('hello');
      await open(id);
      const twice = errorOf(await files.open(id));
      assert.ok(twice.kind === 'openElsewhere' && textOf(twice.stored) === 'hello');

      const other = await write('other');
      const holder = start('leaseTaker.ts');
      assert.equal(await holder.ask(inFolder(`${other}.lease`)), 'taken');
      const fault = errorOf(await files.open(other));
      assert.ok(fault.kind === 'openElsewhere' && textOf(fault.stored) === 'other');
      await holder.kill();
      assert.equal(textOf((await open(other)).stored), 'other');
    });

    it('are not overwritten by a window that got its lease after another one wrote', async () => {
      const id = await write('first');
      // No lease can be made in the place of a folder.
      mkdirSync(inFolder(`${id}.lease`));
      const late = await open(id);
      rmdirSync(inFolder(`${id}.lease`));
      clock += 1;
      const faster = valueOf(await new ConversationFiles(folder.path, () => clock).open(id));
      faster.save(state('of the other window'));
      faster.dispose();
      const kinds: string[] = [];
      late.onDidFail(({ kind }) => kinds.push(kind));
      late.save(state('too late'));
      await late.flush();
      late.dispose();
      assert.deepEqual(kinds, ['openElsewhere']);
      assert.equal(textOf((await open(id)).stored), 'of the other window');
    });
  });

  describe('in their list', () => {
    it('are none where nothing was ever written', async () => {
      assert.deepEqual(await files.list(), { conversations: [], faults: [] });
    });

    it('come newest first, with what a list shows', async () => {
      const blobs = new BlobFiles(folder.path);
      for (const content of ['one', 'three']) {
        await blobs.put(hashOf(content), new TextEncoder().encode(content));
      }
      const older = await write('older');
      clock += 10;
      const stored = state('  newer\n');
      const newer = await write('', {
        conversation: {
          ...stored.conversation,
          title: 'Named',
          turns: [
            { role: 'user', id: 'u0', text: ' ', images: [image('a', 'one')], labelled: false },
            ...stored.conversation.turns,
          ],
          attachments: [image('b', 'three'), image('c', 'one'), image('d', 'missing')],
        },
      });
      const { conversations, faults } = await files.list();
      assert.deepEqual(faults, []);
      assert.deepEqual(
        conversations.map(({ id }) => id),
        [newer, older],
      );
      const { size } = statSync(inFolder(`${newer}.json`));
      assert.deepEqual(conversations[0], {
        id: newer,
        title: 'Named',
        createdAt: 1000,
        updatedAt: 1_000_010,
        bytes: size + 'one'.length + 'three'.length,
        turns: 2,
        images: [
          { name: 'a', sha256: hashOf('one') },
          { name: 'b', sha256: hashOf('three') },
          { name: 'c', sha256: hashOf('one') },
          { name: 'd', sha256: hashOf('missing') },
        ],
        firstText: 'newer',
        openElsewhere: false,
      });
    });

    it('stay in their order when the clock is set back, and lose nothing', async () => {
      const first = await write('first');
      clock += 1000;
      const second = await write('second');
      clock = 5;
      const third = await write('third');
      assert.deepEqual(await textsOfList(), ['second', 'first', 'third']);
      const again = await open(first);
      again.save(state('first again'));
      again.dispose();
      const { conversations } = await files.list();
      assert.deepEqual(
        conversations.map(({ id, updatedAt }) => [id, updatedAt]),
        [
          [second, 1_001_000],
          [first, 1_000_001],
          [third, 5],
        ],
      );
    });

    it('name damaged ones once, and the others all the same', async () => {
      await write('whole');
      const cut = await write('cut');
      const newer = await write('newer');
      writeFileSync(inFolder(`${cut}.json`), '{"version":1,"conv');
      writeFileSync(inFolder(`${newer}.json`), '{"version":7}');
      writeFileSync(inFolder('notes.txt'), 'of the user');
      const { conversations, faults } = await files.list();
      assert.deepEqual(
        conversations.map(({ firstText }) => firstText),
        ['whole'],
      );
      assert.deepEqual(
        new Set(faults.map(({ kind }) => kind)),
        new Set(['damaged', 'newerVersion']),
      );
      const again = await files.list();
      assert.deepEqual(
        again.faults.map(({ kind }) => kind),
        ['newerVersion'],
      );
      assert.equal(names().filter((name) => name.startsWith(`${cut}.damaged-`)).length, 1);
    });

    it('leave a damaged file to the window that has it', async () => {
      const id = await write('cut');
      writeFileSync(inFolder(`${id}.json`), '');
      const holder = start('leaseTaker.ts');
      assert.equal(await holder.ask(inFolder(`${id}.lease`)), 'taken');
      const [fault] = (await files.list()).faults;
      assert.ok(fault?.kind === 'damaged' && !fault.setAside);
      assert.ok(names().includes(`${id}.json`));
      await holder.kill();
      assert.ok(
        (await files.list()).faults.some((found) => found.kind === 'damaged' && found.setAside),
      );
    });

    it('are listed also where blobs and leases cannot be looked at', async () => {
      const { conversation } = state('text');
      const attachments = [image('a', 'one')];
      const id = await write('', { conversation: { ...conversation, attachments } });
      writeFileSync(join(folder.path, 'blobs'), 'a file in the place of the folder');
      mkdirSync(inFolder(`${id}.lease`));
      const [summary] = (await files.list()).conversations;
      assert.equal(summary?.bytes, statSync(inFolder(`${id}.json`)).size);
      assert.equal(summary.openElsewhere, true);
    });

    it('tell which ones another window has, and not those of this one', async () => {
      const mine = await write('mine');
      const theirs = await write('theirs');
      await open(mine);
      const holder = start('leaseTaker.ts');
      await holder.ask(inFolder(`${theirs}.lease`));
      const { conversations } = await files.list();
      assert.deepEqual(
        new Map(conversations.map(({ id, openElsewhere }) => [id, openElsewhere])),
        new Map([
          [mine, false],
          [theirs, true],
        ]),
      );
    });

    it('are alone after a crash: leases on nothing and half-written files are cleared', async () => {
      const id = await write('kept');
      const holder = start('leaseTaker.ts');
      await holder.ask(inFolder(`${crypto.randomUUID()}.lease`));
      await holder.ask(inFolder(`${id}.lease.${crypto.randomUUID()}`));
      await holder.kill();
      await files.list();
      assert.deepEqual(names(), [`${id}.json`]);
    });
  });

  describe('when they are deleted', () => {
    it('are gone, also when this window has them and goes on saving', async () => {
      const closed = await write('closed');
      const id = await write('open');
      const conversation = await open(id);
      conversation.save(state('more'), { urgent: true });
      assert.equal(await files.delete(id), true);
      assert.equal(await files.delete(closed), true);
      conversation.save(state('still more'), { urgent: true });
      await conversation.flush();
      conversation.dispose();
      assert.deepEqual(names(), []);
      assert.deepEqual(errorOf(await files.open(id)), { kind: 'notFound', id });
    });

    it('stay when another window has them', async () => {
      const id = await write('theirs');
      const holder = start('leaseTaker.ts');
      await holder.ask(inFolder(`${id}.lease`));
      assert.equal(await files.delete(id), false);
      assert.ok(names().includes(`${id}.json`));
      await holder.kill();
      assert.equal(await files.delete(id), true);
    });
  });

  it('tell all blobs that any of them refers to, be it damaged or newer', async () => {
    const { conversation } = state('text');
    const whole = await write('', {
      conversation: { ...conversation, attachments: [image('a', 'one'), image('b', 'two')] },
    });
    const cut = crypto.randomUUID();
    copyFileSync(inFolder(`${whole}.json`), inFolder(`${cut}.json`));
    const changed = readFileSync(inFolder(`${cut}.json`), 'utf8').replace(
      hashOf('one'),
      hashOf('three'),
    );
    writeFileSync(inFolder(`${cut}.json`), changed.slice(0, changed.indexOf(hashOf('three')) + 64));
    const newer = changed.replace(hashOf('three'), hashOf('four')).replace(':1,', ':9,');
    writeFileSync(inFolder(`${crypto.randomUUID()}.json`), newer);
    const expected = new Set(['one', 'two', 'three', 'four'].map(hashOf));
    assert.deepEqual(await files.usedBlobs(), expected);
    await files.list();
    assert.deepEqual(await files.usedBlobs(), expected);
  });

  it('tell no blobs where one of them cannot be read, so that none is collected', async () => {
    mkdirSync(inFolder(`${crypto.randomUUID()}.json`), { recursive: true });
    await assert.rejects(files.usedBlobs(), { code: 'EISDIR' });
  });
});
