import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, rm, rmdir, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { BlobStore } from '../../src/host/conversation/blobStore.ts';
import { ConversationArchive } from '../../src/host/conversation/conversationArchive.ts';
import { ConversationFiles } from '../../src/host/storage/conversationFiles.ts';
import { OpenedConversation } from '../../src/host/storage/openedConversation.ts';
import {
  Conversations,
  type ConversationsServices,
} from '../../src/host/conversation/conversations.ts';
import type { ConversationSession } from '../../src/host/conversation/conversationSession.ts';
import { allImages, type AttachedImage } from '../../src/core/conversation/conversation.ts';
import { failed, success } from '../../src/core/result.ts';
import { sourceOfUri } from '../../src/host/images/imageSource.ts';
import type { ImagePreparer } from '../../src/imaging/prepareImage.ts';
import { greyPng } from '../support/pngFile.ts';
import { imagesOf } from '../support/received.ts';
import { settings, useSession, type SessionTest } from './sessionSetup.ts';

describe('conversations on disk', () => {
  const current = useSession();
  const open: Conversations[] = [];
  let on: SessionTest;

  beforeEach(async () => {
    on = current();
    await rm(join(on.folder, 'conversations'), { recursive: true, force: true });
    await rm(join(on.folder, 'blobs'), { recursive: true, force: true });
    await rm(join(on.folder, 'last-conversation'), { force: true });
  });

  afterEach(() => vscode.Disposable.from(...open.splice(0)).dispose());

  /** The conversations of a window that begins. */
  async function begin(
    preparer: ConversationsServices['preparer'] = on.services.preparer,
  ): Promise<Conversations> {
    const conversations = ofNewWindow(preparer);
    await conversations.restore();
    return conversations;
  }

  function ofNewWindow(
    preparer: ConversationsServices['preparer'] = on.services.preparer,
    files = on.services.files,
  ): Conversations {
    const blobs = new BlobStore(on.blobFiles, (error) => assert.ifError(error));
    const conversations = new Conversations({ ...on.services, blobs, preparer, files });
    open.push(conversations);
    return conversations;
  }

  /** The window ends, and another one begins. */
  async function reload(before: Conversations): Promise<Conversations> {
    await before.flush();
    before.dispose();
    return begin();
  }

  async function described(conversations: Conversations, name = 'a.png'): Promise<void> {
    await conversations.current.describe([await on.source(name)], 'Describe this image.');
  }

  const fileOf = ({ state }: ConversationSession): string =>
    join(on.folder, 'conversations', `${state.id}.json`);

  const hashOf = ({ state }: ConversationSession): string => {
    const [turn] = state.turns;
    assert.equal(turn?.role, 'user');
    return turn.images[0]?.prepared?.sha256 ?? '';
  };

  const blobFile = (sha256: string): string => join(on.folder, 'blobs', sha256.slice(0, 2), sha256);

  it('are what they were, with their images, their draft and their place', async () => {
    const before = await begin();
    await described(before);
    await before.current.attach([await on.source('b.png', 50)]);
    before.current.keepView({ draft: 'half a thought', scrollTop: 120 });
    const { state } = before.current;

    const { current: session } = await reload(before);
    assert.deepEqual(session.state, state);
    assert.deepEqual(session.view, { draft: 'half a thought', scrollTop: 120 });

    await session.send('And now?');
    const request = on.server.requests.at(-1);
    assert.ok(request);
    assert.equal(imagesOf(request).length, 2);
  });

  it('say of an answer that it was interrupted, and can be continued', async () => {
    const before = await begin();
    on.server.script({ kind: 'hold', afterDeltas: 2, text: 'The first part. The second.' });
    const streaming = new Promise<void>((resolve) => {
      const listening = before.current.onDidChange(({ type }) => {
        if (type === 'answerDelta') {
          listening.dispose();
          resolve();
        }
      });
    });
    const asked = before.current.send('Hello');
    await streaming;
    const { current: session } = await reload(before);
    on.server.release();
    await asked;

    const last = session.state.turns.at(-1);
    assert.equal(last?.role, 'assistant');
    assert.equal(last.status, 'failed');
    assert.ok(last.text.startsWith('The'));
    assert.deepEqual(last.notice?.actions, ['continue', 'retry']);
    // What the prompt cost is told before the first word.
    assert.equal(session.state.billed?.length, 1);
    assert.ok((last.usage?.inputTokens ?? 0) > 0);
    assert.equal(last.billedSoFar, undefined);
    await session.continueAnswer(last.id, 'Go on.');
    assert.equal(session.state.turns.at(-1)?.role, 'assistant');
    assert.equal(session.state.turns.length, 4);
  });

  it('go on preparing what they were preparing', async () => {
    const before = await begin();
    const uri = await on.file('slow.png', greyPng(40, 30));
    void before.current.attach([
      {
        name: 'slow.png',
        uri: uri.toString(),
        read: (signal) =>
          new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
      },
    ]);
    const { current: session } = await reload(before);
    while (session.state.attachments[0]?.state === 'preparing') {
      await new Promise((resolve) => setImmediate(resolve));
    }
    assert.equal(session.state.attachments[0]?.state, 'ready');
  });

  describe('with images that were being prepared anew', () => {
    let isBroken: boolean;
    beforeEach(() => {
      isBroken = false;
    });

    /** Prepares as ever until it breaks; after that as `again` does. */
    function untilBroken(again: ImagePreparer['prepare']): ConversationsServices['preparer'] {
      const { preparer } = on.services;
      return {
        prepare: async (...args) => (isBroken ? again(...args) : preparer.prepare(...args)),
        prepareTiles: async (...args) => preparer.prepareTiles(...args),
      };
    }

    const never: ImagePreparer['prepare'] = () => new Promise(() => undefined);

    const firstImage = ({ state }: ConversationSession) => allImages(state)[0];

    async function whenPrepared(session: ConversationSession): Promise<AttachedImage | undefined> {
      while (firstImage(session)?.state === 'preparing') {
        await new Promise((resolve) => setImmediate(resolve));
      }
      return firstImage(session);
    }

    /** Sends a picture that is too long among many, changes its file, and attaches many. */
    async function sentBeforeMany({ current: session }: Conversations): Promise<void> {
      const uri = await on.file('wide.png', greyPng(2400, 100));
      await session.describe([sourceOfUri(uri)], 'Describe this image.');
      await on.file('wide.png', greyPng(30, 30));
      const names = Array.from({ length: 20 }, (_, index) => `${index}.png`);
      await session.attach(await Promise.all(names.map((name) => on.source(name))));
      isBroken = true;
    }

    it('keep one that was pasted', async () => {
      const before = await begin(untilBroken(never));
      const read = async () => success({ bytes: greyPng(40, 30) });
      await before.current.attach([{ name: 'pasted.png', read }]);
      isBroken = true;
      void before.current.modelChanged();
      assert.equal(firstImage(before.current)?.state, 'preparing');

      isBroken = false;
      const { current: session } = await reload(before);
      const image = await whenPrepared(session);
      assert.equal(image?.state, 'ready', image?.notice?.message);
    });

    it('go on from what was sent, not from a file that has changed', async () => {
      const before = await begin(untilBroken(never));
      await sentBeforeMany(before);
      void before.current.send('And now?');
      while (firstImage(before.current)?.state !== 'preparing') {
        await new Promise((resolve) => setImmediate(resolve));
      }

      const { current: session } = await reload(before);
      const image = await whenPrepared(session);
      assert.equal(image?.state, 'ready');
      assert.ok((image.prepared?.width ?? 0) > 1000, String(image.prepared?.width));
      assert.equal(image.number, 1);
    });

    it('go on with what was sent where it cannot be prepared, and say so', async () => {
      const damaged = async () => failed({ kind: 'imageTruncated', format: 'PNG' } as const);
      const conversations = await begin(untilBroken(damaged));
      await sentBeforeMany(conversations);
      const sent = firstImage(conversations.current)?.prepared;
      const prepared = new Promise<AttachedImage>((resolve) => {
        const listening = conversations.current.onDidChange((event) => {
          if (event.type === 'imageUpdated' && event.image.state !== 'preparing') {
            listening.dispose();
            resolve(event.image);
          }
        });
      });
      void conversations.current.send('And now?');
      const image = await prepared;
      assert.equal(image.state, 'ready');
      assert.deepEqual(image.prepared, sent);
      assert.match(image.notice?.message ?? '', /goes on as it was sent before/);
      assert.notEqual(image.labels.details, '');
    });
  });

  it('leave an image out whose bytes are gone, say so, and go on', async () => {
    const before = await begin();
    await described(before);
    const sha256 = hashOf(before.current);
    await before.flush();
    before.dispose();
    await rm(blobFile(sha256));

    const { current: session } = await begin();
    await session.send('And now?');
    const last = session.state.turns.at(-1);
    assert.equal(last?.role === 'assistant' && last.status, 'complete');
    const [question] = session.state.turns;
    assert.equal(question?.role === 'user' && question.images[0]?.state, 'failed');
    const request = on.server.requests.at(-1);
    assert.ok(request);
    assert.equal(imagesOf(request).length, 0);
  });

  it('set a damaged file aside, name it, and begin anew', async () => {
    const before = await begin();
    await described(before);
    const file = fileOf(before.current);
    await before.flush();
    before.dispose();
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.slice(0, text.length / 2));

    const { current: session } = await begin();
    assert.equal(session.state.turns.length, 0);
    const aside = (await readdir(join(on.folder, 'conversations'))).find((name) =>
      name.includes('damaged'),
    );
    assert.ok(aside);
    assert.ok(session.state.notice?.message.includes(aside), session.state.notice?.message);
    await session.send('Hello');
    assert.equal(session.state.turns.length, 2);
  });

  it('send an image as bytes again after a reload that went so because its upload failed', async () => {
    await settings().update('upload', 'files', vscode.ConfigurationTarget.Global);
    try {
      on.server.files.script({ kind: 'error', status: 529 });
      const before = await begin();
      await described(before);
      const after = await reload(before);
      await after.current.send('And now?');
      assert.deepEqual(
        imagesOf(on.server.requests.at(-1)).map(({ source }) => source),
        ['base64'],
      );
    } finally {
      await settings().update('upload', undefined, vscode.ConfigurationTarget.Global);
    }
  });

  it('leave the file of a newer version as it is', async () => {
    const before = await begin();
    await described(before);
    const file = fileOf(before.current);
    await before.flush();
    before.dispose();
    const newer = (await readFile(file, 'utf8')).replace('"version":1', '"version":9');
    await writeFile(file, newer);

    const { current: session } = await begin();
    assert.match(session.state.notice?.message ?? '', /newer version/);
    assert.equal(await readFile(file, 'utf8'), newer);
  });

  it('are copied in a window where another one has them', async () => {
    const first = await begin();
    await described(first);
    await first.flush();
    const second = ofNewWindow();
    const shown = await second.show(first.current.state.id);
    assert.ok(shown.ok);
    assert.notEqual(shown.value.state.id, first.current.state.id);
    assert.deepEqual(shown.value.state.turns, first.current.state.turns);
    assert.ok(first.current.state.billed);
    assert.equal(shown.value.state.billed, undefined);
    assert.equal(shown.value.state.totalLabel, undefined);
    await shown.value.send('Here');
    await first.current.send('There');
    await Promise.all([first.flush(), second.flush()]);
    const { conversations } = await on.archive(first).list();
    assert.deepEqual(
      conversations.map(({ turns }) => turns),
      [4, 4],
    );
  });

  it('go on as a copy when another window wrote one that could not be leased here', async () => {
    const first = await begin();
    await described(first);
    await first.flush();
    const { state } = first.current;
    class Unleased extends ConversationFiles {
      override async open(id: string): ReturnType<ConversationFiles['open']> {
        const stored = { conversation: state, draft: '', createdAt: 1, updatedAt: 1 };
        const file = join(on.folder, 'conversations', `${id}.json`);
        const late = { lease: undefined, takeLease: () => undefined, closed: () => undefined };
        return success(new OpenedConversation({ id, file, stored, ...late, now: Date.now }));
      }
    }
    const before = await readFile(fileOf(first.current), 'utf8');
    const second = ofNewWindow(on.services.preparer, new Unleased(on.folder));
    const shown = await second.show(state.id);
    assert.ok(shown.ok);
    await shown.value.send('Here');
    await second.flush();
    await second.flush();
    assert.equal(second.current, shown.value);
    assert.notEqual(shown.value.state.id, state.id);
    assert.equal(shown.value.state.turns.length, 4);
    assert.equal(await readFile(fileOf(first.current), 'utf8'), before);
    const { conversations } = await on.archive(first).list();
    assert.deepEqual(
      conversations.map(({ turns }) => turns).toSorted((a, b) => a - b),
      [2, 4],
    );
    assert.equal(await on.services.last.get(), shown.value.state.id);
  });

  it('are opened once where they are asked for twice', async () => {
    const before = await begin();
    await described(before);
    const { id } = before.current.state;
    await before.flush();
    before.dispose();
    const window = ofNewWindow();
    const [one, other] = await Promise.all([window.show(id), window.show(id), window.restore()]);
    assert.ok(one.ok && other.ok);
    assert.equal(one.value, other.value);
    assert.equal(one.value.state.id, id);
    assert.equal(window.open.length, 2, 'with the empty one of the beginning');
  });

  it('are kept once there can be a file, when there could be none', async () => {
    let faults = 0;
    class FailsOnce extends ConversationFiles {
      override async create(id: string): Promise<OpenedConversation> {
        faults += 1;
        return faults === 1 ? Promise.reject(new Error('No file.')) : super.create(id);
      }
    }
    const conversations = ofNewWindow(on.services.preparer, new FailsOnce(on.folder));
    await described(conversations);
    await conversations.flush();
    assert.equal((await on.archive(conversations).list()).conversations[0]?.turns, 2);
  });

  it('stay in sight for the next window where this one lets go of them', async () => {
    const conversations = await begin();
    await described(conversations);
    const { id } = conversations.current.state;
    await conversations.close(id);
    assert.notEqual(conversations.current.state.id, id);
    conversations.current.showNotice({ severity: 'info', message: 'Nothing', actions: [] });
    await conversations.flush();
    assert.equal(await on.services.last.get(), id);
  });

  it('stay open when the disk refuses to delete them', async () => {
    const conversations = await begin();
    await described(conversations);
    const session = conversations.current;
    const { id } = session.state;
    await conversations.flush();
    await rm(fileOf(session));
    await mkdir(fileOf(session));
    const archive = on.archive(conversations);
    const refused = await archive.delete(id);
    assert.ok(!refused.ok);
    assert.equal(refused.error.kind, 'unwritable');
    assert.equal(conversations.byId(id), session);
    await rmdir(fileOf(session));
    assert.ok((await archive.delete(id)).ok);
    assert.equal(conversations.byId(id), undefined);
    assert.deepEqual((await archive.list()).conversations, []);
  });

  it('say so when they are not open and cannot be renamed', async () => {
    const before = await begin();
    await described(before);
    const session = before.current;
    await before.flush();
    before.dispose();
    class Refusing extends ConversationFiles {
      override async open(id: string): ReturnType<ConversationFiles['open']> {
        const opened = await super.open(id);
        await rm(fileOf(session));
        await mkdir(fileOf(session));
        return opened;
      }
    }
    const archive = new ConversationArchive({
      conversations: ofNewWindow(),
      files: new Refusing(on.folder),
      blobFiles: on.blobFiles,
      uploadedImages: on.uploadedImages,
    });
    const renamed = await archive.rename(session.state.id, 'Other');
    assert.equal(!renamed.ok && renamed.error.kind, 'unwritable');
  });

  it('are listed, renamed, forked and deleted with the images that no other one has', async () => {
    const conversations = await begin();
    await described(conversations);
    const first = conversations.current;
    const shared = hashOf(first);
    const blob = join(on.folder, 'blobs', shared.slice(0, 2), shared);
    await utimes(blob, 0, 0);
    await conversations.fork(first.state.turns[1]?.id ?? '');
    const fork = conversations.current;
    assert.notEqual(fork, first);
    assert.ok((await stat(blob)).mtimeMs > 0, 'fork: its images are wanted');
    assert.deepEqual(fork.state.turns, first.state.turns);
    conversations.startNew();
    await conversations.current.describe([await on.source('b.png', 70)], 'Describe this image.');
    const own = hashOf(conversations.current);
    await on.archive(conversations).rename(fork.state.id, 'The fork');

    const listed = (await on.archive(conversations).list()).conversations;
    assert.equal(listed.length, 3);
    assert.ok(listed.some(({ title, id }) => title === 'The fork' && id === fork.state.id));

    const after = await reload(conversations);
    await utimes(join(on.folder, 'blobs', own.slice(0, 2), own), 0, 0);
    await on.archive(after).delete(fork.state.id);
    assert.ok((await readdir(join(on.folder, 'blobs', shared.slice(0, 2)))).includes(shared));
    await on.archive(after).delete(after.current.state.id);
    assert.equal(after.current.state.turns.length, 0);
    assert.ok(!(await readdir(join(on.folder, 'blobs', own.slice(0, 2)))).includes(own));
    const left = (await on.archive(after).list()).conversations;
    assert.deepEqual(
      left.map(({ id }) => id),
      [first.state.id],
    );
  });

  it('are kept in the window when the disk does not take them, and written when it does', async () => {
    const folder = join(on.folder, 'conversations');
    await writeFile(folder, 'a file where the folder is to be');
    const conversations = await begin();
    await described(conversations);
    await conversations.flush();
    const { current: session } = conversations;
    assert.equal(session.state.turns.length, 2);
    assert.ok(session.state.notice?.actions.includes('saveAgain'), session.state.notice?.message);

    await rm(folder);
    await session.saveAgain();
    await conversations.flush();
    assert.equal(session.state.notice, undefined);
    assert.equal((await on.archive(conversations).list()).conversations.length, 1);
  });
});
