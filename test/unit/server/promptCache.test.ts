import assert from 'node:assert/strict';
import type {
  ContentBlockParam,
  ImageBlockParam,
  MessageCreateParamsNonStreaming,
  MessageParam,
  TextBlockParam,
  Usage,
} from '@anthropic-ai/sdk/resources/messages';
import { afterEach, before, beforeEach, describe, it } from 'mocha';
import { answerCost } from '../../../src/core/plan/cost.ts';
import { modelOf } from '../../../src/core/plan/models.ts';
import { models } from '../../server/models.ts';
import { startPracticeServer, type PracticeServer } from '../../server/practiceServer.ts';
import { dollarsOf } from '../../server/prices.ts';
import { apiErrorOf, clientOf, imageBlock, model, picture, text } from './support.ts';

const MINUTE = 60_000;
const MARK = { cache_control: { type: 'ephemeral' } } as const;
const MARK_FOR_AN_HOUR = { cache_control: { type: 'ephemeral', ttl: '1h' } } as const;
/** Of a picture of 640 x 480 px, a question of 8 bytes and their message. */
const QUESTION_TOKENS = 23 * 18 + 2 + 4;

describe('the practice server caches prompts', () => {
  let server: PracticeServer;
  let now = 0;
  let image: ImageBlockParam;

  before(async () => {
    image = imageBlock(await picture(640, 480));
  });
  beforeEach(async () => {
    now = 1_000_000;
    server = await startPracticeServer({ now: () => now });
    server.script({ kind: 'answer', text: 'An answer', times: 100 });
  });
  afterEach(() => server.close());

  type Body = Partial<MessageCreateParamsNonStreaming> & { messages: MessageParam[] };
  const countedOf = (usage: Usage) => ({
    read: usage.cache_read_input_tokens,
    written: usage.cache_creation_input_tokens,
    fresh: usage.input_tokens,
  });
  const ask = async (body: Body) => {
    const { usage } = await clientOf(server).messages.create({ model, max_tokens: 4096, ...body });
    return countedOf(usage);
  };
  const user = (...content: readonly ContentBlockParam[]): MessageParam => ({
    role: 'user',
    content: [...content],
  });
  const answer: MessageParam = { role: 'assistant', content: 'Answer 1' };
  const words = (length: number, word = 'w'): TextBlockParam => text(word.repeat(length * 4));
  /** Two pictures are above the least size, one is not. */
  const question = () => user(image, image, text('Compare.'));
  const PROMPT = QUESTION_TOKENS + 23 * 18;

  it('from the mark at the top on, and reads it with the next turn', async () => {
    const first = [question()];
    const second = [...first, answer, user(text('And now?'))];
    assert.deepEqual(await ask({ ...MARK, messages: first }), {
      read: 0,
      written: PROMPT,
      fresh: 0,
    });
    // The answer and the question, two tokens each and four for the message.
    const next = { read: PROMPT, written: 12, fresh: 0 };
    assert.deepEqual(await ask({ ...MARK, messages: second }), next);
  });

  it('not without a mark, and reads nothing without one', async () => {
    const none = { read: 0, written: 0, fresh: PROMPT };
    assert.deepEqual(await ask({ messages: [question()] }), none);
    await ask({ ...MARK, messages: [question()] });
    assert.deepEqual(await ask({ messages: [question()] }), none);
  });

  it('with a stream that says so at its beginning and at its end', async () => {
    await ask({ ...MARK, messages: [question()] });
    const usages: unknown[] = [];
    const stream = clientOf(server).messages.stream({
      model,
      max_tokens: 4096,
      ...MARK,
      messages: [question()],
    });
    stream.on('streamEvent', (event) => {
      const usage =
        event.type === 'message_start'
          ? event.message.usage
          : event.type === 'message_delta'
            ? event.usage
            : undefined;
      if (usage) {
        const { cache_read_input_tokens, cache_creation_input_tokens, input_tokens } = usage;
        usages.push([cache_read_input_tokens, cache_creation_input_tokens, input_tokens]);
      }
    });
    await stream.finalMessage();
    assert.deepEqual(usages, [
      [PROMPT, 0, 0],
      [PROMPT, 0, 0],
    ]);
  });

  for (const [id, least] of [
    ['claude-sonnet-5-5', 512],
    ['claude-sonnet-5', 1024],
    ['claude-opus-4-7', 2048],
    ['claude-haiku-4-5', 4096],
  ] as const) {
    it(`from ${least} tokens on with ${id}`, async () => {
      const written = async (tokens: number) =>
        (await ask({ model: id, ...MARK, messages: [user(words(tokens - 4))] })).written;
      assert.equal(await written(least - 1), 0);
      assert.equal(await written(least), least);
    });
  }

  it('for five minutes after the last read', async () => {
    const read = async () => (await ask({ ...MARK, messages: [question()] })).read;
    assert.equal(await read(), 0);
    for (const minutes of [4, 4, 4]) {
      now += minutes * MINUTE;
      assert.equal(await read(), PROMPT);
    }
    now += 5 * MINUTE;
    assert.equal(await read(), 0);
  });

  it('for an hour where that is asked for, at a price of its own', async () => {
    const body = { ...MARK_FOR_AN_HOUR, messages: [question()] };
    const { usage } = await clientOf(server).messages.create({ model, max_tokens: 4096, ...body });
    assert.deepEqual(usage.cache_creation, {
      ephemeral_5m_input_tokens: 0,
      ephemeral_1h_input_tokens: PROMPT,
    });
    now += 59 * MINUTE;
    assert.equal((await ask(body)).read, PROMPT);
    const dollars = (PROMPT * (4 + 0.1) + 2 * usage.output_tokens * 10) * 1e-6;
    assert.ok(Math.abs((server.bill().dollars ?? 0) - dollars) < 1e-12);
  });

  it('up to a mark on a block', async () => {
    const messages = (last: string) => [
      user(image, { ...image, ...MARK }, text('Compare.')),
      answer,
      user(text(last)),
    ];
    const marked = PROMPT - 2;
    assert.deepEqual(await ask({ messages: messages('One?') }), {
      read: 0,
      written: marked,
      fresh: 2 + 6 + 5,
    });
    assert.deepEqual(await ask({ messages: messages('Two?') }), {
      read: marked,
      written: 0,
      fresh: 2 + 6 + 5,
    });
  });

  it('with what was marked when it was written, whether it is marked now or not', async () => {
    await ask({ messages: [user(image, { ...image, ...MARK })] });
    const { read } = await ask({ ...MARK, messages: [user(image, image, text('Compare.'))] });
    assert.equal(read, PROMPT - 2);
  });

  it('with two messages of one role as with one', async () => {
    await ask({ ...MARK, messages: [user(image, image), user(text('Compare.'))] });
    assert.equal((await ask({ ...MARK, messages: [question()] })).read, PROMPT);
  });

  describe('and looks back over twenty blocks', () => {
    const lines = (count: number) => Array.from({ length: count }, (_, line) => text(`${line}`));
    const readAfter = async (added: number, mark: object) => {
      await ask({ ...MARK, messages: [question()] });
      const last = { ...text('Compare.'), ...mark };
      const messages = [user(image, image, last), answer, user(...lines(added - 1))];
      return (await ask({ ...MARK, messages })).read;
    };

    it('to find an entry among them', async () => {
      assert.equal(await readAfter(19, {}), PROMPT);
    });

    it('and no further', async () => {
      assert.equal(await readAfter(20, {}), 0);
    });

    it('from each mark', async () => {
      assert.equal(await readAfter(20, MARK), PROMPT);
    });
  });

  const others: readonly [title: string, other: (body: Body) => Body][] = [
    ['another model', (body) => ({ ...body, model: 'claude-opus-5-5' })],
    ['another effort', (body) => ({ ...body, output_config: { effort: 'low' } })],
    ['another way to think', (body) => ({ ...body, thinking: { type: 'adaptive' } })],
    ['another system prompt', (body) => ({ ...body, system: 'Be brief.' })],
    [
      'another encoding of a picture',
      (body) => ({
        ...body,
        messages: [user({ ...image, transformations: { oversized_image: 'error' } }, image)],
      }),
    ],
  ];
  for (const [title, other] of others) {
    it(`anew for ${title}`, async () => {
      const body = { ...MARK, messages: [user(image, image)] };
      await ask(body);
      assert.equal((await ask(other(body))).read, 0);
      assert.ok((await ask(body)).read);
    });
  }

  it('not with a request that is refused', async () => {
    server.reset();
    server.script({ kind: 'error', status: 529 });
    await apiErrorOf(ask({ ...MARK, messages: [question()] }));
    assert.equal((await ask({ ...MARK, messages: [question()] })).read, 0);
  });

  it('counts the mark at the top among the four', async () => {
    const marked = { ...words(10), ...MARK };
    const error = await apiErrorOf(
      ask({ ...MARK, messages: [user(marked, marked, marked, marked)] }),
    );
    assert.match(error.message, /maximum of 4 blocks with cache_control.*Found 5/);
  });
});

