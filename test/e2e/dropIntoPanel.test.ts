import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import { greyPng } from '../support/pngFile.ts';
import { Panel, tidyUp } from './panel.ts';
import { usePractice } from './practice.ts';

describe('a drag from the Explorer into the panel', () => {
  const practice = usePractice();
  const shared = practice.share({ files: { 'a.png': greyPng(40, 30), 'b.png': greyPng(50, 30) } });

  beforeEach(() => tidyUp(shared.window.workbench));

  it('attaches all that is dropped while Shift is held, in order', async () => {
    const { workbench, page } = shared.window;
    await workbench.select('a.png', 'b.png');
    const panel = await Panel.of(workbench);
    const from = (await (await workbench.reveal('b.png')).boundingBox()) ?? assert.fail();
    const to = (await panel.log.boundingBox()) ?? assert.fail();
    const [x, y] = [to.x + to.width / 2, to.y + 100];

    await page.mouse.move(from.x + 20, from.y + from.height / 2);
    await page.mouse.down();
    await page.mouse.move(from.x + 40, from.y + from.height / 2 + 4, { steps: 3 });
    await page.keyboard.down('Shift');
    // On the way, the workbench sees that Shift is held, and lets the panel see the drag.
    await page.mouse.move(x, y, { steps: 12 });
    await page.mouse.move(x + 4, y + 4, { steps: 3 });
    await panel.text('Drop to attach').waitFor();
    await page.mouse.up();
    await page.keyboard.up('Shift');

    await panel.attachments.nth(1).waitFor();
    assert.match(await panel.attachments.nth(0).innerText(), /a\.png/);
    assert.match(await panel.attachments.nth(1).innerText(), /b\.png/);
  });
});
