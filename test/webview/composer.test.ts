import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'mocha';
import { COMPOSER_STATES, SIXTY_IMAGES, THREE_IMAGES } from './composerStates.ts';
import { PageHarness, PANEL_OPTIONS } from './harness.ts';
import type { OpenPage } from './harness.ts';
import { conversation, failed, image, preparing, SCENES } from './scenes.ts';

const scene = (name: string) => SCENES[name] ?? assert.fail(`No scene ${name}.`);
const box = ({ page }: OpenPage) => page.getByRole('textbox', { name: 'Message Claude' });
const sendButton = ({ page }: OpenPage) => page.getByRole('button', { name: 'Send', exact: true });
const sent = (text: string) =>
  ({ type: 'messageSent', userTurnId: 'u9', assistantTurnId: 'a9', text, model: 'm' }) as const;

describe('the message box', function () {
  this.timeout(60_000);
  let harness: PageHarness;

  before(async () => {
    harness = await PageHarness.start();
  });
  afterEach(() => harness.closePages());
  after(() => harness.stop());

  it('sends with Enter, and is empty once the host has taken the message', async () => {
    const opened = await harness.open();
    await opened.show(scene('empty'));
    await box(opened).fill('What is this?');
    await box(opened).press('Enter');

    assert.deepEqual(await opened.waitForPosted('send'), [{ type: 'send', text: 'What is this?' }]);
    assert.equal(await box(opened).inputValue(), 'What is this?');

    await opened.event(sent('What is this?'));
    assert.equal(await box(opened).inputValue(), '');
  });

  it('keeps what was typed since, and a text that somebody else sent for', async () => {
    const opened = await harness.open();
    await opened.show(scene('empty'));
    await box(opened).fill('One');
    await box(opened).press('Enter');
    await opened.waitForPosted('send');
    await box(opened).press('End');
    await box(opened).pressSequentially(' two');
    await opened.event(sent('One'));
    assert.equal(await box(opened).inputValue(), 'two');

    await opened.event(sent('Describe this image.'));
    assert.equal(await box(opened).inputValue(), 'two');
  });

  it('is empty after a message that was typed with blanks around it', async () => {
    const opened = await harness.open();
    await opened.show(scene('empty'));
    await box(opened).fill(' One \n');
    await box(opened).press('Enter');
    await opened.event(sent('One'));
    assert.equal(await box(opened).inputValue(), '');
  });

  it('sends what the host has put there, or what became of it, when the host says so', async () => {
    const opened = await harness.open();
    await opened.show(scene('empty'));
    await opened.send({ type: 'draft', text: 'Describe this image.' });
    await opened.settled();
    await box(opened).press('End');
    await box(opened).pressSequentially(' Briefly.');
    await opened.send({ type: 'sendDraft' });
    const [message] = await opened.waitForPosted('send');
    assert.deepEqual(message, { type: 'send', text: 'Describe this image. Briefly.' });
    await opened.event(sent('Describe this image. Briefly.'));
    assert.equal(await box(opened).inputValue(), '');
  });

  it('breaks the line with Shift+Enter and grows', async () => {
    const opened = await harness.open({ height: 600 });
    await opened.show(scene('empty'));
    const height = async () => (await box(opened).boundingBox())?.height ?? 0;
    const oneLine = await height();

    await box(opened).pressSequentially('one');
    for (let line = 0; line < 3; line += 1) {
      await box(opened).press('Shift+Enter');
    }
    assert.ok((await height()) > oneLine + 40);
    assert.deepEqual(await opened.posted('send'), []);

    await box(opened).fill('line\n'.repeat(100));
    assert.ok((await height()) <= 600 * 0.4 + 1);
  });

  it('leaves Enter to an input method that is composing', async () => {
    const opened = await harness.open();
    await opened.show(scene('empty'));
    await box(opened).fill('ni');

    await box(opened).dispatchEvent('keydown', { key: 'Enter', isComposing: true });
    await box(opened).dispatchEvent('keydown', { key: 'Enter', keyCode: 229 });

    assert.deepEqual(await opened.posted('send'), []);
  });

  it('sends an image without a text, but nothing at all it does not send', async () => {
    const opened = await harness.open();
    await opened.show(scene('empty'));
    assert.equal(await sendButton(opened).isDisabled(), true);
    await box(opened).fill('   ');
    await box(opened).press('Enter');
    assert.deepEqual(await opened.posted('send'), []);

    await opened.event({ type: 'imageAttached', image: image('i1', 'a.png') });
    await sendButton(opened).click();

    assert.equal((await opened.waitForPosted('send')).length, 1);
  });

  it('waits for images that are being prepared', async () => {
    const opened = await harness.open();
    await opened.show(conversation({ attachments: [preparing('i1', 'a.png')] }));
    await box(opened).fill('What is this?');
    assert.equal(await sendButton(opened).isDisabled(), true);

    await opened.event({ type: 'imageUpdated', image: failed('i1', 'a.png', 'Broken.') });
    assert.equal(await sendButton(opened).isDisabled(), false);
  });

  it('turns Send into Stop while an answer comes, and typing goes on', async () => {
    const opened = await harness.open();
    await opened.show(scene('streaming'));
    assert.equal(await sendButton(opened).count(), 0);

    await box(opened).pressSequentially('And then');
    await box(opened).press('Enter');
    assert.deepEqual(await opened.posted('send'), []);
    assert.equal(await box(opened).inputValue(), 'And then');

    await opened.page.getByRole('button', { name: 'Stop' }).click();
    await opened.waitForPosted('stop', 1);
    await box(opened).press('Escape');
    await opened.waitForPosted('stop', 2);
  });

  it('does not take the second half of a double click on Send for Stop', async () => {
    const opened = await harness.open();
    await opened.show(scene('empty'));
    await box(opened).fill('What is this?');
    const place = await sendButton(opened).boundingBox();
    assert.ok(place);
    const { mouse } = opened.page;
    await mouse.move(place.x + 8, place.y + 8);
    await mouse.down();
    await mouse.up();
    await opened.event(sent('What is this?'));
    await mouse.down({ clickCount: 2 });
    await mouse.up({ clickCount: 2 });
    await opened.settled();

    assert.deepEqual(await opened.posted('stop'), []);
  });

  it('takes Escape for nothing when no answer is on its way', async () => {
    const opened = await harness.open();
    await opened.show(scene('answered'));
    await box(opened).press('Escape');

    assert.deepEqual(await opened.posted('stop'), []);
  });

  it('takes a draft of the host only into an empty box', async () => {
    const opened = await harness.open();
    await opened.show(scene('empty'));
    await opened.send({ type: 'draft', text: 'Describe this image.' });
    await opened.settled();
    assert.equal(await box(opened).inputValue(), 'Describe this image.');

    await opened.send({ type: 'draft', text: 'Another' });
    await opened.settled();
    assert.equal(await box(opened).inputValue(), 'Describe this image.');
  });

  it('takes the keyboard when the host says so, and hands out Attach', async () => {
    const opened = await harness.open();
    await opened.show(scene('empty'));
    await opened.send({ type: 'focusMessage' });
    await opened.page.waitForFunction(() => document.activeElement?.tagName === 'TEXTAREA');

    await opened.page.keyboard.press('Tab');
    await opened.page.keyboard.press('Enter');

    assert.deepEqual(await opened.waitForPosted('attach'), [{ type: 'attach' }]);
  });

  it('writes a prompt into the empty box, and in the place of another prompt', async () => {
    const opened = await harness.open();
    await opened.show(scene('empty'));
    const prompt = opened.page.getByRole('combobox', { name: 'Prompt' });
    await prompt.selectOption('Describe');
    assert.equal(await box(opened).inputValue(), 'Describe this image.');
    await opened.page.waitForFunction(() => document.activeElement?.tagName === 'TEXTAREA');
    assert.equal(await prompt.inputValue(), '');

    await prompt.selectOption('Alt text');
    assert.equal(await box(opened).inputValue(), 'Write alt text for this image.');
    await box(opened).press('Enter');
    assert.equal((await opened.waitForPosted('send')).length, 1);
  });

  it('puts a prompt below what the user has written, where it can be undone', async () => {
    const opened = await harness.open();
    await opened.show(scene('empty'));
    await box(opened).fill('For a blog.');
    await opened.page.getByRole('combobox', { name: 'Prompt' }).selectOption('Alt text');
    assert.equal(await box(opened).inputValue(), 'For a blog.\nWrite alt text for this image.');

    await box(opened).press('Control+z');
    assert.equal(await box(opened).inputValue(), 'For a blog.');
  });

  it('opens a list of choices for an arrow key instead of choosing at once', async () => {
    const opened = await harness.open();
    await opened.show(scene('empty'));
    const model = opened.page.getByRole('combobox', { name: 'Model' });
    await model.focus();
    await opened.page.keyboard.press('ArrowDown');

    await opened.page.waitForFunction(() => document.querySelector('select:open') !== null);
    assert.deepEqual(await opened.posted('setModel'), []);
  });

  it('shows the model that is set, and asks the host for another', async () => {
    const opened = await harness.open();
    await opened.show(scene('empty'));
    const model = opened.page.getByRole('combobox', { name: 'Model' });
    assert.equal(await model.inputValue(), PANEL_OPTIONS.model);
    await model.selectOption('Haiku 5.5');
    const [message] = await opened.waitForPosted('setModel');
    assert.deepEqual(message, { type: 'setModel', model: 'claude-haiku-5-5' });

    const options = { ...PANEL_OPTIONS, model: 'claude-haiku-5-5' };
    await opened.send({ type: 'options', options });
    await opened.settled();
    assert.equal(await model.inputValue(), 'claude-haiku-5-5');
  });

  it('says above the box what is wrong with the settings', async () => {
    const opened = await harness.open();
    await (COMPOSER_STATES['problems'] ?? assert.fail())(opened);
    await opened.page.getByText('which is no number').waitFor();
    await opened.page.getByRole('button', { name: 'Open Settings' }).click();

    const [message] = await opened.waitForPosted('noticeAction');
    assert.deepEqual(message, { type: 'noticeAction', action: 'openSettings' });
  });

  it('numbers images as they will be sent, and sums up what they come to', async () => {
    const opened = await harness.open();
    await opened.show(THREE_IMAGES);
    const items = opened.page.getByRole('list', { name: 'Attached images' }).getByRole('listitem');
    assert.match((await items.first().textContent()) ?? '', /Image 2\s+b\.png/);
    assert.match((await items.last().textContent()) ?? '', /Image 3\s+ridge at noon\.jpg/);
    await opened.page.getByText('2 images · 9,568 tokens · $0.0191').waitFor();

    await opened.show(conversation({ id: 'c2', attachments: [image('i1', 'a.png')] }));
    assert.doesNotMatch((await items.first().textContent()) ?? '', /Image 1/);
    assert.equal(await opened.page.getByText('1 image').count(), 0);
  });

  it('keeps the box in sight under sixty images, and all of its parts within 240 px', async () => {
    const opened = await harness.open({ width: 240, height: 480 });
    await opened.show(SIXTY_IMAGES);
    await opened.page.getByText('60 images · 30 being prepared').waitFor();
    const places = await Promise.all(
      [
        box(opened),
        opened.page.getByRole('button', { name: 'Attach images' }),
        opened.page.getByRole('button', { name: 'More ways to attach' }),
        opened.page.getByRole('combobox', { name: 'Prompt' }),
        opened.page.getByRole('combobox', { name: 'Model' }),
        sendButton(opened),
      ].map((part) => part.boundingBox()),
    );
    const [text, ...row] = places.map((place) => place ?? assert.fail('A part is not shown.'));
    assert.ok(text && text.y >= 0 && text.y + text.height <= 480);
    for (const [index, place] of row.entries()) {
      const previous = row[index - 1];
      assert.ok(place.x >= (previous ? previous.x + previous.width : 0), `${index} overlaps`);
      assert.ok(place.x + place.width <= 240 && place.y + place.height <= 480);
    }
    assert.equal(
      await opened.page.evaluate(() => document.documentElement.scrollWidth),
      await opened.page.evaluate(() => window.innerWidth),
    );
  });

  it('leaves the arrow up in an empty box to others', async () => {
    const opened = await harness.open();
    await opened.show(scene('answered'));
    const prevented = await box(opened).evaluate((element) => {
      const event = new KeyboardEvent('keydown', { key: 'ArrowUp', cancelable: true });
      return !element.dispatchEvent(event);
    });
    assert.equal(prevented, false);
  });
});
