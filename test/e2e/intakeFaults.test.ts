import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { before, beforeEach, describe, it } from 'mocha';
import { greyPng } from '../support/pngFile.ts';
import { imagesOf } from '../support/received.ts';
import { Panel, tidyUp } from './panel.ts';
import { usePractice } from './practice.ts';
import { drop } from './transfer.ts';

const MB = 1024 * 1024;
const TOO_MANY = 103;

describe('what cannot be attached', () => {
  const practice = usePractice();
  const many = Array.from(
    { length: TOO_MANY },
    (_, index) => [`many/${index + 1}.png`, greyPng(8, 8, () => index)] as const,
  );
  const shared = practice.share({
    files: {
      'a.png': greyPng(40, 30),
      'empty.png': '',
      'notes.txt': 'Just some text.',
      'words.png': 'no picture',
      'nothing/notes.txt': 'no image',
      ...Object.fromEntries(many),
    },
  });
  const inWorkspace = (name: string): string => path.join(shared.window.workspace, name);

  before(() => {
    // Sparse: it takes no room on the disk.
    fs.writeFileSync(inWorkspace('huge.png'), '');
    fs.truncateSync(inWorkspace('huge.png'), 101 * MB);
  });
  beforeEach(() => tidyUp(shared.window.workbench));

  it('is named with the reason, beside what can be', async () => {
    const { workbench, page } = shared.window;
    const panel = await Panel.of(workbench);
    const files = ['notes.txt', 'huge.png', 'empty.png', 'a.png'].map(inWorkspace);
    await drop(page, panel, { files });
    const chips = await panel.chips(4);
    assert.deepEqual(
      chips.slice(0, 3).map(([, reason]) => reason),
      [
        'notes.txt is not an image: it holds text. Choose another file.',
        'huge.png has 101 MB; up to 100 MB are read. Export a smaller copy.',
        'empty.png is empty. Choose another file, or save it again.',
      ],
    );
    assert.equal(chips[3]?.[0], 'a.png', 'the only one needs no number');
    await panel.picture.waitFor();
    await workbench.screenshot('what-cannot-be-attached');

    await panel.send('What is it?');
    await panel.answer(0);
    assert.equal(imagesOf(practice.server.requests[0]).length, 1);
  });

  it('is named too when it is a file of the workspace', async () => {
    const { workbench } = shared.window;
    await workbench.chooseInExplorer(
      ['huge.png', 'words.png'],
      'Ask Claude',
      'Add to Claude Conversation',
    );
    const panel = await Panel.of(workbench);
    assert.deepEqual(await panel.chips(2), [
      ['huge.png', 'huge.png has 101 MB; up to 100 MB are read. Export a smaller copy.'],
      ['words.png', 'words.png is not an image: it holds text. Choose another file.'],
    ]);
  });

  it('is said of a folder that has no image', async () => {
    const { workbench, page } = shared.window;
    await workbench.chooseInExplorer('nothing', 'Add to Claude Conversation');
    await page.getByText('There is no image in nothing.').first().waitFor();
    await workbench.runCommand('Notifications: Clear All Notifications');

    const panel = await Panel.of(workbench);
    await drop(page, panel, { files: [inWorkspace('nothing')] });
    await panel.text('There was no image in what you dropped.').waitFor();
  });

  it('is left out where there is no room, and it is said how many', async () => {
    const { workbench, page } = shared.window;
    const panel = await Panel.of(workbench);
    await drop(page, panel, { files: [inWorkspace('many')] });
    await workbench.dialog.getByText(/There are 3 more/).waitFor();
    await workbench.screenshot('more-images-than-fit');
    await workbench.dialog.getByRole('button', { name: 'Attach' }).click();
    const chips = await panel.chips(100);
    assert.deepEqual(
      [0, 9, 99].map((index) => chips[index]?.[0]),
      ['Image 1 1.png', 'Image 10 10.png', 'Image 100 100.png'],
    );
    await panel.text(/^100 images · \d+ tokens · \$/).waitFor();
    await workbench.screenshot('too-many-images');
  });
});
