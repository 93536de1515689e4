import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'mocha';
import { THREE_IMAGES } from './composerStates.ts';
import { PageHarness } from './harness.ts';
import type { OpenOptions, OpenPage } from './harness.ts';
import { SCENES } from './scenes.ts';

const button = ({ page }: OpenPage) => page.getByRole('button', { name: 'More ways to attach' });
const menu = ({ page }: OpenPage) => page.getByRole('menu', { name: 'More ways to attach' });
const focused = ({ page }: OpenPage) =>
  page.evaluate(
    () =>
      document.activeElement?.getAttribute('aria-label') ??
      document.activeElement?.textContent.trim(),
  );

describe('a menu of the page', function () {
  this.timeout(60_000);
  let harness: PageHarness;

  before(async () => {
    harness = await PageHarness.start();
  });
  afterEach(() => harness.closePages());
  after(() => harness.stop());

  async function open(options?: OpenOptions): Promise<OpenPage> {
    const opened = await harness.open(options);
    await opened.show(THREE_IMAGES);
    return opened;
  }

  it('opens by Enter at its first item and runs the one that Enter is pressed on', async () => {
    const opened = await open();
    assert.equal(await button(opened).getAttribute('aria-haspopup'), 'menu');
    await button(opened).press('Enter');
    assert.equal(await button(opened).getAttribute('aria-expanded'), 'true');
    assert.equal(await focused(opened), 'From URL...');

    await opened.page.keyboard.press('Enter');

    assert.equal((await opened.waitForPosted('attachUrl')).length, 1);
    assert.equal(await menu(opened).count(), 0);
    assert.equal(await focused(opened), 'More ways to attach');
    assert.equal(await button(opened).getAttribute('aria-expanded'), 'false');
  });

  it('is walked by arrows, Home, End and letters, round its ends', async () => {
    const opened = await open();
    await button(opened).press('ArrowUp');
    const places = [await focused(opened)];
    for (const key of ['ArrowDown', 'ArrowUp', 'Home', 'ArrowDown', 'End', 'f', 'f']) {
      await opened.page.keyboard.press(key);
      places.push(await focused(opened));
    }

    assert.deepEqual(places, [
      'The open image',
      'From URL...',
      'The open image',
      'From URL...',
      'From clipboard',
      'The open image',
      'From URL...',
      'From clipboard',
    ]);
    await opened.page.keyboard.press('Home');
    await opened.page.keyboard.type('the');
    assert.equal(await focused(opened), 'The open image');
    await opened.page.keyboard.press(' ');
    assert.equal((await opened.waitForPosted('attachOpenImage')).length, 1);
  });

  it('closes by Escape, which then stops no answer, and gives the keyboard back', async () => {
    const opened = await harness.open();
    await opened.show(SCENES['streaming'] ?? assert.fail());
    await button(opened).press(' ');
    await opened.page.keyboard.press('Escape');

    assert.equal(await menu(opened).count(), 0);
    assert.equal(await focused(opened), 'More ways to attach');
    assert.deepEqual(await opened.posted('stop'), []);
  });

  it('lets Tab go on from its button', async () => {
    const opened = await open();
    await button(opened).press('Enter');
    await opened.page.keyboard.press('Tab');

    assert.equal(await menu(opened).count(), 0);
    assert.equal(await focused(opened), 'Prompt');
  });

  it('opens and closes by mouse: its button, an item, a click elsewhere', async () => {
    const opened = await open();
    await button(opened).click();
    await menu(opened).waitFor();
    await button(opened).click();
    assert.equal(await menu(opened).count(), 0);

    await button(opened).click();
    await opened.page.getByRole('log').click();
    assert.equal(await menu(opened).count(), 0);

    await opened.page.getByRole('button', { name: 'More for b.png' }).click();
    await opened.page.getByRole('menuitem', { name: 'Replace...' }).click();
    assert.deepEqual(await opened.waitForPosted('replaceImage'), [
      { type: 'replaceImage', imageId: 'i2' },
    ]);
  });

  it('offers for an image what there is: its file, and the picture as sent', async () => {
    const opened = await open();
    await opened.page.getByRole('button', { name: 'More for b.png' }).click();
    await opened.page.getByRole('menuitem', { name: 'Open', exact: true }).click();
    await opened.page.getByRole('button', { name: 'More for b.png' }).click();
    await opened.page.getByRole('menuitem', { name: 'Open as Sent' }).click();

    assert.equal((await opened.waitForPosted('openImage')).length, 1);
    assert.equal((await opened.waitForPosted('openSentImage')).length, 1);
  });

  it('stays within a page of 240 px', async () => {
    const opened = await open({ width: 240, height: 320 });
    for (const name of ['More ways to attach', 'More for ridge at noon.jpg']) {
      await opened.page.getByRole('button', { name }).click();
      const place = await opened.page.getByRole('menu', { name }).boundingBox();
      assert.ok(place);
      assert.ok(place.x >= 0 && place.x + place.width <= 240, JSON.stringify(place));
      assert.ok(place.y >= 0 && place.y + place.height <= 320, JSON.stringify(place));
      await opened.page.keyboard.press('Escape');
    }
  });
});
