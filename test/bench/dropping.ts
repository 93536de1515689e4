import type { Locator, Page } from 'playwright-core';

/** Drops files on an element, as from a file manager. */
export async function dropFiles(
  page: Page,
  target: Locator,
  files: readonly string[],
): Promise<void> {
  const box = await target.boundingBox();
  if (!box) {
    throw new Error('What is dropped on is not in sight.');
  }
  const session = await page.context().newCDPSession(page);
  const at = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    await session.send('Input.dispatchDragEvent', {
      type,
      ...at,
      data: { items: [], files: [...files], dragOperationsMask: 1 },
    });
  }
  await session.detach();
}

/**
 * Watches for the thumbnails of so many attached images. `readyAt` tells, in milliseconds since 1970,
 * when the last of them was loaded: no two of them may be the same. It throws when an image failed.
 */
export async function watchChips(
  inside: Locator,
  count: number,
): Promise<{ readonly readyAt: () => Promise<number | undefined> }> {
  const watch = await inside.evaluateHandle((_, wanted) => {
    const state: { readyAt: number | undefined } = { readyAt: undefined };
    document.addEventListener(
      'load',
      () => {
        const pictures = [...document.querySelectorAll<HTMLImageElement>('.chip img')];
        const loaded = new Set(pictures.filter(({ complete }) => complete).map(({ src }) => src));
        if (loaded.size === wanted) {
          state.readyAt ??= performance.timeOrigin + performance.now();
        }
      },
      { capture: true },
    );
    return state;
  }, count);
  return {
    readyAt: () =>
      watch.evaluate(({ readyAt }) => {
        const failed = document.querySelector('.chip.failed');
        if (failed) {
          throw new Error(`An image failed: ${failed.textContent}`);
        }
        return readyAt;
      }),
  };
}

/** Watches how long the page takes to show what a key does, which the browser tells from 16 ms on. */
export async function watchKeys(
  inside: Locator,
): Promise<{ readonly slowest: () => Promise<number> }> {
  const watch = await inside.evaluateHandle(() => {
    const state = { slowest: 0 };
    const observer = new PerformanceObserver((list) => {
      for (const { name, duration } of list.getEntries()) {
        if (name === 'keydown') {
          state.slowest = Math.max(state.slowest, duration);
        }
      }
    });
    // TypeScript does not know the threshold: without it, only what takes 104 ms is told.
    const options: PerformanceObserverInit & { durationThreshold: number } = {
      type: 'event',
      durationThreshold: 16,
    };
    observer.observe(options);
    return state;
  });
  return { slowest: () => watch.evaluate(({ slowest }) => slowest) };
}
