import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'mocha';
import { seriousFaults } from './axe.ts';
import { COMPOSER_STATES, THREE_IMAGES } from './composerStates.ts';
import { PageHarness } from './harness.ts';
import { THEME_NAMES } from './themes.ts';

describe('access to the message box', function () {
  this.timeout(120_000);
  let harness: PageHarness;

  before(async () => {
    harness = await PageHarness.start();
  });
  afterEach(() => harness.closePages());
  after(() => harness.stop());

  for (const theme of THEME_NAMES) {
    it(`has no serious fault in any of its states, in the theme ${theme}`, async () => {
      const faults: string[] = [];
      for (const [name, reach] of Object.entries(COMPOSER_STATES)) {
        const opened = await harness.open({ theme, width: 300, reducedMotion: true });
        await reach(opened);
        const found = await seriousFaults(opened.page, theme);
        faults.push(...found.map((fault) => `${name}: ${fault}`));
        await harness.closePages();
      }

      assert.deepEqual(faults, []);
    });
  }

  it('is reached by keyboard in the order in which it is read', async () => {
    const { page, show } = await harness.open();
    await show(THREE_IMAGES);
    await page.getByRole('button', { name: 'More for b.png' }).focus();
    const names: (string | null)[] = [];
    for (let step = 0; step < 9; step += 1) {
      await page.keyboard.press('Tab');
      names.push(
        await page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? null),
      );
    }

    assert.deepEqual(names, [
      'Remove b.png',
      'What Claude sees of ridge at noon.jpg',
      'More for ridge at noon.jpg',
      'Remove ridge at noon.jpg',
      'Message Claude',
      'Attach images',
      'More ways to attach',
      'Prompt',
      'Model',
    ]);
  });
});
