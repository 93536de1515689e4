import type { Locator } from 'playwright-core';

/** A task that kept the main thread of a page for 50 ms or longer, as the browser reports it. */
export interface LongTask {
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly ms: number;
  /** Whose it was, as the browser names it: `self`, or of a page that shares the thread. */
  readonly whose: string;
}

/** Watches for long tasks in the document of an element until `end`, which tells them. */
export async function watchLongTasks(
  inside: Locator,
): Promise<{ readonly end: () => Promise<readonly LongTask[]> }> {
  const watch = await inside.evaluateHandle(() => {
    const entries: PerformanceEntry[] = [];
    const observer = new PerformanceObserver((list) => entries.push(...list.getEntries()));
    observer.observe({ type: 'longtask' });
    return { entries, observer };
  });
  return {
    end: () =>
      watch.evaluate(({ entries, observer }) => {
        const last = observer.takeRecords();
        observer.disconnect();
        return [...entries, ...last].map(({ startTime, duration, name }) => ({
          startedAt: performance.timeOrigin + startTime,
          ms: duration,
          whose: name,
        }));
      }),
  };
}

/** The longest of them in milliseconds; 0 when there was none, and so none of 50 ms. */
export function longestOf(tasks: readonly LongTask[]): number {
  return Math.max(0, ...tasks.map(({ ms }) => ms));
}
