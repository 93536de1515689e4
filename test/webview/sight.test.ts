import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'mocha';
import type { Locator, Page } from 'playwright-core';
import { seriousFaults } from './axe.ts';
import { PageHarness, type OpenOptions, type OpenPage } from './harness.ts';
import { PREPARING, READY, SENT, showSight, SIGHTS, TILED } from './sightScenes.ts';
import { THEME_NAMES } from './themes.ts';

describe('the page of what Claude sees', function () {
  this.timeout(60_000);
  let harness: PageHarness;

  before(async () => {
    harness = await PageHarness.start();
  });
  afterEach(() => harness.closePages());
  after(() => harness.stop());

  const open = (options: OpenOptions = {}): Promise<OpenPage> =>
    harness.open({ width: 1200, height: 800, ...options, page: 'sight' });
  const view = (page: Page, name: string): Locator =>
    page.getByRole('group', { name: `${name}, picture` });
  const original = (page: Page): Locator => view(page, 'Original');
  const sent = (page: Page): Locator => view(page, 'As Claude sees it');
  const scrolled = (pane: Locator): Promise<readonly number[]> =>
    pane.evaluate(({ scrollLeft, scrollTop }) => [scrollLeft, scrollTop].map(Math.round));
  const sizeOf = async (page: Page, name: string): Promise<readonly number[]> => {
    const { width, height } =
      (await page.getByRole('img', { name }).boundingBox()) ?? assert.fail();
    return [Math.round(width), Math.round(height)];
  };
  const AS_SENT = 'station-page.png, as Claude sees it';
  const ORIGINAL = 'station-page.png, the original';

  it('shows what is sent pixel by pixel, and the original as large', async () => {
    const opened = await open();
    await showSight(opened, READY);

    assert.deepEqual(await sizeOf(opened.page, AS_SENT), [532, 2527]);
    assert.deepEqual(await sizeOf(opened.page, ORIGINAL), [532, 2527]);
    await opened.page.getByText('PNG · 1600x7600 · 2.3 MB').waitFor();
    await opened.page.getByText('532x2527 · PNG · 1.1 MB · 1,729 tokens · $0.0035').waitFor();
    await opened.page.getByText(/^Small print is likely to be lost/).waitFor();
    assert.deepEqual(await opened.page.evaluate(() => window.harness.violations), []);
  });

  it('shows a pixel for a pixel of a dense screen too, and follows when that changes', async () => {
    const opened = await open();
    const { page } = opened;
    await showSight(opened, READY);
    await page.evaluate(() => {
      Object.defineProperty(window, 'devicePixelRatio', { value: 2 });
      window.dispatchEvent(new Event('resize'));
    });
    await opened.settled();

    assert.deepEqual(await sizeOf(page, AS_SENT), [266, 1264]);
    assert.deepEqual(await sizeOf(page, ORIGINAL), [266, 1264]);
    await page.getByText('Shown at 100%').first().waitFor();
  });

  it('scrolls both pictures to the same spot', async () => {
    const { page, ...rest } = await open();
    await showSight({ page, ...rest }, READY);
    await sent(page).evaluate((pane) => pane.scrollTo(0, 900));
    await page.waitForFunction(() => document.querySelector('.view')?.scrollTop === 900);
    await original(page).evaluate((pane) => pane.scrollTo(0, 300));
    await page.waitForFunction(
      () => [...document.querySelectorAll('.view')].at(-1)?.scrollTop === 300,
    );

    assert.deepEqual(await scrolled(original(page)), await scrolled(sent(page)));
  });

  it('zooms by keys and by buttons, around what is in the middle', async () => {
    const opened = await open();
    const { page, settled } = opened;
    await showSight(opened, READY);
    await sent(page).evaluate((pane) => pane.scrollTo(0, 1000));
    await settled();
    const middle = (): Promise<number> =>
      sent(page).evaluate(
        ({ scrollTop, clientHeight, scrollHeight }) =>
          (scrollTop + clientHeight / 2) / scrollHeight,
      );
    const was = await middle();

    await page.keyboard.press('+');
    await settled();
    assert.deepEqual(await sizeOf(page, AS_SENT), [798, 3791]);
    assert.ok(Math.abs((await middle()) - was) < 0.01);
    await page.keyboard.press('-');
    await page.keyboard.press('-');
    await settled();
    assert.deepEqual(await sizeOf(page, AS_SENT), [399, 1895]);
    await page.keyboard.press('0');
    await settled();
    assert.deepEqual(await sizeOf(page, ORIGINAL), [532, 2527]);
    await page.getByRole('button', { name: '200%' }).click();
    await settled();
    assert.deepEqual(await sizeOf(page, ORIGINAL), [1064, 5054]);
    await page.getByRole('button', { name: 'Original Size' }).click();
    await settled();
    assert.deepEqual(await sizeOf(page, ORIGINAL), [1600, 7600]);
    await page.getByText('Shown at 301%').waitFor();
    await page.getByRole('button', { name: 'Fit' }).click();
    await settled();
    const [, height = 0] = await sizeOf(page, AS_SENT);
    assert.ok(height < 800, `${height}`);
    assert.equal(
      await page.getByRole('button', { name: 'Fit' }).getAttribute('aria-pressed'),
      'true',
    );
  });

  it('lays the parts on the original where they were cut', async () => {
    const opened = await open();
    await showSight(opened, TILED);
    const parts = opened.page.getByRole('img', { name: AS_SENT }).locator('img');

    assert.deepEqual(await sizeOf(opened.page, AS_SENT), [1600, 7600]);
    assert.deepEqual(
      await parts.evaluateAll((all) => all.map((one) => (one as HTMLElement).offsetTop)),
      [0, 1867, 3733, 5600],
    );
  });

  it('offers each detail with its cost, and asks the host for the one that is chosen', async () => {
    const opened = await open();
    const { page, waitForPosted } = opened;
    await showSight(opened, READY);
    const low = page.getByRole('radio', { name: 'Low (768 px)' });
    assert.equal(await page.getByRole('radio').count(), 5);
    await page.getByText('162x768 · 168 tokens · $0.0003').waitFor();
    await low.click();

    assert.deepEqual(await waitForPosted('choose'), [{ type: 'choose', detail: 'low' }]);
  });

  it('says when it is prepared anew', async () => {
    const opened = await open();
    await showSight(opened, READY);
    const status = opened.page.getByRole('status');
    await showSight(opened, PREPARING);
    assert.equal(await status.textContent(), 'Preparing...');
    await showSight(opened, TILED);

    assert.match((await status.textContent()) ?? '', /^Prepared anew: 532x2527 and 4 parts/);
  });

  it('fixes the detail of what was sent, says why, and attaches it again', async () => {
    const opened = await open();
    const { page, waitForPosted } = opened;
    await showSight(opened, SENT);
    for (const radio of await page.getByRole('radio').all()) {
      assert.equal(await radio.isDisabled(), true);
    }
    await page.getByText(/Bytes once sent never change/).waitFor();
    await page.getByText(/is no longer there/).waitFor();
    await page.getByRole('button', { name: 'Attach Again' }).click();

    assert.equal((await waitForPosted('attachAgain')).length, 1);
  });

  it('gives up the pictures of the image before', async () => {
    const opened = await open();
    await showSight(opened, READY);
    await showSight(opened, TILED);

    assert.equal(await opened.page.evaluate(() => window.harness.blobs.size), 5);
  });

  it('stands still when the user asks for less motion', async () => {
    const opened = await open({ reducedMotion: true });
    await showSight(opened, PREPARING);

    assert.equal(await opened.page.evaluate(() => document.getAnimations().length), 0);
  });

  it('is reached by keyboard in the order in which it is read', async () => {
    const opened = await open();
    await showSight(opened, READY);
    const names: string[] = [];
    for (let step = 0; step < 9; step += 1) {
      await opened.page.keyboard.press('Tab');
      names.push(
        await opened.page.evaluate(() => {
          const { activeElement } = document;
          return (
            activeElement?.getAttribute('aria-label') ?? activeElement?.textContent?.trim() ?? ''
          );
        }),
      );
    }

    assert.deepEqual(names, [
      'Zoom Out (-)',
      'Zoom In (+)',
      'Fit',
      '100%',
      '200%',
      'Original Size',
      'Original, picture',
      'As Claude sees it, picture',
      '',
    ]);
    assert.equal(await opened.page.evaluate(() => document.activeElement?.id), 'detail-asSet');
  });

  for (const theme of THEME_NAMES) {
    it(`has no serious fault in any state, in the theme ${theme}`, async () => {
      const opened = await open({ theme, reducedMotion: true });
      const faults: string[] = [];
      for (const [name, sight] of Object.entries(SIGHTS)) {
        await showSight(opened, { ...sight, imageId: name });
        const found = await seriousFaults(opened.page, theme);
        faults.push(...found.map((fault) => `${name}: ${fault}`));
      }

      assert.deepEqual(faults, []);
    });
  }

  for (const width of [360, 560, 800, 1400]) {
    it(`fits a width of ${width} px`, async () => {
      const opened = await open({ width });
      for (const sight of Object.values(SIGHTS)) {
        await showSight(opened, sight);
        const { page } = opened;
        const [inner, wide] = await page.evaluate(() => [
          window.innerWidth,
          document.documentElement.scrollWidth,
        ]);
        assert.ok((wide ?? 0) <= (inner ?? 0), `${wide} of ${inner}`);
        const panes = await page
          .locator('.pane')
          .evaluateAll((all) => all.map((one) => one.getBoundingClientRect().top));
        // Side by side where there is room, else one above the other.
        assert.equal(panes[0] === panes[1], width >= 600);
      }
    });
  }
});
