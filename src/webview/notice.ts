import * as l10n from '@vscode/l10n';
import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import type { Notice, NoticeAction, ScheduledRetry } from '../core/conversation/conversation.ts';
import { countdown } from './countdown.ts';
import { icon } from './icon.ts';
import type { View } from './view.ts';

/**
 * A message with its icon and its buttons, and with the time that is left when what it is about is
 * tried again by itself. Errors interrupt a screen reader, others do not.
 */
export function noticeTemplate(
  notice: Notice,
  view: View,
  turnId?: string,
  retry?: ScheduledRetry,
): TemplateResult {
  return html`<div class="notice ${notice.severity}">
    ${icon(notice.severity)}
    <div class="notice-body">
      <p role=${notice.severity === 'error' ? 'alert' : nothing}>${notice.message}</p>
      ${retry ? countdown(retry) : nothing} ${noticeActions(notice, view, turnId, retry)}
    </div>
  </div>`;
}

/** The buttons that go with a notice, or nothing. */
export function noticeActions(
  notice: Notice,
  view: View,
  turnId?: string,
  retry?: ScheduledRetry,
): TemplateResult | typeof nothing {
  if (notice.actions.length === 0) {
    return nothing;
  }
  return html`<div class="notice-actions">
    ${notice.actions.map(
      (action, index) =>
        html`<button
          type="button"
          class="text-button ${index === 0 ? '' : 'secondary'}"
          @click=${() => view.noticeAction(action, turnId)}
        >
          ${action === 'retry' && retry ? l10n.t('Try Now') : actionLabel(action)}
        </button>`,
    )}
  </div>`;
}

function actionLabel(action: NoticeAction): string {
  switch (action) {
    case 'retry':
      return l10n.t('Retry');
    case 'stop':
      return l10n.t('Stop');
    case 'getApiKey':
      return l10n.t('Get a Key');
    case 'continue':
      return l10n.t('Continue');
    case 'setApiKey':
      return l10n.t('Set API Key');
    case 'newConversation':
      return l10n.t('New Conversation');
    case 'openSettings':
      return l10n.t('Open Settings');
    case 'saveAgain':
      return l10n.t('Save Again');
    case 'manageStorage':
      return l10n.t('Show Storage');
    case 'showLog':
      return l10n.t('Show Log');
    case 'reencodeAndRetry':
      return l10n.t('Re-encode and Retry');
    case 'removeAndRetry':
      return l10n.t('Remove and Retry');
    case 'goOnWithout':
      return l10n.t('Go On Without It');
    case 'sendImagesSmaller':
      return l10n.t('Send Images Smaller');
    case 'leaveOutOldestImages':
      return l10n.t('Leave Out the Oldest Images');
    case 'leaveOutOldestTurns':
      return l10n.t('Leave Out the Oldest Turns');
    case 'leaveOutQuestion':
      return l10n.t('Leave Out This Question');
    case 'editQuestion':
      return l10n.t('Edit');
    case 'selectModel':
      return l10n.t('Choose Model');
  }
}
