import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import { greyPng } from '../support/pngFile.ts';
import { lookInEveryTheme } from './looks.ts';
import { Panel, tidyUp } from './panel.ts';
import { usePractice } from './practice.ts';

describe('the API key', function () {
  // One of the tests looks at the page in four themes.
  this.timeout(120_000);
  const practice = usePractice({ withKey: false });
  const shared = practice.share({ files: { 'a.png': greyPng(40, 30) } });

  beforeEach(async () => {
    const { workbench } = shared.window;
    await workbench.runCommand('Vision for Claude: Remove API Key');
    await tidyUp(workbench);
  });

  it('is asked for before there is one, with what it costs and where it comes from', async () => {
    const { workbench, page } = shared.window;
    const panel = await Panel.of(workbench);
    const welcome = panel.frame.getByRole('region', { name: 'Claude needs an API key' });
    await welcome.getByText(/1920x1080 costs about \$0\.\d+/).waitFor();
    await lookInEveryTheme('welcome', { vscode: practice.vscode, workbench, frame: panel.frame });

    await welcome.getByRole('button', { name: 'Get a Key' }).click();
    await page.getByText(/^https:\/\/platform\.claude\.com\//).waitFor();
    await page.keyboard.press('Escape');
    await welcome.getByRole('button', { name: 'Set API Key' }).click();
    await workbench.answer(practice.server.apiKey, 'Claude API Key');
    await panel.text('Right-click an image in the Explorer').waitFor();
  });

  it('is asked for on first use, checked, kept, and removed on command', async () => {
    const { server } = practice;
    const { workbench } = shared.window;
    await workbench.chooseInExplorer('a.png', 'Describe Image');
    await workbench.answer('not-the-key', 'Claude API Key');
    await workbench.quickPick.getByText('The API does not accept this key.').waitFor();
    await workbench.screenshot('api-key-refused');

    await workbench.answer(server.apiKey);
    const panel = await Panel.of(workbench);
    await panel.answer(0);

    // Kept: the next question needs no key.
    await panel.send('And now?');
    await panel.answer(1);

    await workbench.runCommand('Vision for Claude: Remove API Key');
    await panel.send('And without it?');
    await workbench.quickInput.waitFor();
    assert.equal(await workbench.quickInput.getAttribute('type'), 'password');
    await workbench.quickInput.press('Escape');
  });

  it('keeps the message when the user declines, and sends it when a key is set', async () => {
    const { server } = practice;
    const { workbench, page } = shared.window;
    await workbench.chooseInExplorer('a.png', 'Describe Image');
    await workbench.quickInput.waitFor();
    await page.keyboard.press('Escape');
    const panel = await Panel.of(workbench);
    await panel.text('Claude needs your API key.').waitFor();
    await panel.attachments.filter({ hasText: 'a.png' }).waitFor();
    await panel.picture.waitFor();
    await workbench.screenshot('api-key-missing');

    await panel.button('Set API Key').click();
    await workbench.answer(server.apiKey, 'Claude API Key');
    await panel.answer(0);
  });

  it('is kept unchecked, when the user says so, while there is no network', async () => {
    const { server } = practice;
    const { workbench } = shared.window;
    server.setReachable(false);
    await workbench.runCommand('Vision for Claude: Set API Key...');
    await workbench.answer('some-key', 'Claude API Key');
    await workbench.quickPick.getByText('The key could not be checked.').waitFor();
    await workbench.quickInput.press('Enter');
    await workbench.quickInput.waitFor({ state: 'hidden' });

    server.setReachable(true);
    await workbench.chooseInExplorer('a.png', 'Describe Image');
    const panel = await Panel.of(workbench);
    await panel.text('The API does not accept your key.').waitFor();
    assert.equal(server.requests[0]?.credential, 'wrong', 'it was kept and used');
  });
});
