import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'mocha';
import type { Page } from 'playwright-core';
import type { PageView } from '../../src/core/conversation/protocol.ts';
import { PageHarness, PANEL_OPTIONS } from './harness.ts';
import { answer, conversation, failed, image, preparing, SCENES, userTurn } from './scenes.ts';

const scene = (name: string) => SCENES[name] ?? assert.fail(`No scene ${name}.`);

describe('the conversation page', function () {
  this.timeout(60_000);
  let harness: PageHarness;

  before(async () => {
    harness = await PageHarness.start();
  });
  afterEach(() => harness.closePages());
  after(() => harness.stop());

  it('says that it is ready and shows nothing until the host has told it what', async () => {
    const { page, waitForPosted } = await harness.open();

    await waitForPosted('ready');

    assert.equal(await page.getByRole('textbox').count(), 0);
  });

  it('invites to attach an image as long as there is nothing', async () => {
    const { page, show, waitForPosted } = await harness.open();
    await show(scene('empty'));

    await page.getByText('Right-click an image in the Explorer').waitFor();
    await page.getByText('while you hold Shift').waitFor();
    await page.getByRole('button', { name: 'Choose Images...' }).click();

    assert.equal((await waitForPosted('attach')).length, 1);
  });

  it('shows the turns as articles in the log', async () => {
    const { page, show } = await harness.open();
    await show(scene('answered'));

    const log = page.getByRole('log', { name: 'Conversation' });
    await log.getByRole('article', { name: 'You' }).getByText('Describe this image.').waitFor();
    await log.getByRole('article', { name: 'Claude' }).getByText('mountain range').waitFor();
    assert.equal(
      await page.getByRole('status', { name: 'Usage' }).textContent(),
      '4,812 tokens in, 312 out · $0.0128',
    );
  });

  it('streams an answer into the log and keeps what was there', async () => {
    const { page, show, event } = await harness.open();
    await show(scene('waiting'));
    const log = page.getByRole('log');
    await page.getByText('Claude is looking at the image...').first().waitFor();
    assert.equal(await log.getAttribute('aria-busy'), 'true');
    await page.getByRole('progressbar', { name: 'Claude is answering' }).waitFor();

    await event({ type: 'answerDelta', turnId: 'a1', text: 'First paragraph.\n\nSec' });
    const paragraph = await log.getByText('First paragraph.').elementHandle();
    await event({ type: 'answerDelta', turnId: 'a1', text: 'ond.\n\n# Third' });
    await event({ type: 'answerEnded', turnId: 'a1', status: 'complete', usageLabel: '$0.01' });

    await log.getByText('Second.').waitFor();
    await log.getByRole('heading', { name: 'Third' }).waitFor();
    assert.equal(await paragraph?.evaluate((element) => element.isConnected), true);
    assert.equal(await log.getAttribute('aria-busy'), 'false');
    assert.equal(await page.getByRole('progressbar').count(), 0);
    assert.equal(await page.getByRole('status', { name: 'Usage' }).textContent(), '$0.01');
  });

  it('shows what the last answer took, and below it what the conversation costs', async () => {
    const { page, show, event } = await harness.open({ width: 300 });
    await show(scene('waiting'));
    const usage = page.getByRole('status', { name: 'Usage' });
    assert.equal(await usage.textContent(), '');
    const usageLabel =
      '4,930 tokens in, 4,784 of them from the cache · 131 out · $0.0022 ($0.0090 saved)';
    const totalLabel = 'Conversation: 15,064 tokens · $0.0254';
    await event({ type: 'answerEnded', turnId: 'a1', status: 'complete', usageLabel, totalLabel });
    assert.deepEqual(await usage.locator(':scope > span').allTextContents(), [
      usageLabel,
      totalLabel,
    ]);
    const widths = await usage.evaluate(({ clientWidth, scrollWidth }) => [
      clientWidth,
      scrollWidth,
    ]);
    assert.equal(widths[0], widths[1], 'it wraps');

    await event({ type: 'answerRetried', turnId: 'a1', model: 'claude-sonnet-5-5' });
    assert.equal(await usage.textContent(), totalLabel, 'the money is gone');
  });

  it('ignores events of another conversation and messages that it does not know', async () => {
    const { page, show, send, settled } = await harness.open();
    await show(scene('waiting'));

    await send({
      type: 'event',
      conversationId: 'another',
      event: { type: 'answerDelta', turnId: 'a1', text: 'Not for here' },
    });
    await page.evaluate(() => {
      window.postMessage({ type: 'unheard-of' });
      window.postMessage(null);
      window.postMessage('text');
    });
    await settled();

    assert.equal(await page.getByText('Not for here').count(), 0);
    await page.getByRole('article', { name: 'Claude' }).waitFor();
  });

  it('speaks the language of the snapshot', async () => {
    const { page, show } = await harness.open();
    await show(scene('empty'), {
      l10n: { Send: 'Senden', 'Message Claude': 'Nachricht an Claude' },
    });

    await page.getByRole('button', { name: 'Senden' }).waitFor();
    await page.getByRole('textbox', { name: 'Nachricht an Claude' }).waitFor();
  });

  it('names every attached image with its size, tokens and cost', async () => {
    const { page, show } = await harness.open();
    await show(scene('attaching'));

    const items = page.getByRole('list', { name: 'Attached images' }).getByRole('listitem');

    assert.equal(await items.count(), 4);
    assert.match(
      (await items.nth(0).innerText()).replaceAll(/\s+/g, ' '),
      /ridge-at-sunrise\.jpg 2212x1659 · 4,784 tokens · \$0\.0096/,
    );
    assert.match(await items.nth(1).innerText(), /4000x2250 to 2576x1449/);
    assert.match(await items.nth(2).innerText(), /Preparing\.\.\./);
    assert.match(
      await items.nth(3).getByRole('alert').innerText(),
      /notes\.png is not an image: it starts like a text file\./,
    );
  });

  it('asks the host to remove an image, and the keyboard stays in the page', async () => {
    const { page, show, waitForPosted } = await harness.open();
    await show(conversation({ attachments: [image('i1', 'a.png'), failed('i2', 'b.png', 'No.')] }));

    await page.getByRole('button', { name: 'Remove b.png' }).click();

    assert.deepEqual(await waitForPosted('removeImage'), [{ type: 'removeImage', imageId: 'i2' }]);
    assert.equal(await focusedName(page), 'Message Claude');
  });

  it('asks for the thumbnail of an image once, and gives up its thumbnail with the image', async () => {
    const { page, show, event, waitForPosted, settled } = await harness.open();
    await show(conversation({ attachments: [image('i1', 'a.png')] }));
    await page.locator('.chip img').waitFor();
    await event({ type: 'imageAttached', image: preparing('i2', 'b.png') });
    await event({ type: 'imageUpdated', image: { ...image('i2', 'b.png'), ...samePicture() } });
    await page.locator('.chip img').nth(1).waitFor();

    assert.equal((await waitForPosted('needThumbnail')).length, 1);
    assert.equal(await page.evaluate(() => window.harness.blobs.size), 1);

    await event({ type: 'imageRemoved', imageId: 'i1' });
    assert.equal(await page.evaluate(() => window.harness.blobs.size), 1);
    await event({ type: 'imageRemoved', imageId: 'i2' });
    await settled();
    assert.equal(await page.evaluate(() => window.harness.blobs.size), 0);
  });

  it('shows a sign in place of a picture of which there is no small one', async () => {
    const { page, show, waitForPosted } = await harness.open();
    await page.evaluate(() => {
      window.harness.answerThumbnails = false;
    });
    await show(conversation({ attachments: [image('i1', 'a.png')] }));
    await waitForPosted('needThumbnail');

    await page.locator('.chip .codicon-file-media').waitFor();
    assert.equal(await page.locator('.chip img').count(), 0);
  });

  it('opens the original of a sent image, which keeps its number', async () => {
    const { page, show, waitForPosted } = await harness.open();
    await show(scene('compared'));

    await page.getByRole('button', { name: 'Open Image 2: ridge-at-noon.jpg' }).click();

    assert.deepEqual(await waitForPosted('openImage'), [{ type: 'openImage', imageId: 'i7' }]);
    await page.getByRole('button', { name: 'Open Image 1: ridge-at-sunrise.jpg' }).waitFor();
  });

  it('does not number the only image', async () => {
    const { page, show } = await harness.open();
    await show(scene('answered'));

    await page.getByRole('button', { name: 'Open ridge-at-sunrise.jpg' }).waitFor();
  });

  it('shows a fault beside the text that came, with the way out as buttons', async () => {
    const { page, show, waitForPosted } = await harness.open();
    await show(scene('failed'));

    const turn = page.getByRole('article', { name: 'Claude' });
    await turn.getByText('A photograph of a mountain range at').waitFor();
    await turn.getByRole('alert').getByText('too many requests').waitFor();
    await turn.getByRole('button', { name: 'Retry' }).click();

    assert.deepEqual(await waitForPosted('noticeAction'), [
      { type: 'noticeAction', action: 'retry', turnId: 'a1' },
    ]);
  });

  it('offers to continue an answer that was cut off, without an alarm', async () => {
    const { page, show, waitForPosted } = await harness.open();
    await show(scene('cutOff'));

    assert.equal(await page.getByRole('alert').count(), 0);
    await page.getByRole('button', { name: 'Continue' }).click();

    assert.deepEqual(await waitForPosted('noticeAction'), [
      { type: 'noticeAction', action: 'continue', turnId: 'a1' },
    ]);
  });

  it('shows a notice about the whole conversation beside the message box', async () => {
    const { page, show, event, waitForPosted } = await harness.open();
    await show(scene('noKey'));

    await page.getByRole('button', { name: 'Set API Key' }).click();
    assert.deepEqual(await waitForPosted('noticeAction'), [
      { type: 'noticeAction', action: 'setApiKey' },
    ]);

    await event({ type: 'noticeCleared' });
    assert.equal(await page.getByRole('button', { name: 'Set API Key' }).count(), 0);
  });

  it('copies an answer as Markdown and a code block as code', async () => {
    const { page, show, waitForPosted } = await harness.open();
    const text = 'Some **code**:\n\n```js\nlet a = 1;\n```';
    await show(conversation({ turns: [userTurn(), answer(text)] }));

    const turn = page.getByRole('article', { name: 'Claude' });
    await turn.getByRole('button', { name: 'Copy', exact: true }).click();
    await page.getByRole('button', { name: 'Copy Code' }).click();

    assert.deepEqual(await waitForPosted('copy', 2), [
      { type: 'copy', text },
      { type: 'copy', text: 'let a = 1;\n' },
    ]);
  });

  it('hands code to the editor, or to a new file in its language', async () => {
    const { page, show, waitForPosted } = await harness.open();
    await show(conversation({ turns: [userTurn(), answer('```TSX title\nlet a = 1;\n```')] }));

    await page.getByRole('button', { name: 'Insert at Cursor' }).click();
    await page.getByRole('button', { name: 'New File' }).click();

    assert.deepEqual(await waitForPosted('insertCode'), [
      { type: 'insertCode', code: 'let a = 1;\n' },
    ]);
    assert.deepEqual(await waitForPosted('newFile'), [
      { type: 'newFile', code: 'let a = 1;\n', language: 'TSX' },
    ]);
  });

  it('follows the stream at the end, and stays where the user has scrolled to', async () => {
    const { page, show, event } = await harness.open({ height: 400 });
    await show(scene('waiting'));
    const atEnd = () =>
      page
        .getByRole('log')
        .evaluate((log) => log.scrollHeight - log.scrollTop - log.clientHeight < 2);
    const more = { type: 'answerDelta', turnId: 'a1', text: 'A line.\n\n'.repeat(30) } as const;

    await event(more);
    assert.equal(await atEnd(), true);

    await page.getByRole('log').hover();
    await page.mouse.wheel(0, -300);
    await page.getByRole('button', { name: 'Scroll to end' }).waitFor();
    const place = await page.getByRole('log').evaluate((log) => log.scrollTop);
    await event(more);
    assert.equal(await page.getByRole('log').evaluate((log) => log.scrollTop), place);

    await page.getByRole('button', { name: 'Scroll to end' }).click();
    await page.getByRole('button', { name: 'Scroll to end' }).waitFor({ state: 'detached' });
    await event(more);
    assert.equal(await atEnd(), true);
  });

  it('comes back to the draft and the place of an earlier page', async () => {
    const { page, show, posted } = await harness.open({ height: 400 });
    const long = conversation({ turns: [userTurn(), answer('A line.\n\n'.repeat(60))] });
    await show(long);
    await page.getByRole('textbox').fill('half a thou');
    await page.getByRole('log').hover();
    await page.mouse.wheel(0, -500);
    await page.waitForFunction(() => {
      const last = window.harness.posted.findLast(({ type }) => type === 'viewChanged');
      const view = last?.['view'];
      return typeof view === 'object' && view && 'scrollTop' in view;
    });
    const told = (await posted('viewChanged')).at(-1);
    assert.equal(told?.['conversationId'], long.id);
    const scrollTop = () => page.getByRole('log').evaluate((log) => Math.round(log.scrollTop));
    const place = await scrollTop();

    await page.reload();
    await show(long, { view: told['view'] as PageView });

    assert.equal(await page.getByRole('textbox').inputValue(), 'half a thou');
    assert.equal(await scrollTop(), place);
  });

  it('draws a long conversation from its end, and asks for its last pictures first', async () => {
    const { page, show, posted } = await harness.open({ height: 400 });

    await show(longConversation());
    await page.getByText('Question 0?', { exact: true }).waitFor();

    const asked = (await posted('needThumbnail')).map(({ sha256 }) => sha256);
    const hashes = longConversation().turns.flatMap((turn) =>
      turn.role === 'user' ? turn.images.map(({ prepared }) => prepared?.sha256) : [],
    );
    assert.equal(asked.length, hashes.length);
    assert.ok(hashes.slice(-2).includes(String(asked[0])));
    assert.ok(hashes.slice(0, 2).includes(String(asked.at(-1))));
    const texts = await page.getByRole('article').allInnerTexts();
    assert.deepEqual(
      texts.flatMap((text) => /Question \d+/.exec(text)?.[0] ?? []),
      Array.from({ length: 30 }, (_, index) => `Question ${index}`),
    );
    await page.getByText('Answer 29.').waitFor();
    const atEnd = await page
      .getByRole('log')
      .evaluate((log) => log.scrollHeight - log.scrollTop - log.clientHeight < 2);
    assert.equal(atEnd, true);
  });

  it('draws a long conversation at once for who comes back to a place in it', async () => {
    const { page, send } = await harness.open({ height: 400 });
    const counted = page.evaluate(
      () =>
        new Promise<number>((resolve) => {
          const observer = new MutationObserver(() => {
            const { length } = document.querySelectorAll('.turns > *');
            if (length > 0) {
              observer.disconnect();
              resolve(length);
            }
          });
          observer.observe(document.body, { childList: true, subtree: true });
        }),
    );
    const view = { draft: '', scrollTop: 1500 };

    await send({
      type: 'snapshot',
      conversation: longConversation(),
      view,
      options: PANEL_OPTIONS,
    });

    assert.equal(await counted, 60);
  });

  it('reads an answer to screen readers in whole sentences', async () => {
    const { page, show, event } = await harness.open();
    await show(scene('waiting'));
    const spoken = () => page.locator('[aria-live=polite] p').allTextContents();

    await event({ type: 'answerDelta', turnId: 'a1', text: 'A **ridge** at sunrise. The li' });
    assert.deepEqual(await spoken(), ['A ridge at sunrise.']);

    await event({ type: 'answerDelta', turnId: 'a1', text: 'ght is low' });
    assert.deepEqual(await spoken(), ['A ridge at sunrise.']);

    await event({ type: 'answerEnded', turnId: 'a1', status: 'stopped' });
    assert.deepEqual(await spoken(), ['A ridge at sunrise.', 'The light is low', 'Stopped']);
  });

  it('asks for an answer again and drops what it had', async () => {
    const { page, show, event, waitForPosted } = await harness.open();
    await show(scene('stopped'));

    await page.getByRole('button', { name: 'Retry' }).click();
    assert.deepEqual(await waitForPosted('noticeAction'), [
      { type: 'noticeAction', action: 'retry', turnId: 'a1' },
    ]);
    await event({ type: 'answerRetried', turnId: 'a1', model: 'm' });
    await event({ type: 'answerDelta', turnId: 'a1', text: 'Another try' });

    await page.getByText('Another try').waitFor();
    assert.equal(await page.getByText('A photograph').count(), 0);
  });
});

function samePicture() {
  const { prepared } = image('i1', 'a.png');
  return prepared ? { prepared } : {};
}

async function focusedName(page: Page): Promise<string | null> {
  return page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? null);
}

function longConversation() {
  const turns = Array.from({ length: 30 }, (_, index) => [
    userTurn({
      id: `u${index}`,
      text: `Question ${index}?`,
      images: [image(`i${index}`, `${index}.png`, { number: index + 1 })],
    }),
    answer(`Answer ${index}.`, { id: `a${index}` }),
  ]).flat();
  return conversation({ turns });
}
