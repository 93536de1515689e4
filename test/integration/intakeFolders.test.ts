import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import * as vscode from 'vscode';
import type { AttachedImage } from '../../src/core/conversation/conversation.ts';
import { emptyConversation } from '../../src/core/conversation/conversation.ts';
import type { OfferedFile } from '../../src/core/conversation/protocol.ts';
import { MAX_FILE_BYTES } from '../../src/core/plan/limits.ts';
import { imagesTooLarge } from '../../src/host/conversation/requestSize.ts';
import { expandUris, type ExpandOptions } from '../../src/host/images/expandUris.ts';
import type { FolderQuestion } from '../../src/host/images/folderQuestion.ts';
import { chooseOffered, type Offer } from '../../src/host/images/offeredImages.ts';
import { readHeader } from '../../src/host/images/readHeader.ts';
import { slowWork } from '../../src/host/images/slowWork.ts';
import { attachOffered } from '../../src/host/panel/pageIntake.ts';
import { PageFiles } from '../../src/host/panel/pageFiles.ts';
import { greyPng } from '../support/pngFile.ts';
import { tiffFile } from '../unit/core/makeHeaders.ts';
import { useSession } from './sessionSetup.ts';

const MEGABYTE = 1024 * 1024;

describe('folders of images', () => {
  let folder: string;
  let asked: FolderQuestion[];
  const answering = (answer: boolean) => (question: FolderQuestion) => {
    asked.push(question);
    return Promise.resolve(answer);
  };

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'vision-folders-'));
    asked = [];
  });

  afterEach(() => rm(folder, { recursive: true, force: true }));

  describe('when they are searched', () => {
    const many = async (count: number): Promise<vscode.Uri> => {
      await mkdir(join(folder, 'many'));
      const png = greyPng(10, 10);
      await Promise.all(
        Array.from({ length: count }, (_, index) =>
          writeFile(join(folder, 'many', `${index}.png`), png),
        ),
      );
      return vscode.Uri.file(join(folder, 'many'));
    };
    const expand = async (uris: readonly vscode.Uri[], options: ExpandOptions = {}) => {
      const told: string[] = [];
      const sources = await expandUris(uris, 1, {
        confirm: answering(true),
        tell: (message) => told.push(message),
        ...options,
      });
      return { names: sources.map(({ name }) => name), told };
    };

    it('say that there are more images than were looked for', async () => {
      const { names } = await expand([await many(303)]);
      assert.equal(names.length, 1);
      assert.equal(
        asked[0]?.detail,
        'There are more than 300 others, for which the conversation has no room.',
      );
    });

    it('say how many images there are when all were found', async () => {
      await expand([await many(301)]);
      assert.equal(asked[0]?.detail, 'There are 300 more, for which the conversation has no room.');
    });

    it('give nothing once it is called off; what was named stays', async () => {
      const uri = vscode.Uri.file(join(folder, 'a.png'));
      await writeFile(uri.fsPath, greyPng(10, 10));
      const { names, told } = await expand([await many(3), uri], {
        search: async (_, work) => {
          const source = new vscode.CancellationTokenSource();
          source.cancel();
          return work(source.token);
        },
      });
      assert.deepEqual(names, ['a.png']);
      assert.deepEqual([asked, told], [[], []]);
    });

    it('take the result of work, and its fault', async () => {
      assert.equal(await slowWork('Looking', () => Promise.resolve(1)), 1);
      await assert.rejects(
        slowWork('Looking', () => Promise.reject(new Error('broken'))),
        /broken/,
      );
    });
  });

  describe('when they are dropped from the desktop', () => {
    const file = (name: string, folderName?: string, byteLength = MEGABYTE): OfferedFile => ({
      fileId: name,
      name,
      byteLength,
      ...(folderName !== undefined && { folder: folderName }),
    });
    const choose = async (offer: Offer, { free = 100, answer = true } = {}) => {
      const { files } = await chooseOffered(offer, free, answering(answer));
      return files.map(({ name }) => name);
    };
    const COST = 'What an image costs stands beside it before you send it.';

    it('are asked for with number and size, and keep their places', async () => {
      const files = [file('z.png'), file('1.png', 'shots'), file('2.png', 'shots'), file('a.png')];
      assert.deepEqual(await choose({ files }), ['z.png', '1.png', '2.png', 'a.png']);
      assert.deepEqual(asked, [
        { message: '2 images in shots, 2.1 MB. Attach them?', detail: COST },
      ]);
    });

    it('are nothing when the user does not agree; what was dropped by itself stays', async () => {
      const files = [file('1.png', 'shots'), file('a.png')];
      assert.deepEqual(await choose({ files }, { answer: false }), ['a.png']);
      assert.equal(asked[0]?.message, '1 image in shots, 1 MB. Attach it?');
    });

    it('give as many as there is room for, and say what else there is', async () => {
      const files = [file('1.png', 'shots'), file('2.png', 'more'), file('a.png')];
      const offer = { files, leftOut: 200, unreadable: 3, unsearched: true };
      assert.deepEqual(await choose(offer, { free: 2 }), ['1.png', 'a.png']);
      assert.equal(
        asked[0]?.detail,
        `${COST} There are 201 more, for which the conversation has no room. ` +
          'Files and folders that could not be read: 3. ' +
          'There is more in what you dropped than was looked through. Drop smaller folders.',
      );
    });

    it('are not asked for when there is none, or no room', async () => {
      assert.deepEqual(await choose({ files: [file('a.png')] }), ['a.png']);
      assert.deepEqual(await choose({ files: [file('1.png', 'shots')] }, { free: 0 }), ['1.png']);
      assert.deepEqual(asked, []);
    });
  });

  it('are not read for the header of a file that is too large to be taken', async () => {
    const pages = [{ 256: [30], 257: [20] }];
    const headerOf = async (gap: number) => {
      const uri = vscode.Uri.file(join(folder, `${gap}.tiff`));
      await writeFile(uri.fsPath, tiffFile({ pages, gap }));
      return (await readHeader(uri))?.header.size;
    };
    assert.deepEqual(await headerOf(MEGABYTE), { width: 30, height: 20 });
    assert.equal(await headerOf(MAX_FILE_BYTES), undefined);
  });
});

