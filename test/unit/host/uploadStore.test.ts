import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { UploadStore, type UploadRecord } from '../../../src/host/conversation/uploadStore.ts';

const record = (digit: string): UploadRecord => ({
  sha256: digit.repeat(64),
  fileId: `file_${digit}`,
  baseUrl: 'https://api.anthropic.com',
  keyFingerprint: '0123456789ab',
  byteLength: 1234,
  uploadedAt: 1_700_000_000_000,
});

describe('UploadStore', () => {
  let folder: string;
  let aside: string[];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'vision-uploads-'));
    aside = [];
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const open = (file = join(folder, 'storage', 'uploads.json')) =>
    new UploadStore({ file, onSetAside: (_, reason) => aside.push(reason) });

  it('knows the records again that another window has written', async () => {
    assert.deepEqual(await open().all(), []);
    await open().change(() => [{ ...record('a'), expiresAt: 1_800_000_000_000 }]);
    const other = open();
    await open().change((records) => [...records, record('b')]);
    assert.deepEqual(await other.all(), [
      { ...record('a'), expiresAt: 1_800_000_000_000 },
      record('b'),
    ]);
    assert.deepEqual(readdirSync(join(folder, 'storage')), ['uploads.json']);
  });

  it('makes changes one after the other', async () => {
    const store = open();
    await Promise.all(
      ['1', '2', '3', '4'].map((digit) => store.change((all) => [...all, record(digit)])),
    );
    assert.equal((await store.all()).length, 4);
  });

  it('loses nothing when two windows change them at the same time', async () => {
    const windows = [open(), open()];
    await Promise.all(
      ['1', '2', '3', '4', '5', '6'].map(async (digit, index) =>
        windows[index % 2]?.change((all) => [...all, record(digit)]),
      ),
    );
    assert.equal((await open().all()).length, 6);
  });

  it('takes no id of a file that could break a line of the log', async () => {
    const file = join(folder, 'uploads.json');
    const uploads = [{ ...record('a'), fileId: 'file_1\nDeleted' }];
    writeFileSync(file, JSON.stringify({ version: 1, uploads }));
    assert.deepEqual(await open(file).all(), []);
    assert.deepEqual(aside, ['damaged']);
  });

  const broken: readonly [title: string, text: string, reason: string][] = [
    ['was cut in half', '{"version":1,"uploads":[{"sha2', 'damaged'],
    ['holds something else', '{"version":1,"uploads":[{"sha256":5}]}', 'damaged'],
    ['is of a newer version', '{"version":2,"files":[]}', 'newerVersion'],
  ];
  for (const [title, text, reason] of broken) {
    it(`sets a file aside that ${title}, and goes on`, async () => {
      const file = join(folder, 'uploads.json');
      writeFileSync(file, text);
      const store = open(file);
      assert.deepEqual(await store.all(), []);
      await store.change(() => [record('a')]);
      assert.deepEqual(await store.all(), [record('a')]);
      assert.deepEqual(aside, [reason]);
      const kept = readdirSync(folder).find((name) => name !== 'uploads.json') ?? '';
      assert.equal(readFileSync(join(folder, kept), 'utf8'), text);
    });
  }

  it('says when it cannot write, and works again after that', async () => {
    const inTheWay = join(folder, 'storage');
    writeFileSync(inTheWay, '');
    const store = open();
    await assert.rejects(store.change(() => [record('a')]));
    rmSync(inTheWay);
    await store.change((records) => [...records, record('b')]);
    assert.deepEqual(await store.all(), [record('b')]);
  });
});
