import { setTimeout } from 'node:timers/promises';
import { Panel } from '../e2e/panel.ts';
import { greyPng } from '../support/pngFile.ts';
import { listed, median, row, type Measure } from './measure.ts';
import { withPracticeWindows } from './practiceWindow.ts';

const ROUNDS = 7;
/** High enough for the whole list of extensions, of which only what is in sight exists. */
const TALL = { width: 1280, height: 3000 };
const LOOK_MS = 500;
const QUIET_LOOKS = 6;

/** What VS Code itself says of the time: loading the code and calling `activate`. */
export const activation: Measure = {
  names: ['activation.time'],
  run: () =>
    withPracticeWindows({ 'image.png': greyPng(64, 64) }, async (windows) => {
      const times: number[] = [];
      for (let round = 0; round < ROUNDS; round++) {
        await using window = await windows.open(TALL);
        const { page, workbench } = window;
        await settled(() => page.locator('.statusbar-item').count());
        await workbench.runCommand('Vision for Claude: New Conversation');
        await Panel.of(workbench);
        await workbench.runCommand('Developer: Show Running Extensions');
        const ours = page
          .locator('.runtime-extensions-editor .extension')
          .filter({ hasText: 'Vision for Claude' });
        const time = ours.getByText(/Activation: \d+ms/);
        times.push(Number(/(\d+)ms/.exec(await time.innerText())?.[1]));
      }
      const note = `median of ${listed(times)}, code loading included, each in a fresh window`;
      return [row('activation.time', median(times), 'ms', 20, note)];
    }),
};

/** Waits until the window has come to rest: on two cores its start would be measured along. */
async function settled(count: () => Promise<number>): Promise<void> {
  let last = -1;
  for (let quiet = 0; quiet < QUIET_LOOKS;) {
    await setTimeout(LOOK_MS);
    const now = await count();
    quiet = now === last ? quiet + 1 : 0;
    last = now;
  }
}
