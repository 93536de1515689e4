import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Frame } from 'playwright-core';
import type { Workbench } from '../host/workbench.ts';
import { usePractice } from './practice.ts';

const OPEN = 'Vision for Claude: Open Conversation in Editor';

/** The page whose message box has the keyboard. */
const focusedPage = (workbench: Workbench): Promise<Frame> =>
  workbench.frameWith(
    (frame) => frame.getByRole('textbox', { name: 'Message Claude' }).and(frame.locator(':focus')),
    'the message box with the keyboard',
  );

describe('the conversation in an editor', () => {
  const practice = usePractice();

  it('has the keyboard, gives its code to the file that it covers, and comes back as it was', async () => {
    const { workbench, page } = await practice.open({ files: { 'notes.txt': 'The end.' } });
    await workbench.openFile('notes.txt');
    await workbench.runCommand(OPEN);
    const opened = await focusedPage(workbench);
    practice.server.script({ kind: 'answer', text: 'Here:\n\n```js\nlet found;\n```\n' });
    await page.keyboard.type('Write some code');
    await page.keyboard.press('Enter');
    await opened.getByRole('button', { name: /^Insert/ }).click();
    await workbench.tab('notes.txt').and(page.locator('.active')).waitFor();
    const lines = page.locator('.editor-instance .view-line');
    await lines.filter({ hasText: 'let found;The end.' }).waitFor();

    await workbench.runCommand(OPEN);
    const again = await focusedPage(workbench);
    const answer = again.getByRole('article', { name: 'Claude' });
    assert.match(await answer.innerText(), /let found;/);
    assert.equal(await page.getByRole('tab', { name: 'Conversation' }).count(), 1);
  });
});
