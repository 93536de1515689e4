import assert from 'node:assert/strict';
import fs from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { AxeResults } from 'axe-core';
import type { Frame } from 'playwright-core';
import type { RunningVSCode } from '../host/hostTypes.ts';
import { waitFor } from '../host/wait.ts';
import { THEMES, type Theme, type Workbench } from '../host/workbench.ts';

const AXE = fs.readFileSync(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8');

/** The class that VS Code gives to the body of a webview. */
const PAGE_CLASSES: Readonly<Record<Theme, string>> = {
  'Dark Modern': '.vscode-dark',
  'Light Modern': '.vscode-light',
  'Dark High Contrast': '.vscode-high-contrast:not(.vscode-high-contrast-light)',
  'Light High Contrast': '.vscode-high-contrast-light',
};

/** What the setting calls the themes that it does not call by their names. */
const SETTINGS: Partial<Readonly<Record<Theme, string>>> = {
  'Dark High Contrast': 'Default High Contrast',
  'Light High Contrast': 'Default High Contrast Light',
};

/** Settings are noticed sooner than this, or not at all. */
const NOTICED_MS = 5_000;

const NAMES = Object.keys(THEMES) as readonly Theme[];

/** The part of the workbench that the page stands on, by the name of its colour. */
export type Ground = 'sideBar' | 'editor';

/** Where a page is seen. */
export interface Seen {
  readonly vscode: RunningVSCode;
  readonly workbench: Workbench;
  readonly frame: Frame;
  readonly ground?: Ground;
}

/**
 * Looks at a state of the page in the four themes: keeps a picture of each as
 * `out/screenshots/STATE-THEME.png`, and fails when axe-core finds something serious in the page.
 */
export async function lookInEveryTheme(
  state: string,
  { vscode, workbench, frame, ground = 'sideBar' }: Seen,
): Promise<void> {
  const faults: string[] = [];
  await frame.evaluate(AXE);
  for (const theme of await fromThePresent(workbench)) {
    await changeTheme(theme, vscode, workbench);
    await frame.locator(`body${PAGE_CLASSES[theme]}`).waitFor();
    faults.push(...(await seriousFaults(frame, ground)).map((fault) => `${theme}: ${fault}`));
    await workbench.screenshot(`${state}-${theme.toLowerCase().replaceAll(' ', '-')}`);
  }
  assert.deepEqual(faults, []);
}

/** A change of the settings that comes while VS Code writes them itself may pass unnoticed. */
async function changeTheme(
  theme: Theme,
  vscode: RunningVSCode,
  { page }: Workbench,
): Promise<void> {
  const changed = page.locator(`.monaco-workbench.${THEMES[theme]}`);
  await waitFor(`the theme ${theme}`, async () => {
    vscode.updateUserSettings({ 'workbench.colorTheme': SETTINGS[theme] ?? theme });
    return changed.waitFor({ timeout: NOTICED_MS }).then(
      () => true,
      () => undefined,
    );
  });
}

/** The theme that is set comes first: each change costs time. */
async function fromThePresent({ page }: Workbench): Promise<readonly Theme[]> {
  for (const theme of NAMES) {
    if (await page.locator(`.monaco-workbench.${THEMES[theme]}`).isVisible()) {
      return [theme, ...NAMES.filter((name) => name !== theme)];
    }
  }
  return NAMES;
}

async function seriousFaults(frame: Frame, ground: Ground): Promise<readonly string[]> {
  const { violations } = await frame.evaluate(async (part) => {
    // The page is transparent, and what it stands on is out of its frame: axe would take it for white.
    const { style } = document.documentElement;
    style.backgroundColor = `var(--vscode-${part}-background)`;
    const { axe } = window as unknown as { axe: { run(): Promise<AxeResults> } };
    const found = await axe.run();
    style.backgroundColor = '';
    return found;
  }, ground);
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id} ${html}`));
}

/** What of the page is wider than its place and does not scroll by itself; empty when all is well. */
export async function overflowing(frame: Frame): Promise<readonly string[]> {
  return frame.evaluate(() => {
    const clips = (element: Element): boolean =>
      ['auto', 'scroll'].includes(getComputedStyle(element).overflowX) ||
      getComputedStyle(element).textOverflow === 'ellipsis';
    const isClipped = (element: Element): boolean => {
      const parent = element.parentElement;
      return parent !== null && (clips(parent) || isClipped(parent));
    };
    return Array.from(document.body.querySelectorAll('*'))
      .filter((element) => {
        const { left, right, width } = element.getBoundingClientRect();
        return width > 1 && (left < -1 || right > window.innerWidth + 1) && !isClipped(element);
      })
      .map(({ tagName, className }) => `${tagName} ${className}`);
  });
}