describe('the bill of the practice server', () => {
  let server: PracticeServer;
  beforeEach(async () => {
    server = await startPracticeServer();
  });
  afterEach(() => server.close());

  it('adds up what the answers said they took, by the prices of their models', async () => {
    const usages: Usage[] = [];
    for (const id of ['claude-sonnet-5-5', 'claude-opus-5-5', 'claude-sonnet-5-5']) {
      const { usage } = await clientOf(server).messages.create({
        model: id,
        max_tokens: 4096,
        ...MARK,
        messages: [{ role: 'user', content: 'w'.repeat(4000) }],
      });
      usages.push(usage);
    }
    const [first, second, third] = usages.map(({ output_tokens }) => output_tokens);
    assert.ok(first !== undefined && second !== undefined && third !== undefined);
    const { dollars, ...tokens } = server.bill();
    assert.deepEqual(tokens, {
      answers: 3,
      inputTokens: 0,
      cacheWriteTokens: 2 * 1004,
      cacheReadTokens: 1004,
      outputTokens: first + second + third,
    });
    const millionths = 1004 * (2.5 + 5 + 0.1) + (first + third) * 10 + second * 20;
    assert.ok(Math.abs((dollars ?? 0) - millionths / 1e6) < 1e-12);
    server.reset();
    assert.deepEqual(server.bill().answers, 0);
  });

  it('takes an answer that broke off as far as it was counted', async () => {
    server.script({ kind: 'cut', afterDeltas: 1 }, { kind: 'cut' }, { kind: 'error', status: 500 });
    for (let count = 0; count < 3; count += 1) {
      const stream = clientOf(server).messages.stream({
        model,
        max_tokens: 4096,
        messages: [{ role: 'user', content: 'Hello...' }],
      });
      await assert.rejects(stream.finalMessage());
    }
    const { answers, inputTokens, outputTokens } = server.bill();
    assert.deepEqual([answers, inputTokens, outputTokens], [1, 6, 3]);
  });

  it('knows no dollars for a model without a published price', async () => {
    await clientOf(server).messages.create({
      model: 'claude-mythos-5',
      max_tokens: 4096,
      messages: [{ role: 'user', content: 'Hello...' }],
    });
    assert.equal(server.bill().dollars, undefined);
  });

  it('is written by the prices and sizes that the extension has too', () => {
    for (const { id, leastCacheable } of models) {
      assert.equal(leastCacheable, modelOf(id).leastCacheable, id);
      for (const scale of [1, 100]) {
        const input = { fresh: 1100 * scale, read: 130 * scale, written5m: 17 * scale };
        const dollars = dollarsOf(id, { ...input, written1h: 0 }, 1900 * scale);
        const ours = answerCost(
          {
            inputTokens: input.fresh,
            cacheReadTokens: input.read,
            cacheWriteTokens: input.written5m,
            outputTokens: 1900 * scale,
          },
          id,
        );
        assert.equal(dollars?.toFixed(9), ours?.toFixed(9), id);
      }
    }
  });
});
