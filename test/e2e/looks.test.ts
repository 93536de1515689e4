import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import type { Frame } from 'playwright-core';
import { waitFor } from '../host/wait.ts';
import { sampleImage } from '../support/sample.ts';
import { type Ground, lookInEveryTheme, overflowing } from './looks.ts';
import { type Panel, startAnew } from './panel.ts';
import { usePractice } from './practice.ts';

const ANSWER = `## What it shows

A station page with **four tiles** and a chart of the tide. The file is \`station-page.png\`.

1. The heading names the station.
2. Each tile has a number and its unit.

| Tile | Value | Unit |
| ---- | ----: | ---- |
| Tide |  1.42 | m    |
| Wind |    17 | kn   |

\`\`\`ts
// One tile of the page.
export function tile(label: string, value = 0): string {
  return \`<dt>\${label}</dt><dd>\${value}</dd>\`;
}
\`\`\`

> The colours of the chart are not explained.
`;

describe('looks and access', function () {
  this.timeout(120_000);
  const practice = usePractice();
  const shared = practice.share({
    files: {
      'alert-flow.png': sampleImage('alert-flow.png'),
      'notes.txt': 'No image here.',
      'station-page.png': sampleImage('station-page.png'),
      'waterfall.jpg': sampleImage('waterfall.jpg'),
      'words.png': 'no picture',
    },
    windowSize: { width: 1280, height: 860 },
  });
  let panel: Panel;

  beforeEach(async () => {
    await shared.window.workbench.selectNothing();
    panel = await startAnew(shared.window.workbench);
    await shared.window.workbench.resizeSideBar(420);
  });

  const look = (state: string, frame: Frame, ground?: Ground): Promise<void> =>
    lookInEveryTheme(state, {
      vscode: practice.vscode,
      workbench: shared.window.workbench,
      frame,
      ...(ground !== undefined && { ground }),
    });

  async function describeStation(answer: string): Promise<void> {
    practice.server.script({ kind: 'answer', text: answer });
    await shared.window.workbench.chooseInExplorer('station-page.png', 'Describe Image');
    await panel.within(panel.answers.last(), 'Copy').waitFor();
    await panel.picture.waitFor();
  }

  it('are right in every theme with images that go with the next message', async () => {
    const { workbench } = shared.window;
    const files = ['station-page.png', 'waterfall.jpg', 'words.png'];
    await workbench.chooseInExplorer(files, 'Describe Image');
    await panel.text(/2 of 3 images can be/).waitFor();
    await panel.attachments.nth(1).locator('img').waitFor();
    await look('attachments', panel.frame);
  });

  it('are right in every theme with an answer, its code and its table', async () => {
    await describeStation(ANSWER);
    await panel.answers.locator('.hljs-keyword').first().waitFor();
    await look('answer', panel.frame);
  });

  it('are right in every theme while a question is edited, and in an editor', async () => {
    const { workbench, page } = shared.window;
    await describeStation('A page with four tiles.');
    await panel.within(panel.questions.first(), 'Edit').click();
    await panel.frame.getByRole('textbox', { name: 'Edit message' }).waitFor();
    await look('editing', panel.frame);

    practice.server.script({ kind: 'answer', text: ANSWER });
    await panel.send('What does it show?');
    await panel.answers.nth(1).locator('.hljs-keyword').first().waitFor();
    await workbench.runCommand('View: Hide Secondary Side Bar');
    await page.locator('.part.auxiliarybar').waitFor({ state: 'hidden' });
    await workbench.runCommand('Vision for Claude: Open Conversation in Editor');
    const opened = await workbench.frameWith(
      (frame) =>
        frame.getByRole('textbox', { name: 'Message Claude' }).and(frame.locator(':focus')),
      'the conversation in an editor',
    );
    await opened.locator('.hljs-keyword').first().waitFor();
    assert.deepEqual(await overflowing(opened), []);
    await look('editor', opened, 'editor');
    await workbench.runCommand('View: Close All Editors');
  });

  it('are right in every theme while an answer waits to be asked for again', async () => {
    practice.server.script({ kind: 'error', status: 429, retryAfter: 300 });
    await panel.send('What is in the picture?');
    await panel.answers.getByRole('timer').waitFor();
    await look('countdown', panel.frame);
  });

  it('hold from narrow to wide', async () => {
    const { workbench } = shared.window;
    await describeStation(ANSWER);
    await panel.within(panel.frame.locator('body'), 'Attach images').click();
    await workbench.pick('words.png', 'Choose Images');
    await panel.chip('words.png').waitFor();
    for (const width of [240, 560]) {
      await workbench.resizeSideBar(width);
      await waitFor('the page to follow', async () => {
        const inner = await panel.frame.evaluate(() => window.innerWidth);
        return Math.abs(inner - width) < 20 || undefined;
      });
      assert.deepEqual(await overflowing(panel.frame), [], `at ${width} px`);
      await workbench.screenshot(`width-${width}`);
    }
  });

  it('take a user from the Explorer to an answer, and around it, without a mouse', async () => {
    const { page } = shared.window;
    await page.keyboard.press('ControlOrMeta+Shift+E');
    const row = page.getByRole('treeitem', { name: 'station-page.png' });
    await page.keyboard.press('Home');
    await waitFor('the keyboard at the image', async () => {
      await page.keyboard.press('ArrowDown');
      return (await row.and(page.locator('.focused')).count()) > 0 || undefined;
    });
    await page.keyboard.press('Shift+F10');
    const item = page.getByRole('menuitem', { name: 'Describe Image' });
    await item.waitFor();
    await waitFor('the keyboard at the item', async () => {
      await page.keyboard.press('ArrowDown');
      return (await item.and(page.locator(':focus, .focused *')).count()) > 0 || undefined;
    });
    practice.server.script({ kind: 'answer', text: 'A page with four tiles.' });
    await page.keyboard.press('Enter');
    await panel.within(panel.answers.first(), 'Copy').waitFor();
    await panel.focused(panel.message).waitFor();
    practice.server.script({ kind: 'answer', text: 'Blue.' });
    await page.keyboard.type('Which colour?');
    await page.keyboard.press('Enter');
    await panel.within(panel.answers.nth(1), 'Copy').waitFor();

    assert.deepEqual(await walk(panel.frame, () => page.keyboard.press('Tab'), 4), [
      'Attach images',
      'More ways to attach',
      'Prompt',
      'Model',
    ]);
    await panel.message.focus();
    assert.deepEqual(await walk(panel.frame, () => page.keyboard.press('Shift+Tab'), 14), [
      'More',
      'Retry',
      'Copy',
      'Delete',
      'Copy',
      'Edit',
      'More',
      'Copy',
      'Delete',
      'Copy',
      'Edit',
      'More for station-page.png',
      'Open station-page.png',
      'Conversation',
    ]);
  });
});

/** The names of the elements that the keyboard comes to, each of which must show that it is there. */
async function walk(
  frame: Frame,
  step: () => Promise<void>,
  steps: number,
): Promise<readonly string[]> {
  const names: string[] = [];
  for (let count = 0; count < steps; count += 1) {
    await step();
    const { name, shown } = await frame.evaluate(() => {
      const element = document.activeElement ?? document.body;
      const isShown = (one: Element | null): boolean =>
        one === null || (getComputedStyle(one).opacity === '1' && isShown(one.parentElement));
      return {
        name: element.getAttribute('aria-label') ?? element.tagName,
        shown: getComputedStyle(element).outlineStyle === 'solid' && isShown(element),
      };
    });
    names.push(shown ? name.replace(/ \d+x\d+ .*/, '') : `${name}, unseen`);
  }
  return names;
}
