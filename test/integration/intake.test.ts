import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { beforeEach, describe, it } from 'mocha';
import { imagesBase64Length, REQUEST_BASE64_LIMIT } from '../../src/core/conversation/request.ts';
import { success } from '../../src/core/result.ts';
import { sourceOfUri, type ImageSource } from '../../src/host/images/imageSource.ts';
import { greyPng } from '../support/pngFile.ts';
import { imagesOf } from '../support/received.ts';
import { useSession, type SessionTest } from './sessionSetup.ts';

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

  it('makes what was sent and attached smaller when the images become more than 20', async () => {
    const uri = await wide();
    await on.describeImage(uri);
    await on.attach(uri);
    await rm(uri.fsPath);
    await on.attach(...(await files(18)));
    assert.equal(on.sent()[0]?.prepared?.width, 2400, '20 images');

    await on.attach(await on.file('one-more.png', greyPng(50, 2100)));
    const [sent] = on.sent();
    assert.equal(sent?.prepared?.width, 2000);
    assert.equal(sent.number, 1);
    assert.equal(sent.labels.notes[0], '2400x100 to 2000x83');
    assert.equal(on.session.state.attachments[0]?.prepared?.width, 2000);
    assert.equal(on.session.state.attachments.at(-1)?.prepared?.height, 2000);
    assert.match(
      on.session.state.notice?.message ?? '',
      /^2 images of this conversation are made smaller: with more than 20 images/,
    );
    await on.session.send('And these?');
    assert.equal(on.lastAnswer().status, 'complete');
    assert.equal(imagesOf(on.server.requests[1]).length, 21);
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

  describe('by an address', () => {
    const address = 'https://images.example/wide.png';
    const fetched: ImageSource = {
      name: 'wide.png',
      uri: address,
      read: () =>
        Promise.resolve(success({ bytes: greyPng(2400, 300), uri: address, url: address })),
    };

    it('lets the API fetch it, and counts the same tokens', async () => {
      on.server.publish(address, greyPng(2400, 300));
      await on.session.describe([fetched], 'Describe this image.');
      const [image] = on.sent();
      assert.equal(image?.prepared?.url, address);
      assert.deepEqual(image.labels.notes, ['sent by its address']);
      assert.equal(on.lastAnswer().status, 'complete');
      assert.deepEqual(
        on.server.requests[0]?.images.map(({ source, tokens }) => [source, tokens]),
        [['url', image.prepared.tokens]],
      );
    });

    it('sends bytes once the API would not take it as it is', async () => {
      on.server.publish(address, greyPng(2400, 300));
      await on.session.describe([fetched], 'Describe this image.');
      await on.attach(...(await files(20)));
      const [image] = on.sent();
      assert.equal(image?.prepared?.url, undefined);
      assert.equal(image?.prepared?.width, 2000);
      await on.session.send('And these?');
      assert.equal(on.lastAnswer().status, 'complete');
    });

    it('fetches it from a server, and names one that it may not fetch', async () => {
      const web = createServer((_request, response) => response.end(greyPng(30, 20)));
      await once(web.listen(0, '127.0.0.1'), 'listening');
      try {
        const host = `127.0.0.1:${(web.address() as AddressInfo).port}`;
        const url = `http://${host}/photos/a%20b.png?size=%2B1`;
        await on.session.attach([sourceOfUri(url, { trustedHosts: [host] }), sourceOfUri(url)]);
        const [ready, forbidden] = on.session.state.attachments;
        assert.equal(ready?.name, 'a b.png');
        assert.equal(ready.uri, url);
        assert.equal(ready.prepared?.width, 30);
        assert.equal(
          forbidden?.notice?.message,
          'a b.png was not fetched: 127.0.0.1 is an address of your own network. Save the image and attach the file.',
        );
      } finally {
        web.closeAllConnections();
        web.close();
      }
    });
  });
});
