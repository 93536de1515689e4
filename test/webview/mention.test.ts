import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'mocha';
import { THREE_IMAGES } from './composerStates.ts';
import { PageHarness } from './harness.ts';
import type { OpenPage } from './harness.ts';
import { conversation, failed, image, SCENES } from './scenes.ts';

const box = ({ page }: OpenPage) => page.getByRole('textbox', { name: 'Message Claude' });
const list = ({ page }: OpenPage) => page.getByRole('listbox', { name: 'Images' });
const options = async (opened: OpenPage) =>
  (await list(opened).getByRole('option').allTextContents()).map((text) =>
    text.replaceAll(/\s+/g, ' ').trim(),
  );

describe('an @ in the message box', function () {
  this.timeout(60_000);
  let harness: PageHarness;

  before(async () => {
    harness = await PageHarness.start();
  });
  afterEach(() => harness.closePages());
  after(() => harness.stop());

  async function typed(text: string, shown = THREE_IMAGES): Promise<OpenPage> {
    const opened = await harness.open();
    await opened.show(shown);
    await box(opened).pressSequentially(text);
    await opened.settled();
    return opened;
  }

  it('offers the images sent and attached, by number and name', async () => {
    const opened = await typed('Compare @');

    assert.deepEqual(await options(opened), [
      'Image 1 a.png',
      'Image 2 b.png',
      'Image 3 ridge at noon.jpg',
    ]);
  });

  it('becomes the image that the keyboard has chosen, in the midst of a text', async () => {
    const opened = await typed('How do and differ?');
    for (let step = 0; step < ' and differ?'.length; step += 1) {
      await box(opened).press('ArrowLeft');
    }
    await box(opened).pressSequentially(' @');
    await list(opened).waitFor();
    await box(opened).press('ArrowDown');
    await opened.settled();
    const active = await box(opened).getAttribute('aria-activedescendant');
    const selected = list(opened).getByRole('option', { selected: true });
    assert.equal(await selected.getAttribute('id'), active);
    assert.match((await selected.textContent()) ?? '', /b\.png/);

    await box(opened).press('Enter');

    assert.equal(await box(opened).inputValue(), 'How do Image 2 (b.png)  and differ?');
    await opened.settled();
    assert.equal(await list(opened).count(), 0);
    assert.deepEqual(await opened.posted('send'), []);
  });

  it('is filtered by what follows it, blanks included, and taken by Tab', async () => {
    const opened = await typed('@RIDGE at');
    assert.deepEqual(await options(opened), ['Image 3 ridge at noon.jpg']);
    await box(opened).press('Tab');
    assert.equal(await box(opened).inputValue(), 'Image 3 (ridge at noon.jpg) ');

    await box(opened).pressSequentially('@image 1');
    await opened.settled();
    assert.deepEqual(await options(opened), ['Image 1 a.png']);
    await list(opened).getByRole('option').click();
    assert.equal(await box(opened).inputValue(), 'Image 3 (ridge at noon.jpg) Image 1 (a.png) ');
  });

  it('can be undone', async () => {
    const opened = await typed('@b');
    await box(opened).press('Enter');
    await box(opened).press('Control+z');
    assert.equal(await box(opened).inputValue(), '@b');
  });

  it('stays an @ after Escape, which stops no answer, until there is another', async () => {
    const opened = await typed('@', { ...(SCENES['streaming'] ?? assert.fail()) });
    assert.equal(await list(opened).count(), 1);
    await box(opened).press('Escape');
    await box(opened).pressSequentially('r');
    await opened.settled();
    assert.equal(await list(opened).count(), 0);
    assert.deepEqual(await opened.posted('stop'), []);

    await box(opened).pressSequentially(' @');
    await opened.settled();
    assert.equal(await list(opened).count(), 1);
  });

  it('is no more than an @ in an address, and where nothing fits', async () => {
    const opened = await typed('me@example.org @nothing like it');
    assert.equal(await list(opened).count(), 0);
    await box(opened).press('Enter');
    assert.equal((await opened.waitForPosted('send')).length, 1);
  });

  it('names the only image without a number, and none that cannot be sent', async () => {
    const opened = await typed(
      '@',
      conversation({ attachments: [image('i1', 'a.png'), failed('i2', 'b.txt', 'No image.')] }),
    );
    assert.deepEqual(await options(opened), ['a.png']);
    await box(opened).press('Enter');
    assert.equal(await box(opened).inputValue(), 'a.png ');
  });
});
