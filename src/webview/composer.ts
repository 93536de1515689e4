import * as l10n from '@vscode/l10n';
import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { createRef, ref } from 'lit/directives/ref.js';
import { canSend, isAnswering } from '../core/conversation/conversation.ts';
import type { AssistantTurn, Conversation } from '../core/conversation/conversation.ts';
import { attachedImages } from './chip.ts';
import { modelChoice, promptChoice } from './choices.ts';
import { Gradual } from './gradual.ts';
import { iconButton } from './icon.ts';
import { Mention } from './mention.ts';
import { menuButton } from './menu.ts';
import { noticeTemplate } from './notice.ts';
import type { View } from './view.ts';

/** Sixty drawn at once took the page 70 ms. */
const CHIPS_A_FRAME = 12;

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
  readonly #mention: Mention;
  readonly #chips: Gradual;
  #draft = '';
  #focusWanted = false;

  constructor(port: ComposerPort) {
    this.#port = port;
    this.#mention = new Mention(
      (text, from, to) => this.#write(text, from, to),
      () => port.redraw(),
    );
    this.#chips = new Gradual(CHIPS_A_FRAME, () => port.redraw());
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
    this.#mention.drawn();
  }

  /** Shows what stands in the box of another conversation. */
  replace(draft: string): void {
    this.#draft = draft;
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
      ${view.options.problems.map((problem) => noticeTemplate(problem, view))}
      ${conversation.notice ? noticeTemplate(conversation.notice, view) : nothing}
      <div class="message-box">
        ${attachedImages(conversation, this.#chips, view)} ${this.#textBox(conversation, view)}
        <div class="message-actions">
          ${attachButtons(view)}
          <div class="choices">
            ${promptChoice(view.options, (text) => this.#usePrompt(text, view))}
            ${modelChoice(view.options, view.setModel)}
          </div>
          ${answering ? this.#stopButton() : this.#sendButton(conversation)}
        </div>
      </div>
      <div class="footer">
        <p class="drop-hint" aria-hidden="true">${l10n.t('Hold Shift to drop images here')}</p>
        <p class="usage" role="status" aria-label=${l10n.t('Usage')}>${usageOf(conversation)}</p>
      </div>
    </section>`;
  }

  #textBox(conversation: Conversation, view: View): TemplateResult {
    const mention = this.#mention;
    const follow = () => {
      if (this.#box.value) {
        mention.follow(this.#box.value, conversation);
      }
    };
    return html`<div class="text-box">
      ${mention.template(view)}
      <textarea
        rows="1"
        aria-label=${l10n.t('Message Claude')}
        aria-autocomplete="list"
        aria-controls=${mention.controls}
        aria-activedescendant=${mention.activeDescendant}
        placeholder=${placeholder(conversation)}
        .value=${this.#draft}
        ${ref(this.#box)}
        @input=${() => {
          this.#typed();
          follow();
        }}
        @selectionchange=${follow}
        @blur=${() => mention.close()}
        @keydown=${(event: KeyboardEvent) => this.#pressed(event, conversation)}
      ></textarea>
    </div>`;
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

  #typed(): void {
    this.#setDraft(this.#box.value?.value ?? '');
  }

  /** A prompt takes the place of another one, and stands below what the user has written. */
  #usePrompt(text: string, { options }: View): void {
    const written = this.#draft.trim();
    const replaced = written === '' || options.prompts.some((one) => one.text.trim() === written);
    const from = replaced ? 0 : this.#draft.length;
    const lineBreak = replaced || this.#draft.endsWith('\n') ? '' : '\n';
    this.#write(lineBreak + text, from, this.#draft.length);
  }

  /** Writes into the box as if it were typed, so that the user can undo it. */
  #write(text: string, from: number, to: number): void {
    const box = this.#box.value;
    if (box) {
      box.focus();
      box.setSelectionRange(from, to);
      // Deprecated, and the only way that leaves the undo of the browser whole.
      document.execCommand('insertText', false, text);
      box.scrollTop = box.scrollHeight;
    }
  }

  #pressed(event: KeyboardEvent, conversation: Conversation): void {
    if (this.#mention.pressed(event)) {
      return;
    }
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

function attachButtons(view: View): TemplateResult {
  return html`<div class="attach-buttons">
    ${iconButton({
      icon: 'attach',
      label: l10n.t('Attach images'),
      tooltip: l10n.t('Attach images (to drop them here, hold Shift)'),
      onClick: view.attach,
    })}
    ${menuButton({
      icon: 'chevron-down',
      label: l10n.t('More ways to attach'),
      items: [
        { label: l10n.t('From URL...'), icon: 'link', run: view.attachUrl },
        { label: l10n.t('From clipboard'), icon: 'clippy', run: view.attachClipboard },
        { label: l10n.t('The open image'), icon: 'file-media', run: view.attachOpenImage },
      ],
    })}
  </div>`;
}

function placeholder(conversation: Conversation): string {
  return conversation.turns.length === 0
    ? l10n.t('Ask about an image')
    : l10n.t('Ask a follow-up question');
}

/** Of the last answer, and of all of them. */
function usageOf({ turns, totalLabel = '' }: Conversation): TemplateResult {
  const answers = turns.filter((turn): turn is AssistantTurn => turn.role === 'assistant');
  const texts = [answers.at(-1)?.usageLabel ?? '', totalLabel].filter((text) => text !== '');
  return html`${texts.map((text) => html`<span>${inParts(text)}</span>`)}`;
}

/** The figures of a label, each in an element of its own. */
function inParts(label: string): readonly TemplateResult[] {
  const parts = label.split(' · ');
  return parts.map(
    (part, index) => html`<span>${part}</span>${index < parts.length - 1 ? ' · ' : nothing}`,
  );
}
