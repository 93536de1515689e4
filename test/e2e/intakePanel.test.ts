import assert from 'node:assert/strict';
import path from 'node:path';
import { beforeEach, describe, it } from 'mocha';
import { greyPng } from '../support/pngFile.ts';
import { imagesOf } from '../support/received.ts';
import { Panel, tidyUp } from './panel.ts';
import { usePractice } from './practice.ts';
import { copyPicture, drop, pasteFiles } from './transfer.ts';

const MORE = 'More ways to attach';

describe('images that the panel is given', () => {
  const practice = usePractice();
  const shared = practice.share({
    files: {
      'a.png': greyPng(40, 30),
      'b.png': greyPng(50, 30),
      'notes.md': '# Notes',
      'shots/10.png': greyPng(60, 30),
      'shots/2.png': greyPng(70, 30),
      'shots/notes.txt': 'no image',
    },
  });

  beforeEach(() => tidyUp(shared.window.workbench));

  it('are dropped from the Explorer while Shift is held, all and in order', async () => {
    const { workbench, page } = shared.window;
    await workbench.select('a.png', 'b.png');
    const panel = await Panel.of(workbench);
    const from = (await (await workbench.reveal('b.png')).boundingBox()) ?? assert.fail();
    const to = (await panel.log.boundingBox()) ?? assert.fail();
    const [x, y] = [to.x + to.width / 2, to.y + 100];

    await page.mouse.move(from.x + 20, from.y + from.height / 2);
    await page.mouse.down();
    await page.mouse.move(from.x + 40, from.y + from.height / 2 + 4, { steps: 3 });
    await panel.text('Hold Shift to drop images here').waitFor();
    await page.keyboard.down('Shift');
    // On the way, the workbench sees that Shift is held, and lets the panel see the drag.
    await page.mouse.move(x, y, { steps: 12 });
    await page.mouse.move(x + 4, y + 4, { steps: 3 });
    await panel.text('Drop to attach').waitFor();
    await page.mouse.up();
    await page.keyboard.up('Shift');

    const chips = await panel.chips(2);
    assert.deepEqual(
      chips.map(([name]) => name),
      ['Image 1 a.png', 'Image 2 b.png'],
    );
  });

  it('are dropped from the desktop, all files in their order, and of a folder the images', async () => {
    const { workbench, page, workspace } = shared.window;
    const panel = await Panel.of(workbench);
    const files = ['b.png', 'shots', 'a.png'].map((name) => path.join(workspace, name));
    await drop(page, panel, { files });
    await workbench.dialog.getByText(/^2 images in shots, \d+ kB\. Attach them\?$/).waitFor();
    await workbench.dialog.getByRole('button', { name: 'Attach' }).click();
    assert.deepEqual(
      (await panel.chips(4)).map(([name]) => name),
      ['Image 1 b.png', 'Image 2 2.png', 'Image 3 10.png', 'Image 4 a.png'],
    );
    await panel.send('What are they?');
    await panel.answer(0);
    assert.deepEqual(
      imagesOf(practice.server.requests[0]).map(({ width }) => width),
      [50, 70, 60, 40],
    );
  });

  it('are dropped from a browser, also one whose address holds it', async () => {
    const { workbench, page } = shared.window;
    const panel = await Panel.of(workbench);
    const held = `data:image/png;base64,${greyPng(30, 20).toString('base64')}`;
    await drop(page, panel, { data: { 'text/html': `<p><img src="${held}"></p>` } });
    await panel.chips(1);
    await drop(page, panel, {
      data: {
        'text/uri-list': 'https://127.0.0.1/article',
        'text/html': '<a href="https://127.0.0.1/article"><img src="https://127.0.0.1/a.png"></a>',
      },
    });
    const [first, second] = await panel.chips(2);
    assert.match(first?.join(' ') ?? '', /^image\.png 30x20/);
    assert.match(second?.join(' ') ?? '', /^a\.png a\.png was not fetched: 127\.0\.0\.1 is/);
  });

  it('are missed in a text, and that is said', async () => {
    const { workbench, page } = shared.window;
    const panel = await Panel.of(workbench);
    await drop(page, panel, { data: { 'text/plain': 'Some words.' } });
    await panel.text('There was no image in what you dropped.').waitFor();
    assert.equal(await panel.attachments.count(), 0);
  });

  it('are pasted as pixels, each under a name of its own', async () => {
    const { workbench, page } = shared.window;
    const panel = await Panel.of(workbench);
    await copyPicture(page, greyPng(30, 20));
    await panel.message.press('ControlOrMeta+V');
    await panel.chips(1);
    await panel.message.press('ControlOrMeta+V');
    assert.deepEqual(
      (await panel.chips(2)).map(([name, details]) => [name, details?.split(' ')[0]]),
      [
        ['Image 1 pasted-1.png', '30x20'],
        ['Image 2 pasted-2.png', '30x20'],
      ],
    );
    await panel.send('What are they?');
    await panel.answer(0);
    assert.equal(imagesOf(practice.server.requests[0]).length, 2);
  });

  it('are pasted as files, several at once, with their names', async () => {
    const panel = await Panel.of(shared.window.workbench);
    await pasteFiles(panel, [
      ['second.png', greyPng(30, 20)],
      ['first.png', greyPng(20, 10)],
    ]);
    assert.deepEqual(
      (await panel.chips(2)).map(([name]) => name),
      ['Image 1 second.png', 'Image 2 first.png'],
    );
  });

  it('come from the clipboard when the menu or a command asks for it', async () => {
    const { workbench, page } = shared.window;
    const panel = await Panel.of(workbench);
    await copyPicture(page, greyPng(30, 20));
    await panel.chooseFromMenu(MORE, 'From clipboard');
    assert.match((await panel.chips(1)).join(' '), /^pasted-\d\.png,30x20/);
    await workbench.runCommand('Vision for Claude: Attach Image from Clipboard');
    await panel.chips(2);

    await page.evaluate(() => navigator.clipboard.writeText('Some words.'));
    await panel.chooseFromMenu(MORE, 'From clipboard');
    await panel.text('There is no image in the clipboard.').waitFor();
    assert.equal(await panel.attachments.count(), 2);
  });

  it('can be the one that is open, and it is said when none is', async () => {
    const { workbench } = shared.window;
    const panel = await Panel.of(workbench);
    await workbench.openFile('notes.md');
    await panel.chooseFromMenu(MORE, 'The open image');
    await panel.text('No image is open in the active editor.').waitFor();

    await workbench.openFile('b.png');
    await panel.chooseFromMenu(MORE, 'The open image');
    assert.deepEqual(
      (await panel.chips(1)).map(([name]) => name),
      ['b.png'],
    );
  });
});
