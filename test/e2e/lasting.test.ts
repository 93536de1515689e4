import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { beforeEach, describe, it } from 'mocha';
import { extensionHostPid } from '../host/extensionHost.ts';
import { waitFor } from '../host/wait.ts';
import { greyPng } from '../support/pngFile.ts';
import { imagesOf } from '../support/received.ts';
import { Panel, reload, startAnew } from './panel.ts';
import { usePractice } from './practice.ts';

const LONG = Array.from({ length: 80 }, (_, index) => `Line ${index + 1}.`).join('\n\n');

describe('a conversation that lasts', () => {
  const practice = usePractice();
  const shared = practice.share({
    files: { 'a.png': greyPng(40, 30), 'b.png': greyPng(50, 30), 'notes.txt': 'The end.' },
  });
  let panel: Panel;

  beforeEach(async () => {
    panel = await startAnew(shared.window.workbench);
  });

  async function describeImage(name: string, answer: string): Promise<void> {
    practice.server.script({ kind: 'answer', text: answer });
    await shared.window.workbench.chooseInExplorer([name], 'Describe Image');
    await panel.answers.getByText(answer.split('\n')[0] ?? '').waitFor();
    await panel.within(panel.frame.locator('body'), 'Send').waitFor();
  }

  /** What is typed is on disk a moment later. */
  async function draftIsKept(draft: string): Promise<void> {
    await waitFor('the draft to be on disk', async () => {
      const files = await readdir(practice.vscode.userDataDir, { recursive: true });
      const stored = files.filter((file) => /conversations.[\w-]+\.json$/.test(file));
      const texts = await Promise.all(
        stored.map((file) => readFile(path.join(practice.vscode.userDataDir, file), 'utf8')),
      );
      return texts.some((text) => text.includes(draft)) || undefined;
    });
  }

  it('is there after a reload, with its pictures, its draft and its place', async () => {
    await describeImage('a.png', LONG);
    await panel.message.fill('half a thought');
    await panel.log.hover();
    await shared.window.page.mouse.wheel(0, -600);
    await panel.button('Scroll to end').waitFor();
    const place = await scrollTop(panel);
    await draftIsKept('half a thought');

    panel = await reload(shared.window);

    await panel.picture.waitFor();
    assert.equal(await panel.questions.count(), 1);
    assert.equal(await panel.message.inputValue(), 'half a thought');
    await waitFor('the place', async () => (await scrollTop(panel)) === place || undefined);
    await shared.window.workbench.screenshot('after-reload');

    practice.server.script({ kind: 'answer', text: 'It is still grey.' });
    await panel.send('And now?');
    await panel.answers.getByText('It is still grey.').waitFor();
    const request = practice.server.requests.at(-1);
    assert.ok(request);
    assert.equal(imagesOf(request).length, 1);
  });

  it('has what came of an answer when the window dies in the middle of it', async () => {
    practice.server.script({ kind: 'hold', afterDeltas: 2, chunkChars: 20, text: LONG });
    await shared.window.workbench.chooseInExplorer(['a.png'], 'Describe Image');
    await panel.answers.getByText('Line 2.').waitFor();
    await draftIsKept('Line 2.');

    panel = await reload(shared.window);

    await panel.answers.getByText('Line 2.').waitFor();
    await panel.text('This answer was interrupted. What had come is kept.').waitFor();
    await shared.window.workbench.screenshot('interrupted');
    practice.server.script({ kind: 'answer', text: 'The rest.' });
    await panel.button('Continue').click();
    await panel.answers.getByText('The rest.').waitFor();
  });

  it('survives the death of the extension host', async function onLinux() {
    if (process.platform !== 'linux') {
      this.skip();
    }
    await describeImage('b.png', 'It is grey.');
    process.kill(extensionHostPid(), 'SIGKILL');

    panel = await reload(shared.window);

    await panel.answers.getByText('It is grey.').waitFor();
    await panel.picture.waitFor();
    practice.server.script({ kind: 'answer', text: 'Yes.' });
    await panel.send('Still?');
    await panel.answers.getByText('Yes.').waitFor();
  });

  it('is found again, renamed, forked and deleted', async () => {
    const { workbench, page } = shared.window;
    await describeImage('a.png', 'First answer.');
    panel = await startAnew(workbench);
    await describeImage('b.png', 'Second answer.');
    await panel.chooseFromMenu(panel.within(panel.answers.last(), 'More'), 'Fork from Here');
    await panel.answers.getByText('Second answer.').waitFor();

    await workbench.runCommand('Vision for Claude: Open Conversation...');
    const list = page.getByRole('listbox', { name: 'Search by image, title or words' });
    await list
      .getByRole('option', { name: /b\.png/ })
      .nth(1)
      .waitFor();
    const first = list.getByRole('option', { name: /a\.png/ }).first();
    await first.locator('.quick-input-list-icon[style*="background-image"]').waitFor();
    await workbench.screenshot('history');
    await first.hover();
    await first.getByRole('button', { name: 'Rename' }).click();
    const title = page.getByRole('textbox', { name: 'Rename Conversation' });
    await title.fill('The grey one');
    await page.keyboard.press('Enter');
    const renamed = list.getByRole('option', { name: /The grey one/ });
    await renamed.click();
    await panel.answers.getByText('First answer.').waitFor();

    await workbench.runCommand('Vision for Claude: Delete Conversation');
    await workbench.dialog.getByRole('button', { name: 'Delete' }).click();
    await panel.answers.first().waitFor({ state: 'detached' });
    await workbench.runCommand('Vision for Claude: Open Conversation...');
    await list
      .getByRole('option', { name: /b\.png/ })
      .first()
      .waitFor();
    assert.equal(await renamed.count(), 0);
    await page.keyboard.press('Escape');
  });

  it('goes on as a copy in a second window', async () => {
    await describeImage('a.png', 'Only once.');
    const second = await practice.vscode.openWindow({ workspace: shared.window.workspace });
    try {
      await second.workbench.runCommand('Vision for Claude: Open Conversation...');
      const list = second.page.getByRole('listbox', { name: 'Search by image, title or words' });
      await list
        .getByRole('option', { name: /open in another window/ })
        .first()
        .click();
      const other = await Panel.of(second.workbench);
      await other.text(/is open in another window. You go on here with a copy/).waitFor();
      practice.server.script({ kind: 'answer', text: 'From the second.' });
      await other.send('Again?');
      await other.answers.getByText('From the second.').waitFor();
    } finally {
      await second.close();
    }
    practice.server.script({ kind: 'answer', text: 'From the first.' });
    await panel.send('And here?');
    await panel.answers.getByText('From the first.').waitFor();
    assert.equal(await panel.questions.count(), 2);
  });
});

function scrollTop(panel: Panel): Promise<number> {
  return panel.log.evaluate((log) => Math.round(log.scrollTop));
}
