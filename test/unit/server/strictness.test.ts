import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { apiErrorOf, ask, model, practice, text } from './support.ts';

const question = { role: 'user', content: 'What is it?' };
const valid = { model, max_tokens: 100, messages: [question] };
const mark = { type: 'ephemeral' };

function saying(...content: unknown[]): object {
  return { ...valid, messages: [{ role: 'user', content }] };
}

function withSource(source: object): object {
  return saying({ type: 'image', source });
}

const refusals: readonly (readonly [title: string, body: object, message: string])[] = [
  ['no max_tokens', { model, messages: [question] }, 'max_tokens: Field required'],
  ['no model', { max_tokens: 1, messages: [question] }, 'model: Field required'],
  ['no messages', { model, max_tokens: 1 }, 'messages: Field required'],
  [
    'an empty list of messages',
    { ...valid, messages: [] },
    'messages: at least one message is required',
  ],
  [
    'messages that are no list',
    { ...valid, messages: 'x' },
    'messages: Input should be a valid list',
  ],
  [
    'max_tokens of 0',
    { ...valid, max_tokens: 0 },
    'max_tokens: Input should be greater than or equal to 1',
  ],
  [
    'max_tokens with a fraction',
    { ...valid, max_tokens: 1.5 },
    'max_tokens: Input should be a valid integer',
  ],
  [
    'more max_tokens than the model has',
    { ...valid, max_tokens: 128_001 },
    'max_tokens: 128001 > 128000, which is the maximum allowed number of output tokens for claude-sonnet-5-5',
  ],
  ['an unknown field', { ...valid, foo: 1 }, 'foo: Extra inputs are not permitted'],
  ['a temperature', { ...valid, temperature: 1 }, '`temperature` is deprecated for this model.'],
  ['top_p', { ...valid, top_p: 1 }, '`top_p` is deprecated for this model.'],
  ['top_k', { ...valid, top_k: 1 }, '`top_k` is deprecated for this model.'],
  ['tools', { ...valid, tools: [] }, 'tools: the practice server does not play this field'],
  [
    'an unknown role',
    { ...valid, messages: [{ role: 'system', content: 'x' }] },
    "messages.0.role: Input should be 'user' or 'assistant'",
  ],
  [
    'a first message of the assistant',
    { ...valid, messages: [{ role: 'assistant', content: 'x' }, question] },
    'messages: first message must use the "user" role',
  ],
  [
    'a prefill',
    { ...valid, messages: [question, { role: 'assistant', content: 'It is' }] },
    'This model does not support assistant message prefill. The conversation must end with a user message.',
  ],
  [
    'an unknown field in a message',
    { ...valid, messages: [{ ...question, name: 'x' }] },
    'messages.0.name: Extra inputs are not permitted',
  ],
  [
    'an empty message',
    { ...valid, messages: [{ role: 'user', content: [] }] },
    'messages.0: all messages must have non-empty content except for the optional final assistant message',
  ],
  [
    'an empty text',
    saying({ type: 'text', text: '' }),
    'messages: text content blocks must be non-empty',
  ],
  [
    'a text of white space',
    saying({ type: 'text', text: ' \n' }),
    'messages: text content blocks must contain non-whitespace text',
  ],
  [
    'an unknown field in a text block',
    saying({ type: 'text', text: 'x', foo: 1 }),
    'messages.0.content.0.text.foo: Extra inputs are not permitted',
  ],
  [
    'a block of a kind that is not played',
    saying({ type: 'document', source: {} }),
    "messages.0.content.0: the practice server does not play 'document' blocks",
  ],
  [
    'an empty text in the system prompt',
    { ...valid, system: [{ type: 'text', text: '' }] },
    'system: text content blocks must be non-empty',
  ],
  [
    'an unknown cache control',
    saying({ type: 'text', text: 'x', cache_control: { type: 'forever' } }),
    "messages.0.content.0.text.cache_control.type: Input should be 'ephemeral'",
  ],
  [
    'an unknown time to live',
    saying({ type: 'text', text: 'x', cache_control: { ...mark, ttl: '2h' } }),
    "messages.0.content.0.text.cache_control.ephemeral.ttl: Input should be '5m' or '1h'",
  ],
  [
    'a fifth cache breakpoint',
    {
      ...saying(...Array.from('1234', (each) => ({ ...text(each), cache_control: mark }))),
      system: [{ ...text('x'), cache_control: mark }],
    },
    'A maximum of 4 blocks with cache_control may be provided. Found 5.',
  ],
  [
    'an image of the assistant',
    {
      ...valid,
      messages: [question, { role: 'assistant', content: [{ type: 'image' }] }, question],
    },
    "messages.1.content.0: 'image' blocks are not permitted in assistant messages",
  ],
  [
    'a thinking block that it did not sign',
    {
      ...valid,
      messages: [
        question,
        { role: 'assistant', content: [{ type: 'thinking', thinking: '', signature: 'EqQB' }] },
        question,
      ],
    },
    'messages.1.content.0.thinking.signature: Invalid `signature` in `thinking` block',
  ],
  [
    'a media type outside the four',
    withSource({ type: 'base64', media_type: 'image/bmp', data: 'AAAA' }),
    "messages.0.content.0.image.source.base64.media_type: Input should be 'image/jpeg', 'image/png', 'image/gif' or 'image/webp'",
  ],
  [
    'an unknown field in an image source',
    withSource({ type: 'base64', media_type: 'image/png', data: 'AAAA', name: 'x' }),
    'messages.0.content.0.image.source.base64.name: Extra inputs are not permitted',
  ],
  [
    'a file without its id',
    withSource({ type: 'file' }),
    'messages.0.content.0.image.source.file.file_id: Field required',
  ],
  [
    'a link that is none of the web',
    withSource({ type: 'url', url: 'file:///etc/hosts' }),
    'messages.0.content.0.image.source.url.url: Only HTTP and HTTPS URLs are supported',
  ],
  [
    'a link that is no address',
    withSource({ type: 'url', url: 'a.png' }),
    'messages.0.content.0.image.source.url.url: Input should be a valid URL',
  ],
  [
    'a link without an address',
    withSource({ type: 'url' }),
    'messages.0.content.0.image.source.url.url: Field required',
  ],
  [
    'a link with a media type',
    withSource({ type: 'url', url: 'https://example.com/a.png', media_type: 'image/png' }),
    'messages.0.content.0.image.source.url.media_type: Extra inputs are not permitted',
  ],
  [
    'a thinking type that the model does not take',
    { ...valid, thinking: { type: 'disabled' } },
    '"thinking.type.disabled" is not supported for this model. Use "thinking.type.between_tools" instead.',
  ],
  [
    'adaptive thinking on an old model',
    { ...valid, model: 'claude-haiku-4-5', thinking: { type: 'adaptive' } },
    'adaptive thinking is not supported on this model',
  ],
  [
    'a thinking budget on a new model',
    { ...valid, max_tokens: 4096, thinking: { type: 'enabled', budget_tokens: 1024 } },
    '"thinking.type.enabled" is not supported for this model. Use "thinking.type.adaptive" and "output_config.effort" to control thinking behavior.',
  ],
  [
    'an effort on a model without one',
    { ...valid, model: 'claude-haiku-4-5', output_config: { effort: 'low' } },
    'This model does not support the effort parameter.',
  ],
  [
    'an unknown effort',
    { ...valid, output_config: { effort: 'huge' } },
    "output_config.effort: Input should be 'low', 'medium', 'high', 'xhigh' or 'max'",
  ],
  [
    'more text than the context window holds',
    { ...valid, model: 'claude-haiku-4-5', messages: [{ role: 'user', content: 'x'.repeat(8e5) }] },
    'prompt is too long: 200004 tokens > 200000 maximum',
  ],
];

