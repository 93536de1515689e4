// Draws the main states of the page in the four themes, to be looked at:
// node test/webview/screenshots.ts [FOLDER] [SCENE...]
import fs from 'node:fs/promises';
import path from 'node:path';
import { PageHarness, PANEL_OPTIONS } from './harness.ts';
import { OPTIONS_OF, SCENES, STEPS_TO } from './scenes.ts';
import { showSight, SIGHTS } from './sightScenes.ts';
import { THEME_NAMES } from './themes.ts';

const WIDTHS = [240, 480, 1200];
const SIGHT_WIDTHS = [480, 1200];

const [folder = '.cache/screenshots', ...wanted] = process.argv.slice(2);
await fs.mkdir(folder, { recursive: true });
const harness = await PageHarness.start();
try {
  for (const [name, conversation] of Object.entries(SCENES)) {
    if (wanted.length > 0 && !wanted.includes(name)) {
      continue;
    }
    for (const theme of THEME_NAMES) {
      for (const width of WIDTHS) {
        const { page, show } = await harness.open({ theme, width, reducedMotion: true });
        await show(conversation, { options: { ...PANEL_OPTIONS, ...OPTIONS_OF[name] } });
        await STEPS_TO[name]?.(page);
        await page.waitForFunction(
          () =>
            document.querySelectorAll(
              '.picture .codicon-file-media, .chip.ready .codicon-file-media',
            ).length === 0,
        );
        await page.screenshot({ path: path.join(folder, `${name}-${theme}-${width}.png`) });
        await harness.closePages();
      }
    }
  }
  for (const [name, sight] of Object.entries(SIGHTS)) {
    if (wanted.length > 0 && !wanted.includes(`sight-${name}`)) {
      continue;
    }
    for (const theme of THEME_NAMES) {
      for (const width of SIGHT_WIDTHS) {
        const open = await harness.open({ theme, width, reducedMotion: true, page: 'sight' });
        await showSight(open, sight);
        await open.page.screenshot({
          path: path.join(folder, `sight-${name}-${theme}-${width}.png`),
        });
        await harness.closePages();
      }
    }
  }
} finally {
  await harness.stop();
}
console.log(folder);
