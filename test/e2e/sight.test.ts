import assert from 'node:assert/strict';
import { before, beforeEach, describe, it } from 'mocha';
import type { Frame, Locator } from 'playwright-core';
import sharp from 'sharp';
import { drawTallPage } from '../bench/drawings.ts';
import { waitFor } from '../host/wait.ts';
import { imagesOf } from '../support/received.ts';
import { lookInEveryTheme, overflowing } from './looks.ts';
import { Panel, tidyUp } from './panel.ts';
import { usePractice } from './practice.ts';

const NAME = 'tide-page.png';

describe('what Claude sees', function () {
  this.timeout(180_000);
  const practice = usePractice();
  const files: Record<string, Uint8Array> = {};
  before(async () => {
    const { data, width, height } = await drawTallPage();
    files[NAME] = await sharp(data, { raw: { width, height, channels: 4 } })
      .png()
      .toBuffer();
  });
  const shared = practice.share({ files, windowSize: { width: 1720, height: 960 } });

  beforeEach(() => tidyUp(shared.window.workbench));

  const attach = async (): Promise<Panel> => {
    const { workbench } = shared.window;
    await workbench.chooseInExplorer(NAME, 'Ask Claude', 'Add to Claude Conversation');
    const panel = await Panel.of(workbench);
    await panel.chips(1);
    await panel.picture.waitFor();
    return panel;
  };
  const sight = (): Promise<Frame> =>
    shared.window.workbench.frameWith(
      (frame) => frame.getByRole('region', { name: 'As Claude sees it' }),
      'what Claude sees',
    );
  const shown = (frame: Frame): Locator =>
    frame.getByRole('img', { name: `${NAME}, as Claude sees it` }).locator('img');
  const original = (frame: Frame): Locator =>
    frame.getByRole('img', { name: `${NAME}, the original` }).locator('img');

  it('is opened by the picture of a chip, and looks right in every theme', async () => {
    const { workbench } = shared.window;
    const panel = await attach();
    await panel.button(`What Claude sees of ${NAME}`).click();
    await workbench.tab(`What Claude Sees: ${NAME}`).waitFor();
    const frame = await sight();
    await original(frame).waitFor();
    await shown(frame).waitFor();
    await frame.getByText(/^Small print is likely to be lost/).waitFor();
    assert.deepEqual(await overflowing(frame), []);
    await lookInEveryTheme('sight', {
      vscode: practice.vscode,
      workbench,
      frame,
      ground: 'editor',
    });
    await frame.getByRole('button', { name: 'Original Size' }).click();
    await workbench.screenshot('sight-original-size');
    await frame.getByRole('button', { name: 'Fit' }).click();
    await workbench.screenshot('sight-fit');
  });

  it('offers the parts, which are sent in order as they were priced', async () => {
    const { workbench } = shared.window;
    const panel = await attach();
    await panel.chooseFromMenu(`More for ${NAME}`, 'What Claude Sees');
    const frame = await sight();
    const tiles = frame.getByRole('radio', { name: /^Whole and \d+ parts$/ });
    await tiles.waitFor();
    const label = (await frame.getByText(/^Whole and \d+ parts$/).textContent()) ?? '';
    const count = Number(/\d+/.exec(label)?.[0]);
    await tiles.click();
    await waitFor('the parts to be shown', async () =>
      (await shown(frame).count()) === count ? true : undefined,
    );
    await workbench.screenshot('sight-tiles');
    const [chip = []] = await panel.chips(1);
    const tokens = /([\d,]+) tokens/.exec(chip.join(' '))?.[1] ?? assert.fail(chip.join());
    await frame.getByRole('region', { name: 'As Claude sees it' }).getByText(tokens).waitFor();

    await panel.send('Read it.');
    await panel.answer(0);
    const [request] = practice.server.requests;
    const images = imagesOf(request);
    assert.equal(images.length, count + 1);
    const body = request?.body as { messages: { content: { type: string; text?: string }[] }[] };
    const texts = (body.messages[0]?.content ?? []).flatMap(({ text }) => text ?? []);
    assert.deepEqual(texts.slice(1), [
      ...Array.from(
        { length: count },
        (_, index) => `Image 1: ${NAME}, part ${index + 1} of ${count}`,
      ),
      'Read it.',
    ]);

    await frame.getByText(/Bytes once sent never change/).waitFor();
    assert.equal(await tiles.isDisabled(), true);
    await workbench.screenshot('sight-sent');
    await frame.getByRole('button', { name: 'Attach Again' }).click();
    await panel.chips(1);
    const low = (await sight()).getByRole('radio', { name: 'Low (768 px)' });
    await low.and((await sight()).locator(':enabled')).click();
    await waitFor('the chip to cost less', async () => {
      const [after = []] = await panel.chips(1);
      return after.join(' ').includes('162x768') || undefined;
    });
  });

  it('is there again when its tab comes back to the front', async () => {
    const { workbench } = shared.window;
    const panel = await attach();
    await panel.button(`What Claude sees of ${NAME}`).click();
    await shown(await sight()).waitFor();
    await workbench.openFile(NAME);
    await workbench.tab(`What Claude Sees: ${NAME}`).click();
    await original(await sight()).waitFor();
    await shown(await sight()).waitFor();
  });
});
