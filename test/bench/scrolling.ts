import { setTimeout } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import type { Panel } from '../e2e/panel.ts';
import { median } from './measure.ts';

/** What a notch of a wheel moves, in CSS pixels. */
const NOTCH = 120;
/** From one notch to the next of a wheel that is turned fast. */
const NOTCH_MS = 30;
const IDLE_MS = 1000;
const MOST_MS = 180_000;

export interface Frames {
  readonly drawn: number;
  /** That the display would have shown beside them. */
  readonly dropped: number;
  readonly longestMs: number;
}

/**
 * Turns the wheel over the log, at the end of which it stands, up to its beginning and down again;
 * counts the frames that the page had and those that it missed.
 */
export async function scrollThrough(page: Page, panel: Panel): Promise<Frames> {
  const box = await panel.log.boundingBox();
  if (!box) {
    throw new Error('The log is not in sight.');
  }
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  const frameMs = median(await gapsDuring(panel, () => setTimeout(IDLE_MS)));
  const gaps = await gapsDuring(panel, async () => {
    await turnWheel(page, panel, -NOTCH);
    await turnWheel(page, panel, NOTCH);
  });
  // One that took 1.5 frames or more has cost the next.
  const dropped = gaps.reduce((sum, gap) => sum + Math.max(0, Math.round(gap / frameMs) - 1), 0);
  return { drawn: gaps.length, dropped, longestMs: Math.max(...gaps) };
}

async function turnWheel(page: Page, panel: Panel, by: number): Promise<void> {
  const deadline = performance.now() + MOST_MS;
  let next = performance.now();
  for (let notch = 1; ; notch += 1) {
    await page.mouse.wheel(0, by);
    next = Math.max(next + NOTCH_MS, performance.now());
    await setTimeout(Math.max(0, next - performance.now()));
    if (notch % 20 === 0 && (await isAtEdge(panel, by))) {
      return;
    }
    if (performance.now() > deadline) {
      throw new Error('The wheel does not come to the end of the log.');
    }
  }
}

function isAtEdge(panel: Panel, by: number): Promise<boolean> {
  return panel.log.evaluate((log, down) => {
    const { scrollTop, scrollHeight, clientHeight } = log;
    return down ? scrollHeight - clientHeight - scrollTop <= 1 : scrollTop <= 0;
  }, by > 0);
}

/** The milliseconds from each frame of the page to the next. */
async function gapsDuring(panel: Panel, work: () => Promise<unknown>): Promise<readonly number[]> {
  const watch = await panel.log.evaluateHandle(() => {
    const times: number[] = [];
    const watching = { times, ended: false };
    const note = (time: number): void => {
      times.push(time);
      if (!watching.ended) {
        requestAnimationFrame(note);
      }
    };
    requestAnimationFrame(note);
    return watching;
  });
  await work();
  const times = await watch.evaluate((watching) => {
    watching.ended = true;
    return watching.times;
  });
  return times.slice(1).map((time, index) => time - (times[index] ?? time));
}
