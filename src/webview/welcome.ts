import * as l10n from '@vscode/l10n';
import { html } from 'lit';
import type { TemplateResult } from 'lit';
import type { Conversation, NoticeAction } from '../core/conversation/conversation.ts';
import { icon } from './icon.ts';
import type { View } from './view.ts';

/** What stands in place of the turns as long as there are none: what to do, or what is missing. */
export function welcomeTemplate(conversation: Conversation, view: View): TemplateResult {
  const { hasKey } = view.options;
  if (hasKey === false && conversation.notice === undefined) {
    return keyMissing(view);
  }
  if (hasKey === undefined) {
    // Which of the two it will be is told in a moment; neither is to flash.
    return html``;
  }
  return conversation.attachments.length === 0 ? invitation(view) : html``;
}

function invitation(view: View): TemplateResult {
  return html`<div class="empty">
    ${icon('file-media')}
    <p>${l10n.t('Right-click an image in the Explorer and choose Describe Image.')}</p>
    <p>${l10n.t('Or paste one here, or drop it while you hold Shift.')}</p>
    <button type="button" class="text-button" @click=${view.attach}>
      ${l10n.t('Choose Images...')}
    </button>
  </div>`;
}

function keyMissing(view: View): TemplateResult {
  const { costHint } = view.options;
  return html`<section class="empty" aria-labelledby="key-missing">
    ${icon('key')}
    <h2 id="key-missing">${l10n.t('Claude needs an API key')}</h2>
    <p>
      ${l10n.t('Images are described by Claude, with an API key of your own. Anthropic bills what you use.')}
    </p>
    ${costHint === '' ? '' : html`<p>${costHint}</p>`}
    <p>${l10n.t("The key goes to VS Code's secret storage, and never into settings or files.")}</p>
    <div class="empty-actions">
      ${actionButton(view, 'setApiKey', l10n.t('Set API Key'), '')}
      ${actionButton(view, 'getApiKey', l10n.t('Get a Key'), 'secondary')}
    </div>
  </section>`;
}

function actionButton(
  view: View,
  action: NoticeAction,
  label: string,
  className: string,
): TemplateResult {
  return html`<button
    type="button"
    class="text-button ${className}"
    @click=${() => view.noticeAction(action)}
  >
    ${label}
  </button>`;
}
