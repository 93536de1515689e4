import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import { greyPng } from '../support/pngFile.ts';
import { imagesOf } from '../support/received.ts';
import { type Panel, startAnew } from './panel.ts';
import { usePractice } from './practice.ts';

describe('a conversation that the API refuses goes on', () => {
  const practice = usePractice();
  const shared = practice.share({
    files: { 'chart.png': greyPng(400, 300), 'menu.png': greyPng(500, 300) },
  });
  let panel: Panel;

  beforeEach(async () => {
    panel = await startAnew(shared.window.workbench);
  });

  const refuse = (message: string): void =>
    practice.server.script(
      { kind: 'error', status: 400, message },
      { kind: 'answer', text: 'It shows a menu.' },
    );

  it('without an image that it names, by the keyboard', async () => {
    const { workbench, page } = shared.window;
    refuse('messages.0.content.1.image.source.base64: Could not process image');
    await workbench.chooseInExplorer(['chart.png', 'menu.png'], 'Describe Image');
    await panel.answers.getByText('The API did not accept chart.png, which is left out').waitFor();
    for (const name of ['Re-encode and Retry', 'Remove and Retry', 'Go On Without It']) {
      await panel.within(panel.answers.last(), name).waitFor();
    }
    await workbench.screenshot('image-refused');
    await panel.within(panel.answers.last(), 'Remove and Retry').focus();
    await page.keyboard.press('Enter');
    await panel.answers.getByText('It shows a menu.').waitFor();
    await panel.questions.getByText('Image 1 (chart.png) was removed').waitFor();
    assert.deepEqual(
      imagesOf(practice.server.requests[1]).map(({ label }) => label),
      ['Image 2: menu.png'],
    );
  });

  it('without its oldest turns when it is too long, which stay in sight', async () => {
    const { workbench } = shared.window;
    practice.server.script({ kind: 'answer', text: 'A chart.' });
    await workbench.chooseInExplorer('chart.png', 'Describe Image');
    await panel.answers.getByText('A chart.').waitFor();
    refuse('prompt is too long: 210000 tokens > 200000 maximum');
    await panel.send('What else?');
    await panel.answers.getByText('This conversation is longer than the model can take').waitFor();
    await workbench.screenshot('conversation-too-long');
    await panel.within(panel.answers.last(), 'Leave Out the Oldest Turns').click();
    await panel.answers.getByText('It shows a menu.').waitFor();
    await panel.questions
      .first()
      .getByText('Left out: Claude no longer gets this question')
      .waitFor();
    await workbench.screenshot('turns-left-out');
    assert.equal(imagesOf(practice.server.requests.at(-1)).length, 0);
  });

  it('in other words when it does not like a question', async () => {
    refuse('messages.0: something nobody has heard of');
    await panel.send('Hello');
    await panel.answers.getByText('The API did not accept the request').waitFor();
    await panel.within(panel.answers.last(), 'Edit').click();
    const box = panel.focused(panel.frame.getByRole('textbox', { name: 'Edit message' }));
    await box.fill('Good morning');
    await box.press('Enter');
    await panel.answers.getByText('It shows a menu.').waitFor();
    assert.equal(await panel.questions.count(), 1);
  });
});
