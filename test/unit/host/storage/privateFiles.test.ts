import assert from 'node:assert/strict';
import { globSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'mocha';
import { Claims } from '../../../../src/host/storage/claims.ts';
import { LastConversation } from '../../../../src/host/storage/lastConversation.ts';
import { makeFolder, writePrivately } from '../../../../src/host/storage/privateFiles.ts';
import { testFolder } from './storageSetup.ts';

/** These make the files and folders for all others. */
const MAKERS = /storage\/(?:privateFiles|atomicFile|lease)\.ts$/;

describe('what lies on disk', () => {
  const folder = testFolder();
  const modeOf = (...path: readonly string[]): number =>
    // Windows knows no such modes.
    statSync(join(folder.path, ...path)).mode & 0o777;
  const onFault = (error: unknown): void => assert.ifError(error);

  before(function unlessWindows() {
    if (process.platform === 'win32') {
      this.skip();
    }
  });

  it('is the user’s alone: folders with those above them, and files', async () => {
    await makeFolder(join(folder.path, 'a', 'b'));
    await writePrivately(join(folder.path, 'a', 'b', 'c'), 'text', 'wx');
    assert.deepEqual([modeOf('a'), modeOf('a', 'b'), modeOf('a', 'b', 'c')], [0o700, 0o700, 0o600]);
    await assert.rejects(writePrivately(join(folder.path, 'a', 'b', 'c'), '', 'wx'), {
      code: 'EEXIST',
    });
  });

  it('is so for claims and the conversation in sight', async () => {
    const last = new LastConversation(join(folder.path, 'storage'), onFault);
    last.set('x');
    await last.flush();
    assert.deepEqual([modeOf('storage'), modeOf('storage', 'last-conversation')], [0o700, 0o600]);

    const answers = { holds: () => false, isInUse: async () => true, letGo: async () => {} };
    const claims = new Claims(join(folder.path, 'claims'), answers, onFault);
    claims.listen();
    let mode = 0;
    await claims.claim('x', async () => {
      mode = modeOf('claims', 'x.claim');
      return true;
    });
    claims.dispose();
    assert.deepEqual([modeOf('claims'), mode], [0o700, 0o600]);
  });

  it('is made by nobody else', () => {
    const others = globSync('src/host/**/*.ts').filter((file) => !MAKERS.test(file));
    assert.ok(others.length > 50);
    const makers = others.filter((file) =>
      /(?<![.\w])(?:mkdir|mkdirSync|writeFile|writeFileSync)\(/.test(readFileSync(file, 'utf8')),
    );
    assert.deepEqual(makers, []);
  });
});
