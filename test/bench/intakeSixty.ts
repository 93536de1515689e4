import assert from 'node:assert/strict';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { Panel } from '../e2e/panel.ts';
import type { HostWindow } from '../host/hostTypes.ts';
import { removeFolder, temporaryFolder } from '../host/processes.ts';
import { waitFor } from '../host/wait.ts';
import { dropFiles, watchChips, watchKeys } from './dropping.ts';
import { GapWatch, type Gap } from './gaps.ts';
import { longestOf, watchLongTasks, type LongTask } from './longTasks.ts';
import { manyPhotographs } from './manyPhotographs.ts';
import { listed, median, row, type Measure, type Row } from './measure.ts';
import { withPracticeWindows } from './practiceWindow.ts';
import { longestTaskDuring } from './taskTrace.ts';

const IMAGES = 60;
const ROUNDS = 3;
const LIMIT_MS = 50;
const MOST_MS = 180_000;
const KEY_EVERY_MS = 200;
/** What opening the panel has set going has come to an end by then. */
const REST_MS = 2000;

/** Sixty photographs of 12 megapixels dropped on the panel at once. */
export const intakeSixty: Measure = {
  names: [
    'intake.60.long-task',
    'intake.60.long-task.processor',
    'intake.60.gap',
    'intake.60.gap.processor',
    'intake.60.time',
  ],
  async run() {
    const folder = temporaryFolder('photographs');
    try {
      const files = await manyPhotographs(IMAGES, folder);
      const watch = await GapWatch.make(folder);
      return await withPracticeWindows(
        { 'notes.txt': new Uint8Array() },
        async (windows) => {
          const intakes: Intake[] = [];
          for (let round = 0; round < ROUNDS; round += 1) {
            // The threads start and the codecs are loaded in each: the first drop is the hardest.
            await using window = await windows.open();
            intakes.push(await dropAll(window, files, watch));
          }
          // Apart: to trace takes time itself.
          await using window = await windows.open();
          let processor = 0;
          await dropAll(window, files, watch, async (work) => {
            processor = await longestTaskDuring(window.page, work);
          });
          return rowsOf(intakes, processor);
        },
        { otherExtensions: [watch.vsix], env: watch.env },
      );
    } finally {
      await removeFolder(folder);
    }
  },
};

/** What one drop has brought. */
interface Intake {
  readonly ms: number;
  readonly longTasks: readonly LongTask[];
  readonly gaps: readonly Gap[];
  readonly keys: Keys;
}

/** The keys that were pressed meanwhile. */
interface Keys {
  readonly count: number;
  /** The longest from a key to the frame that shows it. */
  readonly slowestMs: number;
}

function rowsOf(intakes: readonly Intake[], processor: number): readonly Row[] {
  const own = intakes.map(({ longTasks }) => longestOf(longTasks.filter(isOfPage)));
  const others = intakes.map(({ longTasks }) =>
    longestOf(longTasks.filter((task) => !isOfPage(task))),
  );
  const gaps = intakes.map((intake) => longestGap(intake.gaps));
  const busy = intakes.map((intake) => Math.max(0, ...intake.gaps.map(({ busyMs }) => busyMs)));
  const seconds = intakes.map(({ ms }) => ms / 1000);
  const keys = intakes.reduce((sum, intake) => sum + intake.keys.count, 0);
  const slowest = intakes.map((intake) => intake.keys.slowestMs);
  return [
    row(
      'intake.60.long-task',
      median(own),
      'ms',
      LIMIT_MS,
      `of the page, by the browser's long-task entries (0: none of 50 ms): ${listed(own)}; of the ` +
        `workbench in the same thread: ${listed(others)}; the slowest of ${keys} keys that were ` +
        `typed meanwhile showed after: ${listed(slowest)}`,
      { longTasks: intakes.map(({ longTasks }) => longTasks) },
    ),
    row(
      'intake.60.long-task.processor',
      processor,
      'ms',
      LIMIT_MS,
      'processor time of the longest task, which other processes do not lengthen',
    ),
    row(
      'intake.60.gap',
      median(gaps.map(({ gapMs }) => gapMs)),
      'ms',
      LIMIT_MS,
      `longest stop of the extension host's event loop: ${listed(gaps.map(({ gapMs }) => gapMs))}, ` +
        `of which it waited for a processor: ${listed(gaps.map(({ waitedMs }) => waitedMs))}`,
    ),
    row(
      'intake.60.gap.processor',
      median(busy),
      'ms',
      LIMIT_MS,
      `processor time of such a stop: ${listed(busy)}`,
    ),
    row(
      'intake.60.time',
      median(seconds),
      's',
      undefined,
      `until each of the 60 has its thumbnail: ${listed(seconds)}`,
    ),
  ];
}

/** The workbench's tasks are told too where it shares the thread: in a browser, not on the desktop. */
function isOfPage({ whose }: LongTask): boolean {
  return whose === 'self';
}

function longestGap(gaps: readonly Gap[]): Gap {
  const none: Gap = { endedAt: 0, gapMs: 0, busyMs: 0, waitedMs: 0 };
  return gaps.reduce((longest, gap) => (gap.gapMs > longest.gapMs ? gap : longest), none);
}

/**
 * Drops the files on the panel, and types until each has its thumbnail; `around` runs that much.
 * @throws {Error} when a key is lost, an image fails, or they are not in the order of the files.
 */
async function dropAll(
  { page, workbench }: HostWindow,
  files: readonly string[],
  watch: GapWatch,
  around: (work: () => Promise<void>) => Promise<void> = (work) => work(),
): Promise<Intake> {
  await workbench.runCommand('Vision for Claude: New Conversation');
  const panel = await Panel.of(workbench);
  await panel.message.focus();
  await setTimeout(REST_MS);

  const longTasks = await watchLongTasks(panel.log);
  const keys = await watchKeys(panel.log);
  const chips = await watchChips(panel.log, files.length);
  let typed = '';
  let droppedAt = 0;
  let readyAt = 0;
  await around(async () => {
    droppedAt = performance.timeOrigin + performance.now();
    await dropFiles(page, panel.log, files);
    readyAt = await waitFor(
      'sixty thumbnails',
      async () => {
        const key = String(typed.length % 10);
        await page.keyboard.press(key);
        typed += key;
        await setTimeout(KEY_EVERY_MS);
        return await chips.readyAt();
      },
      MOST_MS,
    );
  });
  const gaps = await watch.gaps(workbench);
  const intake: Intake = {
    ms: readyAt - droppedAt,
    longTasks: (await longTasks.end()).filter(({ startedAt }) => startedAt < readyAt),
    keys: { count: typed.length, slowestMs: await keys.slowest() },
    gaps: gaps.filter(({ endedAt, gapMs }) => endedAt > droppedAt && endedAt - gapMs < readyAt),
  };
  assert.equal(await panel.message.inputValue(), typed);
  const names = files.map((file) => path.basename(file));
  const shown = (await panel.attachments.allTextContents()).map(
    (text) => /photograph-\d+\.jpg/.exec(text)?.[0],
  );
  assert.deepEqual(shown, names);
  return intake;
}
