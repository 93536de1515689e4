import assert from 'node:assert/strict';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { hostname, uptime } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import {
  bytesIn,
  deleteWorkspace,
  nameWorkspace,
  otherWorkspaces,
} from '../../../../src/host/storage/otherWorkspaces.ts';
import { testFolder } from './storageSetup.ts';

describe('what other workspaces keep', () => {
  const folder = testFolder();
  const rootOf = (digit: string): string => join(folder.path, 'workspaces', digit.repeat(64));
  function keep(digit: string, path: string, text: string): void {
    const file = join(rootOf(digit), path);
    mkdirSync(join(file, '..'), { recursive: true });
    writeFileSync(file, text);
  }

  it('is told with their names, the largest first, and without this one', async () => {
    keep('a', 'blobs/aa/x', 'own');
    keep('b', 'blobs/aa/x', '12345');
    keep('c', 'conversations/x.json', '123');
    keep('c', 'blobs/aa/x', '1234567');
    mkdirSync(join(folder.path, 'workspaces', 'something else'));
    const name = { name: 'project', uris: ['file:///home/user/project'] };
    await nameWorkspace(rootOf('c'), name);
    const others = await otherWorkspaces(rootOf('a'));
    assert.deepEqual(
      others.map((other) => [other.folder, other.name]),
      [
        [rootOf('c'), name],
        [rootOf('b'), undefined],
      ],
    );
    assert.deepEqual(
      others.map(({ bytes }) => bytes),
      [10 + JSON.stringify(name).length, 5],
    );
    assert.equal(await bytesIn(rootOf('f')), 0);
  });

  it('is deleted, but not while a window has a conversation of it open', async () => {
    keep('b', 'blobs/aa/x', '12345');
    keep('b', 'conversations/x.json', '{}');
    const holder = { token: crypto.randomUUID(), host: hostname(), uptime: Math.floor(uptime()) };
    const parent = process.ppid;
    keep('b', 'conversations/x.lease', JSON.stringify({ ...holder, pid: parent }));
    const [other] = await otherWorkspaces(rootOf('a'));
    assert.ok(other);
    assert.equal(await deleteWorkspace(other), false);
    assert.ok(existsSync(join(rootOf('b'), 'blobs/aa/x')));
    keep('b', 'conversations/x.lease', JSON.stringify({ ...holder, pid: 2 ** 22 + 1 }));
    assert.equal(await deleteWorkspace(other), true);
    assert.ok(!existsSync(rootOf('b')));
  });
});
