import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { beforeEach, describe, it } from 'mocha';
import { greyPng } from '../support/pngFile.ts';
import { imagesOf, textOf } from '../support/received.ts';
import { Panel, tidyUp } from './panel.ts';
import { usePractice } from './practice.ts';

const ADD = 'Add to Claude Conversation';

/** Runs git with no settings but those of this repository. */
function git(folder: string, ...args: readonly string[]): void {
  const author = ['-c', 'user.name=Somebody', '-c', 'user.email=somebody@example.org'];
  execFileSync('git', [...author, ...args], {
    cwd: folder,
    env: { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' },
  });
}

describe('images of the workspace', () => {
  const practice = usePractice();
  const shared = practice.share({
    files: {
      'a.png': greyPng(40, 30),
      'b.png': greyPng(50, 30),
      'c.png': greyPng(60, 30),
      'assets/10.png': greyPng(600, 400),
      'assets/2.png': greyPng(600, 400),
      'assets/deep/1.png': greyPng(600, 400),
      'assets/notes.txt': 'no image',
      'notes.md': '# Notes',
    },
    settings: { 'visionForClaude.prompts': { Palette: 'List the main colors.' } },
  });

  beforeEach(() => tidyUp(shared.window.workbench));

  it('go into the conversation one by one and several at once, in order, and nothing is sent', async () => {
    const { workbench } = shared.window;
    await workbench.chooseInExplorer('c.png', 'Ask Claude', ADD);
    const panel = await Panel.of(workbench);
    await panel.chips(1);
    await workbench.chooseInExplorer(['a.png', 'b.png'], 'Ask Claude', ADD);
    const chips = await panel.chips(3);
    assert.deepEqual(
      chips.map(([name]) => name),
      ['Image 1 c.png', 'Image 2 a.png', 'Image 3 b.png'],
    );
    assert.equal(practice.server.requests.length, 0);
  });

  it('of a folder are attached in natural order, after a question with their number and cost', async () => {
    const { workbench } = shared.window;
    const question = workbench.dialog.getByText(
      /^3 images in assets: about 990 visual tokens, \$0\.0020 with Claude Sonnet 5\.5\. Attach them\?/,
    );
    await workbench.chooseInExplorer('assets', ADD);
    await question.waitFor();
    await workbench.screenshot('folder-question');
    await workbench.dialog.getByRole('button', { name: 'Cancel' }).click();
    await question.waitFor({ state: 'hidden' });
    const panel = await Panel.of(workbench);
    assert.equal(await panel.attachments.count(), 0);

    await workbench.chooseInExplorer('assets', ADD);
    await workbench.dialog.getByRole('button', { name: 'Attach' }).click();
    assert.deepEqual(
      (await panel.chips(3)).map(([name]) => name),
      ['Image 1 2.png', 'Image 2 10.png', 'Image 3 1.png'],
    );
  });

  it('are asked about with a preset of the submenu', async () => {
    const { server } = practice;
    const { workbench } = shared.window;
    await workbench.chooseInExplorer('a.png', 'Ask Claude', 'Alt Text');
    const request = await server.waitForRequest();
    assert.deepEqual(
      imagesOf(request).map(({ width }) => width),
      [40],
    );
    assert.match(textOf(request), /^Write alt text for this image/);
    await (await Panel.of(workbench)).answer(0);
  });

  it("are asked about with a prompt of the user's own", async () => {
    const { server } = practice;
    const { workbench } = shared.window;
    await workbench.chooseInExplorer(['a.png', 'b.png'], 'Ask Claude', 'Other Prompt...');
    await workbench.answer('Palette', 'What to ask');
    const request = await server.waitForRequest();
    assert.equal(imagesOf(request).length, 2);
    assert.equal(textOf(request), 'List the main colors.');
    await (await Panel.of(workbench)).answer(0);
  });

  it('wait for a question of which the first key goes into the message box', async () => {
    const { server } = practice;
    const { workbench, page } = shared.window;
    await workbench.chooseInExplorer('a.png', 'Ask Claude', 'Ask about Image...');
    const panel = await Panel.of(workbench);
    await panel.chips(1);
    await panel.focused(panel.message).waitFor();
    assert.equal(server.requests.length, 0);
    await page.keyboard.type('Is it grey?');
    await page.keyboard.press('Enter');
    assert.equal(textOf(await server.waitForRequest()), 'Is it grey?');
    await panel.answer(0);
  });

  it('are described from Source Control once they are changed, and a text is named as none', async () => {
    const { workbench, page, workspace } = shared.window;
    git(workspace, 'init', '--quiet', '--initial-branch=main');
    git(workspace, 'add', '.');
    git(workspace, 'commit', '--quiet', '--message', 'All');
    fs.writeFileSync(path.join(workspace, 'a.png'), greyPng(70, 30));
    fs.appendFileSync(path.join(workspace, 'notes.md'), '\nMore');
    await page.getByRole('tab', { name: /^Source Control/ }).click();
    const changes = page.getByRole('tree', { name: 'Source Control Management' });
    const row = changes.getByRole('treeitem', { name: /a\.png/ });
    await row.waitFor();
    await workbench.chooseFromMenu(row, 'Describe Image');
    const [image] = imagesOf(await practice.server.waitForRequest());
    assert.equal(image?.width, 70);
    await (await Panel.of(workbench)).answer(0);
    await workbench.screenshot('source-control');

    // What a change is a change of, no condition of this menu knows: it is offered on all.
    const text = changes.getByRole('treeitem', { name: /notes\.md/ });
    await workbench.chooseFromMenu(text, 'Ask Claude', 'Add to Claude Conversation');
    const [chip] = await (await Panel.of(workbench)).chips(1);
    assert.equal(chip?.[1], 'notes.md is not an image: it holds text. Choose another file.');
  });
});
