import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { success } from '../../src/core/result.ts';
import { ConversationSession } from '../../src/host/conversation/conversationSession.ts';
import { sourceOfUri } from '../../src/host/images/imageSource.ts';
import { blankPng, greyPng } from '../support/pngFile.ts';
import { bodyOf, imagesOf } from '../support/received.ts';
import { settings, useSession, type SessionTest } from './sessionSetup.ts';

describe('a conversation', () => {
  const current = useSession();
  let on: SessionTest;
  beforeEach(() => {
    on = current();
  });

  it('describes an image and answers a follow-up that still knows it', async () => {
    await on.describeImage(await on.file('square.png', greyPng(300, 200)));
    assert.match(on.lastAnswer().text, /300/);
    assert.match(on.lastAnswer().usageLabel ?? '', /tokens in · .* out · \$0\.\d{4}/);

    await on.session.send('What did I ask before?');
    assert.deepEqual(
      imagesOf(on.server.requests[1]).map(({ width, height }) => [width, height]),
      [[300, 200]],
    );
    assert.deepEqual(
      bodyOf(on.server.requests[1]).messages.slice(0, 1),
      bodyOf(on.server.requests[0]).messages,
      'what was sent stays as it was',
    );
    assert.equal(on.lastAnswer().status, 'complete');
  });

  it('shows the tokens that the server counts', async () => {
    await on.attach(await on.file('large.png', greyPng(4000, 1500)));
    const tokens = on.session.state.attachments[0]?.prepared?.tokens;
    await on.session.send('Describe this image.');
    const [image] = imagesOf(on.server.requests[0]);
    assert.ok(tokens !== undefined && tokens > 1000);
    assert.equal(image?.tokens, tokens);
  });

  it('describes several images, numbered, in their order', async () => {
    await on.describeImage(
      await on.file('b.png', greyPng(40, 30)),
      await on.file('a.png', greyPng(50, 30)),
      await on.file('c.png', greyPng(60, 30)),
    );
    assert.deepEqual(
      imagesOf(on.server.requests[0]).map(({ label, width }) => [label, width]),
      [
        ['Image 1: b.png', 40],
        ['Image 2: a.png', 50],
        ['Image 3: c.png', 60],
      ],
    );
  });

  it('shrinks a picture of 9000x9000 and says so', async () => {
    await on.describeImage(await on.file('poster.png', blankPng(9000, 9000)));
    const [turn] = on.session.state.turns;
    assert.equal(turn?.role, 'user');
    assert.match(turn.images[0]?.labels.notes.join() ?? '', /^9000x9000 to \d+x\d+/);
    assert.equal(on.lastAnswer().status, 'complete');
  });

  it('asks again for a failed answer, with the image, when it is retried', async () => {
    on.server.script({ kind: 'error', status: 401 });
    await on.describeImage(await on.file('square.png', greyPng(30, 30)));
    await on.session.retry(on.lastAnswer().id);
    assert.equal(on.lastAnswer().status, 'complete');
    assert.equal(on.session.state.turns.length, 2);
    assert.deepEqual(on.server.requests[1]?.body, on.server.requests[0]?.body);
  });

  it('stops an answer, keeps what had come, and says so to the server', async () => {
    on.server.script({ kind: 'hold', afterDeltas: 2, text: 'Half an answer', chunkChars: 4 });
    const done = on.session.send('Hello');
    await on.until(() => on.lastAnswer().text === 'Half an ');
    on.session.stop();
    await done;
    assert.deepEqual([on.lastAnswer().status, on.lastAnswer().text], ['stopped', 'Half an ']);
    await on.server.requests[0]?.ended;
    assert.equal(on.server.requests[0]?.aborted, true);
    await on.assertGoesOn();
  });

  it('takes one message at a time', async () => {
    on.server.script({ kind: 'hold', afterDeltas: 1, text: 'One', chunkChars: 1 });
    const first = on.session.send('First');
    await on.until(() => on.lastAnswer().text !== '');
    await on.session.send('Second');
    on.server.release();
    await first;
    await on.session.send('Third');
    assert.equal(on.server.requests.length, 2);
  });

  it('holds a message back while there is no key, and sends it when there is', async () => {
    on.apiKey = undefined;
    await on.describeImage(await on.file('square.png', greyPng(30, 30)));
    assert.deepEqual(on.session.state.turns, []);
    assert.deepEqual(on.session.state.notice?.actions, ['setApiKey', 'getApiKey']);
    const box = { isGone: false };
    assert.equal(on.heldText(on.session, box), 'Describe this image.');

    // What goes is what stands in the message box by then, not what was held.
    on.apiKey = on.server.apiKey;
    await on.session.keyWasSet({ goOn: true });
    assert.equal(on.session.state.notice, undefined);
    assert.deepEqual(on.session.held.take(box), { box });
    assert.equal(on.session.held.take(box), undefined);
    await on.session.send('What is in it?');
    assert.equal(on.lastAnswer().status, 'complete');
    assert.equal(on.session.state.notice, undefined);
  });

  it('sends nothing that was not waiting for a key when one is set', async () => {
    on.server.script({ kind: 'cut', afterDeltas: 1, text: 'Half an answer', chunkChars: 4 });
    await on.session.send('Hello');
    on.session.held.onDidHold(() => assert.fail('nothing waits'));
    await on.session.keyWasSet({ goOn: true });
    assert.equal(on.server.requests.length, 1);
    assert.equal(on.lastAnswer().text, 'Half');
  });

  it('holds a question back when its image was removed while the key was asked for', async () => {
    const uri = await on.file('square.png', greyPng(30, 30));
    on.keyAsked = () => {
      for (const { id } of on.session.state.attachments) {
        on.session.removeImage(id);
      }
    };
    await on.describeImage(uri);
    assert.equal(on.server.requests.length, 0);
    assert.equal(on.heldText(), 'Describe this image.');
  });

  it('sends nothing while the images are too large together, and goes on without the largest', async () => {
    // A real one makes room for all: so it takes one that does not.
    const sizes = [5, 8, 6].map((megabytes) => megabytes * 1024 * 1024);
    const session = new ConversationSession({
      ...on.services,
      preparer: {
        prepareTiles: (...of) => on.services.preparer.prepareTiles(...of),
        prepare: async (bytes, target, signal) => {
          const prepared = await on.services.preparer.prepare(bytes, target, signal);
          assert.ok(prepared.ok);
          const byteLength = sizes.shift() ?? 0;
          return success({ ...prepared.value, image: { ...prepared.value.image, byteLength } });
        },
      },
    });
    for (const name of ['a.png', 'b.png', 'c.png']) {
      await session.attach([sourceOfUri(await on.file(name, greyPng(30, 30)))]);
    }
    await session.send('Compare them.');
    assert.deepEqual(session.state.turns, []);
    assert.match(
      session.state.notice?.message ?? '',
      /^Nothing was sent: the images .* come to 25\.3 MB, and 18 MB can be sent\. Remove b\.png/,
    );
    assert.equal(on.heldText(session), 'Compare them.');

    session.removeImage(session.state.attachments[1]?.id ?? '');
    await session.send('Describe them.');
    assert.equal(imagesOf(on.server.requests[0]).length, 2);
    session.dispose();
  });

  it('makes room for images that do not compress', async () => {
    // 3.6 MB each, 4.8 MB as base64.
    const pixels = randomBytes(2400 * 1500);
    const noise = greyPng(2400, 1500, (x, y) => pixels[y * 2400 + x] ?? 0);
    const names = Array.from({ length: 5 }, (_, index) => `large${index}.png`);
    await on.describeImage(...(await Promise.all(names.map((name) => on.file(name, noise)))));
    assert.equal(on.lastAnswer().status, 'complete');
    assert.equal(imagesOf(on.server.requests[0]).length, 5);
  });

  it('names an image that the API refused, leaves it out from then on, and goes on', async () => {
    on.server.script({
      kind: 'error',
      status: 400,
      message: 'messages.0.content.1.image.source.base64: Could not process image',
    });
    await on.describeImage(
      await on.file('a.png', greyPng(40, 30)),
      await on.file('b.png', greyPng(50, 30)),
    );
    assert.match(on.lastAnswer().notice?.message ?? '', /did not accept a\.png, which is left out/);
    await on.session.send('And the other?');
    assert.equal(on.lastAnswer().status, 'complete');
    assert.deepEqual(
      imagesOf(on.server.requests[1]).map(({ label }) => label),
      ['Image 2: b.png'],
    );
  });

  it('prepares what was not sent again when the model changes', async () => {
    await on.attach(await on.file('wide.png', greyPng(1920, 1080)));
    assert.equal(on.session.state.attachments[0]?.prepared?.tokens, 2691);
    await settings().update('model', 'claude-haiku-4-5', vscode.ConfigurationTarget.Global);
    try {
      await on.session.modelChanged();
      assert.equal(on.session.state.attachments[0]?.prepared?.tokens, 1560);
    } finally {
      await settings().update('model', undefined, vscode.ConfigurationTarget.Global);
    }
  });

  it('takes 100 images and says what becomes of the others', async () => {
    const uris = await Promise.all(
      Array.from({ length: 102 }, (_, index) => on.file(`${index}.png`, greyPng(10 + index, 10))),
    );
    await on.attach(...uris);
    assert.equal(on.session.state.attachments.length, 100);
    assert.match(on.session.state.notice?.message ?? '', /takes 100 images; the other 2 were left/);
  });

  it('forgets an image that is removed, also while it is being prepared', async () => {
    const uri = await on.file('large.png', blankPng(6000, 6000));
    const attached = on.attach(uri);
    const [image] = on.session.state.attachments;
    assert.equal(image?.state, 'preparing');
    on.session.removeImage(image.id);
    await attached;
    assert.deepEqual(on.session.state.attachments, []);
  });

  it('reads no setting of the wrong type', async () => {
    await settings().update('maxTokens', 'many', vscode.ConfigurationTarget.Global);
    await on.session.send('Hello');
    assert.equal(on.lastAnswer().status, 'complete');
    assert.equal(bodyOf(on.server.requests[0]).max_tokens, 8192);
  });
});
