import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import sharp from 'sharp';
import { greyPng } from '../support/pngFile.ts';
import { bodyOf, imagesOf } from '../support/received.ts';
import { Panel, tidyUp } from './panel.ts';
import { usePractice } from './practice.ts';

const ADD = ['Ask Claude', 'Add to Claude Conversation'] as const;

const drawing = greyPng(600, 400, (x) => (x < 300 ? 0 : 255));
const TIFF = await sharp(drawing).tiff({ compression: 'lzw' }).toBuffer();

describe('the chip of an attached image', () => {
  const practice = usePractice();
  const shared = practice.share({
    files: {
      'a.png': greyPng(400, 300),
      'b.png': greyPng(500, 300),
      'large.png': greyPng(3000, 1500, (x) => (x < 1500 ? 0 : 255)),
      'scan.tiff': TIFF,
    },
  });

  beforeEach(() => tidyUp(shared.window.workbench));

  const attach = async (...files: readonly string[]): Promise<Panel> => {
    const { workbench } = shared.window;
    await workbench.chooseInExplorer(files, ...ADD);
    return Panel.of(workbench);
  };

  it('says what is sent, what that costs and what was done, and all of them what they come to', async () => {
    const { workbench } = shared.window;
    const panel = await attach('a.png', 'large.png', 'scan.tiff');
    assert.deepEqual(await panel.chips(3), [
      ['Image 1 a.png', '400x300 · 165 tokens · $0.0003'],
      ['Image 2 large.png', '2576x1288 · 4,232 tokens · $0.0085', '3000x1500 to 2576x1288'],
      ['Image 3 scan.tiff', '600x400 · 330 tokens · $0.0007', 'TIFF to PNG'],
    ]);
    await panel.text('3 images · 4,727 tokens · $0.0095').waitFor();
    await panel.attachments.locator('img').nth(2).waitFor();
    await workbench.screenshot('chips-dark');
    await workbench.setTheme('Light Modern');
    await workbench.screenshot('chips-light');
    await workbench.setTheme('Dark Modern');
  });

  it('lets go of its image, or takes another for it that keeps the place and the number', async () => {
    const { workbench } = shared.window;
    const panel = await attach('a.png', 'large.png', 'scan.tiff');
    await panel.chips(3);
    await panel.button('Remove large.png').click();
    await panel.chooseFromMenu('More for a.png', 'Replace...');
    await workbench.pick('b.png', 'Choose an Image');
    await panel.chip('b.png').waitFor();
    assert.deepEqual(
      (await panel.chips(2)).map(([name]) => name),
      ['Image 1 b.png', 'Image 2 scan.tiff'],
    );
    await panel.send('What are they?');
    await panel.answer(0);
    assert.deepEqual(
      imagesOf(practice.server.requests[0]).map(({ label, width }) => [label, width]),
      [
        ['Image 1: b.png', 500],
        ['Image 2: scan.tiff', 600],
      ],
    );
  });

  it('gives the image a number that stays, whatever comes and goes', async () => {
    const { server } = practice;
    const panel = await attach('a.png', 'b.png');
    await panel.chips(2);
    await panel.send('What are they?');
    await panel.answer(0);
    await attach('scan.tiff');
    assert.equal((await panel.chips(1))[0]?.[0], 'Image 3 scan.tiff');
    await panel.chooseFromMenu('More for a.png', 'Remove from Conversation');
    await panel.questions.getByText('Image 1 (a.png) was removed').waitFor();
    assert.equal((await panel.chips(1))[0]?.[0], 'Image 3 scan.tiff');

    await panel.send('And this one?');
    await panel.answer(1);
    assert.deepEqual(
      imagesOf(server.requests[1]).map(({ label }) => label),
      ['Image 2: b.png', 'Image 3: scan.tiff'],
    );
    assert.match(JSON.stringify(bodyOf(server.requests[1]).messages[0]), /Image 1[^"]*removed/);
  });

  it('is named in the question by what completes an @', async () => {
    const { workbench, page } = shared.window;
    const panel = await attach('a.png', 'b.png');
    await panel.chips(2);
    await panel.message.click();
    await page.keyboard.type('What is in @b');
    await panel.mentions.getByText('b.png').waitFor();
    assert.deepEqual(await panel.mentions.allInnerTexts(), ['Image 2\nb.png']);
    await workbench.screenshot('mention');
    await page.keyboard.press('Enter');
    await panel.mentions.first().waitFor({ state: 'detached' });
    assert.equal(await panel.message.inputValue(), 'What is in Image 2 (b.png) ');
    assert.equal(practice.server.requests.length, 0);
  });

  it('opens the original and the picture as it is sent, before and after', async () => {
    const { workbench, page } = shared.window;
    const panel = await attach('large.png');
    await panel.chips(1);
    await panel.chooseFromMenu('More for large.png', 'Open');
    await workbench.tab('large.png').waitFor();
    await workbench.runCommand('View: Close All Editors');

    await panel.message.click();
    await panel.send('What is it?');
    await panel.answer(0);
    await panel.chooseFromMenu('More for large.png', 'Open as Sent');
    await workbench.tab('large.png').waitFor();
    const preview = await workbench.frameWith((frame) => frame.locator('img.scale-to-fit'));
    const shown = await preview
      .locator('img')
      .evaluate((image) => image instanceof HTMLImageElement && image.naturalWidth);
    assert.equal(shown, imagesOf(practice.server.requests[0])[0]?.width);
    await page.getByRole('tab', { name: 'large.png' }).waitFor();
    await workbench.runCommand('View: Close All Editors');
    await panel.questions.getByRole('button', { name: /^Open large\.png/ }).click();
    await workbench.tab('large.png').waitFor();
  });
});
