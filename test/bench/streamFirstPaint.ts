import { setTimeout } from 'node:timers/promises';
import type { Locator } from 'playwright-core';
import { Panel } from '../e2e/panel.ts';
import { waitFor } from '../host/wait.ts';
import { listed, median, row, type Measure } from './measure.ts';
import { withPracticeWindows } from './practiceWindow.ts';

const LIMIT_MS = 50;
const ROUNDS = 11;
/** What the question has set going has come to an end by then. */
const REST_MS = 500;

/** From the first piece of an answer leaving the server to the frame after it is in the page. */
export const streamFirstPaint: Measure = {
  names: ['stream.first-paint'],
  run: () =>
    withPracticeWindows({ 'notes.txt': new Uint8Array() }, async (windows) => {
      const { server } = windows;
      await using window = await windows.open();
      await window.workbench.runCommand('Vision for Claude: New Conversation');
      const panel = await Panel.of(window.workbench);
      const times: number[] = [];
      for (let round = 0; round <= ROUNDS; round += 1) {
        const text = `The ridge of round ${round} runs from left to right.`;
        server.script({ kind: 'hold', afterDeltas: 0, text, chunkChars: text.length });
        await panel.send('What is there to be seen?');
        await waitFor('the request', () => server.requests[round]);
        await setTimeout(REST_MS);
        const painted = await watchForText(panel.log, text);
        const released = performance.timeOrigin + performance.now();
        server.release();
        times.push((await painted.at()) - released);
        await panel.answer(round);
      }
      const [cold = 0, ...warm] = times;
      const note =
        `median of ${listed(warm.toSorted((a, b) => a - b))}, from the server's release of the first ` +
        `delta to the frame after the text is in the page; the first ${listed([cold])}`;
      return [row('stream.first-paint', median(warm), 'ms', LIMIT_MS, note)];
    }),
};

/** Resolves when it watches; `at` tells, in milliseconds since 1970, when the text was there. */
async function watchForText(
  log: Locator,
  text: string,
): Promise<{ readonly at: () => Promise<number> }> {
  const watch = await log.evaluateHandle((element, wanted) => {
    const { promise, resolve } = Promise.withResolvers<number>();
    const observer = new MutationObserver(() => {
      if (element.textContent.includes(wanted)) {
        observer.disconnect();
        requestAnimationFrame(() => resolve(performance.timeOrigin + performance.now()));
      }
    });
    observer.observe(element, { childList: true, characterData: true, subtree: true });
    return { promise };
  }, text);
  return { at: () => watch.evaluate(({ promise }) => promise) };
}
