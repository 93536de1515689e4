import { setTimeout } from 'node:timers/promises';
import { Panel } from '../e2e/panel.ts';
import { waitFor } from '../host/wait.ts';
import type { PracticeServer } from '../server/practiceServer.ts';
import { extensionHostPid, processorTime } from '../host/extensionHost.ts';
import { DELTA_CHARACTERS, DELTAS_A_SECOND, LAST_HEADING, LONG_TEXT } from './longText.ts';
import { listed, median, row, type Measure, type Row } from './measure.ts';
import { withPracticeWindows, type PracticeWindows } from './practiceWindow.ts';

const LIMIT_PERCENT = 20;
const ROUNDS = 5;
const REST_MS = 1000;
/** More than the text takes. */
const MAX_TOKENS = 32_000;

/** What the extension host computes while a long answer passes through it. */
export const streamHostCpu: Measure = {
  names: ['stream.host-cpu'],
  run: () =>
    withPracticeWindows({ 'notes.txt': new Uint8Array() }, async (windows) => measure(windows), {
      settings: { 'visionForClaude.maxTokens': MAX_TOKENS },
    }),
};

async function measure(windows: PracticeWindows): Promise<readonly Row[]> {
  const streams: Stream[] = [];
  await using window = await windows.open();
  for (let round = 0; round <= ROUNDS; round += 1) {
    await window.workbench.runCommand('Vision for Claude: New Conversation');
    const panel = await Panel.of(window.workbench);
    await panel.answers.first().waitFor({ state: 'detached' });
    streams.push(await stream(windows.server, panel));
  }
  const [, ...warm] = streams;
  const seconds = median(warm.map(({ ms }) => ms)) / 1000;
  const idle = await percentOf(() => setTimeout(seconds * 1000));
  const shares = warm.map(({ percent }) => percent);
  const note =
    `of one core: median of ${listed(shares)}; 50,000 characters at ` +
    `${Math.round(DELTAS / seconds)} deltas a second; ${idle.percent.toFixed(1)} % when idle`;
  return [row('stream.host-cpu', median(shares), '%', LIMIT_PERCENT, note)];
}

const DELTAS = LONG_TEXT.length / DELTA_CHARACTERS;

interface Stream {
  readonly ms: number;
  /** Of one core. */
  readonly percent: number;
}

async function stream(server: PracticeServer, panel: Panel): Promise<Stream> {
  server.script({
    kind: 'hold',
    afterDeltas: 0,
    text: LONG_TEXT,
    chunkChars: DELTA_CHARACTERS,
    delayMs: 1000 / DELTAS_A_SECOND,
  });
  await panel.send('What is there to be seen?');
  const request = await waitFor('the request', () => server.requests[0]);
  await setTimeout(REST_MS);
  const used = await percentOf(async () => {
    server.release();
    await request.ended;
  });
  // Whole, and not cut off at a limit.
  await panel.answers.getByRole('heading', { name: LAST_HEADING }).waitFor();
  server.reset();
  return used;
}

/** How long the work takes, and what the extension host computes meanwhile. */
async function percentOf(work: () => Promise<unknown>): Promise<Stream> {
  const pid = extensionHostPid();
  const before = processorTime(pid);
  const started = performance.now();
  await work();
  const ms = performance.now() - started;
  return { ms, percent: ((processorTime(pid) - before) / ms) * 100 };
}
