import '@vscode-elements/elements/dist/vscode-progress-bar/index.js';
import * as l10n from '@vscode/l10n';
import { html, nothing, render } from 'lit';
import { isAnswering } from '../core/conversation/conversation.ts';
import type { Conversation } from '../core/conversation/conversation.ts';
import type { Composer } from './composer.ts';
import type { Gradual } from './gradual.ts';
import { iconButton } from './icon.ts';
import { turnsTemplate } from './log.ts';
import type { View } from './view.ts';

/** The elements that outlive every drawing of the page. */
export interface Frame {
  readonly log: HTMLElement;
  readonly turns: HTMLElement;
  readonly announcements: HTMLElement;
  readonly draw: (state: PageState) => void;
}

/** All that the page shows. */
export interface PageState {
  readonly conversation: Conversation;
  readonly composer: Composer;
  /** The turns, from the end. */
  readonly growing: Gradual;
  readonly view: View;
  readonly atEnd: boolean;
}

/** Builds the page's frame once; `draw` fills it, also for the first time. */
export function createFrame(root: HTMLElement): Frame {
  const progress = element('div', 'progress');
  const log = element('div', 'log');
  const turns = element('div', 'turns');
  const controls = element('div', 'controls');
  const announcements = element('div', 'visually-hidden');
  const main = element('main', 'page');
  log.append(turns);
  log.setAttribute('role', 'log');
  log.tabIndex = 0;
  // Read by the announcer in whole sentences; as a live region of its own it would be read twice.
  log.setAttribute('aria-live', 'off');
  announcements.setAttribute('aria-live', 'polite');
  main.append(progress, log, controls, announcements);
  root.append(main);

  return {
    log,
    turns,
    announcements,
    draw: ({ conversation, composer, growing, view, atEnd }) => {
      const answering = isAnswering(conversation);
      const held = turns.contains(document.activeElement);
      log.setAttribute('aria-label', l10n.t('Conversation'));
      log.setAttribute('aria-busy', String(answering));
      render(answering && !isPausing(conversation) ? progressBar() : nothing, progress);
      render(turnsTemplate(conversation, growing, view), turns);
      if (held && !turns.contains(document.activeElement)) {
        // What had the keyboard has gone: it stays in the conversation.
        log.focus({ preventScroll: true });
      }
      render(
        html`${atEnd ? nothing : endButton(view)} ${composer.template(conversation, view)}`,
        controls,
      );
    },
  };
}

/** Whether the answer waits to be asked for again, so that nothing is on its way. */
function isPausing({ turns }: Conversation): boolean {
  const last = turns.at(-1);
  return last?.role === 'assistant' && last.retry !== undefined;
}

function progressBar() {
  return html`<vscode-progress-bar
    indeterminate
    aria-label=${l10n.t('Claude is answering')}
  ></vscode-progress-bar>`;
}

function endButton(view: View) {
  return iconButton({
    icon: 'arrow-down',
    label: l10n.t('Scroll to end'),
    className: 'to-end',
    onClick: view.scrollToEnd,
  });
}

function element(tag: 'div' | 'main', className: string): HTMLElement {
  const created = document.createElement(tag);
  created.className = className;
  return created;
}
