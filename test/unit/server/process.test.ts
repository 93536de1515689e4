import assert from 'node:assert/strict';
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import type { Readable, Writable } from 'node:stream';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, it } from 'mocha';
import Anthropic from '@anthropic-ai/sdk';
import { ask, defined, imageBlock, picture, practice, text } from './support.ts';

describe('the control over HTTP', () => {
  const each = practice();
  const call = async (path: string, body?: unknown): Promise<{ status: number; json: unknown }> => {
    const init =
      body === undefined
        ? {}
        : {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify(body),
          };
    const response = await fetch(`${each.server.url}/__practice/${path}`, init);
    return { status: response.status, json: await response.json() };
  };

  it('queues steps and lets a held one go on', async () => {
    const steps = [
      { kind: 'hold', afterDeltas: 1, text: 'Held.' },
      { kind: 'error', status: 529, times: 2 },
    ];
    assert.deepEqual(await call('script', steps), { status: 200, json: { queued: 2 } });
    const stream = each.client.messages.stream(ask(text('x')));
    const atGate = Promise.withResolvers<void>();
    stream.on('text', () => atGate.resolve());
    await atGate.promise;
    assert.equal((await call('release', {})).status, 200);
    assert.equal((await stream.finalMessage()).stop_reason, 'end_turn');
    assert.equal((await call('release', {})).status, 400, 'nothing is held any more');
    await assert.rejects(each.client.messages.create(ask(text('x'))), { status: 529 });
    assert.equal((await call('reset', {})).status, 200);
    await each.client.messages.create(ask(text('x')));
    assert.equal(each.server.requests.length, 1);
  });

  it('waits for requests and tells about them without their image data', async () => {
    const bytes = await picture(8, 8);
    const listed = call('requests?atLeast=2&path=/v1/messages');
    await each.client.models.list();
    await each.client.messages.create(ask(text('x')));
    await each.client.messages.create(ask(imageBlock(bytes), text('y')));
    const { json } = await listed;
    assert.ok(Array.isArray(json));
    assert.equal(json.length, 2);
    const [, second] = json as {
      status: number;
      images: { width: number; sha256: string }[];
    }[];
    assert.equal(second?.images[0]?.width, 8);
    assert.match(second.images[0].sha256, /^[0-9a-f]{64}$/u);
    assert.ok(!JSON.stringify(json).includes(bytes.toString('base64')));
    assert.ok(!JSON.stringify(json).includes(each.server.apiKey));
  });

  for (const [step, message] of [
    [{ kind: 'dance' }, /^steps\.0\.kind: Input should be 'answer', 'hold'/u],
    [{ kind: 'answer', words: 'x' }, /^steps\.0\.words: Extra inputs are not permitted/u],
    [{ kind: 'hold' }, /^steps\.0\.afterDeltas: Field required/u],
    [{ kind: 'error', status: 200 }, /^steps\.0\.status: Input should be greater/u],
    [{ kind: 'answer', times: 0 }, /^steps\.0\.times: Input should be greater/u],
    [
      { kind: 'refusal', category: 'x', explanation: null },
      /^steps\.0\.category: Input should be/u,
    ],
    [{ kind: 'error', status: 429, retryAfter: '1' }, /^steps\.0\.retryAfter: Input should be/u],
  ] as const) {
    it(`refuses the step ${JSON.stringify(step)}`, async () => {
      const { status, json } = await call('script', step);
      assert.equal(status, 400);
      assert.match((json as { error: { message: string } }).error.message, message);
    });
  }

  it('is not for web pages', async () => {
    const { port } = new URL(each.server.url);
    const statusWith = async (headers: Record<string, string>): Promise<number | undefined> => {
      const path = '/__practice/requests';
      const request = httpRequest({ host: '127.0.0.1', port, path, headers, agent: false }).end();
      const [response] = (await once(request, 'response')) as [Readable & { statusCode?: number }];
      response.resume();
      return response.statusCode;
    };
    assert.equal(await statusWith({}), 200);
    assert.equal(await statusWith({ host: 'evil.example' }), 403);
    assert.equal(await statusWith({ origin: 'https://evil.example' }), 403);
  });
});

describe('the practice server on the command line', () => {
  let child: ChildProcessByStdio<Writable, Readable, null> | undefined;
  const start = async (...flags: string[]): Promise<string> => {
    const main = fileURLToPath(new URL('../../server/main.ts', import.meta.url));
    child = spawn(process.execPath, [main, ...flags], { stdio: ['pipe', 'pipe', 'inherit'] });
    for await (const line of createInterface(child.stdout)) {
      return (JSON.parse(line) as { url: string }).url;
    }
    throw new Error('it printed nothing');
  };

  afterEach(() => {
    child?.kill('SIGKILL');
  });

  it('prints its address, takes its own key, and ends with its parent', async () => {
    const baseURL = await start('--key', 'other-key', '--delay', '0');
    const client = new Anthropic({ baseURL, apiKey: 'other-key', maxRetries: 0 });
    const message = await client.messages.create(ask(text('x')));
    assert.equal(message.role, 'assistant');
    const exit = once(defined(child), 'exit');
    child?.stdin.end();
    assert.deepEqual(await exit, [0, null]);
  });

  it('ends when it is told to, also in the middle of an answer', async () => {
    const baseURL = await start('--delay', '10000');
    const client = new Anthropic({ baseURL, apiKey: 'practice-key', maxRetries: 0 });
    const stream = client.messages.stream(ask(text('x')));
    const begun = Promise.withResolvers<void>();
    stream.on('text', () => begun.resolve());
    await begun.promise;
    const failed = assert.rejects(stream.finalMessage());
    const exit = once(defined(child), 'exit');
    child?.kill('SIGTERM');
    assert.deepEqual(await exit, [0, null]);
    await failed;
  });
});
