import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import Anthropic, { AnthropicError, APIConnectionError, APIError } from '@anthropic-ai/sdk';
import type { MessageStream } from '@anthropic-ai/sdk/lib/MessageStream';
import type { Step } from '../../server/script.ts';
import { apiErrorOf, ask, practice, text } from './support.ts';

const body = ask(text('What is it?'));
const words = 'One two three four.';
const slow = { text: words, chunkChars: 4 } as const;

interface Watched {
  readonly stream: MessageStream;
  /** What has come so far; the SDK's own snapshot is gone once the stream is over. */
  shown(): string;
}

function watched(stream: MessageStream): Watched {
  let snapshot = '';
  stream.on('text', (delta) => {
    snapshot += delta;
  });
  return { stream, shown: () => snapshot };
}

describe('a scripted answer', () => {
  const each = practice();
  const play = (...steps: readonly Step[]): Watched => {
    each.server.script(...steps);
    return watched(each.client.messages.stream(body));
  };

  it('is given once, and then the honest one comes back', async () => {
    const first = await play({
      kind: 'answer',
      text: words,
      thinking: false,
    }).stream.finalMessage();
    assert.deepEqual(first.content, [{ type: 'text', text: words, citations: null }]);
    const second = play();
    await second.stream.finalMessage();
    assert.match(second.shown(), /not Claude/u);
  });

  it('is kept for the next request when one is refused', async () => {
    each.server.script({ kind: 'answer', text: words });
    await apiErrorOf(each.client.messages.create({ ...body, max_tokens: 0 }));
    assert.match(JSON.stringify(await each.client.messages.create(body)), /One two/u);
  });

  it('stops after so many deltas until it is released', async () => {
    const held = play({ kind: 'hold', afterDeltas: 2, ...slow });
    const atGate = Promise.withResolvers<void>();
    held.stream.on('text', (_, snapshot) => {
      if (snapshot === 'One two ') atGate.resolve();
    });
    await atGate.promise;
    // The server has nothing more to send: what the client has does not change while others are served.
    await each.client.models.list();
    assert.equal(held.shown(), 'One two ');
    each.server.release();
    assert.equal((await held.stream.finalMessage()).stop_reason, 'end_turn');
    assert.equal(held.shown(), words);
  });

  it('can be released before it is reached, and not twice', async () => {
    const held = play({ kind: 'hold', afterDeltas: 1, ...slow });
    each.server.release();
    await held.stream.finalMessage();
    assert.throws(() => each.server.release(), /no scripted step is holding an answer/u);
  });

  it('sends not even headers while its first byte is held', async () => {
    const held = play({ kind: 'holdFirstByte', ...slow });
    let isConnected = false;
    held.stream.on('connect', () => {
      isConnected = true;
    });
    const request = await each.server.waitForRequest();
    await each.client.models.list();
    assert.deepEqual([request.status, isConnected], [undefined, false]);
    each.server.release();
    await held.stream.finalMessage();
    assert.deepEqual([request.status, isConnected], [200, true]);
  });

  it('reports an error in the middle as an event', async () => {
    const broken = play({
      kind: 'errorEvent',
      afterDeltas: 2,
      type: 'overloaded_error',
      message: 'Overloaded',
      ...slow,
    });
    const error = await apiErrorOf(broken.stream.finalMessage());
    assert.equal(error.constructor, APIError);
    assert.equal(error.status, undefined);
    assert.equal(error.type, 'overloaded_error');
    assert.equal(error.apiMessage, 'Overloaded');
    assert.equal(broken.shown(), 'One two ');
  });

  it('turns that error into a status where there is no stream', async () => {
    const type = 'overloaded_error';
    each.server.script({ kind: 'errorEvent', afterDeltas: 2, type, message: 'Overloaded' });
    assert.equal((await apiErrorOf(each.client.messages.create(body))).status, 529);
  });

  it('breaks off before the headers', async () => {
    const error = await apiErrorOf(play({ kind: 'cut' }).stream.finalMessage());
    assert.ok(error instanceof APIConnectionError);
    assert.equal(each.server.requests[0]?.status, undefined);
    assert.equal(each.server.requests[0]?.aborted, false, 'it was not the client');
  });

  for (const [clean, message] of [
    [false, /terminated/u],
    [true, /stream ended without producing a Message with role=assistant/u],
  ] as const) {
    it(`breaks off in the middle, ${clean ? 'with' : 'without'} a proper end of the body`, async () => {
      const cut = play({ kind: 'cut', afterDeltas: 3, clean, ...slow });
      await assert.rejects(cut.stream.finalMessage(), (error) => {
        assert.ok(error instanceof AnthropicError && !(error instanceof APIError));
        assert.match(error.message, message);
        return true;
      });
      assert.equal(cut.shown(), 'One two thre');
    });
  }

  it('refuses with a category and an explanation', async () => {
    const refused = play({
      kind: 'refusal',
      category: 'cyber',
      explanation: 'Not that.',
      afterDeltas: 1,
      ...slow,
    });
    const message = await refused.stream.finalMessage();
    assert.equal(message.stop_reason, 'refusal');
    assert.deepEqual(message.stop_details, {
      type: 'refusal',
      category: 'cyber',
      explanation: 'Not that.',
    });
    assert.equal(refused.shown(), 'One ');
  });

  it('runs out of tokens with a text, and without one when thinking used them', async () => {
    const cutOff = play({ kind: 'maxTokens', text: words });
    assert.equal((await cutOff.stream.finalMessage()).stop_reason, 'max_tokens');
    assert.equal(cutOff.shown(), words);
    const message = await play({ kind: 'maxTokens' }).stream.finalMessage();
    assert.equal(message.stop_reason, 'max_tokens');
    assert.deepEqual(
      message.content.map(({ type }) => type),
      ['thinking'],
    );
    assert.equal(message.usage.output_tokens, body.max_tokens);
  });

  it('fills the context window, or is empty', async () => {
    const full = await play({ kind: 'contextWindowExceeded', text: words }).stream.finalMessage();
    assert.equal(full.stop_reason, 'model_context_window_exceeded');
    const empty = await play({ kind: 'empty' }).stream.finalMessage();
    assert.deepEqual([empty.stop_reason, empty.content], ['end_turn', []]);
  });
});

