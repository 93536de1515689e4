import assert from 'node:assert/strict';
import { once } from 'node:events';
import * as http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { fetchImage } from '../../src/host/images/remoteImage.ts';
import { greyPng } from '../support/pngFile.ts';

/** VS Code puts its proxies under `node:http`, which must not get around what is looked at. */
describe('fetching an image in VS Code', () => {
  const { signal } = new AbortController();
  const proxySetting = () => vscode.workspace.getConfiguration('http');
  const { Global } = vscode.ConfigurationTarget;
  let server: http.Server;
  let port: number;
  let requested: (string | undefined)[];

  beforeEach(async () => {
    requested = [];
    server = http.createServer(({ url }, response) => {
      requested.push(url);
      response.end(greyPng(20, 10));
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    ({ port } = server.address() as AddressInfo);
  });

  afterEach(async () => {
    await proxySetting().update('proxy', undefined, Global);
    server.closeAllConnections();
    server.close();
  });

  it('connects to the address that was looked at', async () => {
    const host = `images.example:${port}`;
    const fetched = await fetchImage(`http://${host}/a.png`, signal, {
      trustedHosts: [host],
      lookup: () => Promise.resolve([{ address: '127.0.0.1', family: 4 }]),
    });
    assert.equal(fetched.ok, true);
    assert.deepEqual(requested, ['/a.png']);
  });

  it('leaves a name to the proxy that only the proxy knows, and nothing else', async () => {
    await proxySetting().update('proxy', `http://127.0.0.1:${port}`, Global);
    const fetched = await fetchImage('http://images.invalid/a.png', signal);
    assert.deepEqual(fetched.ok || fetched.error, true);
    assert.deepEqual(requested, ['http://images.invalid/a.png']);
    for (const host of ['localhost', '10.0.0.1', '169.254.169.254']) {
      assert.deepEqual(await fetchImage(`http://${host}/`, signal), {
        ok: false,
        error: { kind: 'addressForbidden', host, redirected: false },
      });
    }
    assert.equal(requested.length, 1);
  });
});
