import { readdir } from 'node:fs/promises';
import path from 'node:path';
import type { Locator } from 'playwright-core';
import { Panel } from '../e2e/panel.ts';
import type { HostWindow } from '../host/hostTypes.ts';
import { waitFor } from '../host/wait.ts';
import {
  EXCHANGES,
  IMAGES,
  LAST_WORDS,
  LONG_TITLE,
  writeLongConversation,
} from './longConversation.ts';
import { watchForEnd } from './longOpening.ts';
import { listed, median, row, type Measure, type Row } from './measure.ts';
import { memoryOf, type Memory } from './pageMemory.ts';
import { withPracticeWindows, type PracticeWindows } from './practiceWindow.ts';
import { scrollThrough, type Frames } from './scrolling.ts';

const OPEN_MS = 500;
const DROPPED_PART = 0.1;
const MEMORY_MB = 150;
const ROUNDS = 5;
/** Of these, those that scroll, which takes long: the last. */
const SCROLLED = 2;
const MB = 1024 * 1024;
/** The folder that VS Code gives to the extension in each workspace. */
const STORAGE = 'vision-for-claude.vision-for-claude';

/** A conversation of 100 turns and 60 photographs in the workbench. Memory is told on Linux only. */
export const conversationLong: Measure = {
  names: ['conversation.open', 'conversation.scroll', 'conversation.memory'],
  run: () =>
    withPracticeWindows({ 'notes.txt': new Uint8Array() }, async (windows) => {
      await writeLongConversation(await storageFolder(windows));
      const visits: Visit[] = [];
      for (let round = 0; round < ROUNDS; round += 1) {
        // Afresh: nothing of it is in the memory of the extension host or of the page.
        await using window = await windows.open();
        visits.push(await visit(window, round >= ROUNDS - SCROLLED));
      }
      return rowsOf(visits);
    }),
};

interface Visit {
  readonly openMs: number;
  /** Until the text was there, without the pictures. */
  readonly textMs: number;
  readonly scrolled?: Scrolled;
}

interface Scrolled {
  readonly frames: Frames;
  readonly before: Memory;
  readonly after: Memory;
  readonly blobs: number;
}

async function visit(window: HostWindow, scrolls: boolean): Promise<Visit> {
  const { page, workbench } = window;
  const before = await memoryOf(page);
  await workbench.runCommand('Vision for Claude: New Conversation');
  const panel = await Panel.of(workbench);
  const blobs = await countThumbnails(panel.log);

  await workbench.runCommand('Vision for Claude: Open Conversation...');
  const list = page.getByRole('listbox', { name: 'Search by image, title or words' });
  const entry = list.getByRole('option', { name: new RegExp(LONG_TITLE) });
  await entry.locator('.quick-input-list-icon[style*="background-image"]').waitFor();
  await workbench.quickInput.fill(LONG_TITLE);
  await entry.waitFor();
  const drawn = await watchForEnd(panel.log, LAST_WORDS);
  const chosen = performance.timeOrigin + performance.now();
  await page.keyboard.press('Enter');
  const { textAt, wholeAt } = await drawn.at();
  const opening = { openMs: wholeAt - chosen, textMs: textAt - chosen };
  await panel.questions.nth(EXCHANGES - 1).waitFor();

  if (!scrolls) {
    return opening;
  }
  const frames = await scrollThrough(page, panel);
  const after = await memoryOf(page);
  return { ...opening, scrolled: { frames, before, after, blobs: await blobs.bytes() } };
}

function rowsOf(visits: readonly Visit[]): readonly Row[] {
  const what = `${EXCHANGES * 2} turns and ${IMAGES} photographs`;
  const times = visits.map(({ openMs }) => openMs);
  const scrolled = visits.flatMap((visited) => visited.scrolled ?? []);
  const parts = scrolled.map(({ frames: { drawn, dropped } }) => dropped / (drawn + dropped));
  const frames = scrolled.reduce((sum, visited) => sum + visited.frames.drawn, 0);
  const longest = scrolled.map((visited) => visited.frames.longestMs);
  const grown = scrolled.map(
    ({ before, after, blobs }) => after.processes - before.processes + blobs / MB,
  );
  const heaps = scrolled.map(({ before, after }) => after.heap - before.heap);
  const blobs = scrolled.map((visited) => visited.blobs / MB);
  return [
    row(
      'conversation.open',
      median(times),
      'ms',
      OPEN_MS,
      `${what}, from Enter in the history to the frame with the last turns and the thumbnails that ` +
        `are in sight, each time in a new extension host: median of ${listed(times)}; the text alone: ` +
        listed(visits.map(({ textMs }) => textMs)),
    ),
    row(
      'conversation.scroll',
      median(parts),
      '',
      DROPPED_PART,
      `of ${frames} frames and those that are missing between them, through all of the log and back by the wheel: ` +
        `median of ${parts.map((part) => part.toFixed(3)).join(', ')}; the longest frames: ${listed(longest)} ms`,
    ),
    row(
      'conversation.memory',
      median(grown),
      'MB',
      MEMORY_MB,
      'what the processes of the window take more after all of it was in sight than before the panel ' +
        'was open (scripts, documents, decoded pictures of the page, and what the workbench keeps for ' +
        `it), and the thumbnails: median of ${listed(grown)}; of that scripts ${listed(heaps)}, ` +
        `thumbnails ${blobs.map((each) => each.toFixed(1)).join(', ')}`,
      { visits },
    ),
  ];
}

/** Counts the bytes of the thumbnails that come from now on. */
async function countThumbnails(log: Locator): Promise<{ readonly bytes: () => Promise<number> }> {
  const count = await log.evaluateHandle(() => {
    const counted = { bytes: 0 };
    window.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
      const { type, bytes } = data as { type?: unknown; bytes?: unknown };
      if (type === 'thumbnail' && bytes instanceof Uint8Array) {
        counted.bytes += bytes.length;
      }
    });
    return counted;
  });
  return { bytes: () => count.evaluate(({ bytes }) => bytes) };
}

/** Where the extension keeps the conversations of the workspace, once it has kept a first one. */
async function storageFolder(windows: PracticeWindows): Promise<string> {
  await using window = await windows.open();
  await window.workbench.runCommand('Vision for Claude: New Conversation');
  const panel = await Panel.of(window.workbench);
  await panel.message.fill('A draft.');
  const parent = path.join(windows.userDataDir, 'User', 'workspaceStorage');
  return await waitFor('the storage of the workspace', async () => {
    const files = await readdir(parent, { recursive: true });
    const kept = files.find(
      (file) => file.includes(STORAGE) && /conversations.[\w-]+\.json$/.test(file),
    );
    return kept === undefined ? undefined : path.dirname(path.dirname(path.join(parent, kept)));
  });
}
