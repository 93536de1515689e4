import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'mocha';
import { PageHarness } from './harness.ts';
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
    await opened.show(scene('empty'), { draft: 'Describe this image.' });
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
    await opened.show(scene('empty'), { draft: 'Describe this image.' });
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
});
