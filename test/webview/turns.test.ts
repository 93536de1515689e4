import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'mocha';
import type { Page } from 'playwright-core';
import { PageHarness, PANEL_OPTIONS } from './harness.ts';
import {
  answer,
  conversation,
  failed,
  image,
  OPTIONS_OF,
  preparing,
  removed,
  SCENES,
  userTurn,
} from './scenes.ts';

const scene = (name: string) => SCENES[name] ?? assert.fail(`No scene ${name}.`);

const RETRY_NOTICE = {
  severity: 'warning',
  message: 'Claude is overloaded at the moment.',
  actions: ['retry', 'stop'],
} as const;

describe('turns of the conversation', function () {
  this.timeout(60_000);
  let harness: PageHarness;

  before(async () => {
    harness = await PageHarness.start();
  });
  afterEach(() => harness.closePages());
  after(() => harness.stop());

  describe('a question that is edited', () => {
    it('is sent again by Enter, and says what goes with that', async () => {
      const { page, show, event, waitForPosted } = await harness.open();
      await show(scene('editing'));

      await page.getByRole('button', { name: 'Edit' }).first().click();
      await page.getByText('drops the 3 turns after it').waitFor();
      assert.equal(await focusedName(page), 'Edit message');
      await page.keyboard.type(' Briefly.');
      await page.keyboard.press('Enter');

      assert.deepEqual(await waitForPosted('editMessage'), [
        { type: 'editMessage', turnId: 'u1', text: 'Describe this image. Briefly.' },
      ]);
      await event({
        type: 'messageEdited',
        userTurnId: 'u1',
        assistantTurnId: 'a9',
        text: 'Describe this image. Briefly.',
        model: 'm',
      });
      assert.equal(await page.getByRole('textbox', { name: 'Edit message' }).count(), 0);
      await page.getByText('Describe this image. Briefly.').waitFor();
      assert.equal(await page.getByText('And at noon?').count(), 0);
      assert.equal(await focusedName(page), 'Message Claude');
    });

    it('keeps its text when the host does not send it', async () => {
      const { page, show, event, waitForPosted } = await harness.open();
      await show(scene('answered'));
      await page.getByRole('button', { name: 'Edit' }).click();
      await page.keyboard.type(' More');
      await page.getByRole('button', { name: 'Send again' }).click();
      await waitForPosted('editMessage');

      await event({
        type: 'noticeShown',
        notice: { severity: 'warning', message: 'No key.', actions: ['setApiKey'] },
      });

      const box = page.getByRole('textbox', { name: 'Edit message' });
      assert.equal(await box.inputValue(), 'Describe this image. More');
    });

    it('keeps its text when another question is asked meanwhile', async () => {
      const { page, show, event, waitForPosted } = await harness.open();
      await show(scene('answered'));
      await page.getByRole('button', { name: 'Edit' }).click();
      await page.keyboard.type(' More');
      await page.getByRole('button', { name: 'Send again' }).click();
      await waitForPosted('editMessage');

      await event({
        type: 'messageSent',
        userTurnId: 'u9',
        assistantTurnId: 'a9',
        text: 'Another.',
        model: 'm',
      });

      const box = page.getByRole('textbox', { name: 'Edit message' });
      assert.equal(await box.inputValue(), 'Describe this image. More');
    });

    it('can go without words while its image is being replaced', async () => {
      const { page, show } = await harness.open();
      const images = [{ ...preparing('i1', 'new.png'), number: 1 }];
      await show(conversation({ turns: [userTurn({ images }), answer('A ridge.')] }));
      await page.getByRole('button', { name: 'Edit' }).click();

      await page.getByRole('textbox', { name: 'Edit message' }).fill('');

      assert.equal(await page.getByRole('button', { name: 'Send again' }).isDisabled(), false);
    });

    it('leaves keys to an input method, also those after the composition has ended', async () => {
      const { page, show, posted } = await harness.open();
      await show(scene('answered'));
      await page.getByRole('button', { name: 'Edit' }).click();
      const box = page.getByRole('textbox', { name: 'Edit message' });

      for (const key of ['Enter', 'Escape']) {
        await box.evaluate((element, pressed) => {
          const init = { key: pressed, keyCode: 229, bubbles: true, cancelable: true };
          element.dispatchEvent(new KeyboardEvent('keydown', init));
        }, key);
      }

      assert.equal(await box.count(), 1);
      assert.deepEqual(await posted('editMessage'), []);
    });

    it('is given up by Escape, which stops no answer then', async () => {
      const { page, show, event, posted } = await harness.open();
      await show(scene('answered'));
      await page.getByRole('button', { name: 'Edit' }).click();
      await event({ type: 'answerRetried', turnId: 'a1', model: 'm' });

      await page.keyboard.press('Escape');

      assert.equal(await page.getByRole('textbox', { name: 'Edit message' }).count(), 0);
      assert.deepEqual(await posted('stop'), []);
      await page.keyboard.press('Escape');
      assert.equal((await posted('stop')).length, 1);
    });

    it('gives the keyboard back to where it came from', async () => {
      const { page, show } = await harness.open();
      await show(scene('answered'));
      await page.getByRole('button', { name: 'Edit' }).focus();
      await page.keyboard.press('Enter');
      await page.getByRole('textbox', { name: 'Edit message' }).waitFor();

      await page.keyboard.press('Escape');

      await page.getByRole('button', { name: 'Edit' }).waitFor();
      assert.equal(await focusedName(page), 'Edit');
    });

    it('takes line breaks, and sends nothing that is empty', async () => {
      const { page, show, posted } = await harness.open();
      await show(conversation({ turns: [userTurn(), answer('Yes.')] }));
      await page.getByRole('button', { name: 'Edit' }).click();
      const box = page.getByRole('textbox', { name: 'Edit message' });

      await page.keyboard.press('Shift+Enter');
      assert.equal(await box.inputValue(), 'Describe this image.\n');
      await box.fill(' ');
      await page.keyboard.press('Enter');

      assert.equal(await page.getByRole('button', { name: 'Send again' }).isDisabled(), true);
      assert.deepEqual(await posted('editMessage'), []);
    });

    it('is not offered while an answer is under way', async () => {
      const { page, show, event } = await harness.open();
      await show(scene('streaming'));
      assert.equal(await page.getByRole('button', { name: 'Edit' }).count(), 0);

      await event({ type: 'answerEnded', turnId: 'a1', status: 'stopped' });

      assert.equal(await page.getByRole('button', { name: 'Edit' }).count(), 1);
    });
  });

  describe('a question that is deleted', () => {
    it('asks first, in its place', async () => {
      const { page, show, event, posted, waitForPosted } = await harness.open();
      await show(scene('answered'));

      await page.getByRole('button', { name: 'Delete' }).click();
      await page.getByRole('group', { name: 'Delete this question and its answer?' }).waitFor();
      assert.deepEqual(await posted('deleteExchange'), []);
      await page.getByRole('button', { name: 'Delete' }).click();

      assert.deepEqual(await waitForPosted('deleteExchange'), [
        { type: 'deleteExchange', turnId: 'u1' },
      ]);
      await event({ type: 'exchangeDeleted', userTurnId: 'u1' });
      assert.equal(await page.getByRole('article').count(), 0);
      assert.equal(await focusedName(page), 'Message Claude');
    });

    it('stays when the keyboard says so', async () => {
      const { page, show, posted } = await harness.open();
      await show(scene('answered'));
      for (const key of ['Enter', 'Escape']) {
        await page.getByRole('button', { name: 'Delete' }).focus();
        await page.keyboard.press('Enter');
        await page.getByRole('button', { name: 'Keep' }).waitFor();
        await page.keyboard.press(key);
        await page.getByRole('button', { name: 'Keep' }).waitFor({ state: 'detached' });
        assert.equal(await focusedName(page), 'Delete');
      }

      assert.deepEqual(await posted('deleteExchange'), []);
    });
  });

  it('folds a long question', async () => {
    const { page, show } = await harness.open();
    await show(scene('longQuestion'));
    const height = () =>
      page.locator('.bubble').evaluate((bubble) => bubble.getBoundingClientRect().height);
    await page.getByRole('button', { name: 'Show more', expanded: false }).waitFor();
    const folded = await height();

    await page.getByRole('button', { name: 'Show more' }).click();
    await page.getByRole('button', { name: 'Show less', expanded: true }).waitFor();
    assert.ok((await height()) > folded * 1.5);

    await page.getByRole('button', { name: 'Show less' }).click();
    await page.getByRole('button', { name: 'Show more' }).waitFor();
    assert.equal(await height(), folded);
  });

  it('does not fold a short question', async () => {
    const { page, show } = await harness.open();
    await show(scene('compared'));

    assert.equal(await page.getByRole('button', { name: 'Show more' }).count(), 0);
  });

  describe('an image in the history', () => {
    for (const [item, type] of [
      ['Open Original', 'openImage'],
      ['What Claude Sees', 'showSight'],
      ['Open as Sent', 'openSentImage'],
      ['Replace...', 'replaceImage'],
      ['Remove from Conversation', 'removeImage'],
    ] as const) {
      it(`offers ${item} in its menu`, async () => {
        const { page, show, waitForPosted } = await harness.open();
        await show(scene('compared'));

        await page.getByRole('button', { name: 'More for ridge-at-noon.jpg' }).click();
        await page.getByRole('menuitem', { name: item }).click();

        assert.deepEqual(await waitForPosted(type), [{ type, imageId: 'i7' }]);
      });
    }

    it('leaves a line with its name and number when it is removed', async () => {
      const { page, show, event } = await harness.open();
      await show(scene('compared'));

      await event({ type: 'imageRemoved', imageId: 'i7' });

      await page.getByText('Image 2 (ridge-at-noon.jpg) was removed').waitFor();
      assert.equal(await page.getByRole('button', { name: /ridge-at-noon/ }).count(), 0);
      await page.getByRole('button', { name: 'Open Image 3: ridge-in-winter' }).waitFor();
    });

    it('is said to be removed without a number when it was the only one', async () => {
      const { page, show } = await harness.open();
      const images = [{ ...removed('i1', 'a.png'), number: 1 }];
      await show(conversation({ turns: [userTurn({ images }), answer('A ridge.')] }));

      await page.getByText('a.png was removed').waitFor();
    });

    it('keeps its number when the exchange before it is deleted', async () => {
      const { page, show } = await harness.open();
      const images = [image('i2', 'b.png', { number: 2 })];
      await show(conversation({ turns: [userTurn({ images, labelled: true }), answer('Noon.')] }));

      await page.getByRole('button', { name: 'Open Image 2: b.png' }).waitFor();
    });

    it('offers the picture as sent also of one that the API fetches itself', async () => {
      const { page, show, waitForPosted } = await harness.open();
      const linked = image('i1', 'a.png', { number: 1, uri: 'https://a.example/a.png' });
      const prepared = linked.prepared && { ...linked.prepared, url: 'https://a.example/a.png' };
      const images = [{ ...linked, ...(prepared && { prepared }) }];
      await show(conversation({ turns: [userTurn({ images }), answer('A ridge.')] }));

      await page.getByRole('button', { name: 'More for a.png' }).click();
      await page.getByRole('menuitem', { name: 'Open as Sent' }).click();

      assert.equal((await waitForPosted('openSentImage')).length, 1);
    });

    it('has no button to open it when there is nothing to open', async () => {
      const { page, show } = await harness.open();
      const images = [{ ...failed('i1', 'gone.png', 'gone.png never came.'), number: 1 }];
      await show(conversation({ turns: [userTurn({ images }), answer('A ridge.')] }));

      await page.getByText('gone.png never came.').waitFor();
      assert.equal(await page.getByRole('button', { name: /^Open/ }).count(), 0);
    });

    it('says what it has replaced, and turns while it is prepared anew', async () => {
      const { page, show, event } = await harness.open();
      await show(scene('history'));
      await page.getByText('Replaces ridge-draft.png').waitFor();
      await page.getByText('Preparing...').waitFor();

      await event({
        type: 'imageUpdated',
        image: image('i2', 'ridge-at-night.jpg', { number: 2, replaces: 'ridge-at-noon.jpg' }),
      });

      await page
        .getByRole('button', {
          name: /^Open Image 2: ridge-at-night\.jpg Replaces ridge-at-noon\.jpg/,
        })
        .waitFor();
      assert.equal(await page.getByText('Preparing...').count(), 0);
    });
  });

  describe('an answer that is asked for again by itself', () => {
    it('counts the seconds down and says so once', async () => {
      const { page, show, event, waitForPosted } = await harness.open();
      await page.clock.install();
      await show(scene('waiting'));
      const at = await page.evaluate(() => Date.now() + 12_000);
      const retry = { at, seconds: 12 };
      await event({ type: 'retryScheduled', turnId: 'a1', retry, notice: RETRY_NOTICE });
      await page.clock.runFor(100);

      await page.getByRole('timer').getByText('Trying again in 12 s').waitFor();
      assert.equal(await page.getByRole('progressbar').count(), 0);
      await page.clock.runFor(2000);
      await page.getByRole('timer').getByText('Trying again in 10 s').waitFor();
      await page.clock.runFor(15_000);
      await page.getByRole('timer').getByText('Trying again now').waitFor();
      const spoken = await page.locator('[aria-live=polite] p').allTextContents();
      assert.equal(spoken.filter((line) => line.includes('Trying again in 12 s')).length, 1);
      assert.match(spoken.at(-1) ?? '', /^Claude is overloaded at the moment\. Trying again/);

      await page.getByRole('button', { name: 'Try Now' }).click();
      assert.deepEqual(await waitForPosted('noticeAction'), [
        { type: 'noticeAction', action: 'retry', turnId: 'a1' },
      ]);
    });

    it('never waits longer than it was told to, whatever the clock of the host says', async () => {
      const { page, show } = await harness.open();
      const turn = answer('', { status: 'waiting', notice: RETRY_NOTICE });
      const retry = { at: Date.now() + 86_400_000, seconds: 300 };
      await show(conversation({ turns: [userTurn(), { ...turn, retry }] }));

      await page
        .getByRole('timer')
        .getByText(/Trying again in (?:300|299|298) s/)
        .waitFor();
    });

    it('ends with a stop, and nothing ticks any more', async () => {
      const { page, show, event, waitForPosted } = await harness.open();
      await show(scene('retrying'));

      const turn = page.getByRole('article', { name: 'Claude' });
      await turn.getByRole('button', { name: 'Stop' }).click();
      assert.deepEqual(await waitForPosted('noticeAction'), [
        { type: 'noticeAction', action: 'stop', turnId: 'a1' },
      ]);
      const timer = await page.getByRole('timer').elementHandle();
      await event({ type: 'answerEnded', turnId: 'a1', status: 'stopped' });

      assert.equal(await timer?.evaluate((element) => element.isConnected), false);
      assert.equal(await page.getByRole('timer').count(), 0);
    });
  });

  it('copies the whole conversation', async () => {
    const { page, show, waitForPosted } = await harness.open();
    await show(scene('compared'));

    await page.getByRole('button', { name: 'More', exact: true }).last().click();
    await page.getByRole('menuitem', { name: 'Copy Conversation' }).click();

    assert.equal((await waitForPosted('copyConversation')).length, 1);
  });

  it('welcomes nobody before it is known whether there is a key', async () => {
    const { page, show, send } = await harness.open();
    await show(scene('empty'), { options: { ...PANEL_OPTIONS, hasKey: undefined } });
    await page.getByRole('textbox', { name: 'Message Claude' }).waitFor();
    assert.equal((await page.getByRole('log').innerText()).trim(), '');

    await send({ type: 'options', options: PANEL_OPTIONS });
    await page.getByRole('button', { name: 'Choose Images...' }).waitFor();
  });

  it('welcomes without a key: what it needs, what it costs, where to get one', async () => {
    const { page, show, send, waitForPosted } = await harness.open();
    const options = { ...PANEL_OPTIONS, ...OPTIONS_OF['welcomeWithoutKey'] };
    await show(scene('empty'), { options });

    await page.getByRole('heading', { name: 'Claude needs an API key' }).waitFor();
    await page.getByText(PANEL_OPTIONS.costHint).waitFor();
    await page.getByText('secret storage').waitFor();
    await page.getByRole('button', { name: 'Set API Key' }).click();
    await page.getByRole('button', { name: 'Get a Key' }).click();
    assert.deepEqual(await waitForPosted('noticeAction', 2), [
      { type: 'noticeAction', action: 'setApiKey' },
      { type: 'noticeAction', action: 'getApiKey' },
    ]);

    await send({ type: 'options', options: PANEL_OPTIONS });
    await page.getByRole('button', { name: 'Choose Images...' }).waitFor();
  });
});

async function focusedName(page: Page): Promise<string | null> {
  return page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? null);
}
