import { SCENES } from '../webview/scenes.ts';
import { PageHarness } from '../webview/harness.ts';
import { row, type Measure } from './measure.ts';

const LIMIT_MS = 50;

/** 50,000 characters of what answers are made of. */
const LONG = Array.from({ length: 280 }, (_, index) =>
  [
    `## Part ${index}\n\n`,
    'The ridge runs from **left** to right, and `hut-1874` stands below it in the shade.\n\n',
    '- a first thing that is seen\n- a second one, with [a link](https://example.com/)\n\n',
    '```js\nconst height = 2834;\nconst name = "ridge";\n```\n\n',
  ].join(''),
)
  .join('')
  .slice(0, 50_000);

/** The longest task of the page while a long answer streams in at 500 deltas a second. */
export const streamLongTask: Measure = {
  names: ['stream.long-task'],
  async run() {
    const harness = await PageHarness.start();
    try {
      const { page, show } = await harness.open();
      await show(defined(SCENES['waiting']));
      const browser = defined(page.context().browser());
      await browser.startTracing(page, { categories: ['toplevel', 'devtools.timeline'] });
      await page.evaluate(stream, { text: LONG, size: LONG.length / 1000 });
      await page.getByRole('heading', { name: 'Part 200' }).waitFor();
      const longest = longestTask(await browser.stopTracing());
      const note = 'processor time of the longest task, 50,000 characters at 500 deltas a second';
      return [row('stream.long-task', longest, 'ms', LIMIT_MS, note)];
    } finally {
      await harness.stop();
    }
  },
};

/** Runs in the browser: posts the text in pieces, 500 a second. */
async function stream({ text, size }: { text: string; size: number }): Promise<void> {
  const started = performance.now();
  let at = 0;
  await new Promise<void>((resolve) => {
    const timer = setInterval(() => {
      const due = Math.floor((performance.now() - started) / 2) * size;
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

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  /** Time on the processor in microseconds: unlike the clock's, it does not count other processes. */
  readonly tdur?: number;
}

/**
 * The longest task of the page's main thread, in milliseconds of processor time.
 * @throws {Error} when the trace does not show them.
 */
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

function defined<T>(value: T | null | undefined): T {
  if (value === undefined || value === null) {
    throw new Error('A part of the harness is missing.');
  }
  return value;
}
