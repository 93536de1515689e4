import type { Locator, Page } from 'playwright-core';
import { appears, inTime, isGone } from './locators.ts';
import { waitFor } from './wait.ts';

const CHOSEN_MS = 60_000;
const MENU_MS = 2_000;
const CLOSE_MS = 500;

/** The label of an item, after those of the submenus that it is in. */
export type MenuPath = readonly [label: string, ...more: string[]];

/** The menus that open on a right-click. */
export class ContextMenus {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  /** Right-clicks something and chooses an item. */
  async choose(target: Locator, labels: MenuPath): Promise<void> {
    const what = labels.join(' > ');
    const first = this.#item(labels[0]);
    await waitFor(
      `"${what}" to be chosen`,
      async () => {
        if (!(await first.isVisible())) {
          await this.#open(target, first, `"${labels[0]}" in a context menu`);
        }
        return (await this.#click(labels)) ? true : undefined;
      },
      CHOSEN_MS,
    );
  }

  /** The names of the items of a context menu, which is closed again. */
  async names(target: Locator): Promise<readonly string[]> {
    const labels = this.#page.getByRole('menuitem').locator('.action-label');
    await this.#open(target, labels.first(), 'a context menu');
    const names = await labels.allInnerTexts();
    await this.#close();
    return names.map((name) => name.trim()).filter((name) => name !== '');
  }

  /** Clicks through an open menu; false when it did not take that, or closed meanwhile. */
  async #click([label, ...more]: MenuPath): Promise<boolean> {
    const item = this.#item(label);
    const [next, ...rest] = more;
    if (next !== undefined && (await this.#item(next).isVisible())) {
      return this.#click([next, ...rest]);
    }
    // A menu takes no click in the first tenth of a second, and closes when the keyboard is moved.
    const clicked = await inTime(item.click({ timeout: MENU_MS }));
    if (next === undefined) {
      return clicked && isGone(item, CLOSE_MS);
    }
    const opened = clicked && (await appears(this.#item(next), MENU_MS));
    return opened && this.#click([next, ...rest]);
  }

  #item(label: string): Locator {
    // Not by the item's name: that has its keyboard shortcut in it.
    const text = this.#page.getByText(label, { exact: true });
    return this.#page.getByRole('menuitem').filter({ has: text });
  }

  /** Right-clicks until a menu is there that shows `wanted`. */
  async #open(target: Locator, wanted: Locator, what: string): Promise<void> {
    await waitFor(
      what,
      async () => {
        // A menu may come late, above all that of a webview, and then it is in the way of a click.
        const open = await inTime(target.click({ button: 'right', timeout: MENU_MS }));
        if (await appears(wanted, open ? MENU_MS : 1)) {
          return true;
        }
        await this.#close();
        return undefined;
      },
      CHOSEN_MS,
    );
  }

  async #close(): Promise<void> {
    const menu = this.#page.getByRole('menu').locator('visible=true').last();
    if (await menu.isVisible()) {
      await menu.press('Escape');
      await menu.waitFor({ state: 'hidden' });
    }
  }
}
