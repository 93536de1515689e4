import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { billedDollars, type Billed } from '../../src/core/conversation/billing.ts';
import { greyPng } from '../support/pngFile.ts';
import { bodyOf } from '../support/received.ts';
import { settings, useSession, type SessionTest } from './sessionSetup.ts';

/** 1,296 tokens. */
const large = greyPng(1000, 1000);

describe('a conversation and the prompt cache', () => {
  const current = useSession();
  let on: SessionTest;
  beforeEach(() => {
    on = current();
  });
  afterEach(() => setModel(undefined));

  async function setModel(model: string | undefined): Promise<void> {
    await settings().update('model', model, vscode.ConfigurationTarget.Global);
  }

  /** Whether each request asked for the cache. */
  function marked(): readonly boolean[] {
    return on.server.requests.map((request) => bodyOf(request).cache_control !== undefined);
  }

  function assertBillIsTheServers(): void {
    const bill = on.session.state.billed ?? [];
    const sum = (of: (usage: Billed['usage']) => number): number =>
      bill.reduce((total, { usage }) => total + of(usage), 0);
    const { dollars, answers: _, ...tokens } = on.server.bill();
    assert.deepEqual(tokens, {
      inputTokens: sum(({ inputTokens }) => inputTokens),
      cacheWriteTokens: sum(({ cacheWriteTokens }) => cacheWriteTokens),
      cacheReadTokens: sum(({ cacheReadTokens }) => cacheReadTokens),
      outputTokens: sum(({ outputTokens }) => outputTokens),
    });
    assert.ok(Math.abs((billedDollars(bill) ?? 0) - (dollars ?? 0)) < 1e-9);
  }

  it('writes with the second question and reads with the third, and says what that saved', async () => {
    await on.describeImage(await on.file('large.png', large));
    assert.equal(on.session.state.totalLabel, '');
    await on.session.send('And now?');
    const written = on.lastAnswer();
    assert.equal(written.usage?.cacheReadTokens, 0);
    assert.match(written.usageLabel ?? '', /tokens in, .* of them into the cache · .* to write/);
    await on.session.send('And then?');
    const read = on.lastAnswer();
    assert.equal(read.usage?.cacheReadTokens, written.usage?.cacheWriteTokens);
    assert.match(read.usageLabel ?? '', /of them from the cache · .* \(\$0\.\d{4} saved\)$/);
    assert.deepEqual(marked(), [false, true, true]);
    assert.match(on.session.state.totalLabel ?? '', /^Conversation: [\d,]+ tokens · \$0\.\d{4}$/);
    assertBillIsTheServers();
  });

  it('does without it while the prompt is too short', async () => {
    await setModel('claude-haiku-4-5');
    await on.describeImage(await on.file('large.png', large));
    await on.session.send('And now?');
    assert.deepEqual(marked(), [false, false]);
  });

  it('finds what was written after many images came at once', async () => {
    await on.describeImage(await on.file('large.png', large));
    await on.session.send('And now?');
    const files = Array.from({ length: 12 }, (_, index) =>
      on.file(`${index}.png`, greyPng(100 + index, 30)),
    );
    await on.describeImage(...(await Promise.all(files)));
    assert.equal(on.lastAnswer().status, 'complete');
    const [, second, third] = on.server.requests;
    assert.equal(on.lastAnswer().usage?.cacheReadTokens, writtenBy(1));
    assert.equal(bodyOf(second).messages.length + 2, bodyOf(third).messages.length);
  });

  it('has another one for another model, and finds its own again', async () => {
    await on.describeImage(await on.file('large.png', large));
    await on.session.send('Two');
    await setModel('claude-opus-5-5');
    await on.session.send('Three');
    assert.equal(on.lastAnswer().usage?.cacheReadTokens, 0);
    assert.ok(on.lastAnswer().usage?.cacheWriteTokens);
    await setModel(undefined);
    await on.session.send('Four');
    assert.equal(on.lastAnswer().usage?.cacheReadTokens, writtenBy(1));
    assert.equal(on.session.state.billed?.length, 2);
    assertBillIsTheServers();
  });

  it('bills what was asked again, edited away, deleted, stopped and cut', async () => {
    await on.describeImage(await on.file('large.png', large));
    await on.session.retry(on.lastAnswer().id);
    await on.session.send('Two');
    const [, question] = on.questions();
    assert.ok(question);
    await on.session.edit(question.id, 'Two, in other words');
    await on.session.deleteExchange(question.id);
    on.server.script({ kind: 'cut', afterDeltas: 1 });
    await on.session.send('Cut');
    on.server.script({
      kind: 'errorEvent',
      afterDeltas: 0,
      type: 'overloaded_error',
      message: 'Overloaded',
    });
    const failing = on.session.send('Overloaded before the first word');
    await on.until(({ turns }) => {
      const last = turns.at(-1);
      return last?.role === 'assistant' && last.retry !== undefined;
    });
    await on.session.retry(on.lastAnswer().id);
    await failing;
    on.server.script({ kind: 'hold', afterDeltas: 1 });
    const stopped = on.session.send('Stopped');
    await on.until(({ turns }) => {
      const last = turns.at(-1);
      return last?.role === 'assistant' && last.status === 'streaming';
    });
    on.session.stop();
    await stopped;
    assert.equal(on.server.bill().answers, 8);
    assertBillIsTheServers();
  });

  it('bills an answer once that is stopped while it waits to be asked for again', async () => {
    on.server.script({
      kind: 'errorEvent',
      afterDeltas: 0,
      type: 'overloaded_error',
      message: 'Overloaded',
    });
    const failing = on.describeImage(await on.file('large.png', large));
    await on.until(({ turns }) => {
      const last = turns.at(-1);
      return last?.role === 'assistant' && last.retry !== undefined;
    });
    on.session.stop();
    await failing;
    assert.equal(on.lastAnswer().status, 'failed');
    assert.equal(on.server.bill().answers, 1);
    assertBillIsTheServers();
  });

  for (const afterDeltas of [0, 1]) {
    it(`bills both requests when the first is refused in the stream after ${afterDeltas} texts`, async () => {
      await on.describeImage(await on.file('large.png', large));
      on.server.script({
        kind: 'errorEvent',
        afterDeltas,
        type: 'invalid_request_error',
        message: 'cache_control: Extra inputs are not permitted',
        text: 'First',
      });
      await on.session.send('And now?');
      const { status, text } = on.lastAnswer();
      assert.equal(status, afterDeltas === 0 ? 'complete' : 'failed');
      assert.equal(/First/.test(text), afterDeltas > 0, 'no text is put behind another');
      assert.equal(on.server.requests.length, afterDeltas === 0 ? 3 : 2);
      assertBillIsTheServers();
    });
  }

  it('goes on without it at a gateway that does not know it', async () => {
    await on.describeImage(await on.file('large.png', large));
    on.server.script({
      kind: 'error',
      status: 400,
      message: 'cache_control: Extra inputs are not permitted',
    });
    await on.session.send('And now?');
    assert.equal(on.lastAnswer().status, 'complete');
    await on.session.send('And then?');
    assert.deepEqual(marked(), [false, true, false, false]);
    assertBillIsTheServers();
  });

  /** Tokens that the request of that number put into the cache. */
  function writtenBy(request: number): number | undefined {
    const answers = on.session.state.turns.filter((turn) => turn.role === 'assistant');
    return answers[request]?.usage?.cacheWriteTokens;
  }
});
