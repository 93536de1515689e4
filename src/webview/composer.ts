import * as l10n from '@vscode/l10n';
import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { createRef, ref } from 'lit/directives/ref.js';
import { canSend, isAnswering } from '../core/conversation.ts';
import type { AssistantTurn, Conversation } from '../core/conversation.ts';
import { attachedImages } from './chip.ts';
import { iconButton } from './icon.ts';
import { noticeTemplate } from './notice.ts';
import type { View } from './view.ts';

/** What the composer asks of the page around it. */
export interface ComposerPort {
  send(text: string): void;
  stop(): void;
  /** The text in the box is another one now. */
  draftChanged(): void;
  /** Something that the template shows has changed. */
  redraw(): void;
}

/** The message box with the images that go along, and the button that sends or stops. */
export class Composer {
  readonly #port: ComposerPort;
  readonly #box = createRef<HTMLTextAreaElement>();
  #draft: string;
  #focusWanted = false;

  constructor(port: ComposerPort, draft: string) {
    this.#port = port;
    this.#draft = draft;
  }

  get draft(): string {
    return this.#draft;
  }

  /** Moves the keyboard to the box, at the latest when it is drawn. */
  focus(): void {
    this.#focusWanted = this.#box.value === undefined;
    this.#box.value?.focus();
  }

  /** To be called when the template was drawn. */
  drawn(): void {
    if (this.#focusWanted) {
      this.focus();
    }
  }

  /** Puts a text into the box, unless the user has already written something. */
  fill(text: string): void {
    if (this.#draft.trim() === '') {
      this.#setDraft(text);
    }
  }

  /** The host has sent a message: its text leaves the box, and whatever was typed since stays. */
  taken(text: string): void {
    const draft = this.#draft.trimStart();
    if (text !== '' && draft.startsWith(text)) {
      this.#setDraft(draft.slice(text.length).trimStart());
    }
  }

  /** Hands the text in the box to the host, when there is something to send. */
  send(conversation: Conversation): void {
    if (canSend(conversation, this.#draft)) {
      this.#port.send(this.#draft);
    }
  }

  template(conversation: Conversation, view: View): TemplateResult {
    const answering = isAnswering(conversation);
    return html`<section class="composer" aria-label=${l10n.t('Message')}>
      ${conversation.notice ? noticeTemplate(conversation.notice, view) : nothing}
      <div class="message-box">
        ${attachedImages(conversation.attachments, view)}
        <textarea
          rows="1"
          aria-label=${l10n.t('Message Claude')}
          placeholder=${placeholder(conversation)}
          .value=${this.#draft}
          ${ref(this.#box)}
          @input=${this.#typed}
          @keydown=${(event: KeyboardEvent) => this.#pressed(event, conversation)}
        ></textarea>
        <div class="message-actions">
          ${iconButton({ icon: 'attach', label: l10n.t('Attach images'), onClick: view.attach })}
          ${answering ? this.#stopButton() : this.#sendButton(conversation)}
        </div>
      </div>
      <p class="usage" role="status" aria-label=${l10n.t('Usage')}>${usageOf(conversation)}</p>
    </section>`;
  }

  #sendButton(conversation: Conversation): TemplateResult {
    return iconButton({
      icon: 'send',
      label: l10n.t('Send'),
      className: 'send',
      disabled: !canSend(conversation, this.#draft),
      onClick: () => {
        this.send(conversation);
        this.focus();
      },
    });
  }

  #stopButton(): TemplateResult {
    return iconButton({
      icon: 'stop-circle',
      label: l10n.t('Stop'),
      className: 'stop',
      onClick: (event) => {
        // The second half of a double click on Send, whose place this button has taken.
        if (event.detail < 2) {
          this.#port.stop();
          this.focus();
        }
      },
    });
  }

  readonly #typed = (): void => {
    this.#draft = this.#box.value?.value ?? '';
    this.#port.draftChanged();
    this.#port.redraw();
  };

  #pressed(event: KeyboardEvent, conversation: Conversation): void {
    // 229: the key belongs to an input method, also in browsers that end the composition early.
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing || event.keyCode === 229) {
      return;
    }
    event.preventDefault();
    if (!event.repeat) {
      this.send(conversation);
    }
  }

  #setDraft(text: string): void {
    this.#draft = text;
    this.#port.draftChanged();
    this.#port.redraw();
  }
}

function placeholder(conversation: Conversation): string {
  return conversation.turns.length === 0
    ? l10n.t('Ask about an image')
    : l10n.t('Ask a follow-up question');
}

function usageOf(conversation: Conversation): string {
  const answers = conversation.turns.filter(
    (turn): turn is AssistantTurn => turn.role === 'assistant',
  );
  return answers.at(-1)?.usageLabel ?? '';
}
