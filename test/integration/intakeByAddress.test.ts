import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { crc32 } from 'node:zlib';
import { beforeEach, describe, it } from 'mocha';
import { success } from '../../src/core/result.ts';
import { sourceOfUri, type ImageSource } from '../../src/host/images/imageSource.ts';
import { greyPng } from '../support/pngFile.ts';
import { bodyOf, imagesOf } from '../support/received.ts';
import { useSession, type SessionTest } from './sessionSetup.ts';

/** The PNG file with a text in its metadata. */
function withText(png: Buffer, text: string): Buffer {
  const typeAndData = Buffer.from(`tEXt${text}`, 'latin1');
  const length = Buffer.alloc(4);
  length.writeUInt32BE(typeAndData.length - 4);
  const check = Buffer.alloc(4);
  check.writeUInt32BE(crc32(typeAndData));
  const afterHeader = 33;
  return Buffer.concat([
    png.subarray(0, afterHeader),
    length,
    typeAndData,
    check,
    png.subarray(afterHeader),
  ]);
}

describe('attaching images by their address', () => {
  const address = 'https://images.example/wide.png';
  const bytes = withText(greyPng(2400, 300), 'Author\0Somebody');
  const current = useSession();
  let on: SessionTest;

  beforeEach(() => {
    on = current();
    on.fetchesImages = true;
    on.server.publish(address, bytes);
  });

  const fetched: ImageSource = {
    name: 'wide.png',
    uri: address,
    read: () => Promise.resolve(success({ bytes, uri: address, url: address })),
  };
  const describeIt = () => on.session.describe([fetched], 'Describe this image.');
  const sourcesOf = (index: number) =>
    imagesOf(on.server.requests[index]).map(({ source }) => source);

  it('lets the API fetch it, and counts the same tokens', async () => {
    await describeIt();
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
    await describeIt();
    const others = Array.from({ length: 20 }, (_, index) =>
      on.file(`${index}.png`, greyPng(10, 10 + index)),
    );
    await on.attach(...(await Promise.all(others)));
    await on.session.send('And these?');
    assert.equal(on.lastAnswer().status, 'complete');
    const [image] = on.sent();
    assert.equal(image?.prepared?.url, undefined);
    assert.equal(image?.prepared?.width, 2000);
  });

  describe('to a server that does not fetch images', () => {
    it('sends bytes', async () => {
      on.fetchesImages = undefined;
      await describeIt();
      assert.equal(on.sent()[0]?.prepared?.url, undefined);
      assert.deepEqual(sourcesOf(0), ['base64']);
    });

    it('sends bytes also of what went to another by its address', async () => {
      await describeIt();
      on.fetchesImages = false;
      await on.session.send('And now?');
      assert.equal(on.lastAnswer().status, 'complete');
      assert.deepEqual([sourcesOf(0), sourcesOf(1)], [['url'], ['base64']]);
      assert.equal(on.server.requests.length, 2);
    });
  });

  describe('where the API cannot fetch it', () => {
    it('asks again with the bytes, at once and without a word', async () => {
      on.server.withdraw(address);
      await describeIt();
      assert.deepEqual(
        [on.lastAnswer().status, on.lastAnswer().notice, on.session.state.notice],
        ['complete', undefined, undefined],
      );
      assert.equal(on.sent()[0]?.state, 'ready');
      assert.equal(on.server.requests.length, 2);
      assert.deepEqual(sourcesOf(1), ['base64']);
    });

    it('sends no metadata with the bytes', async () => {
      on.server.withdraw(address);
      await describeIt();
      const sent = JSON.stringify(bodyOf(on.server.requests[1]));
      const data = /"data":"([^"]+)"/.exec(sent)?.[1] ?? '';
      const png = Buffer.from(data, 'base64');
      assert.equal(png.subarray(1, 4).toString(), 'PNG');
      assert.ok(bytes.includes('Somebody') && !png.includes('Somebody'));
    });

    it('asks again in a later turn, and sends the same bytes from then on', async () => {
      await describeIt();
      on.server.withdraw(address);
      await on.session.send('And now?');
      assert.equal(on.lastAnswer().status, 'complete');
      const prepared = on.sent()[0]?.prepared;
      assert.equal(prepared?.url, undefined);
      await on.assertGoesOn();
      assert.deepEqual(on.sent()[0]?.prepared, prepared);
      assert.equal(on.server.requests.length, 4);
      assert.deepEqual(sourcesOf(3), ['base64']);
    });

    it('asks again when the refusal names no image', async () => {
      on.server.script({ kind: 'error', status: 400, message: 'Could not process image' });
      await describeIt();
      assert.equal(on.lastAnswer().status, 'complete');
      assert.deepEqual(sourcesOf(1), ['base64']);
    });

    it('asks once more and no oftener, and then tells the fault', async () => {
      on.server.script({ kind: 'error', status: 400, message: 'Not like that', times: 3 });
      await describeIt();
      assert.equal(on.server.requests.length, 2);
      assert.equal(on.lastAnswer().status, 'failed');
      assert.match(on.lastAnswer().notice?.message ?? '', /Not like that/);
    });

    it('ends with the stop while the bytes are prepared', async () => {
      on.server.withdraw(address);
      const done = describeIt();
      await on.until(
        () => on.questions().length > 0 && on.sent().some(({ state }) => state === 'preparing'),
      );
      on.session.stop();
      await done;
      assert.equal(on.lastAnswer().status, 'stopped');
      assert.equal(on.server.requests.length, 1);
    });
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
