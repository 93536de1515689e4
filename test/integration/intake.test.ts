import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { beforeEach, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { imagesBase64Length, REQUEST_BASE64_LIMIT } from '../../src/core/conversation/request.ts';
import { success } from '../../src/core/result.ts';
import { ConversationSession } from '../../src/host/conversation/conversationSession.ts';
import { sourceOfUri, type ImageSource } from '../../src/host/images/imageSource.ts';
import { greyPng } from '../support/pngFile.ts';
import { imagesOf } from '../support/received.ts';
import { settings, useSession, type SessionTest } from './sessionSetup.ts';

/** An image that is not read before the test says so. */
function heldBack(name: string): { readonly source: ImageSource; readonly release: () => void } {
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const read: ImageSource['read'] = async () => {
    await released;
    return success({ bytes: greyPng(10, 10) });
  };
  return { source: { name, read }, release: () => release() };
}

describe('attaching images', () => {
  const current = useSession();
  let on: SessionTest;
  beforeEach(() => {
    on = current();
  });

  const names = (): readonly string[] => on.session.state.attachments.map(({ name }) => name);
  const wide = () => on.file('wide.png', greyPng(2400, 100));
  const files = async (count: number) =>
    Promise.all(
      Array.from({ length: count }, (_, index) => on.file(`${index}.png`, greyPng(10, 10 + index))),
    );

  it('keeps the order, whichever is ready first', async () => {
    const [a, b] = [heldBack('a.png'), heldBack('b.png')];
    const attached = on.session.attach([a.source, b.source, sourceOfUri(await wide())]);
    assert.deepEqual(names(), ['a.png', 'b.png', 'wide.png']);
    b.release();
    await on.until(({ attachments }) => attachments[2]?.state === 'ready');
    assert.equal(on.session.state.attachments[0]?.state, 'preparing');
    a.release();
    await attached;
    assert.deepEqual(names(), ['a.png', 'b.png', 'wide.png']);
  });

  it('makes what is attached smaller when the images become more than 20, and what was sent once they go', async () => {
    const uri = await wide();
    await on.describeImage(uri);
    await on.attach(uri);
    await rm(uri.fsPath);
    await on.attach(...(await files(18)));
    assert.equal(on.session.state.attachments[0]?.prepared?.width, 2400, '20 images');

    await on.attach(await on.file('one-more.png', greyPng(50, 2100)));
    assert.equal(on.session.state.attachments[0]?.prepared?.width, 2000);
    assert.equal(on.session.state.attachments.at(-1)?.prepared?.height, 2000);
    assert.equal(on.sent()[0]?.prepared?.width, 2400);
    const smaller = /^One image of this conversation is made smaller: with more than 20 images/;
    assert.match(on.session.state.notice?.message ?? '', smaller);

    await on.session.send('And these?');
    const [sent] = on.sent();
    assert.equal(sent?.prepared?.width, 2000);
    assert.equal(sent.number, 1);
    assert.equal(sent.labels.notes[0], '2400x100 to 2000x83');
    assert.match(on.session.state.notice?.message ?? '', smaller);
    assert.equal(on.lastAnswer().status, 'complete');
    const images = imagesOf(on.server.requests[1]);
    assert.equal(images.length, 21);
    assert.ok(images.every(({ width, height }) => Math.max(width, height) <= 2000));
  });

  it('leaves what was sent as it was for images that never go', async () => {
    await on.describeImage(await wide());
    const words = await Promise.all(
      Array.from({ length: 20 }, (_, index) => on.file(`words${index}.png`, 'just words')),
    );
    await on.attach(...words);
    assert.equal(on.session.state.attachments.length, 20);
    await on.session.send('And now?');
    assert.equal(on.sent()[0]?.prepared?.width, 2400);
    assert.equal(imagesOf(on.server.requests[1])[0]?.width, 2400);
  });

  it('keeps pictures of 3 MB whole that come together', async () => {
    const pixels = randomBytes(2000 * 1500);
    const noise = greyPng(2000, 1500, (x, y) => pixels[y * 2000 + x] ?? 0);
    await on.attach(
      ...(await Promise.all(['a.png', 'b.png', 'c.png'].map((name) => on.file(name, noise)))),
    );
    assert.deepEqual(
      on.session.state.attachments.map(({ prepared }) => prepared?.width),
      [2000, 2000, 2000],
    );
  });

  it('prepares an image for the model that was set while it was on its way', async () => {
    let prepared = 0;
    const session = new ConversationSession({
      ...on.services,
      preparer: {
        prepareTiles: (...of) => on.services.preparer.prepareTiles(...of),
        prepare: async (bytes, target, signal) => {
          const result = await on.services.preparer.prepare(bytes, target, signal);
          prepared += 1;
          if (prepared === 1) {
            await settings().update('model', 'claude-haiku-4-5', vscode.ConfigurationTarget.Global);
          }
          return result;
        },
      },
    });
    try {
      await session.attach([sourceOfUri(await on.file('wide.png', greyPng(1920, 1080)))]);
      const [image] = session.state.attachments;
      assert.equal(image?.prepared?.tokens, 1560);
      assert.match(image.labels.details, /1,560 tokens/);
      assert.equal(prepared, 2);
    } finally {
      await settings().update('model', undefined, vscode.ConfigurationTarget.Global);
      session.dispose();
    }
  });

  it('calls off what is prepared for an image whose question is deleted', async () => {
    const reading: AbortSignal[] = [];
    const never: ImageSource = {
      name: 'never.png',
      read: (signal) => {
        reading.push(signal);
        return new Promise(() => undefined);
      },
    };
    await on.describeImage(await wide());
    const replaced = on.session.replaceImage(on.sent()[0]?.id ?? '', never);
    assert.equal(reading[0]?.aborted, false);
    await on.session.deleteExchange(on.questions()[0]?.id ?? '');
    assert.equal(reading[0].aborted, true);
    await replaced;
  });

  it('calls off what is prepared for images that came after a question that is edited', async () => {
    const reading: AbortSignal[] = [];
    await on.session.send('Hello');
    await on.describeImage(await wide());
    const replaced = on.session.replaceImage(on.questions()[1]?.images[0]?.id ?? '', {
      name: 'never.png',
      read: (signal) => {
        reading.push(signal);
        return new Promise(() => undefined);
      },
    });
    await on.session.edit(on.questions()[0]?.id ?? '', 'Good morning');
    assert.equal(reading[0]?.aborted, true);
    assert.equal(on.lastAnswer().status, 'complete');
    await replaced;
  });

  it('names an image by what it took the place of in a request', async () => {
    const replaces = (): string | undefined => on.sent()[0]?.replaces;
    const id = (): string => on.sent()[0]?.id ?? '';
    await on.describeImage(await on.file('a.png', greyPng(40, 30)));
    await on.replace(id(), await on.file('broken.png', 'just words'));
    assert.equal(replaces(), 'a.png');
    await on.replace(id(), await on.file('c.png', greyPng(50, 30)));
    assert.equal(replaces(), 'a.png');
    await on.session.send('And now?');
    await on.replace(id(), await on.file('d.png', greyPng(60, 30)));
    assert.equal(replaces(), 'c.png');
  });

  it('shows and sends names of bearable length', async () => {
    const name = `${'long'.repeat(1000)}.png`;
    const read: ImageSource['read'] = () => Promise.resolve(success({ bytes: greyPng(10, 10) }));
    await on.session.attach([{ name, read }]);
    assert.equal(names()[0]?.length, 200);
  });

  it('prepares an image for the others that came while it was on its way', async () => {
    const { source, release } = heldBack('late.png');
    const late = on.session.attach([source]);
    const large = on.session.attach([sourceOfUri(await wide())]);
    await on.attach(...(await files(20)));
    release();
    await Promise.all([late, large]);
    assert.equal(on.session.state.attachments[1]?.prepared?.width, 2000);
  });

  it('leaves images as they are that come together and have room in a request', async () => {
    const pixels = randomBytes(1000 * 800);
    const noise = greyPng(1000, 800, (x, y) => pixels[y * 1000 + x] ?? 0);
    await on.attach(await on.file('first.png', noise), await on.file('second.png', noise));
    assert.deepEqual(
      on.session.state.attachments.map(({ prepared }) => prepared?.width),
      [1000, 1000],
    );
  });

  it('shares the bytes of a request among images that are too large together', async () => {
    // Bytes that do not compress: 0.8 MB each, a third more as base64.
    const pixels = randomBytes(1000 * 800);
    const noise = greyPng(1000, 800, (x, y) => pixels[y * 1000 + x] ?? 0);
    const uris = await Promise.all(
      Array.from({ length: 24 }, (_, index) => on.file(`noise${index}.png`, noise)),
    );
    await on.attach(...uris);
    assert.ok(on.session.state.attachments.every(({ state }) => state === 'ready'));
    assert.ok(imagesBase64Length(on.session.state) <= REQUEST_BASE64_LIMIT);
    await on.session.send('Compare them.');
    assert.equal(on.lastAnswer().status, 'complete');
    assert.equal(imagesOf(on.server.requests[0]).length, 24);
  }).timeout(90_000);

  it('takes 100 of 103 images, and says how many were left out', async () => {
    await on.attach(...(await files(103)));
    assert.equal(on.session.state.attachments.length, 100);
    assert.equal(
      on.session.state.notice?.message,
      'A conversation takes 100 images; the other 3 were left out.',
    );
    await on.session.send('Describe them.');
    assert.equal(imagesOf(on.server.requests[0]).length, 100);
    assert.equal(on.lastAnswer().status, 'complete');
  });

  it('goes on when one that never comes is removed', async () => {
    const never: ImageSource = { name: 'never.png', read: () => new Promise(() => undefined) };
    const attached = on.session.attach([never, never, sourceOfUri(await wide())]);
    for (const { id } of on.session.state.attachments.slice(0, 2)) {
      on.session.removeImage(id);
    }
    await attached;
    assert.deepEqual(
      on.session.state.attachments.map(({ name, state }) => [name, state]),
      [['wide.png', 'ready']],
    );
  });
});
