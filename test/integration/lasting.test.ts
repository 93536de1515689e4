import assert from 'node:assert/strict';
import { readdir, readFile, rm, writeFile, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { BlobStore } from '../../src/host/conversation/blobStore.ts';
import { Conversations } from '../../src/host/conversation/conversations.ts';
import type { ConversationSession } from '../../src/host/conversation/conversationSession.ts';
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
  async function begin(): Promise<Conversations> {
    const conversations = ofNewWindow();
    await conversations.restore();
    return conversations;
  }

  function ofNewWindow(): Conversations {
    const blobs = new BlobStore(on.blobFiles, (error) => assert.ifError(error));
    const conversations = new Conversations({ ...on.services, blobs });
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
    await shown.value.send('Here');
    await first.current.send('There');
    await Promise.all([first.flush(), second.flush()]);
    const { conversations } = await on.archive(first).list();
    assert.deepEqual(
      conversations.map(({ turns }) => turns),
      [4, 4],
    );
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
