import assert from 'node:assert/strict';
import Anthropic from '@anthropic-ai/sdk';
import { beforeEach, describe, it } from 'mocha';
import { greyPng } from '../support/pngFile.ts';
import { imagesOf } from '../support/received.ts';
import { Panel, tidyUp } from './panel.ts';
import { usePractice } from './practice.ts';

describe('the images that were uploaded', () => {
  const practice = usePractice();
  const shared = practice.share({
    files: {
      'ant.png': greyPng(300, 200, () => 10),
      'bee.png': greyPng(300, 200, () => 60),
    },
    settings: { 'visionForClaude.upload': 'files' },
  });
  beforeEach(() => tidyUp(shared.window.workbench));

  it('are listed, deleted when they are chosen, and named when they cannot be', async () => {
    const { workbench, page } = shared.window;
    const { server } = practice;
    await workbench.chooseInExplorer(['ant.png', 'bee.png'], 'Describe Image');
    const panel = await Panel.of(workbench);
    await panel.answer(0);
    assert.deepEqual(
      imagesOf(server.requests.at(-1)).map(({ source }) => source),
      ['file', 'file'],
    );
    // From another workspace of the extension's, and from something else.
    const client = new Anthropic({ baseURL: server.url, apiKey: server.apiKey });
    for (const name of ['vision-for-claude-000000000000.png', 'report.png']) {
      await client.files.upload({
        file: new File([new Uint8Array(greyPng(20, 20))], name, { type: 'image/png' }),
      });
    }
    assert.equal(server.files.kept.length, 4);

    await workbench.runCommand('Vision for Claude: Manage Uploaded Images...');
    const entry = (name: RegExp) => workbench.quickPick.getByRole('checkbox', { name });
    await entry(/^ant\.png.*Used in a conversation of this workspace/s).waitFor();
    assert.equal(await entry(/Used in/).count(), 3, 'what others have put there is not offered');
    await entry(/^vision-for-claude-0{12}\.png.*Used in no conversation/s).click();
    await entry(/^bee\.png.*Used in/s).click();
    await workbench.screenshot('manage-uploads');

    server.files.script({ kind: 'error', on: 'delete', status: 403, message: 'not yours' });
    await workbench.quickInput.press('Enter');
    await workbench.dialog.getByText('Delete 2 uploaded images from the server?').waitFor();
    await workbench.screenshot('manage-uploads-confirm');
    await workbench.dialog.getByRole('button', { name: 'Delete' }).click();
    await page
      .getByText(/^Still on the server: .*not yours/)
      .first()
      .waitFor();
    await workbench.screenshot('manage-uploads-failed');
    assert.equal(server.files.kept.length, 3);

    // The conversation goes on, whichever of them is gone.
    await panel.send('And now?');
    await panel.answer(1);
    assert.equal(imagesOf(server.requests.at(-1)).length, 2);
  });

  it('are none at first', async () => {
    const { workbench, page } = shared.window;
    await workbench.runCommand('Vision for Claude: Manage Uploaded Images...');
    await page
      .getByText(/^No image that this extension has uploaded is kept at 127/)
      .first()
      .waitFor();
  });
});
