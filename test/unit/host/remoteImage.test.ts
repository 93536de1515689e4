import assert from 'node:assert/strict';
import { once } from 'node:events';
import * as http from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { MAX_FILE_BYTES } from '../../../src/core/plan/limits.ts';
import {
  fetchImage,
  lastingAddress,
  type FetchOptions,
} from '../../../src/host/images/remoteImage.ts';
import { greyPng } from '../../support/pngFile.ts';

const PNG = greyPng(20, 10);
const MEGABYTE = Buffer.alloc(1024 * 1024);

describe('fetchImage', () => {
  let server: http.Server;
  let origin: string;
  let host: string;
  let answer: http.RequestListener;
  let requests: http.IncomingMessage[];
  const { signal } = new AbortController();

  /** The server of the test is on this machine, which is allowed by its host and port only. */
  const get = (path: string, options: FetchOptions = {}) =>
    fetchImage(`${origin}${path}`, signal, { trustedHosts: [host], ...options });

  const redirectTo = (location: string) => {
    answer = (_request, response) => response.writeHead(302, { location }).end();
  };

  beforeEach(async () => {
    requests = [];
    answer = (_request, response) => {
      response.writeHead(200, { 'content-type': 'image/png' }).end(PNG);
    };
    server = http.createServer((request, response) => {
      requests.push(request);
      answer(request, response);
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    host = `127.0.0.1:${port}`;
    origin = `http://${host}`;
  });

  afterEach(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });

  it('gives the bytes and the address without its fragment', async () => {
    assert.deepEqual(await get('/a.png?x=%3D#top'), {
      ok: true,
      value: { bytes: PNG, url: `${origin}/a.png?x=%3D`, redirected: false },
    });
    assert.equal(requests[0]?.url, '/a.png?x=%3D');
  });

  it('says nothing of the user, and asks for images without compression', async () => {
    answer = (_request, response) => {
      response.writeHead(302, { 'set-cookie': 'a=b', location: '/b.png' }).end();
      answer = (_next, last) => last.end(PNG);
    };
    await get('/a.png');
    assert.equal(requests.length, 2);
    for (const { headers } of requests) {
      assert.deepEqual(Object.keys(headers).toSorted(), [
        'accept',
        'accept-encoding',
        'connection',
        'host',
        'user-agent',
      ]);
      assert.equal(headers.accept, 'image/*');
      assert.equal(headers['accept-encoding'], 'identity');
    }
  });

  it('follows redirects, and says so with the last address', async () => {
    answer = ({ url = '' }, response) => {
      const step = Number(url.slice(1));
      if (step < 5) {
        response.writeHead(307, { location: `/${step + 1}` }).end();
      } else {
        response.end(PNG);
      }
    };
    const fetched = await get('/0');
    assert.ok(fetched.ok);
    assert.equal(fetched.value.url, `${origin}/5`);
    assert.equal(fetched.value.redirected, true);
  });

  it('gives the API an https: address that nothing led on from, and no other', () => {
    const fetched = { bytes: PNG, url: 'https://images.example/a.png', redirected: false };
    assert.equal(lastingAddress(fetched), fetched.url);
    assert.equal(lastingAddress({ ...fetched, redirected: true }), undefined);
    assert.equal(lastingAddress({ ...fetched, url: 'http://images.example/a.png' }), undefined);
  });

  it('ends after five redirects', async () => {
    redirectTo('/again');
    assert.deepEqual(await get('/'), { ok: false, error: { kind: 'tooManyRedirects', host } });
    assert.equal(requests.length, 6);
  });

  for (const address of [
    '',
    'no address',
    'file:///etc/passwd',
    'ftp://example.com/a.png',
    'data:image/png;base64,AAAA',
    'http://user@example.com/a.png',
    'https://user:secret@example.com/a.png',
  ]) {
    it(`takes "${address}" for no address`, async () => {
      assert.deepEqual(await fetchImage(address, signal), {
        ok: false,
        error: { kind: 'addressInvalid' },
      });
    });
  }

  describe('with an address of the own network', () => {
    for (const name of [
      '127.0.0.1',
      '2130706433',
      '0x7f.1',
      '0',
      '10.0.0.1',
      '169.254.169.254',
      '[::1]',
      '[::ffff:127.0.0.1]',
      'localhost',
    ]) {
      it(`does not connect to ${name}`, async () => {
        const { port } = server.address() as AddressInfo;
        const url = `http://${name}:${port}/`;
        assert.deepEqual(await fetchImage(url, signal), {
          ok: false,
          error: { kind: 'addressForbidden', host: new URL(url).hostname, redirected: false },
        });
        assert.equal(requests.length, 0);
      });

      it(`is not led on to ${name}`, async () => {
        const location = `http://${name}/secret.png`;
        redirectTo(location);
        assert.deepEqual(await get('/'), {
          ok: false,
          error: { kind: 'addressForbidden', host: new URL(location).hostname, redirected: true },
        });
        assert.equal(requests.length, 1);
      });
    }

    it('refuses a name when one of its addresses is such', async () => {
      const lookup = () =>
        Promise.resolve([
          { address: '93.184.216.34', family: 4 },
          { address: '192.168.0.1', family: 4 },
        ]);
      assert.deepEqual(await fetchImage('https://images.example/', signal, { lookup }), {
        ok: false,
        error: { kind: 'addressForbidden', host: 'images.example', redirected: false },
      });
    });

    it('resolves a name once and connects to what was looked at', async () => {
      const { port } = server.address() as AddressInfo;
      let asked = 0;
      const lookup = () => {
        asked++;
        // What a rebinding server says the second time would be allowed by the first look.
        return Promise.resolve([{ address: asked === 1 ? '127.0.0.1' : '192.0.2.1', family: 4 }]);
      };
      const name = `images.example:${port}`;
      const fetched = await fetchImage(`http://${name}/a.png`, signal, {
        lookup,
        trustedHosts: [name],
      });
      assert.ok(fetched.ok);
      assert.equal(asked, 1);
      assert.equal(requests[0]?.headers.host, name);
    });

    it('does not use a connection that was kept open by somebody else', async () => {
      const { port } = server.address() as AddressInfo;
      const keptOpen = http.get({
        port,
        host: 'images.example',
        lookup: (_name, _options, callback) =>
          callback(null, [{ address: '127.0.0.1', family: 4 }]),
      });
      const [response] = (await once(keptOpen, 'response')) as [http.IncomingMessage];
      const socketFree = once(response.socket, 'free');
      await text(response);
      await socketFree;
      const lookup = () => Promise.resolve([{ address: '93.184.216.34', family: 4 }]);
      assert.deepEqual(await fetchImage(`http://images.example:${port}/`, signal, { lookup }), {
        ok: false,
        error: { kind: 'addressForbidden', host: 'images.example', redirected: false },
      });
      assert.equal(requests.length, 1);
    });
  });

  for (const location of ['file:///etc/passwd', 'http://user:secret@127.0.0.1/', 'http://[']) {
    it(`is not led on to ${location}`, async () => {
      redirectTo(location);
      assert.deepEqual(await get('/'), {
        ok: false,
        error: { kind: 'downloadRefused', host, status: 302 },
      });
    });
  }

  for (const status of [404, 403, 500, 304]) {
    it(`tells the status ${status}`, async () => {
      answer = (_request, response) => response.writeHead(status).end();
      assert.deepEqual(await get('/'), {
        ok: false,
        error: { kind: 'downloadRefused', host, status },
      });
    });
  }

  it('tells a page from an image, also where the server does not', async () => {
    const page = '<!DOCTYPE html><html><body><img src="a.png"></body></html>'.padEnd(500);
    for (const type of ['text/html; charset=utf-8', 'application/xhtml+xml', 'image/png']) {
      answer = (_request, response) => response.writeHead(200, { 'content-type': type }).end(page);
      const error = { kind: 'addressOfPage', host };
      assert.deepEqual(await get('/photo'), { ok: false, error }, type);
    }
  });

  it('refuses three gigabytes by what the server announces', async () => {
    answer = (_request, response) => {
      response.writeHead(200, { 'content-length': 3 * 1024 ** 3 });
      response.write(PNG);
    };
    assert.deepEqual(await get('/'), {
      ok: false,
      error: { kind: 'downloadTooLarge', limit: MAX_FILE_BYTES },
    });
  });

  it('stops reading a body without an end', async () => {
    let sent = 0;
    const closed = new Promise<void>((resolve) => {
      answer = (_request, response) => {
        const write = (): void => {
          while (!response.destroyed && response.write(MEGABYTE)) {
            sent += MEGABYTE.length;
          }
          sent += MEGABYTE.length;
        };
        response.on('drain', write).on('close', resolve);
        write();
      };
    });
    assert.deepEqual(await get('/'), {
      ok: false,
      error: { kind: 'downloadTooLarge', limit: MAX_FILE_BYTES },
    });
    await closed;
    assert.ok(sent < MAX_FILE_BYTES + 20 * MEGABYTE.length, `${sent}`);
  });

  it('gives up on a server that says nothing', async () => {
    answer = () => undefined;
    assert.deepEqual(await get('/', { timeoutSeconds: 0.2 }), {
      ok: false,
      error: { kind: 'downloadTimedOut', host, seconds: 0.2 },
    });
  });

  it('gives up on a server that sends byte after byte', async () => {
    let trickle: NodeJS.Timeout | undefined;
    answer = (_request, response) => {
      trickle = setInterval(() => response.write('x'), 10);
      response.on('close', () => clearInterval(trickle));
    };
    assert.deepEqual(await get('/', { timeoutSeconds: 0.2 }), {
      ok: false,
      error: { kind: 'downloadTimedOut', host, seconds: 0.2 },
    });
  });

  it('gives up on a name that takes too long to resolve', async () => {
    const lookup = () => new Promise<never>(() => undefined);
    assert.deepEqual(
      await fetchImage('https://images.example/', signal, { lookup, timeoutSeconds: 0.1 }),
      { ok: false, error: { kind: 'downloadTimedOut', host: 'images.example', seconds: 0.1 } },
    );
  });

  it('tells a refused connection', async () => {
    server.close();
    await once(server, 'close');
    assert.deepEqual(await get('/'), {
      ok: false,
      error: { kind: 'addressUnreachable', host, code: 'ECONNREFUSED' },
    });
    await once(server.listen(0), 'listening');
  });

  it('tells an unknown host', async () => {
    const unknown = Object.assign(new Error('not found'), { code: 'ENOTFOUND' });
    const lookup = () => Promise.reject(unknown);
    assert.deepEqual(await fetchImage('https://images.example/', signal, { lookup }), {
      ok: false,
      error: { kind: 'addressUnreachable', host: 'images.example', code: 'ENOTFOUND' },
    });
  });

  it('tells a connection that breaks off', async () => {
    answer = (_request, response) => {
      response.writeHead(200, { 'content-length': 1000 });
      response.write('half', () => response.destroy());
    };
    assert.deepEqual(await get('/'), {
      ok: false,
      error: { kind: 'addressUnreachable', host, code: 'ECONNRESET' },
    });
  });

  it('ends with a server that changes to another protocol', async () => {
    server.on('connection', (socket) => {
      socket.end('HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n');
    });
    assert.deepEqual(await get('/'), { ok: false, error: { kind: 'addressUnreachable', host } });
  });

  it('ends with the reason of its signal when it is called off', async () => {
    const controller = new AbortController();
    const reason = new Error('no longer wanted');
    answer = () => controller.abort(reason);
    await assert.rejects(
      fetchImage(`${origin}/`, controller.signal, { trustedHosts: [host] }),
      reason,
    );
    await assert.rejects(fetchImage(`${origin}/`, controller.signal), reason);
    assert.equal(requests.length, 1);
  });
});
