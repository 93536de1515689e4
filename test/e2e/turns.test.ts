import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import type { Locator } from 'playwright-core';
import { greyPng } from '../support/pngFile.ts';
import { bodyOf, imagesOf } from '../support/received.ts';
import { type Panel, startAnew } from './panel.ts';
import { usePractice } from './practice.ts';

const CODE = 'const found = 1; // one\n';
const RICH = `# A heading

- first
  - nested

1. counted

| Part | Size |
| ---- | ---: |
| box  |   40 |

\`\`\`js
${CODE}\`\`\`

The last words.
`;

describe('turns of a conversation', () => {
  const practice = usePractice();
  const shared = practice.share({
    files: {
      'a.png': greyPng(40, 30),
      'b.png': greyPng(50, 30),
      'c.png': greyPng(60, 30),
      'notes.txt': 'The end.',
    },
  });
  let panel: Panel;

  beforeEach(async () => {
    panel = await startAnew(shared.window.workbench);
  });

  /** Asks something and waits until its scripted answer is whole. */
  async function ask(question: string, answer: string): Promise<void> {
    practice.server.script({ kind: 'answer', text: answer });
    await panel.send(question);
    await panel.questions.getByText(question).waitFor();
    await panel.answers.getByText(answer).waitFor();
    await panel.within(panel.frame.locator('body'), 'Send').waitFor();
  }

  async function describeImages(files: readonly string[], answer: string): Promise<void> {
    practice.server.script({ kind: 'answer', text: answer });
    await shared.window.workbench.chooseInExplorer(files, 'Describe Image');
    await panel.answers.getByText(answer).waitFor();
    await panel.within(panel.frame.locator('body'), 'Send').waitFor();
  }

  it('shows Markdown while it streams, and takes code into editors', async () => {
    const { workbench, page } = shared.window;
    await workbench.openFile('notes.txt');
    const { length } = RICH.slice(0, RICH.indexOf('The last'));
    practice.server.script({ kind: 'hold', afterDeltas: 1, chunkChars: length, text: RICH });
    await panel.send('Show it');

    const answer = panel.answers.first();
    await answer.getByRole('heading', { name: 'A heading' }).waitFor();
    await answer.getByRole('list').getByRole('list').getByText('nested').waitFor();
    await answer.getByRole('cell', { name: '40' }).waitFor();
    await panel.within(panel.frame.locator('body'), 'Stop').waitFor();
    assert.equal(await answer.getByText('The last words.').count(), 0, 'it is still held back');
    practice.server.release();
    await answer.getByText('The last words.').waitFor();
    const word = answer.locator('.hljs-keyword');
    await word.waitFor();
    assert.notEqual(await colourOf(word), await colourOf(answer.locator('pre > code')));

    await answer.getByRole('button', { name: 'Copy Code' }).click();
    assert.equal(await workbench.copied(/found/), CODE);
    const lines = page.locator('.editor-instance .view-line');
    await answer.getByRole('button', { name: 'Insert at Cursor' }).click();
    await lines.filter({ hasText: 'const found = 1; // oneThe end.' }).waitFor();
    await answer.getByRole('button', { name: 'New File' }).click();
    await workbench.tab('Untitled-1').waitFor();
    await page.getByRole('button', { name: 'JavaScript' }).waitFor();
    await lines.filter({ hasText: /^const.found.=.1;.*one$/ }).waitFor();
  });

  it('asks again for the last answer, and for it only', async () => {
    await ask('First?', 'One.');
    await ask('Second?', 'Two.');
    practice.server.script({ kind: 'answer', text: 'Two again.' });
    assert.equal(await panel.within(panel.answers.first(), 'Retry').count(), 0);
    await panel.within(panel.answers.last(), 'Retry').click();
    await panel.answers.getByText('Two again.').waitFor();
    assert.equal(await panel.answers.count(), 2);
    const [, second, third] = practice.server.requests;
    assert.deepEqual(bodyOf(third).messages, bodyOf(second).messages);
  });

  it('asks an earlier question in other words, and drops what came after it', async () => {
    await describeImages(['a.png'], 'A square.');
    await ask('And what else?', 'A circle.');
    await panel.within(panel.questions.first(), 'Edit').click();
    const box = panel.frame.getByRole('textbox', { name: 'Edit message' });
    await box.fill('Which shape is it?');
    await panel.text('drops the 3 turns after it').waitFor();
    practice.server.script({ kind: 'answer', text: 'It is a square.' });
    await box.press('Enter');
    await panel.answers.getByText('It is a square.').waitFor();

    assert.deepEqual([await panel.questions.count(), await panel.answers.count()], [1, 1]);
    const request = practice.server.requests.at(-1);
    assert.deepEqual(textsOf(request), ['Which shape is it?']);
    assert.equal(imagesOf(request)[0]?.width, 40, 'its image stays');
  });

  it('copies an answer, a question, and the conversation, as Markdown', async () => {
    const { workbench } = shared.window;
    await describeImages(['a.png'], 'A square.');
    await ask('In bold?', 'Bold.');
    await panel.within(panel.answers.first(), 'Copy').click();
    await workbench.copied('A square.');
    await panel.within(panel.questions.last(), 'Copy').click();
    await workbench.copied('In bold?');
    const whole =
      /^## You\n\n- Image 1: a\.png\n\n.+\n\n## Claude\n\nA square\.\n\n## You\n\nIn bold\?\n\n## Claude\n\nBold\.\n$/;
    await panel.chooseFromMenu(panel.within(panel.answers.last(), 'More'), 'Copy Conversation');
    await workbench.copied(whole);
    await panel.within(panel.answers.first(), 'Copy').click();
    await workbench.copied('A square.');
    await workbench.runCommand('Vision for Claude: Copy Conversation as Markdown');
    await workbench.copied(whole);
  });

  it('deletes a question with its image and its answer', async () => {
    await describeImages(['a.png'], 'A square.');
    await ask('And what else?', 'A circle.');
    await panel.within(panel.questions.first(), 'Delete').click();
    await panel.within(panel.questions.first(), 'Delete').click();
    await panel.answers.getByText('A square.').waitFor({ state: 'detached' });
    await ask('Go on', 'Yes.');

    const request = practice.server.requests.at(-1);
    assert.deepEqual(textsOf(request), ['And what else?', 'A circle.', 'Go on']);
    assert.deepEqual(imagesOf(request), []);
  });

  it('removes an image that was sent, and puts another in the place of one', async () => {
    const { workbench } = shared.window;
    await describeImages(['a.png', 'b.png'], 'Two squares.');
    const more = (name: string): Locator =>
      panel.within(panel.questions.first(), `More for ${name}`);
    await panel.chooseFromMenu(more('a.png'), 'Remove from Conversation');
    await panel.questions.getByText('Image 1 (a.png) was removed').waitFor();
    await ask('And now?', 'One square.');
    const removed = practice.server.requests.at(-1);
    assert.deepEqual(
      imagesOf(removed).map(({ label, width }) => [label, width]),
      [['Image 2: b.png', 50]],
    );
    const [line] = textsOf(removed);
    assert.equal(line, 'Image 1 (a.png) was removed from this conversation by the user.');

    await panel.chooseFromMenu(more('b.png'), 'Replace...');
    await workbench.pick('c.png');
    await panel.questions.getByText('60x30').waitFor();
    await panel.questions.getByText('Replaces b.png').waitFor();
    await ask('And with this?', 'Another square.');
    const replaced = practice.server.requests.at(-1);
    assert.deepEqual(
      imagesOf(replaced).map(({ width }) => width),
      [60],
    );
    assert.ok(
      textsOf(replaced).some((text) => text.startsWith('Image 2: c.png (in place of b.png')),
    );
  });
});

function colourOf(locator: Locator): Promise<string> {
  return locator.first().evaluate((element) => getComputedStyle(element).color);
}

/** All that a request says in words, in its order. */
function textsOf(request: Parameters<typeof bodyOf>[0]): readonly string[] {
  return bodyOf(request).messages.flatMap(({ content }) =>
    typeof content === 'string'
      ? [content]
      : content.flatMap((block) => (block.type === 'text' ? [block.text] : [])),
  );
}
