import { BlockSplitter } from './blocks.ts';
import type { Block } from './blocks.ts';
import { decorate } from './decorate.ts';
import { highlightLater } from './highlight.ts';
import { morphChildren } from './morph.ts';
import { renderMarkdown } from './renderer.ts';
import type { MarkdownEnvironment } from './renderer.ts';
import { sanitise } from './sanitise.ts';

/** How long one frame may spend on rendering, so that the page answers keys in between. */
const BUDGET_MS = 8;

/** Characters that are cut into blocks at once. */
const FEED = 8000;

/**
 * `<vision-markdown>`: shows Markdown that may still grow. Set `text` to the whole text so far, at
 * most once per frame. What is final is rendered once and never touched again; what is too much for
 * one frame follows in the next ones.
 */
export class MarkdownElement extends HTMLElement {
  static readonly tag = 'vision-markdown';

  #text = '';
  /** As much of the text as was cut into blocks. */
  #fed = '';
  #growing = true;
  readonly #splitter = new BlockSplitter();
  #environment: MarkdownEnvironment = {};
  /** Final blocks that are not shown yet. */
  #queue: Block[] = [];
  #open: Block = { source: '', continues: false };
  #openBlock: HTMLElement | undefined;
  /** How many nodes of the open block's list, table or code are final. */
  #keptParts = 0;
  #frame: number | undefined;

  get text(): string {
    return this.#text;
  }

  set text(text: string) {
    if (text === this.#text) {
      return;
    }
    this.#text = text;
    if (this.#frame === undefined) {
      this.#work();
    }
  }

  /** Whether more text may come. Code is coloured when it cannot change any more. */
  set growing(growing: boolean) {
    this.#growing = growing;
    if (!growing && this.#frame === undefined) {
      this.#finish();
    }
  }

  #work(): void {
    this.#frame = undefined;
    const deadline = performance.now() + BUDGET_MS;
    while (this.#queue.length > 0 || this.#fed !== this.#text) {
      if (performance.now() > deadline) {
        this.#frame = requestAnimationFrame(() => this.#work());
        return;
      }
      const block = this.#queue.shift();
      if (block) {
        this.#showFinal(block);
      } else {
        this.#feed();
      }
    }
    // A definition that is only half there must not stay: the first one of a name counts.
    this.#show(this.#open, { references: { ...this.#environment.references } });
    if (!this.#growing) {
      this.#finish();
    }
  }

  #feed(): void {
    const known = this.#text.startsWith(this.#fed) ? this.#fed.length : 0;
    this.#fed = this.#text.slice(0, known + FEED);
    const { restarted, finished, open } = this.#splitter.update(this.#fed);
    if (restarted) {
      this.#environment = {};
      this.#closeBlock();
      this.replaceChildren();
    }
    this.#queue = [...finished];
    this.#open = open;
  }

  #showFinal(block: Block): void {
    this.#show(block, this.#environment);
    if ((this.#queue[0] ?? this.#open).continues) {
      this.#keptParts = partsOf(this.#openBlock)?.childNodes.length ?? 0;
    } else {
      this.#closeBlock();
    }
  }

  #finish(): void {
    if (this.#openBlock) {
      highlightLater(this.#openBlock);
    }
  }

  #show({ source, continues }: Block, environment: MarkdownEnvironment): void {
    const fragment = sanitise(renderMarkdown(source, environment));
    decorate(fragment);
    if (!this.#openBlock) {
      this.#openBlock = document.createElement('div');
      this.#openBlock.className = 'block';
      this.append(this.#openBlock);
    }
    const parts = continues ? partsOf(this.#openBlock) : undefined;
    if (parts) {
      morphChildren(parts, partsOf(fragment) ?? new DocumentFragment(), this.#keptParts);
      fragment.firstElementChild?.remove();
      morphChildren(this.#openBlock, fragment, 1);
    } else {
      morphChildren(this.#openBlock, fragment);
    }
  }

  #closeBlock(): void {
    this.#finish();
    this.#openBlock = undefined;
    this.#keptParts = 0;
  }
}

/** The element whose children are the items, rows or stretches of code of the first block. */
function partsOf(root: ParentNode | undefined): Element | undefined {
  const first = root?.firstElementChild;
  return first?.matches('ul, ol') ? first : (first?.querySelector('tbody, code') ?? undefined);
}

customElements.define(MarkdownElement.tag, MarkdownElement);
