import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { text as textOf } from 'node:stream/consumers';
import { describe, it } from 'mocha';
import { apiErrorOf, ask, clientOf, model, practice, text } from './support.ts';

const valid = { model, max_tokens: 100, messages: [{ role: 'user', content: 'What is it?' }] };

describe('the practice server looks at headers, paths and sizes', () => {
  const each = practice();

  it('refuses a wrong key and keeps no key in its notes', async () => {
    const error = await apiErrorOf(
      clientOf(each.server, 'sk-other').messages.create(ask(text('x'))),
    );
    assert.equal(error.status, 401);
    assert.equal(error.type, 'authentication_error');
    const [received] = each.server.requests;
    assert.equal(received?.credential, 'wrong');
    assert.equal(received?.headers['authorization'], '(the wrong key)');
    assert.ok(!JSON.stringify(received).includes('sk-other'));
    assert.deepEqual(received?.body, ask(text('x')), 'what a refused request held can be seen');
  });

  const rawHeaders = (): Record<string, string> => ({
    authorization: `Bearer ${each.server.apiKey}`,
    'anthropic-version': '2026-10-21',
    'content-type': 'application/json',
  });
  const post = async (
    headers: Record<string, string>,
    body = JSON.stringify(valid),
  ): Promise<{ status: number; type: string; message: string }> => {
    const url = `${each.server.url}/v1/messages`;
    const response = await fetch(url, { method: 'POST', headers, body });
    const answer = JSON.parse(await response.text()) as {
      error?: { type: string; message: string };
    };
    return { status: response.status, type: '', message: '', ...answer.error };
  };

  it('wants a credential', async () => {
    const { authorization: _, ...headers } = rawHeaders();
    const { status, type } = await post(headers);
    assert.deepEqual({ status, type }, { status: 401, type: 'authentication_error' });
  });

  it('breaks connections while it is out of reach, kept ones too', async () => {
    assert.equal((await post(rawHeaders())).status, 200);
    each.server.setReachable(false);
    await assert.rejects(post(rawHeaders()), TypeError);
    each.server.setReachable(true);
    assert.equal((await post(rawHeaders())).status, 200);
  });

  it('takes the older headers of gateways', async () => {
    const { authorization: _, ...headers } = rawHeaders();
    const old = { ...headers, 'x-api-key': each.server.apiKey };
    assert.equal((await post({ ...old, 'anthropic-version': '2023-06-01' })).status, 200);
    assert.equal((await post(old)).status, 401, 'with the version that goes with them');
    const wrong = { ...old, 'x-api-key': 'other', 'anthropic-version': '2023-06-01' };
    assert.equal((await post(wrong)).message, 'invalid x-api-key');
  });

  it('wants a version that it knows', async () => {
    const { 'anthropic-version': _, ...headers } = rawHeaders();
    assert.equal((await post(headers)).message, 'anthropic-version: header is required');
    const unknown = await post({ ...headers, 'anthropic-version': '2020-01-01' });
    assert.equal(unknown.message, 'anthropic-version: "2020-01-01" is not a valid version');
  });

  it('wants JSON that is declared and written as such', async () => {
    const plain = await post({ ...rawHeaders(), 'content-type': 'text/plain' });
    assert.equal(plain.message, "content-type: Input should be 'application/json'");
    const broken = await post(rawHeaders(), '{');
    assert.equal(broken.message, 'The request body is not valid JSON');
  });

  it('answers an unknown path and a wrong method in the shape of every error', async () => {
    const missing = await apiErrorOf(each.client.get('/v1/nothing'));
    assert.equal(missing.status, 404);
    assert.equal(missing.type, 'not_found_error');
    assert.match(missing.requestID ?? '', /^req_/u);
    assert.equal((missing.error as { request_id?: string }).request_id, missing.requestID);
    const method = await apiErrorOf(each.client.get('/v1/messages'));
    assert.equal(method.status, 405);
    assert.equal(method.headers?.get('allow'), 'POST');
  });

  it('stops keeping a request of more than 32 MB and answers 413', async () => {
    const body = ask(text('x'.repeat(33 * 1024 * 1024)));
    const error = await apiErrorOf(each.client.messages.create(body));
    assert.equal(error.status, 413);
    assert.equal((error.error as { error?: { type?: string } }).error?.type, 'request_too_large');
    assert.equal(each.server.requests[0]?.body, undefined);
  });

  for (const target of ['*', '//[', '/v1/models/%', 'http://example.com/v1/models']) {
    it(`outlives the request target ${target}`, async () => {
      const socket = connect(Number(new URL(each.server.url).port), '127.0.0.1');
      await once(socket, 'connect');
      socket.write(`GET ${target} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`);
      assert.match(await textOf(socket), /^HTTP\/1\.1 40[14] /u);
      await each.client.models.list();
    });
  }
});
