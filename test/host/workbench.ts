import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Frame, Locator, Page } from 'playwright-core';
import { ContextMenus, type MenuPath } from './contextMenus.ts';
import { appears, inTime, isGone } from './locators.ts';
import { outFolder } from './paths.js';
import { waitFor } from './wait.ts';

const START_MS = 60_000;
const MENU_MS = 2_000;
const FONTS_MS = 2_000;
const SCREENSHOT_MS = 20_000;

/** The built-in themes that a screenshot is taken in, with the class that each gives the window. */
export const THEMES = {
  'Dark Modern': 'vs-dark',
  'Light Modern': 'vs',
  'Dark High Contrast': 'hc-black',
  'Light High Contrast': 'hc-light',
} as const;
export type Theme = keyof typeof THEMES;

/** A window of VS Code, as a person handles it. Paths are relative to the workspace, with `/`. */
export class Workbench {
  readonly page: Page;
  readonly #menus: ContextMenus;

  constructor(page: Page) {
    this.page = page;
    this.#menus = new ContextMenus(page);
  }

  /** Resolves when the Explorer shows the workspace and all extensions are known. */
  async ready(): Promise<void> {
    await this.reached('code/didLoadExtensions');
    await this.page.getByRole('tree', { name: 'Files Explorer' }).waitFor({ timeout: START_MS });
    await this.page.getByRole('treeitem').first().waitFor({ timeout: START_MS });
  }

  /** The row of a file or folder that is already in sight. */
  file(name: string): Locator {
    // A decoration may follow the name in the row's accessible name.
    const exact = new RegExp(`^${name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?![\\w.-])`);
    return this.page.getByRole('tree', { name: 'Files Explorer' }).getByRole('treeitem', {
      name: exact,
    });
  }

  /** Opens the folders above a file, and answers its row. */
  async reveal(file: string): Promise<Locator> {
    const names = file.split('/');
    for (const folder of names.slice(0, -1)) {
      const row = this.file(folder);
      await row.waitFor();
      if ((await row.getAttribute('aria-expanded')) !== 'true') {
        await row.click();
        await this.page.locator('[aria-expanded="true"]').and(row).waitFor();
      }
    }
    const row = this.file(names.at(-1) ?? '');
    await row.waitFor();
    return row;
  }

  /** Selects files: a click on the first, Ctrl+click (Cmd on macOS) on the others. */
  async select(...files: readonly string[]): Promise<void> {
    for (const [index, file] of files.entries()) {
      const row = await this.reveal(file);
      await row.click(index === 0 ? {} : { modifiers: ['ControlOrMeta'] });
      await this.page.locator('[aria-selected="true"]').and(row).waitFor();
    }
  }

  /** Takes back every selection: a right-click on one of several selected files means them all. */
  async selectNothing(): Promise<void> {
    const tree = this.page.getByRole('tree', { name: 'Files Explorer' });
    const selected = tree.locator('[aria-selected="true"]');
    // An editor that closes gives the keyboard away a moment later, and the key may go elsewhere.
    await waitFor('nothing to be selected', async () => {
      if ((await selected.count()) > 0) {
        await tree.press('Escape');
      }
      return (await selected.count()) === 0 || undefined;
    });
  }

  /** Opens a file in an editor that stays. */
  async openFile(file: string): Promise<void> {
    // Before its last parts are there, the workbench opens an image as if it were a text.
    await this.reached('code/didCreateWorkbenchContributions/4');
    const row = await this.reveal(file);
    await row.dblclick();
    await this.tab(file).waitFor();
  }

  /** The tab of an open file. */
  tab(file: string): Locator {
    return this.page.getByRole('tab', { name: path.posix.basename(file) }).first();
  }

  /** Right-clicks files in the Explorer (several are selected first) and chooses an item. */
  async chooseInExplorer(files: string | readonly string[], ...labels: MenuPath): Promise<void> {
    const all = typeof files === 'string' ? [files] : files;
    if (all.length > 1) {
      await this.select(...all);
    }
    await this.chooseFromMenu(await this.reveal(all.at(-1) ?? ''), ...labels);
  }

  /** Right-clicks anything and chooses an item of the menu that opens, or of menus in that. */
  async chooseFromMenu(target: Locator, ...labels: MenuPath): Promise<void> {
    await this.#menus.choose(target, labels);
  }

  /** The names of the items of the context menu of `target`, which is closed again. */
  async menuItems(target: Locator): Promise<readonly string[]> {
    return this.#menus.names(target);
  }

  /** Runs a command by its title in the Command Palette, such as "Vision for Claude: Show Log". */
  async runCommand(title: string): Promise<void> {
    const option = await waitFor(
      `the command "${title}"`,
      async () => {
        await this.page.keyboard.press('F1');
        // A window that is coming up does not take the key; a panel that takes the keyboard closes
        // the palette again.
        const filled = this.quickInput.fill(`>${title}`, { timeout: MENU_MS });
        if (!(await inTime(filled))) {
          return undefined;
        }
        const found = this.quickPick.getByRole('option', { name: title }).first();
        if (await appears(found, MENU_MS)) {
          return found;
        }
        // An open palette does not learn of a command that an extension adds a moment later.
        await this.page.keyboard.press('Escape');
        return undefined;
      },
      START_MS,
    );
    await option.click();
  }

