/** How long letters that are typed belong to the same beginning of a label. */
const TYPED_TOGETHER_MS = 700;

/** The keys of a menu, as the ARIA practices have them (patterns "menu" and "menu button"). */
export class MenuKeys {
  readonly #menu: HTMLElement;
  readonly #close: () => void;
  #typed = '';
  #typedAt = 0;

  constructor(menu: HTMLElement, close: () => void) {
    this.#menu = menu;
    this.#close = close;
  }

  pressed(event: KeyboardEvent): void {
    const { key } = event;
    // Keys of an open menu are nobody else's: Escape would stop an answer.
    event.stopPropagation();
    if (key.length > 1) {
      this.#typed = '';
    }
    if (key === 'Tab') {
      // The keyboard goes back to the button, and on from there.
      this.#close();
      return;
    }
    if (this.#handled(event)) {
      event.preventDefault();
    }
  }

  /** Moves the keyboard to an item; a negative index counts from the end. */
  focus(index: number): void {
    this.#items().at(index)?.focus({ preventScroll: false });
  }

  #handled(event: KeyboardEvent): boolean {
    const items = this.#items();
    const current = items.findIndex((item) => item === document.activeElement);
    switch (event.key) {
      case 'ArrowDown':
        this.focus((current + 1) % items.length);
        return true;
      case 'ArrowUp':
        this.focus(current <= 0 ? -1 : current - 1);
        return true;
      case 'Home':
        this.focus(0);
        return true;
      case 'End':
        this.focus(-1);
        return true;
      case 'Escape':
        this.#close();
        return true;
      // The browser makes clicks of them.
      case 'Enter':
      case ' ':
        return false;
      default:
        return this.#seek(event, items, current);
    }
  }

  /** Goes to the next item that begins with what was typed. */
  #seek(
    { key, timeStamp, ctrlKey, altKey, metaKey }: KeyboardEvent,
    items: readonly HTMLElement[],
    current: number,
  ): boolean {
    if (key.length !== 1 || ctrlKey || altKey || metaKey) {
      return false;
    }
    const goesOn = timeStamp - this.#typedAt < TYPED_TOGETHER_MS;
    const typed = key.toLowerCase();
    // The same letter again goes on to the next item that begins with it.
    this.#typed = goesOn && this.#typed !== typed ? this.#typed + typed : typed;
    this.#typedAt = timeStamp;
    // A longer beginning may still be that of the current item.
    const from = this.#typed.length > 1 ? Math.max(0, current) : current + 1;
    const order = [...items.slice(from), ...items.slice(0, from)];
    order
      .find((item) => item.textContent.trim().toLowerCase().startsWith(this.#typed))
      ?.focus({ preventScroll: false });
    return true;
  }

  #items(): readonly HTMLElement[] {
    return [...this.#menu.querySelectorAll<HTMLElement>('[role="menuitem"]')];
  }
}
