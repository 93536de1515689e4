import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import {
  removeLeftOvers,
  writeAtomically,
  writeAtomicallySync,
} from '../../../../src/host/storage/atomicFile.ts';
import { writeFault } from '../../../../src/host/storage/systemError.ts';
import { testFolder } from './storageSetup.ts';

const MODULE = new URL('../../../../src/host/storage/atomicFile.ts', import.meta.url);

describe('a file written as a whole', () => {
  const folder = testFolder();
  const inFolder = (name = 'file'): string => join(folder.path, name);

  it('holds what was written, for the user alone, and leaves nothing beside it', async () => {
    await writeAtomically(inFolder(), 'first');
    await writeAtomically(inFolder(), new Uint8Array([1, 2, 3]));
    assert.deepEqual([...readFileSync(inFolder())], [1, 2, 3]);
    writeAtomicallySync(inFolder(), 'third');
    assert.equal(readFileSync(inFolder(), 'utf8'), 'third');
    assert.deepEqual(readdirSync(folder.path), ['file']);
    if (process.platform !== 'win32') {
      assert.equal(statSync(inFolder()).mode & 0o777, 0o600);
    }
  });

  it('stays as it was, alone, when the writing fails, and the error keeps its code', async () => {
    mkdirSync(inFolder('taken/by a folder'), { recursive: true });
    const code = process.platform === 'win32' ? 'EPERM' : 'EISDIR';
    await assert.rejects(writeAtomically(inFolder('taken'), 'text'), { code });
    assert.throws(() => writeAtomicallySync(inFolder('taken'), 'text'), { code });
    await assert.rejects(writeAtomically(inFolder('missing/file'), 'text'), { code: 'ENOENT' });
    assert.deepEqual(readdirSync(folder.path), ['taken']);
  });

  it('stays as it was when only a part of what is new could be written', function cutWriting() {
    if (process.platform === 'win32') {
      this.skip();
    }
    writeFileSync(inFolder(), 'before');
    const script = `
      import { writeAtomically, writeAtomicallySync } from ${JSON.stringify(MODULE.href)};
      const file = process.argv[1];
      const text = 'x'.repeat(1 << 20);
      await writeAtomically(file, text).catch(({ code }) => console.log(code));
      try { writeAtomicallySync(file, text); } catch ({ code }) { console.log(code); }`;
    // A limit of the shell on the size of files: the write stops in the middle, as on a full disk.
    const { stdout, stderr } = spawnSync(
      'sh',
      [
        '-c',
        'ulimit -f 8; exec "$0" "$@"',
        process.execPath,
        '--input-type=module',
        '-e',
        script,
        inFolder(),
      ],
      { encoding: 'utf8' },
    );
    assert.equal(stdout, 'EFBIG\nEFBIG\n', stderr);
    assert.equal(readFileSync(inFolder(), 'utf8'), 'before');
    assert.deepEqual(readdirSync(folder.path), ['file']);
  });

  it('stays as it was when it is called off before the end', async () => {
    writeFileSync(inFolder(), 'before');
    const abort = new AbortController();
    const writing = writeAtomically(inFolder(), 'late', abort.signal);
    abort.abort(new Error('newer'));
    await assert.rejects(writing, /newer/);
    assert.equal(readFileSync(inFolder(), 'utf8'), 'before');
    assert.deepEqual(readdirSync(folder.path), ['file']);
  });

  it('is cleared of what dead processes have left, and of nothing else', async () => {
    const { pid } = spawnSync(process.execPath, ['--version']);
    const id = crypto.randomUUID();
    const names = [`a.${pid}-${id}.tmp`, `b.${process.ppid}-${id}.tmp`, 'c.tmp'];
    for (const name of [...names, `young.${pid}-${id}.tmp`]) {
      writeFileSync(inFolder(name), '12345');
    }
    const before = Date.now() / 1000 - 120;
    for (const name of names) {
      utimesSync(inFolder(name), before, before);
    }
    assert.equal(await removeLeftOvers(folder.path), 5);
    assert.deepEqual(
      new Set(readdirSync(folder.path)),
      new Set([...names.slice(1), `young.${pid}-${id}.tmp`]),
    );
  });
});

describe('an error of the file system', () => {
  const errorOf = (write: () => void): unknown => {
    try {
      write();
    } catch (error) {
      return error;
    }
    return assert.fail('It was written.');
  };

  it('tells that the disk is full', function fillDisk() {
    if (process.platform !== 'linux') {
      this.skip();
    }
    const error = errorOf(() => writeFileSync('/dev/full', 'text'));
    assert.deepEqual(writeFault(error, 'f'), { kind: 'diskFull', file: 'f' });
  });

  it('tells that nothing may be written, or that nothing can be', () => {
    for (const code of ['EROFS', 'EACCES', 'EPERM']) {
      const error = Object.assign(new Error('refused'), { code });
      assert.deepEqual(writeFault(error, 'f'), { kind: 'readOnly', file: 'f', code });
    }
    const error = errorOf(() => writeFileSync(join(import.meta.filename, 'file'), 'text'));
    const { code } = error as NodeJS.ErrnoException;
    assert.ok(code === 'ENOTDIR' || code === 'ENOENT');
    assert.deepEqual(writeFault(error, 'f'), { kind: 'unwritable', file: 'f', code });
  });
});