describe('files that a page offers', () => {
  const current = useSession();
  const offered = async (offer: Offer, answer = true) => {
    const { session } = current();
    const posted: string[] = [];
    const page = new PageFiles(
      (message) => {
        posted.push(message.type);
        return Promise.resolve(false);
      },
      { put: () => Promise.reject(new Error('not put')) },
    );
    await attachOffered(session, offer, page, () => Promise.resolve(answer));
    page.dispose();
    return { state: session.state, posted };
  };
  const FILE = { fileId: 'f', name: 'a.png', byteLength: 10 };

  it('do not travel out of a folder that the user does not want', async () => {
    const files = [{ ...FILE, folder: 'shots' }];
    assert.deepEqual((await offered({ files }, false)).posted, []);
    const { state, posted } = await offered({ files });
    assert.deepEqual(posted, ['sendPiece']);
    assert.equal(state.attachments.length, 1);
  });

  it('are counted with those that the page did not keep', async () => {
    const { state } = await offered({ files: [FILE], leftOut: 200 });
    assert.match(state.notice?.message ?? '', /takes 100 images; the other 200 were left out/);
  });

  it('are told with what could not be read of them', async () => {
    const { state } = await offered({ files: [], unreadable: 2, unsearched: true });
    assert.equal(
      state.notice?.message,
      'Files and folders that could not be read: 2. ' +
        'There is more in what you dropped than was looked through. Drop smaller folders.',
    );
  });
});

describe('images too large for a request', () => {
  it('are named by the largest of those whose bytes would go', () => {
    const image = (
      name: string,
      megabytes: number,
      rest: Partial<AttachedImage> = {},
      url?: string,
    ): AttachedImage => ({
      id: name,
      name,
      state: 'ready',
      labels: { details: '', notes: [] },
      prepared: {
        sha256: name,
        mediaType: 'image/png',
        width: 10,
        height: 10,
        byteLength: megabytes * MEGABYTE,
        tokens: 1,
        notes: [],
        ...(url !== undefined && { url }),
      },
      ...rest,
    });
    const conversation = {
      ...emptyConversation('c'),
      attachments: [
        image('failed.png', 30, { state: 'failed' }),
        image('by-address.png', 20, {}, 'https://images.example/a.png'),
        image('small.png', 6),
        image('large.png', 9),
      ],
    };
    assert.match(imagesTooLarge(conversation)?.message ?? '', /Remove large\.png, the largest/);
  });
});
