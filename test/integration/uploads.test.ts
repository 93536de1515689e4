import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { allImages } from '../../src/core/conversation/conversation.ts';
import { Conversations } from '../../src/host/conversation/conversations.ts';
import { ConversationSession } from '../../src/host/conversation/conversationSession.ts';
import { sourceOfUri } from '../../src/host/images/imageSource.ts';
import type { ReceivedRequest } from '../server/received.ts';
import { greyPng } from '../support/pngFile.ts';
import { bodyOf, imagesOf } from '../support/received.ts';
import { settings, useSession, type SessionTest } from './sessionSetup.ts';

describe('a conversation that uploads its images', () => {
  const current = useSession();
  let on: SessionTest;
  beforeEach(async () => {
    on = current();
    await setUpload('files');
  });
  afterEach(() => setUpload(undefined));

  const setUpload = async (value: string | undefined): Promise<void> =>
    settings().update('upload', value, vscode.ConfigurationTarget.Global);
  const requestsTo = (path: string): readonly ReceivedRequest[] =>
    on.server.requests.filter((request) => request.path === path && request.method === 'POST');
  const asked = (): readonly ReceivedRequest[] => requestsTo('/v1/messages');
  const uploads = (): number => requestsTo('/v1/files').length;
  /** How the images of each request came. */
  const sources = (): readonly (readonly string[])[] =>
    asked().map((request) => imagesOf(request).map(({ source }) => source));
  /** What was sent stays as it was, to the byte. */
  const assertSameBeginning = (): void => {
    const [first, ...more] = asked().map((request) => bodyOf(request).messages);
    for (const messages of more) {
      assert.deepEqual(messages.slice(0, first?.length), first);
    }
  };

  it('uploads an image once over several turns and in two conversations', async () => {
    const uri = await on.file('square.png', greyPng(300, 200));
    await on.describeImage(uri);
    await on.session.send('And now?');
    const other = new ConversationSession(on.services);
    await other.describe([sourceOfUri(uri)], 'What is it?');
    other.dispose();
    assert.equal(uploads(), 1);
    assert.deepEqual(sources(), [['file'], ['file'], ['file']]);
    assert.deepEqual(bodyOf(asked()[1]).messages[0], bodyOf(asked()[0]).messages[0]);
    assert.equal(imagesOf(asked()[1])[0]?.width, 300);
    const name = on.server.files.kept[0]?.filename ?? '';
    assert.match(name, /^vision-for-claude-[0-9a-f]{12}\.png$/);
  });

  it('uploads the parts of an image that goes in tiles', async () => {
    await on.attach(await on.file('page.png', greyPng(1600, 7600)));
    const [image] = on.session.state.attachments;
    await on.session.setDetail(image?.id ?? '', 'tiles');
    const count = 1 + (on.session.state.attachments[0]?.tiles?.length ?? 0);
    await on.session.send('Read it.');
    assert.equal(on.lastAnswer().status, 'complete');
    assert.ok(count > 2);
    assert.equal(uploads(), count);
    assert.deepEqual(sources(), [Array.from({ length: count }, () => 'file')]);
  });

  it('uploads several images, some of which are the same picture', async () => {
    await on.describeImage(
      await on.file('a.png', greyPng(40, 30)),
      await on.file('b.png', greyPng(50, 30)),
      await on.file('c.png', greyPng(40, 30)),
    );
    assert.equal(on.lastAnswer().status, 'complete');
    assert.equal(uploads(), 2);
    assert.deepEqual(
      imagesOf(asked()[0]).map(({ label, width }) => [label, width]),
      [
        ['Image 1: a.png', 40],
        ['Image 2: b.png', 50],
        ['Image 3: c.png', 40],
      ],
    );
  });

  it('uploads again and asks again when ids have expired or are unknown', async () => {
    await on.describeImage(
      await on.file('a.png', greyPng(40, 30)),
      await on.file('b.png', greyPng(50, 30)),
      await on.file('c.png', greyPng(60, 30)),
    );
    const [a, b] = on.server.files.kept.map(({ id }) => id);
    on.server.files.expire(a ?? '');
    on.server.files.expire(b ?? '');
    await on.session.send('And now?');
    assert.equal(on.lastAnswer().status, 'complete');
    assert.equal(uploads(), 5, 'both at once, the third not');
    assert.deepEqual(
      asked().map(({ status }) => status),
      [200, 404, 200],
    );
    await on.assertGoesOn();
    assert.equal(uploads(), 5);
  });

  it('sends bytes when what it has uploaded is gone again', async () => {
    const gone = { kind: 'error', status: 404, errorCode: 'file_expired', times: 2 } as const;
    on.server.script(gone);
    await on.describeImage(await on.file('a.png', greyPng(40, 30)));
    assert.equal(on.lastAnswer().status, 'complete');
    assert.deepEqual([uploads(), sources()], [2, [['file'], ['file'], ['base64']]]);
    await on.assertGoesOn();
    assert.deepEqual([uploads(), sources().at(-1)], [2, ['base64']], 'and goes on so');
  });

  it('sends bytes to a server without files, which is asked once', async () => {
    on.server.files.setSupported(false);
    await on.describeImage(await on.file('a.png', greyPng(40, 30)));
    await on.session.send('And now?');
    assert.equal(on.lastAnswer().status, 'complete');
    assert.deepEqual([uploads(), sources()], [1, [['base64'], ['base64']]]);
    assertSameBeginning();
  });

  it('sends bytes when an upload fails, and goes on so in this conversation only', async () => {
    on.server.files.script({ kind: 'error', status: 529 });
    const uri = await on.file('a.png', greyPng(40, 30));
    await on.describeImage(uri);
    assert.equal(on.lastAnswer().status, 'complete');
    await on.attach(await on.file('b.png', greyPng(50, 30)));
    await on.session.send('And this?');
    assert.deepEqual(sources(), [['base64'], ['base64', 'file']]);
    const other = new ConversationSession(on.services);
    await other.describe([sourceOfUri(uri)], 'What is it?');
    other.dispose();
    assert.deepEqual(sources().at(-1), ['file']);
  });

  it('says that the key is refused when the upload finds out', async () => {
    on.apiKey = 'sk-other';
    await on.describeImage(await on.file('a.png', greyPng(40, 30)));
    assert.equal(on.lastAnswer().status, 'failed');
    assert.ok(on.lastAnswer().notice?.actions.includes('setApiKey'));
    assert.deepEqual(asked(), []);
    on.apiKey = on.server.apiKey;
    await on.session.retry(on.lastAnswer().id);
    assert.deepEqual(sources(), [['file']]);
  });

  it('stops during an upload', async () => {
    on.server.files.script({ kind: 'hold' });
    const done = on.describeImage(await on.file('a.png', greyPng(40, 30)));
    const received = await on.server.waitForRequest();
    on.session.stop();
    await done;
    await received.ended;
    assert.deepEqual([on.lastAnswer().status, received.aborted], ['stopped', true]);
    assert.deepEqual(asked(), []);
    await on.assertGoesOn();
  });

  it('does not send an image that was removed during its upload', async () => {
    on.server.files.script({ kind: 'hold' });
    const done = on.describeImage(await on.file('a.png', greyPng(40, 30)));
    await on.server.waitForRequest();
    on.session.removeImage(on.sent()[0]?.id ?? '');
    on.server.files.release();
    await done;
    assert.deepEqual(sources(), [[]]);
    assert.equal(on.lastAnswer().status, 'complete');
  });

  it('changes with the setting', async () => {
    await setUpload('inline');
    await on.describeImage(await on.file('a.png', greyPng(40, 30)));
    await setUpload('files');
    await on.session.send('And now?');
    await setUpload('inline');
    await on.session.send('And again?');
    assert.deepEqual(sources(), [['base64'], ['file'], ['base64']]);
  });

  it('deletes the uploads of a conversation, but not those that another one uses', async () => {
    const [a, b] = [
      await on.file('a.png', greyPng(40, 30)),
      await on.file('b.png', greyPng(50, 30)),
    ];
    await on.describeImage(a, b);
    const other = new ConversationSession(on.services);
    await other.describe([sourceOfUri(b)], 'What is it?');
    on.usedImages = new Set(
      allImages(other.state).flatMap(({ prepared }) => prepared?.sha256 ?? []),
    );
    await on.uploadedImages.deleteUnused();
    assert.equal(on.server.files.kept.length, 1);
    await other.send('And now?');
    assert.deepEqual(sources().at(-1), ['file']);
    other.dispose();
    await on.session.send('And now?');
    assert.equal(on.lastAnswer().status, 'complete');
    assert.equal(uploads(), 3, 'what was deleted is uploaded anew');
  });

  it('deletes its uploads when it is deleted', async () => {
    const conversations = new Conversations(on.services);
    const { current: session } = conversations;
    const uri = await on.file('a.png', greyPng(70, 30));
    await session.describe([sourceOfUri(uri)], 'What is it?');
    assert.equal(on.server.files.kept.length, 1);
    assert.deepEqual(await on.archive(conversations).delete(session.state.id), {
      ok: true,
      value: undefined,
    });
    const request = await on.server.waitForRequest(({ method }) => method === 'DELETE');
    await request.ended;
    assert.deepEqual(on.server.files.kept, []);
    conversations.dispose();
  });
});
