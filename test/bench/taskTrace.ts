import type { Page } from 'playwright-core';

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  /** Time on the processor in microseconds: unlike the clock's, it does not count other processes. */
  readonly tdur?: number;
}

/**
 * The longest task of the page's main thread while the work is done, in milliseconds of processor
 * time. Frames that share the thread count along.
 * @throws {Error} when the trace does not show them.
 */
export async function longestTaskDuring(page: Page, work: () => Promise<void>): Promise<number> {
  const browser = page.context().browser();
  if (!browser) {
    throw new Error('There is no browser to trace.');
  }
  await browser.startTracing(page, { categories: ['toplevel', 'devtools.timeline'] });
  await work();
  return longestTask(await browser.stopTracing());
}

function longestTask(trace: Buffer): number {
  const { traceEvents } = JSON.parse(trace.toString()) as { traceEvents: readonly TraceEvent[] };
  const page = traceEvents.find(({ name }) => name === 'FireAnimationFrame');
  const times = traceEvents
    .filter(
      ({ name, ph, pid, tid }) =>
        name.endsWith('RunTask') && ph === 'X' && pid === page?.pid && tid === page.tid,
    )
    .flatMap(({ tdur }) => tdur ?? []);
  if (times.length === 0) {
    throw new Error('The trace shows no task of the page.');
  }
  return Math.max(...times) / 1000;
}
