import { languageOf } from './decorate.ts';
import { highlightHtml, setUpLanguages } from './languages.ts';
import { sanitiseCode } from './sanitise.ts';

/** Longer code, in characters, stays plain: to tell its words apart would hold up the page. */
const LONGEST = 8000;

/** How long, in milliseconds, code waits at most for the page to have nothing else to do. */
const PATIENCE_MS = 1000;

/** Idle time, in milliseconds, in which another piece is begun. */
const ENOUGH_MS = 5;

/** What is to be done, in small pieces. */
const steps: (() => void)[] = [setUpLanguages];

/** Colours the code blocks of a finished piece of Markdown, one after another when there is time. */
export function highlightLater(root: ParentNode): void {
  const blocks = [...root.querySelectorAll<HTMLElement>('pre')].filter(
    (pre) => languageOf(pre) !== '' && pre.textContent.length <= LONGEST,
  );
  if (blocks.length > 0) {
    steps.push(...blocks.map((pre) => () => highlight(pre)));
    schedule();
  }
}

let scheduled = false;

function schedule(): void {
  if (!scheduled) {
    scheduled = true;
    requestIdleCallback(work, { timeout: PATIENCE_MS });
  }
}

function work(deadline: IdleDeadline): void {
  scheduled = false;
  do {
    steps.shift()?.();
  } while (steps.length > 0 && deadline.timeRemaining() > ENOUGH_MS);
  if (steps.length > 0) {
    schedule();
  }
}

function highlight(pre: HTMLElement): void {
  const code = pre.isConnected ? pre.querySelector('code') : null;
  const html = code ? highlightHtml(pre.textContent, languageOf(pre)) : undefined;
  if (code && html !== undefined) {
    steps.unshift(() => show(html, code));
  }
}

function show(html: string, code: Element): void {
  const stretch = document.createElement('span');
  stretch.append(sanitiseCode(html));
  code.replaceChildren(stretch);
}
