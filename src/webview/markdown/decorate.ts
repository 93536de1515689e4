import * as l10n from '@vscode/l10n';

/** What can be done with a block of code. */
export type CodeActionKind = 'copy' | 'insert' | 'newFile';

/** In the order of the buttons. */
const KINDS: readonly CodeActionKind[] = ['copy', 'insert', 'newFile'];

const SIGNS: Readonly<Record<CodeActionKind, string>> = {
  copy: 'codicon-copy',
  insert: 'codicon-insert',
  newFile: 'codicon-new-file',
};

/** A button of a code block that was pressed. */
export interface CodeAction {
  readonly kind: CodeActionKind;
  readonly code: string;
  /** As the author of the Markdown named it; empty where they did not. */
  readonly language: string;
  readonly button: Element;
}

/**
 * Puts code blocks and tables into frames of their own, which scroll by themselves, also by
 * keyboard; a code block gets its buttons.
 */
export function decorate(fragment: DocumentFragment): void {
  for (const code of fragment.querySelectorAll('pre')) {
    const frame = frameAround(code, 'code-block');
    code.tabIndex = 0;
    frame.prepend(codeToolbar());
    asStretch(code.querySelector('code'));
  }
  for (const table of fragment.querySelectorAll('table')) {
    const frame = frameAround(table, 'table-frame');
    frame.tabIndex = 0;
    frame.setAttribute('role', 'group');
    frame.setAttribute('aria-label', l10n.t('Table'));
  }
  for (const item of fragment.querySelectorAll('li')) {
    markTask(item);
  }
}

/** `[x]` at the beginning of a list item is a tick, as on GitHub. */
function markTask(item: Element): void {
  const first = item.firstElementChild?.matches('p') ? item.firstElementChild : item;
  const text = first.firstChild;
  const task = text instanceof Text ? /^\s*\[([ x])\]\s/i.exec(text.data) : null;
  if (!task || !(text instanceof Text)) {
    return;
  }
  const done = task[1] !== ' ';
  const box = document.createElement('input');
  box.type = 'checkbox';
  box.disabled = true;
  box.toggleAttribute('checked', done);
  box.setAttribute('aria-label', done ? l10n.t('Done') : l10n.t('To do'));
  text.data = ` ${text.data.slice(task[0].length)}`;
  text.before(box);
  item.classList.add('task');
}

/** What the pressed button of a code block asks for; `undefined` for any other element. */
export function codeAction(target: EventTarget | null): CodeAction | undefined {
  const button = target instanceof Element ? target.closest('.code-toolbar > button') : null;
  const pre = button?.closest('.code-block')?.querySelector('pre');
  const kind = KINDS.find((one) => button?.classList.contains(one));
  if (!button || !pre || !kind) {
    return undefined;
  }
  return { kind, code: pre.textContent, language: languageOf(pre), button };
}

/** The language of a code block, as its author named it. */
export function languageOf(pre: Element): string {
  const className = pre.querySelector('code')?.className ?? '';
  return /(?:^|\s)language-(\S+)/.exec(className)?.[1] ?? '';
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

function codeToolbar(): HTMLElement {
  const toolbar = document.createElement('div');
  toolbar.className = 'code-toolbar';
  toolbar.append(...KINDS.map(codeButton));
  return toolbar;
}

function codeButton(kind: CodeActionKind): HTMLElement {
  const label = codeActionLabel(kind);
  const button = document.createElement('button');
  button.type = 'button';
  button.className = `icon-button ${kind}`;
  button.title = label;
  button.setAttribute('aria-label', label);
  const icon = document.createElement('span');
  icon.className = `codicon ${SIGNS[kind]}`;
  icon.setAttribute('aria-hidden', 'true');
  button.append(icon);
  return button;
}

function codeActionLabel(kind: CodeActionKind): string {
  switch (kind) {
    case 'copy':
      return l10n.t('Copy Code');
    case 'insert':
      return l10n.t('Insert at Cursor');
    case 'newFile':
      return l10n.t('New File');
  }
}
