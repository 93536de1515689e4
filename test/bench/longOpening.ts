import type { Locator } from 'playwright-core';

/**
 * Watches, from now on, for the end of a conversation to be drawn: its last words and all pictures
 * that are in sight with it. `at` tells when the frame was drawn, in milliseconds since 1970.
 */
export async function watchForEnd(
  log: Locator,
  lastWords: string,
): Promise<{ readonly at: () => Promise<number> }> {
  const watch = await log.evaluateHandle((element, words) => {
    const { promise, resolve } = Promise.withResolvers<number>();
    const isInSight = (part: Element): boolean => {
      const { top, bottom } = part.getBoundingClientRect();
      const view = element.getBoundingClientRect();
      return top < view.bottom && bottom > view.top;
    };
    const isDrawn = (): boolean => {
      const frames = [...element.querySelectorAll('.picture-frame')].filter(isInSight);
      return (
        [...element.querySelectorAll('article')].some(
          (turn) => turn.textContent.includes(words) && isInSight(turn),
        ) &&
        frames.length > 0 &&
        frames.every((frame) => {
          const picture = frame.querySelector('img');
          return picture !== null && picture.complete && picture.naturalWidth > 0;
        })
      );
    };
    const look = (): void => {
      requestAnimationFrame(() => {
        const frame = performance.timeOrigin + performance.now();
        // Behind the frame: to measure then costs no layout of its own.
        setTimeout(() => {
          if (isDrawn()) {
            resolve(Math.max(frame, performance.timeOrigin + performance.now()));
          } else {
            look();
          }
        });
      });
    };
    look();
    return { promise };
  }, lastWords);
  return { at: () => watch.evaluate(({ promise }) => promise) };
}
