import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, beforeEach, describe, it } from 'mocha';
import { greyPng } from '../support/pngFile.ts';
import { imagesOf } from '../support/received.ts';
import { Panel, tidyUp } from './panel.ts';
import { usePractice } from './practice.ts';
import { drop } from './transfer.ts';

const MORE = 'More ways to attach';
const ASKED = 'The address of the image itself';

describe('images by their address', () => {
  const practice = usePractice();
  /** A proxy that alone knows the host images.invalid; it stands for the internet. */
  const proxy = createServer(({ url }, response) => {
    switch (url) {
      case 'http://images.invalid/a.png':
        response.end(greyPng(40, 30));
        break;
      case 'http://images.invalid/page':
        response.setHeader('content-type', 'text/html');
        response.end('<!doctype html><title>Pictures</title>');
        break;
      case 'http://images.invalid/moved.png':
        response.writeHead(302, { location: 'http://127.0.0.1/inside.png' });
        response.end();
        break;
      default:
        response.writeHead(404);
        response.end();
    }
  });

  // Before the window opens, so that it knows the proxy from the beginning.
  before(async () => {
    await once(proxy.listen(0, '127.0.0.1'), 'listening');
    const { port } = proxy.address() as AddressInfo;
    practice.vscode.updateUserSettings({ 'http.proxy': `http://127.0.0.1:${port}` });
  });
  after(() => {
    proxy.closeAllConnections();
    proxy.close();
  });

  const shared = practice.share({ files: { 'notes.md': '# Notes' } });

  beforeEach(() => tidyUp(shared.window.workbench));

  it('are fetched and sent; a page, a lost one and one that leads into the own network are named', async () => {
    const { workbench, page } = shared.window;
    const panel = await Panel.of(workbench);
    const attach = async (address: string, count: number): Promise<string> => {
      await panel.chooseFromMenu(MORE, 'From URL...');
      await workbench.answer(address, ASKED);
      return ((await panel.chips(count)).at(-1) ?? []).join(' ');
    };
    assert.match(await attach('http://images.invalid/a.png', 1), /^a\.png 40x30 · 4 tokens/);
    assert.match(
      await attach('http://images.invalid/gone.png', 2),
      /images\.invalid answered with status 404/,
    );
    assert.match(
      await attach('http://images.invalid/moved.png', 3),
      /its server led on to 127\.0\.0\.1, an address of your own network/,
    );
    await drop(page, panel, { data: { 'text/uri-list': 'http://images.invalid/page' } });
    assert.match((await panel.chips(4)).at(-1)?.join(' ') ?? '', /is the address of a web page/);
    await workbench.screenshot('addresses');

    await panel.send('What is it?');
    await panel.answer(0);
    assert.deepEqual(
      imagesOf(practice.server.requests[0]).map(({ width }) => width),
      [40],
    );
  });

  it('of this machine are not fetched, and what is no address is not taken', async () => {
    const { workbench } = shared.window;
    const panel = await Panel.of(workbench);
    await panel.chooseFromMenu(MORE, 'From URL...');
    await workbench.answer('ftp://images.invalid/a.png', ASKED);
    await workbench.quickPick.getByText('Give an address that begins with https://').waitFor();
    await workbench.answer(`${practice.server.url}/a.png`);
    const [chip] = await panel.chips(1);
    assert.match(chip?.join(' ') ?? '', /was not fetched: 127\.0\.0\.1 is an address of your own/);
    assert.equal(practice.server.requests.length, 0);
  });
});
