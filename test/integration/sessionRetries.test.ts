import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import { greyPng } from '../support/pngFile.ts';
import type { ConversationEvent } from '../../src/core/conversation/conversationEvent.ts';
import { useSession, type SessionTest } from './sessionSetup.ts';

const AT_ONCE = { 'retry-after-ms': '1' };

describe('a conversation that has to wait', () => {
  const current = useSession();
  let on: SessionTest;
  beforeEach(() => {
    on = current();
  });

  const waits = (): Promise<void> => on.until(() => on.lastAnswer().retry !== undefined);
  const retriesOf = (): Extract<ConversationEvent, { type: 'retryScheduled' }>[] => {
    const scheduled: Extract<ConversationEvent, { type: 'retryScheduled' }>[] = [];
    on.session.onDidChange((event) => {
      if (event.type === 'retryScheduled') {
        scheduled.push(event);
      }
    });
    return scheduled;
  };

  for (const [title, step, message] of [
    [
      'an overload',
      { kind: 'error', status: 529, headers: AT_ONCE },
      /^Claude is overloaded at the moment\. Retry 1 of 5 follows by itself\.$/,
    ],
    [
      'a rate limit',
      { kind: 'error', status: 429, headers: AT_ONCE },
      /^Your rate limit is reached\. Retry 1 of 5/,
    ],
    [
      'an internal error',
      { kind: 'error', status: 500, headers: AT_ONCE },
      /^The API had an internal error \(status 500\)\. Retry 1 of 5/,
    ],
    [
      'an overload in the stream, before any text',
      { kind: 'errorEvent', afterDeltas: 0, type: 'overloaded_error', message: 'Overloaded' },
      /^Claude is overloaded/,
    ],
  ] as const) {
    it(`asks again by itself after ${title}, and says so`, async () => {
      const scheduled = retriesOf();
      on.server.script(step, { kind: 'answer', text: 'Here it is.' });
      const done = on.describeImage(await on.file('square.png', greyPng(30, 30)));
      await waits();
      const { status, notice, id } = on.lastAnswer();
      assert.deepEqual([status, notice?.severity], ['waiting', 'warning']);
      assert.match(notice?.message ?? '', message);
      assert.deepEqual(notice?.actions, ['retry', 'stop']);
      // What the stream itself reports names no wait.
      if (step.kind === 'errorEvent') {
        await on.session.retry(id);
      }
      await done;
      assert.deepEqual(
        [on.lastAnswer().status, on.lastAnswer().text, on.lastAnswer().notice],
        ['complete', 'Here it is.', undefined],
      );
      assert.equal(scheduled.length, 1);
      assert.deepEqual(on.server.requests[1]?.body, on.server.requests[0]?.body);
    });
  }

  it('waits as long as the server asks', async () => {
    const scheduled = retriesOf();
    on.server.script({ kind: 'error', status: 429, retryAfter: 1 });
    const before = Date.now();
    await on.session.send('Hello');
    assert.equal(on.lastAnswer().status, 'complete');
    assert.equal(scheduled[0]?.retry.seconds, 1);
    assert.ok(Date.now() - before >= 1000);
    assert.ok(scheduled[0].retry.at >= before + 1000);
  });

  it('counts its retries, and leaves it to the user after five', async () => {
    const scheduled = retriesOf();
    on.server.script({ kind: 'error', status: 529, times: 6, headers: AT_ONCE });
    await on.session.send('Hello');
    assert.deepEqual(
      scheduled.map(({ notice }) => /Retry (\d) of 5/.exec(notice.message)?.[1]),
      ['1', '2', '3', '4', '5'],
    );
    assert.equal(on.server.requests.length, 6);
    const { status, retry, notice } = on.lastAnswer();
    assert.deepEqual([status, retry, notice?.actions], ['failed', undefined, ['retry']]);
    await on.session.retry(on.lastAnswer().id);
    assert.equal(on.lastAnswer().status, 'complete');
  });

  it('gives up when it is stopped during the wait, and can be asked again', async () => {
    on.server.script({ kind: 'error', status: 429, retryAfter: 300 });
    const done = on.session.send('Hello');
    await waits();
    on.session.stop();
    await done;
    const { status, retry, notice, id } = on.lastAnswer();
    assert.deepEqual([status, retry], ['failed', undefined]);
    assert.match(notice?.message ?? '', /rate limit is reached.*wait 300 seconds/);
    assert.deepEqual(notice?.actions, ['retry']);
    assert.equal(on.server.requests.length, 1);
    await on.session.retry(id);
    assert.equal(on.lastAnswer().status, 'complete');
    await on.assertGoesOn();
  });

  it('asks at once when the user wants it during the wait', async () => {
    on.server.script({ kind: 'error', status: 529, retryAfter: 300 });
    const done = on.session.send('Hello');
    await waits();
    await on.session.retry(on.lastAnswer().id);
    await done;
    assert.equal(on.lastAnswer().status, 'complete');
    assert.equal(on.server.requests.length, 2);
  });

  it('takes no other message during the wait, and keeps it for later', async () => {
    on.server.script({ kind: 'error', status: 529, retryAfter: 300 });
    const done = on.session.send('First');
    await waits();
    await on.session.send('Second');
    assert.equal(on.heldText(), 'Second');
    on.session.stop();
    await done;
    assert.equal(on.questions().length, 1);
  });

  it('asks with the key that is set by then', async () => {
    on.server.script({ kind: 'error', status: 429, retryAfter: 300 });
    const done = on.session.send('Hello');
    await waits();
    on.apiKey = undefined;
    await on.session.retry(on.lastAnswer().id);
    await done;
    assert.deepEqual(on.lastAnswer().notice?.actions, ['setApiKey', 'getApiKey']);
    on.apiKey = on.server.apiKey;
    await on.session.keyWasSet({ goOn: true });
    assert.equal(on.lastAnswer().status, 'complete');
  });

  it('ends with the stop while the key is asked for after the wait', async () => {
    on.server.script({ kind: 'error', status: 429, retryAfter: 300 });
    const done = on.session.send('Hello');
    await waits();
    const asked = new Promise<void>((resolve) => {
      on.keyAsked = resolve;
    });
    on.keyComes = new Promise(() => undefined);
    await on.session.retry(on.lastAnswer().id);
    await asked;
    on.session.stop();
    await done;
    assert.deepEqual([on.lastAnswer().status, on.lastAnswer().notice], ['stopped', undefined]);
    assert.equal(on.server.requests.length, 1);
    on.keyComes = undefined;
    await on.assertGoesOn();
  });

  it('does not ask again by itself for a server that cannot be reached', async () => {
    const scheduled = retriesOf();
    on.server.setReachable(false);
    await on.session.send('Hello');
    assert.deepEqual(scheduled, []);
    assert.match(on.lastAnswer().notice?.message ?? '', /could not be reached/);
    assert.deepEqual(on.lastAnswer().notice?.actions, ['retry']);
    on.server.setReachable(true);
    await on.session.retry(on.lastAnswer().id);
    assert.equal(on.lastAnswer().status, 'complete');
  });

  it('ends with its wait when it is disposed of', async () => {
    on.server.script({ kind: 'error', status: 529, retryAfter: 300 });
    const done = on.session.send('Hello');
    await waits();
    on.session.dispose();
    await done;
    assert.equal(on.server.requests.length, 1);
  });
});
