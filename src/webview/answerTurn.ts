import * as l10n from '@vscode/l10n';
import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { isUnderWay, sentImages } from '../core/conversation/conversation.ts';
import type { AssistantTurn, Conversation, Notice } from '../core/conversation/conversation.ts';
import { iconButton } from './icon.ts';
import './markdown/element.ts';
import { menuButton } from './menu.ts';
import { noticeTemplate } from './notice.ts';
import type { View } from './view.ts';

/** Claude's answer: text, what went wrong with it, and what can be done with it. */
export function answerTurnTemplate(
  turn: AssistantTurn,
  view: View,
  options: { readonly last: boolean; readonly waiting: string },
): TemplateResult {
  const { notice, retry, status } = turn;
  return html`<article
    class="turn answer ${options.last ? 'last' : ''}"
    aria-label=${l10n.t('Claude')}
  >
    ${status === 'waiting' && !retry ? html`<p class="waiting">${options.waiting}</p>` : nothing}
    <vision-markdown
      class="markdown"
      .text=${turn.text}
      .growing=${isUnderWay(turn)}
    ></vision-markdown>
    ${status === 'stopped' ? html`<p class="stopped">${l10n.t('Stopped')}</p>` : nothing}
    ${notice ? noticeTemplate(noticeNow(notice, options.last && !turn.leftOut), view, turn.id, retry) : nothing}
    ${answerToolbar(turn, view, options.last)}
  </article>`;
}

/** What an earlier answer offers is no longer to be done: others have come after it. */
function noticeNow(notice: Notice, last: boolean): Notice {
  return last ? notice : { ...notice, actions: [] };
}

/** What the user is told until the first word comes. */
export function waitingText(conversation: Conversation): string {
  switch (sentImages(conversation).length) {
    case 0:
      return l10n.t('Claude is reading your message...');
    case 1:
      return l10n.t('Claude is looking at the image...');
    default:
      return l10n.t('Claude is looking at the images...');
  }
}

function answerToolbar(
  turn: AssistantTurn,
  view: View,
  last: boolean,
): TemplateResult | typeof nothing {
  if (isUnderWay(turn)) {
    return nothing;
  }
  const retryOffered = turn.notice?.actions.includes('retry') ?? false;
  return html`<div class="toolbar">
    ${
      turn.text === ''
        ? nothing
        : iconButton({
            icon: 'copy',
            label: l10n.t('Copy'),
            onClick: (event) => view.copy(turn.text, event.currentTarget),
          })
    }
    ${
      last && !retryOffered
        ? iconButton({
            icon: 'refresh',
            label: l10n.t('Retry'),
            onClick: () => view.noticeAction('retry', turn.id),
          })
        : nothing
    }
    ${menuButton({
      label: l10n.t('More'),
      icon: 'ellipsis',
      items: [
        { label: l10n.t('Fork from Here'), icon: 'repo-forked', run: () => view.fork(turn.id) },
        {
          label: l10n.t('Copy Conversation'),
          icon: 'copy',
          run: () => view.copyConversation(),
        },
      ],
    })}
    ${
      // The last answer's usage is in the status below the message box.
      last || turn.usageLabel === undefined
        ? nothing
        : html`<span class="usage">${turn.usageLabel}</span>`
    }
  </div>`;
}
