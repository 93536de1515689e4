import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import {
  emptyConversation,
  type AttachedImage,
  type Conversation,
} from '../../../src/core/conversation/conversation.ts';
import {
  reduce,
  type ConversationEvent,
} from '../../../src/core/conversation/conversationEvent.ts';
import { promptTokens } from '../../../src/core/conversation/promptTokens.ts';
import { excessOf, suspectsAmong } from '../../../src/core/conversation/requestPlan.ts';
import { waysOut } from '../../../src/core/conversation/waysOut.ts';

const MEGABYTE = 1024 * 1024;
const MODEL = 'claude-haiku-4-5';
const TERMS = { model: MODEL, maxTokens: 8192 };

const picture = (
  id: string,
  { megabytes = 0.1, edge = 1000, tokens = 1296, url = '' } = {},
): AttachedImage => ({
  id,
  name: `${id}.png`,
  state: 'ready',
  labels: { details: '', notes: [] },
  prepared: {
    sha256: `sha-${id}`,
    mediaType: 'image/png',
    width: edge,
    height: edge,
    byteLength: megabytes * MEGABYTE,
    tokens,
    notes: [],
    ...(url !== '' && { url }),
  },
});

/** A question with its images and its answer, which the API has taken. */
const exchange = (
  n: number,
  images: readonly AttachedImage[],
  { text = 'Q', answer = 'A', inputTokens = 0, model = MODEL } = {},
): readonly ConversationEvent[] => [
  ...images.map((image): ConversationEvent => ({ type: 'imageAttached', image })),
  { type: 'messageSent', userTurnId: `u${n}`, assistantTurnId: `a${n}`, text, model },
  { type: 'answerDelta', turnId: `a${n}`, text: answer },
  {
    type: 'answerEnded',
    turnId: `a${n}`,
    status: 'complete',
    ...(inputTokens > 0 && {
      usage: { inputTokens, outputTokens: 5000, cacheReadTokens: 10, cacheWriteTokens: 20 },
      accepted: images.flatMap(({ prepared }) => prepared?.sha256 ?? []),
    }),
  },
];
const after = (...events: readonly (readonly ConversationEvent[])[]): Conversation =>
  events.flat().reduce(reduce, emptyConversation('c'));
const many = (count: number, options?: Parameters<typeof picture>[1]) =>
  Array.from({ length: count }, (_, index) => picture(`i${index}`, options));

describe('the plan for a request', () => {
  it('lets go what is within every limit', () => {
    assert.equal(excessOf(after(exchange(1, many(100))), TERMS), undefined);
  });

  it('counts images against those that the model takes', () => {
    assert.deepEqual(excessOf(after(exchange(1, many(101))), TERMS), {
      kind: 'tooManyImages',
      count: 101,
      limit: 100,
    });
    assert.equal(
      excessOf(after(exchange(1, many(101))), { ...TERMS, model: 'claude-opus-5-5' }),
      undefined,
    );
  });

  it('counts bytes as base64, but not of what the API fetches itself', () => {
    const excess = excessOf(after(exchange(1, many(2, { megabytes: 7 }))), TERMS);
    assert.equal(excess?.kind, 'requestTooLarge');
    assert.equal(Math.round((excess.bytes ?? 0) / MEGABYTE), 19);
    const linked = many(2, { megabytes: 7, url: 'https://example.com/a.png' });
    assert.equal(excessOf(after(exchange(1, linked)), TERMS), undefined);
  });

  it('leaves room for the answer in the context window', () => {
    const text = 'x'.repeat(3.5 * 191_900);
    assert.deepEqual(excessOf(after(exchange(1, [], { text, answer: '' })), TERMS), {
      kind: 'promptTooLong',
      tokens: 191_900,
      limit: 191_808,
    });
    assert.equal(
      excessOf(after(exchange(1, [], { text, answer: '' })), { ...TERMS, maxTokens: 8000 }),
      undefined,
    );
  });

  it('knows no limit of tokens for a model that none is known of', () => {
    const text = 'x'.repeat(8_000_000);
    const terms = { ...TERMS, model: 'somebody/else' };
    assert.equal(excessOf(after(exchange(1, [], { text })), terms), undefined);
  });

  describe('as to tokens', () => {
    const image = picture('a', { tokens: 1000 });

    it('adds to what was billed what has come since', () => {
      const state = after(
        exchange(1, [image], { inputTokens: 2000, answer: 'x'.repeat(35) }),
        exchange(2, [], { text: 'x'.repeat(70), answer: '' }),
      );
      assert.equal(promptTokens(state, TERMS), 2030 + 10 + 20);
    });

    it('estimates for another model than was billed', () => {
      const state = after(exchange(1, [image], { inputTokens: 2000, model: 'claude-opus-5-5' }));
      assert.equal(promptTokens(state, { ...TERMS, systemPrompt: 'x'.repeat(35) }), 1000 + 2 + 10);
    });

    it('does not count what was deleted, though later answers were billed for it', () => {
      const asked = after(
        exchange(1, [image], { inputTokens: 1200 }),
        exchange(2, [], { text: 'Huge', inputTokens: 190_000 }),
        exchange(3, [], { inputTokens: 195_000 }),
      );
      assert.equal(excessOf(asked, TERMS)?.kind, 'promptTooLong');
      const state = reduce(asked, { type: 'exchangeDeleted', userTurnId: 'u2' });
      assert.equal(promptTokens(state, TERMS), 1230 + 3, 'as billed before it');
      assert.equal(excessOf(state, TERMS), undefined);
      const answered = exchange(4, [], { inputTokens: 1300 }).reduce(reduce, state);
      assert.equal(promptTokens(answered, TERMS), 1330 + 1, 'as billed after it');
    });

    for (const [title, event] of [
      ['an image was taken back', { type: 'imageRemoved', imageId: 'a' }],
      ['the question was left out', { type: 'turnsLeftOut', userTurnIds: ['u1'] }],
      ['an image was made smaller', { type: 'imageUpdated', image: picture('a', { tokens: 0 }) }],
    ] as const) {
      it(`estimates when ${title} after it was billed`, () => {
        const changed =
          event.type === 'imageUpdated' && event.image.prepared
            ? {
                ...event,
                image: { ...event.image, prepared: { ...event.image.prepared, sha256: 'new' } },
              }
            : event;
        const state = after(exchange(1, [image], { inputTokens: 2000 }), [changed]);
        assert.ok(promptTokens(state, TERMS) < 10);
      });
    }
  });
});

