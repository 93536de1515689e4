import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';

const MB = 1024 * 1024;

export interface Memory {
  /** MB of all processes that draw pages, that are theirs alone: scripts, documents and pictures. */
  readonly processes: number;
  /** MB of the heap of scripts, which the page shares with the workbench in a browser. */
  readonly heap: number;
}

/** What the pages of a window take once what is garbage has gone. On Linux only. */
export async function memoryOf(page: Page): Promise<Memory> {
  const browser = page.context().browser();
  if (!browser) {
    throw new Error('There is no browser to ask.');
  }
  const session = await page.context().newCDPSession(page);
  const ofBrowser = await browser.newBrowserCDPSession();
  try {
    await session.send('HeapProfiler.collectGarbage');
    const { usedSize } = await session.send('Runtime.getHeapUsage');
    const { processInfo } = await ofBrowser.send('SystemInfo.getProcessInfo');
    const processes = processInfo
      .filter(({ type }) => type === 'renderer')
      .reduce((sum, { id }) => sum + privateBytes(id), 0);
    return { processes: processes / MB, heap: usedSize / MB };
  } finally {
    await session.detach();
    await ofBrowser.detach();
  }
}

/** Of proc_pid_smaps(5), by lines such as `Private_Dirty:  120 kB`. */
function privateBytes(pid: number): number {
  const lines = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8').matchAll(
    /^Private_(?:Clean|Dirty): +(\d+) kB$/gm,
  );
  return [...lines].reduce((sum, [, kilobytes]) => sum + Number(kilobytes) * 1024, 0);
}
