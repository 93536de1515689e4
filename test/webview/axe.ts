import fs from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { AxeResults, RunOptions } from 'axe-core';
import type { Page } from 'playwright-core';
import { THEME_NAMES, type ThemeName } from './themes.ts';

const [FIRST_THEME] = THEME_NAMES;
/** A theme changes colours and nothing else: one of them stands for all that is not about these. */
const COLOURS: RunOptions = { runOnly: ['color-contrast'] };

let source: Promise<string> | undefined;

/** What axe-core finds serious or critical in a page, as its rule and the element. */
export async function seriousFaults(page: Page, theme: ThemeName): Promise<readonly string[]> {
  source ??= fs.readFile(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8');
  if (!(await page.evaluate(() => 'axe' in window))) {
    await page.evaluate(await source);
  }
  const { violations } = await page.evaluate(
    (options) => {
      const { axe } = window as unknown as { axe: { run(of: RunOptions): Promise<AxeResults> } };
      return axe.run(options);
    },
    theme === FIRST_THEME ? {} : COLOURS,
  );
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id} ${html}`));
}
