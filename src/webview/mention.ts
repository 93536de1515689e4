import * as l10n from '@vscode/l10n';
import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { allImages } from '../core/conversation/conversation.ts';
import type { AttachedImage, Conversation } from '../core/conversation/conversation.ts';
import { imageNumber, thumbnail } from './chip.ts';
import type { View } from './view.ts';

/** Longer texts behind an `@` are no name that somebody looks for. */
const MAX_QUERY = 60;

/** An `@` that begins a word, and what was typed after it. */
const MENTION = new RegExp(`(?:^|[\\s(])@([^@\\n]{0,${MAX_QUERY}})$`);

const LIST_ID = 'mentions';

interface Candidate {
  readonly image: AttachedImage;
  /** Such as `Image 2`; empty when its name alone stands for it. */
  readonly number: string;
}

/** The list over the message box that completes an `@` to an image of the conversation. */
export class Mention {
  readonly #insert: (text: string, from: number, to: number) => void;
  readonly #changed: () => void;
  #candidates: readonly Candidate[] = [];
  #active = 0;
  /** Where in the text the `@` stands, and where the caret. */
  #from = -1;
  #to = -1;
  /** Where the `@` stands whose list the user has closed. */
  #dismissed = -1;

  /** `insert` replaces a range of the text; `changed` is called when there is something to draw. */
  constructor(insert: (text: string, from: number, to: number) => void, changed: () => void) {
    this.#insert = insert;
    this.#changed = changed;
  }

  get isOpen(): boolean {
    return this.#candidates.length > 0;
  }

  /** To be called when the text or the place of the caret is another. */
  follow({ value, selectionStart, selectionEnd }: HTMLTextAreaElement, conversation: Conversation) {
    const before = selectionStart === selectionEnd ? value.slice(0, selectionStart) : '';
    const query = MENTION.exec(before)?.[1];
    if (query === undefined) {
      this.#dismissed = -1;
      this.close();
      return;
    }
    const from = selectionStart - query.length - 1;
    if (from !== this.#from) {
      this.#active = 0;
    }
    this.#from = from;
    this.#to = selectionStart;
    this.#candidates = from === this.#dismissed ? [] : matching(conversation, query);
    this.#active = Math.min(this.#active, Math.max(0, this.#candidates.length - 1));
    this.#changed();
  }

  close(): void {
    if (this.isOpen) {
      this.#changed();
    }
    this.#candidates = [];
    this.#from = -1;
    this.#active = 0;
  }

  /** Whether the key was for the list. */
  pressed(event: KeyboardEvent): boolean {
    const { key, shiftKey, isComposing, keyCode } = event;
    if (!this.isOpen || shiftKey || isComposing || keyCode === 229 || !this.#handled(key)) {
      return false;
    }
    event.preventDefault();
    // Escape would also stop the answer that is on its way.
    event.stopPropagation();
    this.#changed();
    return true;
  }

  /** What the text box says of the list while it is open. */
  get controls(): string | typeof nothing {
    return this.isOpen ? LIST_ID : nothing;
  }

  get activeDescendant(): string | typeof nothing {
    return this.isOpen ? optionId(this.#active) : nothing;
  }

  /** To be called when the list was drawn: brings the active option into sight. */
  drawn(): void {
    if (this.isOpen) {
      document.getElementById(optionId(this.#active))?.scrollIntoView({ block: 'nearest' });
    }
  }

  template(view: View): TemplateResult | typeof nothing {
    if (!this.isOpen) {
      return nothing;
    }
    return html`<ul class="mentions" id=${LIST_ID} role="listbox" aria-label=${l10n.t('Images')}>
      ${this.#candidates.map(
        (candidate, index) =>
          html`<li
            class="mention"
            id=${optionId(index)}
            role="option"
            aria-selected=${index === this.#active}
            @mousedown=${(event: MouseEvent) => event.preventDefault()}
            @click=${() => this.#choose(index)}
          >
            <span class="mention-picture">${thumbnail(candidate.image, view)}</span>
            ${candidate.number === '' ? nothing : html`<span>${candidate.number}</span>`}
            <span class="mention-name">${candidate.image.name}</span>
          </li>`,
      )}
    </ul>`;
  }

  #handled(key: string): boolean {
    const count = this.#candidates.length;
    switch (key) {
      case 'ArrowDown':
        this.#active = (this.#active + 1) % count;
        return true;
      case 'ArrowUp':
        this.#active = (this.#active + count - 1) % count;
        return true;
      case 'Enter':
      case 'Tab':
        this.#choose(this.#active);
        return true;
      case 'Escape':
        this.#dismissed = this.#from;
        this.close();
        return true;
      default:
        return false;
    }
  }

  #choose(index: number): void {
    const candidate = this.#candidates[index];
    if (candidate) {
      const { name } = candidate.image;
      const text = candidate.number === '' ? name : `${candidate.number} (${name})`;
      const [from, to] = [this.#from, this.#to];
      this.close();
      this.#insert(`${text} `, from, to);
    }
  }
}

function matching(conversation: Conversation, query: string): readonly Candidate[] {
  const wanted = query.trim().toLowerCase();
  return allImages(conversation)
    .filter(({ state }) => state === 'ready' || state === 'preparing')
    .map((image) => ({ image, number: imageNumber(conversation, image) }))
    .filter(({ image, number }) => `${number} ${image.name}`.toLowerCase().includes(wanted));
}

function optionId(index: number): string {
  return `mention-${index}`;
}
