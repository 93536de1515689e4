import * as l10n from '@vscode/l10n';
import { html, LitElement, nothing } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { hasImages } from '../core/conversation/conversation.ts';
import type { UserTurn } from '../core/conversation/conversation.ts';
import { editTemplate } from './editTurn.ts';
import { icon, iconButton } from './icon.ts';
import { sentImage } from './sentImage.ts';
import type { View } from './view.ts';

/** What a question depends on beside itself. */
export interface UserTurnOptions {
  /** Whether its images are shown with their numbers. */
  readonly numbered: boolean;
  /** Whether an answer is under way, so that nothing else may be sent. */
  readonly answering: boolean;
  /** Turns after this one. */
  readonly following: number;
}

/** Opens the last question of those in an element to be worded anew. */
export function editLastQuestion(turns: HTMLElement): void {
  const last = [...turns.querySelectorAll('vision-user-turn')].at(-1);
  if (last instanceof UserTurnElement) {
    last.edit();
  }
}

type Mode = 'shown' | 'edited' | 'deleted?';

/** What the user sent: pictures first, as Claude gets them, and the text as it was typed. */
export function userTurnTemplate(
  turn: UserTurn,
  view: View,
  options: UserTurnOptions,
): TemplateResult {
  return html`<vision-user-turn
    .turn=${turn}
    .view=${view}
    .numbered=${options.numbered}
    .answering=${options.answering}
    .following=${options.following}
    .thumbnails=${view.thumbnails.shown(turn.images)}
  ></vision-user-turn>`;
}

/**
 * `<vision-user-turn>`: a question with what the page alone knows of it: whether it is folded,
 * being edited, or about to be deleted.
 */
class UserTurnElement extends LitElement {
  static override readonly properties = {
    turn: { attribute: false },
    view: { attribute: false },
    numbered: { attribute: false },
    answering: { attribute: false },
    following: { attribute: false },
    thumbnails: { attribute: false },
    mode: { state: true },
    draft: { state: true },
    unfolded: { state: true },
    overflowing: { state: true },
  };

  declare turn: UserTurn;
  declare view: View;
  declare numbered: boolean;
  declare answering: boolean;
  declare following: number;
  /** Another one when a picture has come. */
  declare thumbnails: string;
  declare private mode: Mode;
  declare private draft: string;
  declare private unfolded: boolean;
  declare private overflowing: boolean;

