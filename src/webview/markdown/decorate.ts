import * as l10n from '@vscode/l10n';

/** Marks the button that copies the code block around it. */
export const COPY_CODE = 'copy-code';

/**
 * Puts code blocks and tables into frames of their own, which scroll by themselves, also by
 * keyboard; a code block gets a button that copies it.
 */
export function decorate(fragment: DocumentFragment): void {
  for (const code of fragment.querySelectorAll('pre')) {
    const frame = frameAround(code, 'code-block');
    code.tabIndex = 0;
    frame.prepend(copyButton());
    asStretch(code.querySelector('code'));
  }
  for (const table of fragment.querySelectorAll('table')) {
    const frame = frameAround(table, 'table-frame');
    frame.tabIndex = 0;
    frame.setAttribute('role', 'group');
    frame.setAttribute('aria-label', l10n.t('Table'));
  }
}

/** The code of the block whose copy button was pressed; `undefined` for any other element. */
export function codeToCopy(target: EventTarget | null): string | undefined {
  const button = target instanceof Element ? target.closest(`.${COPY_CODE}`) : null;
  return button?.parentElement?.querySelector('pre')?.textContent ?? undefined;
}

/** Code that grows is laid out one stretch at a time, and not as one text that is ever longer. */
function asStretch(code: Element | null): void {
  if (code?.textContent) {
    const stretch = document.createElement('span');
    stretch.append(...code.childNodes);
    code.append(stretch);
  }
}

function frameAround(element: Element, className: string): HTMLElement {
  const frame = document.createElement('div');
  frame.className = className;
  element.replaceWith(frame);
  frame.append(element);
  return frame;
}

function copyButton(): HTMLElement {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = `icon-button ${COPY_CODE}`;
  button.title = l10n.t('Copy Code');
  button.setAttribute('aria-label', l10n.t('Copy Code'));
  const icon = document.createElement('span');
  icon.className = 'codicon codicon-copy';
  icon.setAttribute('aria-hidden', 'true');
  button.append(icon);
  return button;
}
