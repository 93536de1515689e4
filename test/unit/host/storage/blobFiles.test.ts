import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeEach, describe, it } from 'mocha';
import { BlobFiles, thumbnailFile } from '../../../../src/host/storage/blobFiles.ts';
import { testFolder } from './storageSetup.ts';

const HOUR_MS = 3_600_000;

describe('blobs on disk', () => {
  const folder = testFolder();
  let blobs = new BlobFiles('');

  beforeEach(() => {
    blobs = new BlobFiles(folder.path);
  });

  const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
  const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');
  const fileOf = (text: string): string => {
    const sha256 = hashOf(text);
    return join(folder.path, 'blobs', sha256.slice(0, 2), sha256);
  };
  async function put(text: string, ageMs = 0): Promise<string> {
    await blobs.put(hashOf(text), bytesOf(text));
    const time = (Date.now() - ageMs) / 1000;
    utimesSync(fileOf(text), time, time);
    return hashOf(text);
  }

  it('are found by their hash, under the first two letters of it', async () => {
    const sha256 = await put('picture');
    assert.deepEqual([...((await blobs.get(sha256)) ?? [])], [...bytesOf('picture')]);
    assert.equal(await blobs.has(sha256), true);
    assert.ok(statSync(fileOf('picture')).isFile());
  });

  it('are not found before anything was put, nor counted', async () => {
    assert.equal(await blobs.get(hashOf('x')), undefined);
    assert.equal(await blobs.has(hashOf('x')), false);
    assert.equal(await blobs.bytes(), 0);
    assert.equal(await blobs.collect(new Set(), 0), 0);
  });

  it('are written once, and marked as wanted when they are put again', async () => {
    const sha256 = await put('picture', 2 * HOUR_MS);
    const { ino } = statSync(fileOf('picture'));
    await blobs.put(sha256, bytesOf('picture'));
    assert.equal(statSync(fileOf('picture')).ino, ino);
    await blobs.collect(new Set(), HOUR_MS);
    assert.equal(await blobs.collect(new Set(), HOUR_MS), 0);
    assert.equal(await blobs.has(sha256), true);
    assert.equal(await blobs.touch(hashOf('missing')), false);
  });

  it('are written again when they were cut off', async () => {
    const sha256 = await put('picture');
    writeFileSync(fileOf('picture'), 'pict');
    await blobs.put(sha256, bytesOf('picture'));
    assert.ok(await blobs.get(sha256));
  });

  it('are set aside when their bytes are not those of the hash, and can be put again', async () => {
    const sha256 = await put('picture');
    writeFileSync(fileOf('picture'), 'pictures');
    assert.equal(await blobs.get(sha256), undefined);
    assert.equal(await blobs.has(sha256), false);
    const [aside = ''] = readdirSync(dirname(fileOf('picture')));
    assert.match(aside, new RegExp(`^${sha256}\\.damaged-\\d+$`));
    await blobs.put(sha256, bytesOf('picture'));
    assert.ok(await blobs.get(sha256));
  });

  it('are collected when they are old and nothing refers to them', async () => {
    const used = await put('used', 2 * HOUR_MS);
    const young = await put('young', HOUR_MS / 2);
    const old = await put('to be collected', 2 * HOUR_MS);
    const damaged = await put('damaged', 2 * HOUR_MS);
    writeFileSync(fileOf('damaged'), 'd');
    const before = Date.now() / 1000 - 7200;
    utimesSync(fileOf('damaged'), before, before);
    await blobs.get(damaged);
    assert.equal(
      await blobs.bytes(),
      'used'.length + 'young'.length + 'to be collected'.length + 1,
    );
    assert.equal(await blobs.collect(new Set([used, damaged]), HOUR_MS), 0);
    const freed = await blobs.collect(new Set([used, damaged]), HOUR_MS);
    assert.equal(freed, 'to be collected'.length + 1);
    assert.deepEqual(
      [await blobs.has(used), await blobs.has(young), await blobs.has(old)],
      [true, true, false],
    );
    assert.equal(await blobs.bytes(), 'used'.length + 'young'.length);
  });

  it('are spared when they came since the last collection, however old the clock says they are', async () => {
    await blobs.collect(new Set(), HOUR_MS);
    const marker = join(folder.path, 'blobs', 'collected');
    const earlier = Date.now() / 1000 - 4 * 3600;
    utimesSync(marker, earlier, earlier);
    // By a clock that is two hours ahead by now.
    const sha256 = await put('put just before the clock was set', 2 * HOUR_MS);
    assert.equal(await blobs.collect(new Set(), HOUR_MS), 0);
    assert.equal(await blobs.has(sha256), true);
  });

  it('are removed unless they were put just now, and their thumbnails with them', async () => {
    const fresh = await put('fresh');
    const old = await put('old', HOUR_MS);
    writeFileSync(thumbnailFile(folder.path, fresh), 'small');
    writeFileSync(thumbnailFile(folder.path, old), 'small');
    assert.equal(await blobs.bytes(), 'freshold'.length + 2 * 'small'.length);
    await blobs.remove(fresh, HOUR_MS / 2);
    await blobs.remove(old, HOUR_MS / 2);
    assert.deepEqual([await blobs.has(fresh), await blobs.has(old)], [true, false]);
    assert.equal(await blobs.bytes(), 'fresh'.length + 'small'.length);
  });

  it('are collected with their thumbnails', async () => {
    const sha256 = await put('old', 2 * HOUR_MS);
    const thumbnail = thumbnailFile(folder.path, sha256);
    writeFileSync(thumbnail, 'small');
    const before = Date.now() / 1000 - 7200;
    utimesSync(thumbnail, before, before);
    await blobs.collect(new Set([sha256]), HOUR_MS);
    assert.equal(await blobs.collect(new Set([sha256]), HOUR_MS), 0);
    assert.equal(await blobs.collect(new Set(), HOUR_MS), 'oldsmall'.length);
  });

  it('from a clock that was set back since are spared', async () => {
    const future = await put('future', -5 * HOUR_MS);
    await blobs.collect(new Set(), HOUR_MS);
    assert.equal(await blobs.collect(new Set(), HOUR_MS), 0);
    assert.equal(await blobs.has(future), true);
  });

  it('have no path made of anything but a hash', async () => {
    for (const name of [
      '',
      '../../etc/passwd',
      'A'.repeat(64),
      `${'a'.repeat(63)}/`,
      'a'.repeat(65),
    ]) {
      await assert.rejects(blobs.get(name), /no SHA-256/);
      await assert.rejects(blobs.has(name), /no SHA-256/);
      await assert.rejects(blobs.put(name, bytesOf('x')), /no SHA-256/);
    }
    assert.deepEqual(readdirSync(folder.path), []);
  });

  it('reject with the error of the file system where they cannot be kept or read', async () => {
    const sha256 = hashOf('picture');
    writeFileSync(join(folder.path, 'blobs'), 'a file in the place of the folder');
    await assert.rejects(blobs.put(sha256, bytesOf('picture')), { code: /^(?:ENOTDIR|EEXIST)$/ });
    const other = new BlobFiles(join(folder.path, 'other'));
    mkdirSync(join(folder.path, 'other/blobs', sha256.slice(0, 2), sha256), { recursive: true });
    await assert.rejects(other.get(sha256), { code: 'EISDIR' });
  });
});
