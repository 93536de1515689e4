import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import { greyPng } from '../support/pngFile.ts';
import { bodyOf, imagesOf } from '../support/received.ts';
import { sampleImage } from '../support/sample.ts';
import { Panel, tidyUp } from './panel.ts';
import { usePractice } from './practice.ts';

describe('the conversation panel', () => {
  const practice = usePractice();
  const shared = practice.share({
    files: {
      'a.png': greyPng(40, 30),
      'b.png': greyPng(50, 30),
      'empty.png': '',
      'photo.jpg': sampleImage('waterfall.jpg'),
      'words.png': 'no picture',
    },
  });

  beforeEach(() => tidyUp(shared.window.workbench));

  it('stops an answer, keeps what had come, and takes the next question', async () => {
    const { server } = practice;
    const { workbench } = shared.window;
    server.script({
      kind: 'hold',
      afterDeltas: 1,
      text: 'The first words and more',
      chunkChars: 15,
    });
    await workbench.chooseInExplorer('a.png', 'Describe Image');
    const panel = await Panel.of(workbench);
    await panel.answers.getByText('The first words').waitFor();
    await panel.button('Stop').click();
    await panel.answers.getByText('Stopped').waitFor();
    assert.match(await panel.answer(0), /The first words/);

    await panel.send('Go on');
    await panel.answer(1);
    assert.equal(imagesOf(server.requests[1]).length, 1);
  });

  it('starts anew, and goes back to the conversation before', async () => {
    const { server } = practice;
    const { workbench, page } = shared.window;
    server.script({ kind: 'answer', text: 'It is the first picture.' });
    await workbench.chooseInExplorer('a.png', 'Describe Image');
    const panel = await Panel.of(workbench);
    await panel.answer(0);
    await page.getByRole('button', { name: 'New Conversation' }).click();
    await panel.answers.first().waitFor({ state: 'hidden' });

    await panel.send('Hello');
    await panel.answer(0);
    assert.deepEqual(imagesOf(server.requests[1]), [], 'nothing of the first goes along');

    await workbench.runCommand('Vision for Claude: Open Conversation...');
    await workbench.pick(/a\.png/);
    await panel.answers.getByText('It is the first picture.').waitFor();
    assert.equal(await panel.answers.count(), 1);
  });

  it('comes back whole after it was hidden in the middle of an answer', async () => {
    const { server } = practice;
    const { workbench, page } = shared.window;
    server.script({ kind: 'hold', afterDeltas: 1, text: 'Before and after.', chunkChars: 7 });
    await workbench.chooseInExplorer('a.png', 'Describe Image');
    await (await Panel.of(workbench)).answers.getByText('Before').waitFor();
    await workbench.runCommand('View: Toggle Secondary Side Bar Visibility');
    await page.locator('.part.auxiliarybar').waitFor({ state: 'hidden' });
    server.release();
    await server.requests[0]?.ended;
    await workbench.runCommand('View: Toggle Secondary Side Bar Visibility');
    const panel = await Panel.of(workbench);
    assert.match(await panel.answer(0), /Before and after\./);
  });

  it('attaches images from the file picker, shows what they cost, and lets go of them', async () => {
    const { server } = practice;
    const { workbench } = shared.window;
    await workbench.runCommand('Vision for Claude: New Conversation');
    const panel = await Panel.of(workbench);
    for (const name of ['a.png', 'b.png']) {
      await panel.button('Attach images').first().click();
      await workbench.pick(name, 'Choose Images');
      await panel.attachments.filter({ hasText: name }).waitFor();
    }
    // 50x30 px are 2x2 patches; 4 tokens at $2 a million.
    await panel.attachments.filter({ hasText: '50x30 · 4 tokens · <$0.0001' }).waitFor();
    await panel.button('Remove a.png').click();
    await panel.attachments.filter({ hasText: 'a.png' }).waitFor({ state: 'hidden' });
    await panel.send('What is it?');
    await panel.answer(0);
    assert.deepEqual(
      imagesOf(server.requests[0]).map(({ width }) => width),
      [50],
    );
  });

  it('opens the original of an image that was sent', async () => {
    const { workbench } = shared.window;
    await workbench.chooseInExplorer('photo.jpg', 'Describe Image');
    const panel = await Panel.of(workbench);
    await panel.answer(0);
    await panel.questions.getByRole('button', { name: /Open photo\.jpg/ }).click();
    await workbench.tab('photo.jpg').waitFor();
  });

  it('says beside the image why it cannot be sent', async () => {
    const { server } = practice;
    const { workbench } = shared.window;
    await workbench.chooseInExplorer(['a.png', 'words.png', 'empty.png'], 'Describe Image');
    const panel = await Panel.of(workbench);
    await panel.attachments.filter({ hasText: 'words.png is not an image' }).waitFor();
    await panel.attachments.filter({ hasText: 'empty.png is empty' }).waitFor();
    await panel.text(/1 of 3 images can be/).waitFor();
    await panel.picture.waitFor();
    await workbench.screenshot('images-that-cannot-be-sent');
    assert.equal(server.requests.length, 0);

    assert.equal(await panel.message.inputValue(), 'Describe each of these images.');
    await panel.button('Send').click();
    await panel.answer(0);
    assert.equal(imagesOf(server.requests[0]).length, 1);
  });

  it('words a fault of the API, keeps what had come, and tries again on a click', async () => {
    const { server } = practice;
    const { workbench } = shared.window;
    server.script(
      { kind: 'cut', afterDeltas: 2, text: 'Half of the answer', chunkChars: 5 },
      { kind: 'answer', text: 'The whole answer.' },
    );
    await workbench.chooseInExplorer('a.png', 'Describe Image');
    const panel = await Panel.of(workbench);
    await panel.text('The connection was cut in the middle of the answer.').waitFor();
    await panel.answers.getByText('Half of th').waitFor();
    await panel.picture.waitFor();
    await workbench.screenshot('connection-cut');
    await panel.button('Retry').click();
    await panel.answers.getByText('The whole answer.').waitFor();
  });

  it('continues an answer that was cut off at its limit', async () => {
    const { server } = practice;
    const { workbench } = shared.window;
    server.script({ kind: 'maxTokens', text: 'The first half' });
    await workbench.chooseInExplorer('a.png', 'Describe Image');
    const panel = await Panel.of(workbench);
    await panel.button('Continue').click();
    await panel.answer(1);
    assert.deepEqual(bodyOf(server.requests[1]).messages[1], {
      role: 'assistant',
      content: [{ type: 'text', text: 'The first half' }],
    });
  });
});
