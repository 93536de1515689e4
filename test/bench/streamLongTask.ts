import type { Page } from 'playwright-core';
import { SCENES } from '../webview/scenes.ts';
import { PageHarness } from '../webview/harness.ts';
import { longestOf, watchLongTasks } from './longTasks.ts';
import { DELTA_CHARACTERS, DELTAS_A_SECOND, LONG_TEXT } from './longText.ts';
import { listed, median, row, type Measure } from './measure.ts';
import { longestTaskDuring } from './taskTrace.ts';

const LIMIT_MS = 50;
const ROUNDS = 5;

/** The longest task of the page while a long answer streams in at 500 deltas a second. */
export const streamLongTask: Measure = {
  names: ['stream.long-task', 'stream.long-task.processor'],
  async run() {
    const harness = await PageHarness.start();
    try {
      const longest: number[] = [];
      for (let round = 0; round < ROUNDS; round += 1) {
        longest.push(await longestByEntries(harness));
      }
      const processor = await longestByTrace(harness);
      const stream = '50,000 characters at 500 deltas a second';
      const note = `${stream}, by the browser's long-task entries (0: none of 50 ms): median of ${listed(longest)}`;
      return [
        row('stream.long-task', median(longest), 'ms', LIMIT_MS, note),
        row(
          'stream.long-task.processor',
          processor,
          'ms',
          LIMIT_MS,
          'processor time of the longest task, which other processes do not lengthen',
        ),
      ];
    } finally {
      await harness.stop();
    }
  },
};

async function longestByEntries(harness: PageHarness): Promise<number> {
  const page = await openWaiting(harness);
  const watch = await watchLongTasks(page.locator('body'));
  await streamTo(page);
  return longestOf(await watch.end());
}

async function longestByTrace(harness: PageHarness): Promise<number> {
  const page = await openWaiting(harness);
  return await longestTaskDuring(page, () => streamTo(page));
}

/** A page that waits for an answer, alone. */
async function openWaiting(harness: PageHarness): Promise<Page> {
  await harness.closePages();
  const { page, show } = await harness.open();
  await show(defined(SCENES['waiting']));
  return page;
}

/** Settles when the end of the text is drawn. */
async function streamTo(page: Page): Promise<void> {
  const pace = { text: LONG_TEXT, size: DELTA_CHARACTERS, perSecond: DELTAS_A_SECOND };
  await page.evaluate(postInPieces, pace);
  await page.getByRole('heading', { name: 'Part 200' }).waitFor();
}

/** Runs in the browser: posts the text in pieces. */
async function postInPieces(pace: {
  text: string;
  size: number;
  perSecond: number;
}): Promise<void> {
  const { text, size, perSecond } = pace;
  const started = performance.now();
  let at = 0;
  await new Promise<void>((resolve) => {
    const timer = setInterval(() => {
      const due = Math.floor(((performance.now() - started) * perSecond) / 1000) * size;
      for (; at < Math.min(due, text.length); at += size) {
        const event = { type: 'answerDelta', turnId: 'a1', text: text.slice(at, at + size) };
        window.postMessage({ type: 'event', conversationId: 'c1', event });
      }
      if (at >= text.length) {
        clearInterval(timer);
        resolve();
      }
    }, 4);
  });
}

function defined<T>(value: T | null | undefined): T {
  if (value === undefined || value === null) {
    throw new Error('A part of the harness is missing.');
  }
  return value;
}