  /** The box at the top of the window that asks for a choice or a text. */
  get quickPick(): Locator {
    return this.page.locator('.quick-input-widget');
  }

  /** The field of that box. */
  get quickInput(): Locator {
    return this.quickPick.locator('.quick-input-box input');
  }

  /** A question of VS Code's that is in the way until it is answered. */
  get dialog(): Locator {
    return this.page.getByRole('dialog');
  }

  /** Waits for the box to ask (`prompt`: words of it), types an answer and confirms it. */
  async answer(text: string, prompt?: string | RegExp): Promise<void> {
    await this.asking(prompt);
    await this.quickInput.fill(text);
    await this.quickInput.press('Enter');
  }

  /** Waits for the box to ask (`prompt`: words of it) and chooses one of its entries by name. */
  async pick(name: string | RegExp, prompt?: string | RegExp): Promise<void> {
    await this.asking(prompt);
    const option = this.quickPick.getByRole('option', { name }).first();
    await waitFor(`the choice of ${String(name)}`, async () => {
      await option.click();
      // A list that was filled anew under the mouse has not noticed the click.
      return (await isGone(option, MENU_MS)) ? true : undefined;
    });
  }

  /** The document of a webview, found by something that it shows. */
  async frameWith(find: (frame: Frame) => Locator, what = 'the webview'): Promise<Frame> {
    return waitFor(what, async () => {
      for (const frame of this.page.frames().filter((one) => one.parentFrame() !== null)) {
        const count = await find(frame)
          .count()
          // A frame that went away while it was asked is not the one.
          .catch(() => 0);
        if (count > 0) {
          return frame;
        }
      }
      return undefined;
    });
  }

  /** Changes the colour theme, as the setting of the user. */
  async setTheme(theme: Theme): Promise<void> {
    await this.runCommand('Preferences: Color Theme');
    await this.answer(theme);
    await this.page.locator(`.monaco-workbench.${THEMES[theme]}`).waitFor();
  }

  /** Waits until the clipboard holds a text that fits, and answers it. */
  async copied(text: string | RegExp): Promise<string> {
    return waitFor(`${String(text)} on the clipboard`, async () => {
      const found = await this.page.evaluate(() => navigator.clipboard.readText());
      return (typeof text === 'string' ? found === text : text.test(found)) ? found : undefined;
    });
  }

  /** Drags the edge of the open secondary side bar until it is about that many pixels wide. */
  async resizeSideBar(width: number): Promise<void> {
    const sideBar = this.page.locator('.part.auxiliarybar');
    await waitFor(`a side bar of ${width} px`, async () => {
      const box = await sideBar.boundingBox();
      if (box === null || Math.abs(box.width - width) <= 2) {
        return box ?? undefined;
      }
      const x = await this.sashAt(box.x);
      const y = box.y + box.height / 2;
      await this.page.mouse.move(x, y);
      await this.page.mouse.down();
      await this.page.mouse.move(x + box.width - width, y, { steps: 4 });
      await this.page.mouse.up();
      return undefined;
    });
  }

  /** Keeps a picture of the window as out/screenshots/NAME.png and answers its path. */
  async screenshot(name: string): Promise<string> {
    const file = path.join(outFolder, 'screenshots', `${name}.png`);
    await Promise.all(this.page.frames().map(fontsLoaded));
    await this.page.screenshot({
      path: file,
      animations: 'disabled',
      caret: 'hide',
      timeout: SCREENSHOT_MS,
    });
    return file;
  }

  /** Waits for a mark that the workbench sets when it comes up. */
  private async reached(mark: string): Promise<void> {
    await this.page.waitForFunction((name) => performance.getEntriesByName(name).length > 0, mark, {
      timeout: START_MS,
    });
  }

  /** The middle of the sash that is nearest to an edge: it stands in the gap between two parts. */
  private async sashAt(x: number): Promise<number> {
    const sashes = this.page.locator('.monaco-sash.vertical:not(.disabled)');
    const middles = await sashes.evaluateAll((all) =>
      all.map((one) => {
        const { left, width } = one.getBoundingClientRect();
        return left + width / 2;
      }),
    );
    return middles.toSorted((a, b) => Math.abs(a - x) - Math.abs(b - x))[0] ?? x;
  }

  private async asking(prompt?: string | RegExp): Promise<void> {
    const words =
      prompt === undefined
        ? this.quickInput
        : this.quickPick.getByText(prompt).or(this.quickPick.getByPlaceholder(prompt));
    await words.first().waitFor();
  }
}

/** A frame that goes away meanwhile, or that hangs, is no reason to have no picture of the others. */
async function fontsLoaded(frame: Frame): Promise<void> {
  const loaded = frame
    .evaluate(() => document.fonts.ready.then(() => undefined))
    .catch(() => undefined);
  await Promise.race([loaded, delay(FONTS_MS, undefined, { ref: false })]);
}
