import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import { waitFor } from '../host/wait.ts';
import { bodyOf } from '../support/received.ts';
import { type Panel, startAnew } from './panel.ts';
import { usePractice } from './practice.ts';

/** Longer than any test takes: whoever gets an answer did not wait for it to pass. */
const NEVER_SECONDS = 300;

describe('what goes wrong is said, with the next step as a button', () => {
  const practice = usePractice();
  const shared = practice.share({ files: { 'notes.txt': 'No image here.' } });
  let panel: Panel;

  beforeEach(async () => {
    panel = await startAnew(shared.window.workbench);
  });

  /** Clicks a button of the last answer, and waits for what the server then answers. */
  async function thenAnswered(button: string): Promise<void> {
    practice.server.script({ kind: 'answer', text: 'Here it is.' });
    await panel.within(panel.answers.last(), button).click();
    await panel.answers.getByText('Here it is.').waitFor();
  }

  it('offline: the address is named, and Retry goes once it is back', async () => {
    practice.server.setReachable(false);
    await panel.send('Hello');
    await panel.answers.getByText(/^127\.0\.0\.1.* could not be reached/).waitFor();
    assert.equal(practice.server.requests.length, 0);
    practice.server.setReachable(true);
    await thenAnswered('Retry');
  });

  it('a wrong key: another can be set at once, and the question goes again', async () => {
    const { workbench } = shared.window;
    practice.server.script(
      { kind: 'error', status: 401 },
      { kind: 'answer', text: 'With that key.' },
    );
    await panel.send('Hello');
    await panel.answers.getByText('The API does not accept your key.').waitFor();
    await panel.within(panel.answers.last(), 'Get a Key').waitFor();
    await panel.within(panel.answers.last(), 'Retry').waitFor();
    await panel.within(panel.answers.last(), 'Set API Key').click();
    await workbench.answer(practice.server.apiKey, 'Claude API Key');
    await panel.answers.getByText('With that key.').waitFor();
  });

  it('a rate limit: the seconds are counted down, and Try Now asks at once', async () => {
    practice.server.script({ kind: 'error', status: 429, retryAfter: NEVER_SECONDS });
    await panel.send('Hello');
    await panel.answers.getByText('Your rate limit is reached.').waitFor();
    const timer = panel.answers.getByRole('timer');
    const first = await timer.innerText();
    assert.match(first, /^Trying again in (?:300|29\d) s$/);
    await waitFor('the next second', async () => (await timer.innerText()) !== first || undefined);
    await thenAnswered('Try Now');
    assert.equal(practice.server.requests.length, 2);
    assert.equal(await timer.count(), 0);
  });

  it('an overload: is tried again by itself until it goes through', async () => {
    practice.server.script(
      { kind: 'error', status: 529, retryAfter: 1, times: 2 },
      { kind: 'answer', text: 'Through at last.' },
    );
    await panel.send('Hello');
    await panel.answers.getByText('Claude is overloaded at the moment. Retry 1 of 5').waitFor();
    await panel.answers.getByText('Retry 2 of 5').waitFor();
    await panel.answers.getByText('Through at last.').waitFor();
    assert.equal(practice.server.requests.length, 3);
  });

  it('a wait for the next retry: is stopped by its button, and by the one below', async () => {
    for (const [count, stop] of [
      panel.within(panel.answers.last(), 'Stop'),
      panel.within(panel.frame.getByRole('region', { name: 'Message' }), 'Stop'),
    ].entries()) {
      practice.server.script({ kind: 'error', status: 529, retryAfter: NEVER_SECONDS });
      await panel.send('Hello');
      await panel.answers.getByRole('timer').waitFor();
      await stop.click();
      await panel.answers.nth(count).getByText('Try again in a moment.').waitFor();
      await panel.within(panel.answers.nth(count), 'Retry').waitFor();
    }
    await thenAnswered('Retry');
    assert.equal(practice.server.requests.length, 3, 'nothing was asked by itself');
  });

  it('a refusal: its reason is told, and the question can be worded anew', async () => {
    practice.server.script(
      { kind: 'refusal', category: 'bio', explanation: 'This could do harm.' },
      { kind: 'answer', text: 'Gladly.' },
    );
    await panel.send('Something bad');
    await panel.answers.getByText('Claude declined to answer: This could do harm.').waitFor();
    await panel.within(panel.questions.last(), 'Edit').click();
    const box = panel.frame.getByRole('textbox', { name: 'Edit message' });
    await box.fill('Something good');
    await panel.button('Send again').click();
    await panel.answers.getByText('Gladly.').waitFor();
    assert.equal(JSON.stringify(bodyOf(practice.server.requests[1])).includes('bad'), false);
  });

  it('an answer that thinking left no room for: leads to the setting, and to another try', async () => {
    const { page } = shared.window;
    practice.server.script({ kind: 'maxTokens', thinking: true, text: '' });
    await panel.send('Hello');
    await panel.answers.getByText('Thinking used all 8,192 tokens').waitFor();
    await panel.within(panel.answers.last(), 'Open Settings').click();
    await page.getByText('Max Tokens', { exact: true }).waitFor();
    await page.keyboard.press('Escape');
    await thenAnswered('Retry');
  });

  it('an empty answer, and a connection that is cut before the first word: are tried again', async () => {
    practice.server.script({ kind: 'empty' });
    await panel.send('Hello');
    await panel.answers.getByText('Claude sent an empty answer.').waitFor();
    practice.server.script({ kind: 'cut', afterDeltas: 0 });
    await panel.within(panel.answers.last(), 'Retry').click();
    await panel.answers.getByText('The connection was cut').waitFor();
    await thenAnswered('Retry');
  });
});
