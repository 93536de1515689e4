import assert from 'node:assert/strict';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, it } from 'mocha';
import type { ImageBlockParam } from '@anthropic-ai/sdk/resources/messages';
import { apiErrorOf, ask, defined, imageBlock, picture, practice, text } from './support.ts';

const link = (url: string): ImageBlockParam => ({ type: 'image', source: { type: 'url', url } });
const path = 'messages.0.content.0.image.source.url.url';
const unable = `${path}: Unable to download the file. Please verify the URL and try again.`;

describe('the practice server fetches images given by their address', () => {
  const each = practice();
  const closing: (() => Promise<void>)[] = [];
  afterEach(async () => {
    await Promise.all(closing.splice(0).map((close) => close()));
  });

  /** The address of a web server that answers every request so. */
  const serve = async (answer: RequestListener): Promise<string> => {
    const server = createServer(answer).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    closing.push(async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    });
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/a.png`;
  };
  const refusalOf = async (url: string): Promise<string | null> => {
    const error = await apiErrorOf(each.client.messages.create(ask(link(url), text('What?'))));
    assert.deepEqual([error.status, error.type], [400, 'invalid_request_error']);
    return error.apiMessage;
  };

  it('and measures them as it does those that it is sent', async () => {
    const bytes = await picture(56, 29, 0x2040c0ff);
    const url = await serve((_, response) => response.end(bytes));
    await each.client.messages.create(
      ask(text('Image 1: a.png'), link(url), imageBlock(bytes), text('What?')),
    );
    const [fetched, sent] = defined(each.server.requests[0]).images;
    const { source, path: place, label, ...rest } = defined(sent);
    assert.deepEqual([source, place, label], ['base64', 'messages.0.content.2', null]);
    assert.deepEqual(fetched, {
      ...rest,
      source: 'url',
      url,
      path: 'messages.0.content.1',
      label: 'Image 1: a.png',
    });
  });

  it('and finds there what a test has published', async () => {
    const url = 'https://images.example/a.png';
    each.server.publish(url, await picture(30, 20));
    await each.client.messages.create(ask(link(url), text('What?')));
    assert.equal(defined(each.server.requests[0]).images[0]?.width, 30);
  });

  it('and finds nothing any more where a test has withdrawn it', async () => {
    const url = 'https://images.example/a.png';
    each.server.publish(url, await picture(30, 20));
    each.server.withdraw(url);
    assert.equal(await refusalOf(url), unable);
  });

  it('and refuses an address where nothing answers', async () => {
    const url = await serve((_, response) => response.destroy());
    assert.equal(await refusalOf(url), unable);
  });

  it('and refuses an address without an image', async () => {
    const missing = await serve((_, response) => response.writeHead(404).end());
    assert.equal(await refusalOf(missing), unable);
    const page = await serve((_, response) => response.end('<h1>A page</h1>'));
    assert.equal(await refusalOf(page), 'Could not process image');
  });

  it('and refuses more bytes than an image may have', async () => {
    const url = await serve((_, response) => response.end(Buffer.alloc(7_864_321)));
    assert.equal(await refusalOf(url), unable);
  });

  it('and refuses an edge of more than 8000 pixels', async () => {
    const url = 'https://images.example/wide.png';
    each.server.publish(url, await picture(8001, 1));
    assert.equal(
      await refusalOf(url),
      `${path}: At least one of the image dimensions exceed max allowed size: 8000 pixels`,
    );
  });
});
