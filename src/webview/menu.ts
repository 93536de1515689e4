import { html, render } from 'lit';
import type { TemplateResult } from 'lit';
import { icon } from './icon.ts';
import type { IconName } from './icon.ts';
import { MenuKeys } from './menuKeys.ts';

export interface MenuItem {
  readonly label: string;
  readonly icon?: IconName;
  readonly run: () => void;
}

/** Space between a menu and its button, and between a menu and the edge of the page, in pixels. */
const MARGIN = 4;

/** The one that is open. */
let open: Menu | undefined;

/**
 * A toolbar button that opens a menu beside it. The items are those of the moment of opening. When
 * the menu closes, the keyboard is back at the button, before the chosen item is run.
 */
export function menuButton(options: {
  readonly label: string;
  readonly icon: IconName;
  readonly items: readonly MenuItem[];
}): TemplateResult {
  const { label, items } = options;
  return html`<button
    type="button"
    class="icon-button"
    title=${label}
    aria-label=${label}
    aria-haspopup="menu"
    aria-expanded="false"
    @click=${({ currentTarget, detail }: MouseEvent) => {
      if (currentTarget instanceof HTMLElement) {
        // A click without a count comes from the keyboard.
        toggle(currentTarget, label, items, detail === 0 ? 'first' : 'none');
      }
    }}
    @keydown=${(event: KeyboardEvent) => {
      const { currentTarget, key } = event;
      if (currentTarget instanceof HTMLElement && (key === 'ArrowDown' || key === 'ArrowUp')) {
        event.preventDefault();
        toggle(currentTarget, label, items, key === 'ArrowDown' ? 'first' : 'last');
      }
    }}
  >
    ${icon(options.icon)}
  </button>`;
}

type FocusedItem = 'first' | 'last' | 'none';

function toggle(
  button: HTMLElement,
  label: string,
  items: readonly MenuItem[],
  focused: FocusedItem,
): void {
  const wasOpen = open?.button === button;
  open?.close();
  if (!wasOpen) {
    open = new Menu(button, label, items, focused);
  }
}

class Menu {
  readonly button: HTMLElement;
  readonly #element = document.createElement('div');
  readonly #listening = new AbortController();

  constructor(
    button: HTMLElement,
    label: string,
    items: readonly MenuItem[],
    focused: FocusedItem,
  ) {
    this.button = button;
    const element = this.#element;
    element.className = 'menu';
    // Manual: Escape would otherwise also stop the answer that is on its way.
    element.popover = 'manual';
    element.tabIndex = -1;
    element.setAttribute('role', 'menu');
    element.setAttribute('aria-label', label);
    render(
      items.map((item) => this.#item(item)),
      element,
    );
    (button.closest('main') ?? document.body).append(element);
    button.setAttribute('aria-expanded', 'true');
    element.showPopover();
    this.#place();
    this.#listen();
    const keys = new MenuKeys(element, () => this.close());
    element.addEventListener('keydown', (event) => keys.pressed(event));
    element.focus({ preventScroll: true });
    if (focused !== 'none') {
      keys.focus(focused === 'first' ? 0 : -1);
    }
  }

  close(): void {
    if (open === this) {
      open = undefined;
    }
    this.#listening.abort();
    this.button.setAttribute('aria-expanded', 'false');
    if (this.#element.contains(document.activeElement)) {
      this.button.focus({ preventScroll: true });
    }
    this.#element.remove();
  }

  #item({ label, icon: sign, run }: MenuItem): TemplateResult {
    return html`<button
      type="button"
      class="menu-item"
      role="menuitem"
      tabindex="-1"
      @click=${() => {
        this.close();
        run();
      }}
      @pointermove=${({ currentTarget }: PointerEvent) => {
        if (currentTarget instanceof HTMLElement && currentTarget !== document.activeElement) {
          currentTarget.focus({ preventScroll: true });
        }
      }}
    >
      ${sign ? icon(sign) : html`<span class="codicon"></span>`}<span>${label}</span>
    </button>`;
  }

  #listen(): void {
    const { signal } = this.#listening;
    const elsewhere = (target: EventTarget | null): boolean =>
      target instanceof Node && !this.#element.contains(target) && !this.button.contains(target);
    document.addEventListener(
      'pointerdown',
      ({ target }) => {
        if (elsewhere(target)) {
          this.close();
        }
      },
      { capture: true, signal },
    );
    this.#element.addEventListener('focusout', ({ relatedTarget }) => {
      if (elsewhere(relatedTarget)) {
        this.close();
      }
    });
    // A click on the workbench around the page is seen as this only.
    window.addEventListener('blur', () => this.close(), { signal });
    window.addEventListener('resize', () => this.#place(), { signal });
    document.addEventListener('scroll', () => this.#place(), { capture: true, signal });
  }

  /** Below the button where there is room, else above it, and always within the page. */
  #place(): void {
    const at = this.button.getBoundingClientRect();
    const { offsetWidth, offsetHeight, style } = this.#element;
    const below = at.bottom + MARGIN;
    const fitsBelow = below + offsetHeight + MARGIN <= window.innerHeight;
    const top = fitsBelow ? below : at.top - MARGIN - offsetHeight;
    const left = Math.min(at.left, window.innerWidth - offsetWidth - MARGIN);
    style.top = `${Math.max(MARGIN, top)}px`;
    style.left = `${Math.max(MARGIN, left)}px`;
  }
}