describe('the suspects of a refusal', () => {
  it('are the images that the API has not taken before', () => {
    const state = after(
      exchange(1, [picture('old')], { inputTokens: 1 }),
      exchange(2, [picture('new')]),
    );
    const sent = [picture('old'), picture('new')];
    assert.deepEqual(
      suspectsAmong(state, sent).map(({ id }) => id),
      ['new'],
    );
  });

  it('are all when each was taken before', () => {
    const state = after(exchange(1, [picture('a'), picture('b')], { inputTokens: 1 }));
    assert.equal(suspectsAmong(state, [picture('a'), picture('b')]).length, 2);
  });
});

describe('the ways out of an excess', () => {
  const names = (images: readonly AttachedImage[]) => images.map(({ id }) => id);

  it('leave out as many of the oldest images as are too many, or the turns with them', () => {
    const state = after(
      exchange(1, [picture('a'), picture('b')]),
      exchange(2, [picture('c')]),
      exchange(3, [picture('d')]),
    );
    const ways = waysOut(state, { kind: 'tooManyImages', count: 4, limit: 1 }, MODEL);
    assert.deepEqual(names(ways.images), ['a', 'b', 'c']);
    assert.deepEqual(ways.turns, ['u1', 'u2']);
    assert.equal(ways.smaller, undefined);
  });

  it('are enough for the bytes that are too many', () => {
    const large = { megabytes: 4, edge: 2500 };
    const state = after(
      exchange(1, [picture('a', large), picture('b', large)]),
      exchange(2, [picture('c', large), picture('d', large)]),
    );
    const excess = excessOf(state, { ...TERMS, model: 'claude-opus-5-5' });
    assert.ok(excess?.kind === 'requestTooLarge');
    const ways = waysOut(state, excess, 'claude-opus-5-5');
    assert.deepEqual(names(ways.images), ['a']);
    assert.deepEqual(ways.turns, ['u1']);
    assert.equal(ways.smaller?.detail, 'standard');
    assert.equal(ways.smaller.images.length, 4);
  });

  it('leave out no image for its bytes that goes as a file', () => {
    const large = { megabytes: 7, edge: 1000 };
    const state = after(
      exchange(1, [picture('a', large)]),
      exchange(2, [picture('b', large), picture('c', large)]),
    );
    const fileId = (sha256: string) => (sha256 === 'sha-a' ? 'file_a' : undefined);
    const excess = excessOf(state, TERMS, fileId);
    assert.ok(excess?.kind === 'requestTooLarge');
    const { images } = waysOut(state, excess, MODEL, fileId);
    assert.deepEqual(names(images), ['b']);
    assert.deepEqual(names(waysOut(state, excess, MODEL).images), ['a']);
  });

  it('take what the server says for the measure of what has to go', () => {
    const state = after(
      ...[1, 2, 3, 4, 5].map((n) => exchange(n, [picture(`i${n}`, { tokens: 1000, edge: 100 })])),
    );
    const excess = { kind: 'promptTooLong', tokens: 500_000, limit: 300_000 } as const;
    const ways = waysOut(state, excess, MODEL);
    assert.deepEqual(names(ways.images), ['i1', 'i2', 'i3']);
    assert.deepEqual(ways.turns, ['u1', 'u2']);
  });

  it('are a quarter of all where the server does not say how much', () => {
    const state = after(
      ...[1, 2, 3, 4, 5, 6, 7, 8].map((n) => exchange(n, [picture(`i${n}`, { edge: 100 })])),
    );
    assert.equal(waysOut(state, { kind: 'promptTooLong' }, MODEL).turns.length, 2);
    assert.equal(waysOut(state, { kind: 'requestTooLarge' }, MODEL).images.length, 2);
  });

  it('are those that help at all when none is enough, never the last question', () => {
    const state = after(exchange(1, [], { text: 'x'.repeat(35) }), exchange(2, [picture('a')]));
    const excess = { kind: 'promptTooLong', tokens: 1000, limit: 1 } as const;
    const ways = waysOut(state, excess, MODEL);
    assert.deepEqual(names(ways.images), ['a']);
    assert.deepEqual(ways.turns, ['u1']);
    assert.equal(ways.smaller?.detail, 'low');
  });

  it('pass over what is left out already', () => {
    const state = after(
      exchange(1, [picture('a', { edge: 100 })]),
      exchange(2, [picture('b', { edge: 100 })]),
      exchange(3, [picture('c', { edge: 100 })]),
      [{ type: 'turnsLeftOut', userTurnIds: ['u1'] }],
    );
    const ways = waysOut(state, { kind: 'promptTooLong' }, MODEL);
    assert.deepEqual(names(ways.images), ['b']);
    assert.deepEqual(ways.turns, ['u2']);
  });

  it('are none for a single question without images', () => {
    const ways = waysOut(after(exchange(1, [])), { kind: 'promptTooLong' }, MODEL);
    assert.deepEqual(ways, { images: [], turns: [] });
  });
});
