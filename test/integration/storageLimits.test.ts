import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import type * as vscode from 'vscode';
import type { Notice } from '../../src/core/conversation/conversation.ts';
import { Conversations } from '../../src/host/conversation/conversations.ts';
import { tellWhenMuch } from '../../src/host/history/manageStorage.ts';
import { useSession } from './sessionSetup.ts';

describe('the storage of a workspace', () => {
  const current = useSession();

  it('counts the files of conversations', async () => {
    const on = current();
    const conversations = new Conversations(on.services);
    const archive = on.archive(conversations);
    const before = await archive.bytesOnDisk();
    await mkdir(join(on.folder, 'conversations'), { recursive: true });
    await writeFile(join(on.folder, 'conversations', 'x.damaged-1.json'), '12345');
    assert.equal(await archive.bytesOnDisk(), before + 5);
    conversations.dispose();
  });

  it('is told of in the conversation each time when it is far too much', async () => {
    const on = current();
    const conversations = new Conversations(on.services);
    const kept = new Map<string, unknown>();
    const memory = {
      keys: () => [...kept.keys()],
      get: (key: string) => kept.get(key),
      update: async (key: string, value: unknown) => {
        kept.set(key, value);
      },
    } as vscode.Memento;
    const archive = Object.assign(on.archive(conversations), { bytesOnDisk: async () => 3e9 });
    const notices: Notice[] = [];
    for (let start = 1; start <= 2; start += 1) {
      await tellWhenMuch(archive, memory, (notice) => notices.push(notice));
      assert.equal(notices.length, start);
    }
    assert.deepEqual(notices[0]?.actions, ['manageStorage']);
    // It was told already: no message waits for an answer.
    archive.bytesOnDisk = async () => 1.5e9;
    await tellWhenMuch(archive, memory, (notice) => notices.push(notice));
    archive.bytesOnDisk = async () => 1;
    await tellWhenMuch(archive, memory, (notice) => notices.push(notice));
    assert.equal(notices.length, 2);
    assert.deepEqual([...kept.values()], [false]);
    conversations.dispose();
  });
});