  /** Whether the draft was handed to the host, which may turn it down. */
  #sent = false;
  readonly #sizes = new ResizeObserver(([entry]) => {
    const text = entry?.target;
    if (text && !this.unfolded) {
      this.overflowing = text.scrollHeight > text.clientHeight + 1;
    }
  });

  constructor() {
    super();
    this.mode = 'shown';
    this.draft = '';
    this.unfolded = false;
    this.overflowing = false;
  }

  /** Opens the question to be worded anew. */
  edit(): void {
    this.#sent = false;
    this.draft = this.turn.text;
    this.mode = 'edited';
  }

  /** The page's style sheets reach no shadow tree. */
  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#sizes.disconnect();
  }

  protected override willUpdate(): void {
    // An answer further down is to another question: what was sent here was turned down.
    if (this.#sent && this.answering && this.following <= 1) {
      this.#sent = false;
      this.mode = 'shown';
    }
  }

  protected override updated(changed: PropertyValues): void {
    this.#sizes.disconnect();
    const text = this.querySelector('.bubble-text');
    if (text) {
      this.#sizes.observe(text);
    }
    const before: unknown = changed.get('mode');
    if (before !== undefined) {
      this.#moveFocus(before);
    }
  }

  protected override render(): TemplateResult {
    const { images } = this.turn;
    return html`<article class="turn user" aria-label=${l10n.t('You')}>
      ${
        images.length === 0
          ? nothing
          : html`<div class="pictures">
              ${images.map((image) => sentImage(image, this.view, this.numbered))}
            </div>`
      }
      ${
        this.turn.leftOut
          ? html`<p class="left-out">
              ${icon('circle-slash')}
              <span>${l10n.t('Left out: Claude no longer gets this question and its answer')}</span>
            </p>`
          : nothing
      }
      ${this.mode === 'edited' ? this.#editor() : this.#bubble()}
      ${this.mode === 'shown' ? this.#toolbar() : nothing}
      ${this.mode === 'deleted?' ? this.#question() : nothing}
    </article>`;
  }

  #bubble(): TemplateResult | typeof nothing {
    const { text } = this.turn;
    if (text === '') {
      return nothing;
    }
    return html`<div class="bubble">
      <div class="bubble-text ${this.unfolded ? '' : 'folded'}">${text}</div>
      ${
        this.overflowing
          ? html`<button
              type="button"
              class="link-button"
              aria-expanded=${this.unfolded}
              @click=${() => (this.unfolded = !this.unfolded)}
            >
              ${this.unfolded ? l10n.t('Show less') : l10n.t('Show more')}
            </button>`
          : nothing
      }
    </div>`;
  }

  #editor(): TemplateResult {
    const { turn, draft } = this;
    const something = draft.trim() !== '' || hasImages(turn);
    return editTemplate({
      turnId: turn.id,
      text: draft,
      following: this.following,
      canSend: something && !this.answering,
      onInput: (text) => (this.draft = text),
      onSend: () => {
        this.#sent = true;
        this.view.editMessage(turn.id, draft);
      },
      onCancel: () => (this.mode = 'shown'),
    });
  }

  #toolbar(): TemplateResult {
    const { turn, view, answering } = this;
    const ownAnswerUnderWay = answering && this.following <= 1;
    return html`<div class="toolbar">
      ${
        answering
          ? nothing
          : iconButton({
              icon: 'edit',
              label: l10n.t('Edit'),
              className: 'start-edited',
              onClick: () => this.edit(),
            })
      }
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
        ownAnswerUnderWay
          ? nothing
          : iconButton({
              icon: 'trash',
              label: l10n.t('Delete'),
              className: 'start-deleted',
              onClick: () => (this.mode = 'deleted?'),
            })
      }
    </div>`;
  }

  #question(): TemplateResult {
    const question = l10n.t('Delete this question and its answer?');
    return html`<div
      class="question"
      role="group"
      aria-label=${question}
      @keydown=${(event: KeyboardEvent) => {
        if (event.key === 'Escape') {
          event.preventDefault();
          // The page's own Escape stops an answer.
          event.stopPropagation();
          this.mode = 'shown';
        }
      }}
    >
      <p>${question}</p>
      <div class="question-actions">
        <button type="button" class="text-button" @click=${() => this.#delete()}>
          ${l10n.t('Delete')}
        </button>
        <button
          type="button"
          class="text-button secondary keep"
          @click=${() => (this.mode = 'shown')}
        >
          ${l10n.t('Keep')}
        </button>
      </div>
    </div>`;
  }

  #delete(): void {
    this.mode = 'shown';
    this.view.deleteExchange(this.turn.id);
  }

  /** The keyboard goes where the mode has its place, and back to the button that began it. */
  #moveFocus(before: unknown): void {
    switch (this.mode) {
      case 'edited': {
        const box = this.querySelector('textarea');
        box?.focus();
        box?.setSelectionRange(box.value.length, box.value.length);
        break;
      }
      case 'deleted?':
        // Not on Delete: the key that asked may still be down.
        this.querySelector<HTMLElement>('.keep')?.focus();
        break;
      case 'shown':
        // Only the keyboard that was in what has gone: main.ts moves it on after a deed.
        if (document.activeElement === document.body) {
          const begun = before === 'edited' ? '.start-edited' : '.start-deleted';
          this.querySelector<HTMLElement>(begun)?.focus();
        }
        break;
    }
  }
}

customElements.define('vision-user-turn', UserTurnElement);
