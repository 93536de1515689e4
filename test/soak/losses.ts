import { setTimeout } from 'node:timers/promises';
import process from 'node:process';
import { seededRandom } from '../bench/random.ts';
import { Panel, reload } from '../e2e/panel.ts';
import { extensionHostPids } from '../host/extensionHost.ts';
import type { HostWindow } from '../host/hostTypes.ts';
import { waitFor } from '../host/wait.ts';
import type { PracticeServer } from '../server/practiceServer.ts';
import { greyPng } from '../support/pngFile.ts';
import { differences, shownIn, type Shown } from './shown.ts';

/** How a window is cut off in the middle of a stream. */
export type Cut =
  | 'reload'
  /** SIGKILL to its extension host, and a reload. On Linux only. */
  | 'kill';

export interface LossesPlan {
  /** A window with an empty conversation on a workspace that holds `lossesFiles`. */
  readonly window: HostWindow;
  readonly server: PracticeServer;
  readonly cut: Cut;
  readonly times: number;
  /** Of the moments. */
  readonly seed: number;
}

/** What was typed this long before is on disk. */
const KEPT_MS = 700;
/** The moments are within this. */
const SPREAD_MS = 2500;
/** A line of an answer takes so long that no stream has ended by then. */
const LINE_MS = 100;
const STREAM = Array.from({ length: 300 }, (_, index) => `Line ${index + 1}.`).join('\n\n');
const RESTORED_MS = 20_000;
const INTERRUPTED = 'This answer was interrupted. What had come is kept.';

/** The images of a workspace for so many cuts. */
export function lossesFiles(times: number): Readonly<Record<string, Buffer>> {
  return Object.fromEntries(
    Array.from({ length: times + 1 }, (_, index) => [imageName(index), greyPng(60 + index, 40)]),
  );
}

/**
 * Cuts a window off in the middle of a stream, so many times in a row, each at a random moment; goes
 * on with the answer and asks the next question after each. Tells what was not there again: finished
 * turns, images, thumbnails, the draft, and the part of the answer that had come.
 */
export async function lossesOf(plan: LossesPlan): Promise<readonly string[]> {
  const random = seededRandom(plan.seed);
  const lost: string[] = [];
  let panel = await Panel.of(plan.window.workbench);
  await attach(plan.window, panel, imageName(0));
  for (let round = 0; round < plan.times; round += 1) {
    const before = await askAndLeave(plan, panel, round);
    await setTimeout(KEPT_MS + random() * SPREAD_MS);
    panel = await cutOff(plan);
    const missing = await missingIn(panel, before);
    lost.push(...missing.map((what) => `${plan.cut} ${round + 1}: ${what}`));
    await goOn(plan, panel, round);
  }
  return lost;
}

/** Asks about the attached image, and attaches the next and types a draft while the answer comes. */
async function askAndLeave(
  { window, server }: LossesPlan,
  panel: Panel,
  round: number,
): Promise<Shown> {
  const answers = await panel.answers.count();
  const line = 'Line 1.\n\n'.length;
  server.script({ kind: 'answer', text: STREAM, chunkChars: line, delayMs: LINE_MS });
  await panel.send(`Question ${round + 1}?`);
  await panel.answers.nth(answers).getByText('Line 1.', { exact: true }).waitFor();
  await attach(window, panel, imageName(round + 1));
  await panel.message.fill(`The draft of round ${round + 1}`);
  return await shownIn(panel);
}

async function attach({ workbench }: HostWindow, panel: Panel, name: string): Promise<void> {
  await workbench.chooseInExplorer(name, 'Ask Claude', 'Add to Claude Conversation');
  await panel.chip(name).locator('img').waitFor();
}

async function cutOff({ window, cut }: LossesPlan): Promise<Panel> {
  if (cut === 'kill') {
    const pid = await waitFor('the extension host', () => {
      const [first, ...others] = extensionHostPids();
      return others.length === 0 ? first : undefined;
    });
    process.kill(pid, 'SIGKILL');
  }
  return await reload(window);
}

async function missingIn(panel: Panel, before: Shown): Promise<readonly string[]> {
  const deadline = performance.now() + RESTORED_MS;
  for (;;) {
    const missing = differences(before, await shownIn(panel));
    const marked = await panel.answers.last().getByText(INTERRUPTED).isVisible();
    const all = marked ? missing : [...missing, 'the mark of the answer that was cut off'];
    if (all.length === 0 || performance.now() > deadline) {
      return all;
    }
  }
}

async function goOn({ server }: LossesPlan, panel: Panel, round: number): Promise<void> {
  const words = `The rest of answer ${round + 1}.`;
  server.reset();
  server.script({ kind: 'answer', text: words });
  await panel.answers.last().getByRole('button', { name: 'Continue' }).click();
  await panel.answers.last().getByText(words).waitFor();
  await panel.button('Send').waitFor();
}

function imageName(index: number): string {
  return `image-${index + 1}.png`;
}