const acceptances: readonly (readonly [title: string, body: object])[] = [
  ['two user messages in a row', { ...valid, messages: [question, question] }],
  [
    'four cache breakpoints',
    {
      ...valid,
      cache_control: mark,
      system: [{ ...text('x'), cache_control: { ...mark, ttl: '1h' } }],
    },
  ],
  ['a low effort', { ...valid, output_config: { effort: 'low' } }],
  ['adaptive thinking', { ...valid, thinking: { type: 'adaptive', display: 'summarized' } }],
  [
    'no thinking on Haiku 5.5',
    { ...valid, model: 'claude-haiku-5-5', thinking: { type: 'disabled' } },
  ],
  ['a dated id of a model', { ...valid, model: 'claude-haiku-4-5-20251001' }],
  ['a user and a tier', { ...valid, metadata: { user_id: 'u' }, service_tier: 'auto' }],
];

describe('the practice server is as strict as the API', () => {
  const each = practice();

  for (const [title, body, message] of refusals) {
    it(`refuses ${title}`, async () => {
      const error = await apiErrorOf(each.client.post('/v1/messages', { body }));
      assert.equal(error.apiMessage, message);
      assert.equal(error.status, 400);
      assert.equal(error.type, 'invalid_request_error');
    });
  }

  for (const [title, body] of acceptances) {
    it(`takes ${title}`, async () => {
      await each.client.post('/v1/messages', { body });
      assert.equal(each.server.requests[0]?.status, 200);
    });
  }

  it('knows no other model', async () => {
    const error = await apiErrorOf(
      each.client.messages.create({ ...ask(text('x')), model: 'claude-2' }),
    );
    assert.equal(error.status, 404);
    assert.equal(error.type, 'not_found_error');
    assert.equal(error.apiMessage, 'model: claude-2');
  });

  it('refuses to count with fields that only a message has', async () => {
    const body = { model, messages: [question], max_tokens: 10 };
    const error = await apiErrorOf(each.client.post('/v1/messages/count_tokens', { body }));
    assert.equal(error.apiMessage, 'max_tokens: Extra inputs are not permitted');
  });
});
