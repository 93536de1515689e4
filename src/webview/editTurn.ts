import * as l10n from '@vscode/l10n';
import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';

/** A question while it is written anew. */
export interface EditOptions {
  readonly turnId: string;
  readonly text: string;
  /** Turns that go when it is sent again. */
  readonly following: number;
  readonly canSend: boolean;
  readonly onInput: (text: string) => void;
  readonly onSend: () => void;
  readonly onCancel: () => void;
}

/** The text box in place of the question; Enter sends, Escape gives up. */
export function editTemplate(options: EditOptions): TemplateResult {
  const { turnId, text, following, canSend, onInput, onSend, onCancel } = options;
  const hintId = `edit-hint-${turnId}`;
  const pressed = (event: KeyboardEvent): void => {
    // 229: the key belongs to an input method, also in browsers that end the composition early.
    if (event.isComposing || event.keyCode === 229) {
      return;
    }
    if (event.key === 'Escape') {
      event.preventDefault();
      // The page's own Escape stops an answer.
      event.stopPropagation();
      onCancel();
    } else if (event.key === 'Enter' && !event.shiftKey && isTextBox(event.target)) {
      event.preventDefault();
      if (canSend) {
        onSend();
      }
    }
  };
  return html`<div class="edit" @keydown=${pressed}>
    <textarea
      class="edit-text"
      rows="1"
      aria-label=${l10n.t('Edit message')}
      aria-describedby=${following === 0 ? nothing : hintId}
      .value=${text}
      @input=${({ target }: Event) => {
        if (isTextBox(target)) {
          onInput(target.value);
        }
      }}
    ></textarea>
    ${following === 0 ? nothing : html`<p class="edit-hint" id=${hintId}>${hint(following)}</p>`}
    <div class="edit-actions">
      <button type="button" class="text-button secondary" @click=${onCancel}>
        ${l10n.t('Cancel')}
      </button>
      <button type="button" class="text-button" ?disabled=${!canSend} @click=${onSend}>
        ${l10n.t('Send again')}
      </button>
    </div>
  </div>`;
}

function hint(following: number): string {
  return following === 1
    ? l10n.t('Sending this again drops the answer after it.')
    : l10n.t('Sending this again drops the {0} turns after it.', following);
}

function isTextBox(target: EventTarget | null): target is HTMLTextAreaElement {
  return target instanceof HTMLTextAreaElement;
}
