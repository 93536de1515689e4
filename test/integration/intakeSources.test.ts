import assert from 'node:assert/strict';
import {
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { MAX_FILE_BYTES } from '../../src/core/plan/limits.ts';
import type { HostMessage } from '../../src/core/conversation/protocol.ts';
import { expandUris } from '../../src/host/images/expandUris.ts';
import type { FolderQuestion } from '../../src/host/images/folderQuestion.ts';
import { imagesMeant } from '../../src/host/images/imagesMeant.ts';
import { PageFiles } from '../../src/host/panel/pageFiles.ts';
import { TemporaryImages } from '../../src/host/images/temporaryImages.ts';
import { blankPng, greyPng } from '../support/pngFile.ts';

describe('the sources of images', () => {
  const { signal } = new AbortController();
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'vision-intake-'));
  });

  afterEach(() => rm(folder, { recursive: true, force: true }));

  const write = async (path: string, content: Uint8Array | string): Promise<vscode.Uri> => {
    const file = join(folder, path);
    await mkdir(join(file, '..'), { recursive: true });
    await writeFile(file, content);
    return vscode.Uri.file(file);
  };

  describe('a folder', () => {
    let asked: FolderQuestion[];
    let told: string[];
    beforeEach(() => {
      asked = [];
      told = [];
    });

    const expand = async (
      uris: readonly (vscode.Uri | string)[],
      { free = 100, answer = true } = {},
    ) => {
      const sources = await expandUris(uris, free, {
        confirm: (question) => {
          asked.push(question);
          return Promise.resolve(answer);
        },
        tell: (message) => told.push(message),
      });
      return sources.map(({ name }) => name);
    };

    const assets = async (): Promise<vscode.Uri> => {
      await write('assets/10.png', greyPng(1000, 1000));
      await write('assets/2.PNG', greyPng(1000, 1000));
      await write('assets/deep/a.png', greyPng(1000, 1000));
      await write('assets/notes.txt', 'no image');
      await write('assets/node_modules/icon/b.png', greyPng(1000, 1000));
      return vscode.Uri.file(join(folder, 'assets'));
    };

    it('is its images in natural order, after a question with number and cost', async () => {
      const names = await expand([await assets()]);
      assert.deepEqual(names, ['2.PNG', '10.png', 'a.png']);
      assert.deepEqual(asked, [
        {
          message:
            '3 images in assets: about 3,900 visual tokens, $0.0078 with Claude Sonnet 5.5. Attach them?',
          detail: '',
        },
      ]);
    });

    it('is nothing when the user does not agree; what was named stays', async () => {
      const uri = await write('photo.png', greyPng(10, 10));
      assert.deepEqual(await expand([await assets(), uri], { answer: false }), ['photo.png']);
    });

    it('keeps its place among files and addresses', async () => {
      const before = await write('z.png', greyPng(10, 10));
      const after = 'https://images.example/a%2Fb.png?x=%2B';
      assert.deepEqual(await expand([before, await assets(), after]), [
        'z.png',
        '2.PNG',
        '10.png',
        'a.png',
        'a/b.png',
      ]);
    });

    it('gives as many as there is room for, and says how many there are more', async () => {
      const uri = await write('z.png', greyPng(10, 10));
      assert.deepEqual(await expand([await assets(), uri], { free: 2 }), ['2.PNG', 'z.png']);
      assert.match(asked[0]?.message ?? '', /^1 image in assets: about 1,300 visual tokens/);
      assert.equal(asked[0]?.detail, 'There are 2 more, for which the conversation has no room.');
    });

    it('counts what cannot be read apart', async () => {
      const uri = await assets();
      await write('assets/broken.png', 'no image');
      await write('assets/bomb.png', blankPng(30_000, 30_000));
      await expand([uri]);
      assert.match(asked[0]?.message ?? '', /^5 images in assets: about 3,900 visual tokens/);
      assert.equal(
        asked[0]?.detail,
        'Images that could not be read, and are not counted in the cost: 2.',
      );
    });

    it('without images is said', async () => {
      await write('empty/notes.txt', 'no image');
      assert.deepEqual(await expand([vscode.Uri.file(join(folder, 'empty'))]), []);
      assert.deepEqual(asked, []);
      assert.deepEqual(told, ['There is no image in empty.']);
    });
  });

  it('name what is no URI, and what is not there', async () => {
    const gone = vscode.Uri.file(join(folder, 'gone.png'));
    const sources = await expandUris(['no uri at all', gone], 100);
    const reads = await Promise.all(sources.map((source) => source.read(signal)));
    assert.deepEqual(
      sources.map(({ name }) => name),
      ['no uri at all', 'gone.png'],
    );
    assert.deepEqual(reads, [
      { ok: false, error: { kind: 'addressInvalid' } },
      { ok: false, error: { kind: 'fileNotFound' } },
    ]);
  });

  describe('a command', () => {
    const uris = (...names: readonly string[]) =>
      names.map((name) => vscode.Uri.file(`/w/${name}`));

    it('means the whole selection of the Explorer', async () => {
      const [a, b] = uris('a.png', 'folder');
      assert.deepEqual(await imagesMeant([a, [a, b]]), [a, b]);
      assert.deepEqual(await imagesMeant([a, undefined]), [a]);
      assert.deepEqual(await imagesMeant([a, { groupId: 0 }]), [a]);
    });

    it('means the changes of Source Control, and of a group the images', async () => {
      const [a, b, c] = uris('a.png', 'b.ts', 'c.SVG');
      const changes = [a, b, c].map((resourceUri) => ({ resourceUri }));
      assert.deepEqual(await imagesMeant([changes[0], changes[2]]), [a, c]);
      assert.deepEqual(await imagesMeant([{ id: 'workingTree', resourceStates: changes }]), [a, c]);
    });
  });

  describe('the page', () => {
    let posted: HostMessage[];
    let temporary: TemporaryImages;
    let page: PageFiles;

    beforeEach(() => {
      posted = [];
      temporary = new TemporaryImages(vscode.Uri.file(folder));
      page = new PageFiles((message) => {
        posted.push(message);
        return Promise.resolve(true);
      }, temporary);
    });

    afterEach(() => vscode.Disposable.from(page, temporary).dispose());

    const offer = (fileId: string, byteLength: number = 3) => ({
      fileId,
      name: `${fileId}.png`,
      byteLength,
    });

    it('is asked for each file when it is its turn, and the file can be opened then', async () => {
      const [a, b] = page.sources([offer('a'), offer('b')]);
      assert.deepEqual([a?.name, b?.name], ['a.png', 'b.png']);
      assert.deepEqual(posted, []);
      const read = b?.read(signal);
      const bytes = Uint8Array.of(1, 2, 3);
      page.receive('a', 0, Uint8Array.of(9));
      page.receive('b', 0, bytes.subarray(0, 2));
      await new Promise((resolve) => setImmediate(resolve));
      // Of a reading that was called off.
      page.receive('b', 0, bytes.subarray(0, 2));
      page.receive('b', 2, bytes.subarray(2));
      const result = await read;
      assert.deepEqual(posted, [
        { type: 'sendPiece', fileId: 'b', from: 0 },
        { type: 'sendPiece', fileId: 'b', from: 2 },
      ]);
      assert.ok(result?.ok);
      assert.deepEqual(result.value.bytes, bytes);
      const uri = vscode.Uri.parse(result.value.uri ?? '', true);
      assert.equal(basename(uri.fsPath), 'b.png');
      assert.deepEqual(new Uint8Array(await readFile(uri.fsPath)), bytes);
    });

    it('fails with the files that it cannot give, or that are too many bytes', async () => {
      const [gone, empty, changed, large, more] = page.sources([
        offer('gone'),
        offer('empty', 0),
        offer('changed'),
        offer('large', 200 * 1024 * 1024),
        offer('more', 2),
      ]);
      const reads = [gone, empty, changed, large, more].map((source) => source?.read(signal));
      assert.deepEqual(
        posted.map((message) => message.type === 'sendPiece' && message.fileId),
        ['gone', 'changed', 'more'],
      );
      page.fail('gone');
      page.receive('changed', 0, new Uint8Array());
      page.receive('more', 0, Uint8Array.of(1, 2, 3));
      assert.deepEqual(await Promise.all(reads.map(async (read) => read)), [
        { ok: false, error: { kind: 'handoverFailed' } },
        { ok: false, error: { kind: 'fileEmpty' } },
        { ok: false, error: { kind: 'handoverFailed' } },
        {
          ok: false,
          error: { kind: 'fileTooLarge', bytes: 200 * 1024 * 1024, limit: MAX_FILE_BYTES },
        },
        { ok: false, error: { kind: 'handoverFailed' } },
      ]);
    });

    it('fails with what it still had when it goes', async () => {
      const [asked, notYet] = page.sources([offer('asked'), offer('notYet')]);
      const read = asked?.read(signal);
      page.dispose();
      const failure = { ok: false, error: { kind: 'handoverFailed' } };
      assert.deepEqual(await read, failure);
      assert.deepEqual(await notYet?.read(signal), failure);
      assert.equal(posted.length, 1);
    });

    it('is no longer waited for when the image is removed', async () => {
      const [source] = page.sources([offer('a')]);
      const controller = new AbortController();
      const read = source?.read(controller.signal);
      const reason = new Error('removed');
      controller.abort(reason);
      await assert.rejects(async () => read, reason);
      page.receive('a', 0, Uint8Array.of(1));
    });
  });

  describe('temporary images', () => {
    it('have files of their own, whatever their names', async () => {
      const temporary = new TemporaryImages(vscode.Uri.file(folder));
      const put = await Promise.all(
        ['image.png', 'image.png', '../../../x.png'].map((name, index) =>
          temporary.put(name, Uint8Array.of(index)),
        ),
      );
      assert.deepEqual(
        put.map(({ fsPath }) => basename(fsPath)),
        ['image.png', 'image.png', 'x.png'],
      );
      for (const [index, { fsPath }] of put.entries()) {
        assert.ok(fsPath.startsWith(join(folder, 'temporary-images')));
        assert.deepEqual([...(await readFile(fsPath))], [index]);
      }
      temporary.dispose();
      assert.deepEqual(await readdir(join(folder, 'temporary-images')), []);
    });

    it('make no folder before the first', async () => {
      new TemporaryImages(vscode.Uri.file(folder)).dispose();
      assert.deepEqual(await readdir(folder), []);
    });

    it('are kept whatever is left over that cannot be looked at', async () => {
      const parent = join(folder, 'temporary-images');
      await mkdir(parent, { recursive: true });
      await symlink(join(folder, 'nowhere'), join(parent, '4194999-a'));
      const temporary = new TemporaryImages(vscode.Uri.file(folder));
      const { fsPath } = await temporary.put('a.png', Uint8Array.of(1));
      assert.deepEqual([...(await readFile(fsPath))], [1]);
      temporary.dispose();
    });

    it('of windows that crashed go after a day', async () => {
      const parent = join(folder, 'temporary-images');
      // No system gives a process such a number.
      const [crashed, crashedToday, running] = ['4194999-a', '4194999-b', `${process.pid}-c`];
      const twoDaysAgo = new Date(Date.now() - 2 * 24 * 60 * 60 * 1000);
      for (const name of [crashed, crashedToday, running]) {
        await mkdir(join(parent, name), { recursive: true });
        if (name !== crashedToday) {
          await utimes(join(parent, name), twoDaysAgo, twoDaysAgo);
        }
      }
      const temporary = new TemporaryImages(vscode.Uri.file(folder));
      await temporary.put('a.png', Uint8Array.of(1));
      const left = await readdir(parent);
      assert.ok(!left.includes(crashed));
      assert.ok(left.includes(crashedToday) && left.includes(running));
      assert.equal(left.length, 3);
      temporary.dispose();
    });
  });
});
