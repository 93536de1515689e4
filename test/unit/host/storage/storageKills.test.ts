import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { ConversationFiles } from '../../../../src/host/storage/conversationFiles.ts';
import { otherProcesses, testFolder, textOf, valueOf } from './storageSetup.ts';

const KILLS = 8;

describe('a window that is killed while it writes', () => {
  const folder = testFolder();
  const start = otherProcesses();

  it('leaves a whole state, none older than the last that it knew to be on disk', async () => {
    const id = crypto.randomUUID();
    for (let kill = 0; kill < KILLS; kill++) {
      const writer = start('stateWriter.ts', folder.path, id);
      let known = 0;
      for (let write = 0; write < 3; write++) {
        known = Number(await writer.next());
      }
      // The moment of the kill moves through the making, writing and renaming of the next state.
      await new Promise((resolve) => setTimeout(resolve, kill * 4));
      await writer.kill();
      for (let line = await writer.next(); line !== undefined; line = await writer.next()) {
        known = Number(line);
      }
      const opened = valueOf(await new ConversationFiles(folder.path).open(id));
      const number = Number(opened.stored?.draft);
      assert.ok(number >= known && number <= known + 1, `${number} after ${known}`);
      const words = new Set(textOf(opened.stored)?.trim().split(' '));
      assert.deepEqual(words, new Set([String(number)]));
      opened.dispose();
    }
    const { conversations, faults } = await new ConversationFiles(folder.path).list();
    assert.equal(conversations.length, 1);
    assert.deepEqual(faults, []);
    const left = readdirSync(join(folder.path, 'conversations'));
    assert.deepEqual(
      left.filter((name) => !name.endsWith('.tmp')),
      [`${id}.json`],
    );
  }).timeout(60_000);
});
