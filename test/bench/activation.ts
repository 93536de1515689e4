import { Panel } from '../e2e/panel.ts';
import { greyPng } from '../support/pngFile.ts';
import { listed, median, row, type Measure } from './measure.ts';
import { withPracticeWindows } from './practiceWindow.ts';

const ROUNDS = 5;

/** What VS Code itself says of the time: loading the code and calling `activate`. */
export const activation: Measure = {
  names: ['activation.time'],
  run: () =>
    withPracticeWindows({ 'image.png': greyPng(64, 64) }, async (windows) => {
      const times: number[] = [];
      for (let round = 0; round < ROUNDS; round++) {
        await using window = await windows.open();
        await window.workbench.runCommand('Vision for Claude: New Conversation');
        await Panel.of(window.workbench);
        await window.workbench.runCommand('Developer: Show Running Extensions');
        const extension = window.page
          .locator('.runtime-extensions-editor .extension')
          .filter({ hasText: 'Vision for Claude' });
        const time = extension.getByText(/Activation: \d+ms/);
        times.push(Number(/(\d+)ms/.exec(await time.innerText())?.[1]));
      }
      const note = `median of ${listed(times)}, code loading included, each in a fresh window`;
      return [row('activation.time', median(times), 'ms', 20, note)];
    }),
};
