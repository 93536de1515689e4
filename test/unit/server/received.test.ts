import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { APIConnectionError, APIUserAbortError } from '@anthropic-ai/sdk';
import { ask, practice, text } from './support.ts';

const body = ask(text('What is it?'));

describe('a client that goes away', () => {
  const each = practice();

  for (const kind of ['hold', 'holdFirstByte'] as const) {
    it(`is noticed during ${kind}`, async () => {
      each.server.script(kind === 'hold' ? { kind, afterDeltas: 1 } : { kind });
      const stream = each.client.messages.stream(body);
      const failed = assert.rejects(stream.finalMessage(), APIUserAbortError);
      const request = await each.server.waitForRequest();
      if (kind === 'hold') await stream.emitted('text');
      stream.abort();
      await failed;
      await request.ended;
      assert.equal(request.aborted, true);
    });
  }

  it('is told from one that read to the end', async () => {
    await each.client.messages.stream(body).finalMessage();
    const request = await each.server.waitForRequest();
    await request.ended;
    assert.equal(request.aborted, false);
  });
});

describe('the notes of the practice server', () => {
  const each = practice();

  it('hand out each request once, the ones before and the ones to come', async () => {
    const { client, server } = each;
    const isCount = (request: { readonly path: string }): boolean =>
      request.path === '/v1/messages/count_tokens';
    await client.messages.create(body);
    const counted = server.waitForRequest(isCount);
    await client.messages.countTokens({ model: body.model, messages: body.messages });
    assert.equal((await counted).path, '/v1/messages/count_tokens');
    assert.equal((await server.waitForRequest()).path, '/v1/messages');
    const next = server.waitForRequest();
    await client.models.list({ limit: 1 });
    assert.equal((await next).path, '/v1/models?limit=1');
    assert.deepEqual(
      server.requests.map(({ method }) => method),
      ['POST', 'POST', 'GET'],
    );
  });

  it('are empty after a reset, and so is the script', async () => {
    each.server.script({ kind: 'error', status: 500 });
    await each.client.models.list();
    each.server.reset();
    assert.deepEqual(each.server.requests, []);
    await each.client.messages.create(body);
  });

  it('tell who waits that the server was closed', async () => {
    const isNever = (): boolean => false;
    const waiting = assert.rejects(each.server.waitForRequest(isNever), /was closed/u);
    each.server.script({ kind: 'holdFirstByte' });
    const held = assert.rejects(each.client.messages.create(body), APIConnectionError);
    await each.server.waitForRequest((request) => request.path === '/v1/messages');
    await each.server.close();
    await Promise.all([waiting, held]);
  });
});
