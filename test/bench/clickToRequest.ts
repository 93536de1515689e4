import type { Page } from 'playwright-core';
import { Panel } from '../e2e/panel.ts';
import { greyPng } from '../support/pngFile.ts';
import { listed, median, row, type Measure } from './measure.ts';
import { withPracticeWindows } from './practiceWindow.ts';

const ROUNDS = 9;
const IMAGE = 'one-megapixel.png';

/** From the click on "Describe Image" to the first bytes of the request at the server. */
export const clickToRequest: Measure = {
  names: ['click.first-request'],
  run: () =>
    withPracticeWindows({ [IMAGE]: greyPng(1024, 1024) }, async (windows) => {
      await using window = await windows.open();
      await recordClicks(window.page);
      const times: number[] = [];
      for (let round = 0; round <= ROUNDS; round++) {
        await window.workbench.chooseInExplorer(IMAGE, 'Describe Image');
        const { receivedAt } = await windows.server.waitForRequest();
        times.push(performance.timeOrigin + receivedAt - (await lastClick(window.page)));
        await (await Panel.of(window.workbench)).answer(0);
      }
      const [cold = 0, ...warm] = times;
      const note = `median of ${listed(warm)}; the first, with everything to be loaded: ${listed([cold])}`;
      return [row('click.first-request', median(warm), 'ms', 150, note)];
    }),
};

/** VS Code's menus act when the button is let go. */
async function recordClicks(page: Page): Promise<void> {
  await page.evaluate(() => {
    document.addEventListener(
      'mouseup',
      () => {
        document.documentElement.dataset['clickedAt'] = String(
          performance.timeOrigin + performance.now(),
        );
      },
      { capture: true },
    );
  });
}

/** Milliseconds since 1970. */
function lastClick(page: Page): Promise<number> {
  return page.evaluate(() => Number(document.documentElement.dataset['clickedAt']));
}
