import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, afterEach, before, describe, it } from 'mocha';
import { ClaudeApi, type HttpExchange } from '../../../src/claude/claudeApi.ts';
import type { RequestFailure, RequestImage } from '../../../src/core/failure.ts';
import { startPracticeServer, type PracticeServer } from '../../server/practiceServer.ts';
import type { Step } from '../../server/script.ts';

const request = {
  model: 'claude-sonnet-5-5',
  max_tokens: 1024,
  messages: [{ role: 'user' as const, content: 'Describe this image.' }],
};

describe('ClaudeApi', () => {
  let server: PracticeServer;
  let exchanges: HttpExchange[];

  before(async () => {
    server = await startPracticeServer();
  });
  afterEach(() => server.reset());
  after(() => server.close());

  const connect = (connection: { apiKey?: string; baseUrl?: string } = {}): ClaudeApi => {
    exchanges = [];
    return new ClaudeApi(
      {
        apiKey: connection.apiKey ?? server.apiKey,
        baseUrl: connection.baseUrl ?? server.url,
      },
      (exchange) => exchanges.push(exchange),
    );
  };

  const ask = async (
    api: ClaudeApi,
    { signal = new AbortController().signal, images = new Map<string, RequestImage>() } = {},
  ) => {
    let text = '';
    const outcome = await api.streamAnswer(request, {
      signal,
      images,
      onText: (delta) => {
        text += delta;
      },
    });
    return { text, ...outcome };
  };

  const failureOf = async (step: Step): Promise<RequestFailure | undefined> => {
    server.script(step);
    const { end } = await ask(connect());
    return end.kind === 'failed' ? withoutRequestId(end.failure) : undefined;
  };

  it('streams an answer and reports what it cost', async () => {
    server.script({ kind: 'answer', text: 'A red square.', chunkChars: 4 });
    const { text, end, usage, requestId } = await ask(connect());
    assert.deepEqual([text, end], ['A red square.', { kind: 'complete' }]);
    assert.equal(requestId, server.requests[0]?.id);
    assert.ok(usage && usage.inputTokens > 0 && usage.outputTokens > 0);
  });

  it('logs each exchange with its size, status and request id', async () => {
    await ask(connect());
    assert.equal(exchanges.length, 1);
    const { method, path, status, requestId, requestBytes } = exchanges[0] ?? {};
    assert.deepEqual([method, path, status], ['POST', '/v1/messages', 200]);
    assert.match(requestId ?? '', /^req_/);
    assert.ok((requestBytes ?? 0) > 50);
  });

  it('keeps what had come when it is stopped, and the server sees the stop', async () => {
    server.script({ kind: 'hold', afterDeltas: 1, text: 'Half an answer', chunkChars: 4 });
    const controller = new AbortController();
    const api = connect();
    let text = '';
    const outcome = api.streamAnswer(request, {
      signal: controller.signal,
      images: new Map(),
      onText: (delta) => {
        text += delta;
        controller.abort();
      },
    });
    const { end } = await outcome;
    const received = await server.waitForRequest();
    await received.ended;
    assert.deepEqual([text, end], ['Half', { kind: 'stopped' }]);
    assert.equal(received.aborted, true);
  });

  const fails: readonly [title: string, step: Step, failure: RequestFailure][] = [
    ['a 402', { kind: 'error', status: 402, message: 'no' }, { kind: 'billing', message: 'no' }],
    [
      'a 403',
      { kind: 'error', status: 403, message: 'no' },
      { kind: 'permissionDenied', message: 'no' },
    ],
    [
      'a 404 of the API',
      { kind: 'error', status: 404 },
      { kind: 'modelNotFound', model: 'claude-sonnet-5-5' },
    ],
    [
      'a 404 of another server',
      { kind: 'error', status: 404, html: '<h1>Not Found</h1>' },
      { kind: 'endpointNotFound' },
    ],
    [
      'a 413 of a proxy',
      { kind: 'error', status: 413, html: '<h1>Too large</h1>' },
      { kind: 'requestTooLarge' },
    ],
    [
      'a 400',
      { kind: 'error', status: 400, message: 'max_tokens: no' },
      { kind: 'requestInvalid', message: 'max_tokens: no' },
    ],
    [
      'a 429 with a wait',
      { kind: 'error', status: 429, retryAfter: 120 },
      { kind: 'rateLimited', retryAfterSeconds: 120 },
    ],
    [
      'a spend limit',
      {
        kind: 'error',
        status: 429,
        errorCode: 'enforced_spend_limit_reached',
        message: 'spent',
        headers: { 'x-should-retry': 'false' },
      },
      { kind: 'spendLimit', message: 'spent' },
    ],
    [
      'a 529 with a wait of milliseconds',
      { kind: 'error', status: 529, headers: { 'retry-after-ms': '1500' } },
      { kind: 'overloaded', retryAfterSeconds: 1.5 },
    ],
    ['a 529 without a wait', { kind: 'error', status: 529 }, { kind: 'overloaded' }],
    [
      'a 500 with a wait',
      { kind: 'error', status: 500, retryAfter: 3 },
      { kind: 'serverError', status: 500, retryAfterSeconds: 3 },
    ],
    ['a 408', { kind: 'error', status: 408 }, { kind: 'serverError', status: 408 }],
    ['a 409', { kind: 'error', status: 409 }, { kind: 'serverError', status: 409 }],
  ];
  for (const [title, step, failure] of fails) {
    it(`turns ${title} into a failure, at once`, async () => {
      assert.deepEqual(await failureOf(step), failure);
      assert.equal(exchanges.length, 1);
    });
  }

  it('hands over an error that the server wants to be asked again for', async () => {
    const failure = await failureOf({
      kind: 'error',
      status: 529,
      headers: { 'x-should-retry': 'true' },
    });
    assert.deepEqual([failure?.kind, exchanges.length], ['overloaded', 1]);
  });

  it('tries once more by itself when the connection breaks before an answer', async () => {
    server.script({ kind: 'cut' }, { kind: 'answer', text: 'Here it is.' });
    const { text, end } = await ask(connect());
    assert.deepEqual([text, end.kind], ['Here it is.', 'complete']);
    assert.deepEqual(
      exchanges.map(({ status }) => status),
      [undefined, 200],
    );
  });

  it('reads a wait that is given as a date', async () => {
    const date = new Date(Date.now() + 120_000).toUTCString();
    const failure = await failureOf({
      kind: 'error',
      status: 529,
      headers: { 'retry-after': date },
    });
    assert.equal(failure?.kind, 'overloaded');
    assert.ok((failure.retryAfterSeconds ?? 0) > 100);
  });

  it('tells an error event by its type', async () => {
    const failure = await failureOf({
      kind: 'errorEvent',
      afterDeltas: 0,
      type: 'authentication_error',
      message: 'no',
    });
    assert.deepEqual(failure, { kind: 'keyRejected' });
  });

  it('takes no header from the environment', async () => {
    process.env['ANTHROPIC_CUSTOM_HEADERS'] = 'x-from-env: 1\nAuthorization: Bearer other';
    try {
      const { end } = await ask(connect());
      const [{ headers, credential } = assert.fail()] = server.requests;
      assert.deepEqual(
        [end.kind, credential, headers['x-from-env']],
        ['complete', 'right', undefined],
      );
      assert.match(process.env['ANTHROPIC_CUSTOM_HEADERS'], /^x-from-env/, 'it is left as it was');
    } finally {
      delete process.env['ANTHROPIC_CUSTOM_HEADERS'];
    }
  });

  it('never repeats a key that no header can carry', async () => {
    const { end } = await ask(connect({ apiKey: 'secret\nrest' }));
    assert.equal(end.kind, 'failed');
    assert.doesNotMatch(JSON.stringify(end), /secret/);
  });

  it('tells a wrong key', async () => {
    const { end } = await ask(connect({ apiKey: 'wrong' }));
    assert.equal(end.kind === 'failed' && end.failure.kind, 'keyRejected');
  });

  it('tells a server that is not there, with the cause', async () => {
    const baseUrl = await unusedAddress();
    const { end } = await ask(connect({ baseUrl }));
    assert.deepEqual(end, {
      kind: 'failed',
      failure: { kind: 'unreachable', host: new URL(baseUrl).host, code: 'ECONNREFUSED' },
    });
  }).timeout(20_000);

  it('keeps what had come when the server reports an error in the middle', async () => {
    server.script({
      kind: 'errorEvent',
      afterDeltas: 2,
      type: 'overloaded_error',
      message: 'Overloaded',
      text: 'Half an answer',
      chunkChars: 4,
    });
    const { text, end } = await ask(connect());
    assert.equal(text, 'Half an ');
    assert.equal(end.kind === 'failed' && end.failure.kind, 'overloaded');
  });

  for (const clean of [false, true]) {
    it(`keeps what had come when the stream is ${clean ? 'closed early' : 'cut'}`, async () => {
      server.script({ kind: 'cut', afterDeltas: 2, clean, text: 'Half an answer', chunkChars: 4 });
      const { text, end } = await ask(connect());
      assert.equal(text, 'Half an ');
      assert.equal(end.kind === 'failed' && end.failure.kind, 'streamCut');
    });
  }

  it('reports max_tokens, with and without text', async () => {
    server.script({ kind: 'maxTokens', text: 'Half' }, { kind: 'maxTokens' });
    const api = connect();
    const ends = [(await ask(api)).end, (await ask(api)).end];
    assert.deepEqual(
      ends,
      [true, false].map((anyText) => ({
        kind: 'cutOff',
        cutoff: { kind: 'maxTokens', limit: 1024, anyText },
      })),
    );
  });

  it('reports a refusal with its explanation', async () => {
    server.script({ kind: 'refusal', category: 'cyber', explanation: 'It could harm.' });
    const { end } = await ask(connect());
    assert.deepEqual(end, {
      kind: 'cutOff',
      cutoff: { kind: 'refused', category: 'cyber', explanation: 'It could harm.' },
    });
  });

  it('reports a full context window and an empty answer', async () => {
    server.script({ kind: 'contextWindowExceeded' }, { kind: 'empty' });
    const api = connect();
    const ends = [(await ask(api)).end, (await ask(api)).end];
    assert.deepEqual(
      ends.map((end) => end.kind === 'cutOff' && end.cutoff.kind),
      ['contextWindowExceeded', 'emptyAnswer'],
    );
  });

  it('names the images that the API refused, by the details and by the message', async () => {
    server.script(
      {
        kind: 'error',
        status: 400,
        errorCode: 'image_dimensions_too_large',
        details: { max_side_length_pixels: 2000, paths: ['messages.0.content.1'] },
        message: 'too large',
      },
      {
        kind: 'error',
        status: 400,
        message: 'messages.0.content.3.image.source.base64: Could not process image',
      },
    );
    const api = connect();
    const images = new Map([
      ['messages.0.content.1', { id: '1', name: 'big.png' }],
      ['messages.0.content.3', { id: '3', name: 'broken.png' }],
    ]);
    const names = [await ask(api, { images }), await ask(api, { images })].map(
      ({ end }) =>
        end.kind === 'failed' &&
        end.failure.kind === 'imagesRejected' &&
        end.failure.images.map(({ name }) => name),
    );
    assert.deepEqual(names, [['big.png'], ['broken.png']]);
  });

  describe('checkKey', () => {
    const check = async (connection: { apiKey?: string; baseUrl?: string }) => {
      const result = await connect(connection).checkKey(new AbortController().signal);
      return result.ok ? 'accepted' : result.error.kind;
    };

    it('tells a right key from a wrong one and from no network', async () => {
      assert.equal(await check({}), 'accepted');
      assert.equal(await check({ apiKey: 'wrong' }), 'keyRejected');
      assert.equal(await check({ baseUrl: await unusedAddress() }), 'unreachable');
    });

    it('is not taken in by a log-in page that answers everything', async () => {
      const portal = createServer((_, response) => {
        response.setHeader('content-type', 'text/html');
        response.end('<h1>Log in</h1>');
      }).listen(0, '127.0.0.1');
      await new Promise((resolve) => portal.once('listening', resolve));
      const { port } = portal.address() as AddressInfo;
      try {
        assert.equal(await check({ baseUrl: `http://127.0.0.1:${port}` }), 'endpointNotFound');
      } finally {
        portal.closeAllConnections();
        await new Promise((resolve) => portal.close(resolve));
      }
    });
  });
});

function withoutRequestId(failure: RequestFailure): RequestFailure {
  const { requestId: _, ...rest } = { requestId: '', ...failure };
  return rest;
}

/** The address of a port that was free a moment ago. */
async function unusedAddress(): Promise<string> {
  const probe = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => probe.once('listening', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return `http://127.0.0.1:${port}`;
}
