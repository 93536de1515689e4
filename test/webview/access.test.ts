import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'mocha';
import { seriousFaults } from './axe.ts';
import { PageHarness, PANEL_OPTIONS } from './harness.ts';
import { OPTIONS_OF, SCENES, STEPS_TO } from './scenes.ts';
import { THEME_NAMES } from './themes.ts';

describe('access to the page', function () {
  this.timeout(120_000);
  let harness: PageHarness;

  before(async () => {
    harness = await PageHarness.start();
  });
  afterEach(() => harness.closePages());
  after(() => harness.stop());

  for (const theme of THEME_NAMES) {
    it(`has no serious fault in any state, in the theme ${theme}`, async () => {
      const { page, show } = await harness.open({ theme, reducedMotion: true });
      const faults: string[] = [];
      for (const [name, state] of Object.entries(SCENES)) {
        const options = { ...PANEL_OPTIONS, ...OPTIONS_OF[name] };
        await show({ ...state, id: name }, { options });
        await STEPS_TO[name]?.(page);
        const found = await seriousFaults(page, theme);
        faults.push(...found.map((fault) => `${name}: ${fault}`));
      }

      assert.deepEqual(faults, []);
    });
  }

  it('is reached by keyboard in the order in which it is read', async () => {
    const { page, show } = await harness.open();
    await show(SCENES['attaching'] ?? assert.fail());
    const names: (string | null)[] = [];
    for (let step = 0; step < 13; step += 1) {
      await page.keyboard.press('Tab');
      names.push(
        await page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? null),
      );
    }

    assert.deepEqual(names, [
      'Conversation',
      'What Claude sees of ridge-at-sunrise.jpg',
      'More for ridge-at-sunrise.jpg',
      'Remove ridge-at-sunrise.jpg',
      'What Claude sees of a-rather-long-name-of-a-screenshot-2026-11-22 at 09.14.33.png',
      'More for a-rather-long-name-of-a-screenshot-2026-11-22 at 09.14.33.png',
      'Remove a-rather-long-name-of-a-screenshot-2026-11-22 at 09.14.33.png',
      'More for scan.png',
      'Remove scan.png',
      'More for notes.png',
      'Remove notes.png',
      'Message Claude',
      'Attach images',
    ]);
  });

  it('shows where the keyboard is', async () => {
    const { page, show } = await harness.open({ theme: 'hcDark' });
    await show(SCENES['answered'] ?? assert.fail());
    const answer = page.getByRole('article', { name: 'Claude' });
    await answer.getByRole('button', { name: 'Copy', exact: true }).focus();
    await page.keyboard.press('Tab');

    const outline = await page.evaluate(
      () => getComputedStyle(document.activeElement ?? document.body).outlineStyle,
    );

    assert.equal(outline, 'solid');
  });

  it('stands still when the user asks for less motion', async () => {
    const { page, show } = await harness.open({ reducedMotion: true });
    for (const name of ['waiting', 'attaching']) {
      await show({ ...(SCENES[name] ?? assert.fail()), id: name });

      const moving = await page.evaluate(
        () => document.getAnimations().filter(({ playState }) => playState === 'running').length,
      );
      assert.equal(moving, 0);
    }
  });
});
