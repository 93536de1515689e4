import * as l10n from '@vscode/l10n';
import { html } from 'lit';
import type { TemplateResult } from 'lit';
import { guard } from 'lit/directives/guard.js';
import { repeat } from 'lit/directives/repeat.js';
import { sentImages } from '../core/conversation.ts';
import type { Conversation, Turn } from '../core/conversation.ts';
import { answerTurnTemplate, waitingText } from './answerTurn.ts';
import { userTurnTemplate } from './userTurn.ts';
import type { View } from './view.ts';

/** The turns of the conversation, or what to do when there are none. */
export function turnsTemplate(conversation: Conversation, view: View): TemplateResult {
  if (conversation.turns.length === 0) {
    return conversation.attachments.length === 0 ? emptyState(view) : html``;
  }
  const numbered = sentImages(conversation).length > 1;
  const waiting = waitingText(conversation);
  return html`${repeat(
    conversation.turns,
    (turn) => turn.id,
    (turn, index) => {
      const last = index === conversation.turns.length - 1;
      // Turns that nothing happened to are not drawn again with every piece of an answer.
      return guard([turn, last, numbered, waiting, view.thumbnails.version], () =>
        turnTemplate(turn, view, { last, numbered, waiting }),
      );
    },
  )}`;
}

function turnTemplate(
  turn: Turn,
  view: View,
  options: { readonly last: boolean; readonly numbered: boolean; readonly waiting: string },
): TemplateResult {
  return turn.role === 'user'
    ? userTurnTemplate(turn, view, options)
    : answerTurnTemplate(turn, view, options);
}

function emptyState(view: View): TemplateResult {
  return html`<div class="empty">
    <span class="codicon codicon-file-media" aria-hidden="true"></span>
    <p>
      ${l10n.t('Right-click an image in the Explorer and choose Describe Image, or attach one here.')}
    </p>
    <button type="button" class="text-button" @click=${view.attach}>
      ${l10n.t('Choose Images...')}
    </button>
  </div>`;
}