describe('a scripted error', () => {
  const each = practice();
  const errorOf = (step: Omit<Step & { kind: 'error' }, 'kind'>): Promise<APIError> => {
    each.server.script({ kind: 'error', ...step });
    return apiErrorOf(each.client.messages.create(body));
  };

  for (const [status, type] of [
    [402, 'billing_error'],
    [403, 'permission_error'],
    [429, 'rate_limit_error'],
    [500, 'api_error'],
    [504, 'timeout_error'],
    [529, 'overloaded_error'],
  ] as const) {
    it(`of ${status} has the type ${type}`, async () => {
      const error = await errorOf({ status, message: 'Sorry.' });
      assert.deepEqual([error.status, error.type, error.apiMessage], [status, type, 'Sorry.']);
      assert.match(error.requestID ?? '', /^req_/u);
    });
  }

  it('carries a code, details, headers and the seconds to wait', async () => {
    const error = await errorOf({
      status: 429,
      errorCode: 'enforced_spend_limit_reached',
      details: { limit: 5 },
      retryAfter: 7,
      headers: { 'anthropic-ratelimit-requests-remaining': '0' },
    });
    assert.equal(error.errorCode, 'enforced_spend_limit_reached');
    assert.deepEqual(error.details, { error_code: 'enforced_spend_limit_reached', limit: 5 });
    assert.equal(error.headers?.get('retry-after'), '7');
    assert.equal(error.headers?.get('anthropic-ratelimit-requests-remaining'), '0');
  });

  it('can be the page of a proxy', async () => {
    const error = await errorOf({ status: 413, html: '<h1>413 Request Entity Too Large</h1>' });
    assert.equal(error.status, 413);
    assert.equal(error.type, null);
    assert.match(error.message, /Request Entity Too Large/u);
  });

  it('stands for as many requests as it says, and the SDK retries after retry-after', async () => {
    each.server.script({
      kind: 'error',
      status: 429,
      times: 2,
      headers: { 'retry-after-ms': '40' },
    });
    const { url: baseURL, apiKey } = each.server;
    const retrying = new Anthropic({ baseURL, apiKey, maxRetries: 2 });
    await retrying.messages.create(body);
    const { requests } = each.server;
    assert.deepEqual(
      requests.map(({ status }) => status),
      [429, 429, 200],
    );
    const [first = 0, second = 0, third = 0] = requests.map(({ receivedAt }) => receivedAt);
    // Timers may be a millisecond early; without the header the SDK waits 1125 ms at the least.
    assert.ok(second - first >= 39 && third - second >= 39);
    assert.ok(third - first < 1125, `${third - first} ms`);
  });
});
