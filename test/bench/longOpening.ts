import type { Locator } from 'playwright-core';

/** In milliseconds since 1970, when a frame was drawn. */
export interface Opened {
  /** With the last words. */
  readonly textAt: number;
  /** With the pictures too. */
  readonly wholeAt: number;
}

/**
 * Watches, from now on, for the end of a conversation to be drawn: its last words and all pictures
 * that are in sight with it. `at` tells when.
 */
export async function watchForEnd(
  log: Locator,
  lastWords: string,
): Promise<{ readonly at: () => Promise<Opened> }> {
  const watch = await log.evaluateHandle((element, words) => {
    const { promise, resolve } = Promise.withResolvers<Opened>();
    const isInSight = (part: Element): boolean => {
      const { top, bottom } = part.getBoundingClientRect();
      const view = element.getBoundingClientRect();
      return top < view.bottom && bottom > view.top;
    };
    const isTextDrawn = (): boolean =>
      [...element.querySelectorAll('article')].some(
        (turn) => turn.textContent.includes(words) && isInSight(turn),
      );
    const arePicturesDrawn = (): boolean => {
      const frames = [...element.querySelectorAll('.picture-frame')].filter(isInSight);
      return (
        frames.length > 0 &&
        frames.every((frame) => {
          const picture = frame.querySelector('img');
          return picture !== null && picture.complete && picture.naturalWidth > 0;
        })
      );
    };
    let textAt: number | undefined;
    const look = (): void => {
      requestAnimationFrame(() => {
        // Behind the frame: to measure then costs no layout of its own.
        setTimeout(() => {
          const now = performance.timeOrigin + performance.now();
          textAt ??= isTextDrawn() ? now : undefined;
          if (textAt !== undefined && arePicturesDrawn()) {
            resolve({ textAt, wholeAt: now });
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
