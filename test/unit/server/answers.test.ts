import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type Anthropic from '@anthropic-ai/sdk';
import type { Message, MessageParam } from '@anthropic-ai/sdk/resources/messages';
import { ask, defined, imageBlock, model, picture, practice, text } from './support.ts';

function textOf(message: Message): string {
  return message.content.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join('');
}

async function eventTypes(
  client: Anthropic,
  body: Parameters<Anthropic['messages']['stream']>[0],
): Promise<readonly string[]> {
  const types: string[] = [];
  const stream = client.messages.stream(body);
  stream.on('streamEvent', (event) => {
    const detail = event.type === 'content_block_delta' ? ` ${event.delta.type}` : '';
    const name = `${event.type}${detail}`;
    if (types.at(-1) !== name) types.push(name);
  });
  await stream.finalMessage();
  return types;
}

const twoImages = async (): Promise<Exclude<MessageParam['content'], string>> => [
  text('Image 1: a|b.png'),
  imageBlock(await picture(56, 28, 0xd02020ff)),
  text('Image 2: sea.jpg'),
  imageBlock(await picture(100, 28, 0x2040d0ff, 'image/jpeg'), 'image/jpeg'),
  text('Which is red?\nAnd which is blue?'),
];

describe('the honest answer', () => {
  const each = practice();

  it('says that it is the practice server and what arrived', async () => {
    const message = await each.client.messages.create(ask(...(await twoImages())));
    const words = textOf(message);
    assert.match(
      words,
      /^## What the practice server received\n\nI am the \*\*practice server\*\*, not Claude\./u,
    );
    assert.match(words, /- Images in this request: 2\n/u);
    assert.ok(words.includes(`- Input tokens: ${message.usage.input_tokens}\n`));
    const [first, second] = each.server.requests[0]?.images ?? [];
    assert.ok(first && second);
    const rows = [
      String.raw`| Image 1: a\|b.png | PNG | 56 x 28 | 2 | \`${first.meanColor}\` (red) |`,
      String.raw`| Image 2: sea.jpg | JPEG | 100 x 28 | 4 | \`${second.meanColor}\` (blue) |`,
    ];
    assert.ok(words.includes(rows.join('\n').replaceAll('\\`', '`')), words);
    assert.ok(words.includes('> Which is red?\n> And which is blue?'));
    assert.equal(message.stop_reason, 'end_turn');
  });

  it('is the same for the same request', async () => {
    const body = ask(...(await twoImages()));
    const [first, second] = [
      await each.client.messages.create(body),
      await each.client.messages.create(body),
    ];
    assert.equal(textOf(first), textOf(second));
  });

  it('still has the images of earlier turns, and takes its own thinking block back', async () => {
    const { messages } = ask(...(await twoImages()));
    const first = await each.client.messages.create({ model, max_tokens: 1000, messages });
    assert.deepEqual(
      first.content.map(({ type }) => type),
      ['thinking', 'text'],
    );
    const second = await each.client.messages.create({
      model,
      max_tokens: 1000,
      messages: [
        ...messages,
        { role: 'assistant', content: first.content },
        { role: 'user', content: 'And the larger one?' },
      ],
    });
    const words = textOf(second);
    assert.ok(
      words.includes(
        String.raw`I still have 2 images from this conversation: Image 1: a\|b.png, Image 2: sea.jpg.`,
      ),
      words,
    );
    assert.match(words, /- Turn of this conversation: 2\n/u);
    assert.match(words, /No new image came with this message\./u);
    assert.ok(words.includes('> And the larger one?'));
  });

  it('numbers images without a label and tells which it fetched', async () => {
    const url = 'https://example.com/a.png';
    each.server.publish(url, await picture(5, 4));
    const link = { type: 'image', source: { type: 'url', url } } as const;
    const body = ask(imageBlock(await picture(3, 3)), link, text('Image 9: is a question here'));
    const words = textOf(await each.client.messages.create(body));
    assert.match(words, /\n\| Image 1 \| PNG \| 3 x 3 \|/u);
    assert.match(words, /\n\| Image 2 \| PNG, from its address \| 5 x 4 \| 1 \|/u);
    assert.ok(words.includes('> Image 9: is a question here'));
  });

  it('ends at max_tokens, thinking included', async () => {
    const short = await each.client.messages.create({ ...ask(text('x')), max_tokens: 20 });
    assert.equal(textOf(short), '## What the prac');
    assert.equal(short.stop_reason, 'max_tokens');
    assert.equal(short.usage.output_tokens, 20);
    const none = await each.client.messages.create({ ...ask(text('x')), max_tokens: 5 });
    assert.equal(textOf(none), '');
    assert.equal(none.stop_reason, 'max_tokens');
    assert.equal(none.usage.output_tokens_details?.thinking_tokens, 5);
  });
});

describe('the stream', () => {
  const each = practice();

  it('has the events of the API in their order', async () => {
    assert.deepEqual(await eventTypes(each.client, ask(text('x'))), [
      'message_start',
      'content_block_start',
      'content_block_delta signature_delta',
      'content_block_stop',
      'content_block_start',
      'content_block_delta text_delta',
      'content_block_stop',
      'message_delta',
      'message_stop',
    ]);
  });

  it('has no thinking block where thinking is off', async () => {
    const off = [
      { ...ask(text('x')), thinking: { type: 'between_tools' as const } },
      { ...ask(text('x')), model: 'claude-opus-4-8' },
    ];
    for (const body of off) {
      assert.deepEqual((await eventTypes(each.client, body)).slice(0, 3), [
        'message_start',
        'content_block_start',
        'content_block_delta text_delta',
      ]);
    }
  });

  it('shows its thinking when asked to', async () => {
    const body = {
      ...ask(text('x')),
      thinking: { type: 'adaptive', display: 'summarized' } as const,
    };
    const message = await each.client.messages.stream(body).finalMessage();
    const [block] = message.content;
    assert.equal(block?.type === 'thinking' && block.thinking, 'Measuring what arrived.');
  });

  it('comes in small deltas and says the same as without a stream', async () => {
    const body = ask(imageBlock(await picture(30, 30)), text('x'));
    const deltas: string[] = [];
    const stream = each.client.messages.stream(body).on('text', (delta) => deltas.push(delta));
    const streamed = await stream.finalMessage();
    assert.ok(deltas.length > 20);
    assert.ok(deltas.every((delta) => delta.length <= 20));
    assert.equal(deltas.join(''), textOf(await each.client.messages.create(body)));
    assert.equal(textOf(streamed), deltas.join(''));
    assert.equal(streamed.stop_reason, 'end_turn');
    assert.match(stream.request_id ?? '', /^req_/u);
  });

  it('pings and declares itself as server-sent events', async () => {
    const response = await fetch(`${each.server.url}/v1/messages`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${each.server.apiKey}`,
        'anthropic-version': '2026-10-21',
        'content-type': 'application/json',
      },
      body: JSON.stringify({ ...ask(text('x')), stream: true }),
    });
    assert.match(response.headers.get('content-type') ?? '', /^text\/event-stream/u);
    assert.match(defined(await response.text()), /\n\nevent: ping\ndata: \{"type":"ping"\}\n\n/u);
  });

  it('never tears a character apart', async () => {
    each.server.script({ kind: 'answer', text: 'a👩‍💻é日', chunkChars: 1 });
    const deltas: string[] = [];
    await each.client.messages
      .stream(ask(text('x')))
      .on('text', (delta) => deltas.push(delta))
      .finalMessage();
    assert.deepEqual(deltas, ['a', '👩‍💻', 'é', '日']);
  });
});
