import assert from 'node:assert/strict';
import type { MessageParam } from '@anthropic-ai/sdk/resources/messages';
import { describe, it } from 'mocha';
import {
  emptyConversation,
  imagesInRequest,
  type AttachedImage,
  type Conversation,
} from '../../../src/core/conversation/conversation.ts';
import {
  reduce,
  type ConversationEvent,
} from '../../../src/core/conversation/conversationEvent.ts';
import { planRequest } from '../../../src/core/conversation/request.ts';

const SONNET = 'claude-sonnet-5-5';
const EPHEMERAL = { type: 'ephemeral' };

const image = (name: string, tokens: number): AttachedImage => ({
  id: name,
  name,
  state: 'ready',
  labels: { details: '', notes: [] },
  prepared: {
    sha256: `sha-${name}`,
    mediaType: 'image/png',
    width: 10,
    height: 10,
    byteLength: 3,
    tokens,
    notes: [],
  },
});

/** A conversation in which question after question is asked, each with its images. */
class Asked {
  #state: Conversation = emptyConversation('c');
  #count = 0;

  ask(images: readonly AttachedImage[] = [], model = SONNET): this {
    this.#count += 1;
    for (const one of images) {
      this.apply({ type: 'imageAttached', image: one });
    }
    const n = this.#count;
    return this.apply({
      type: 'messageSent',
      userTurnId: `u${n}`,
      assistantTurnId: `a${n}`,
      text: `Question ${n}`,
      model,
    });
  }

  /** As billed for that many tokens of prompt; not counted, as by a server that does not tell. */
  answered(promptTokens?: number): this {
    const turnId = `a${this.#count}`;
    this.apply({ type: 'answerDelta', turnId, text: `Answer ${this.#count}` });
    const usage = {
      inputTokens: promptTokens ?? 0,
      outputTokens: 100,
      cacheReadTokens: 0,
      cacheWriteTokens: 0,
    };
    return this.apply({
      type: 'answerEnded',
      turnId,
      status: 'complete',
      ...(promptTokens !== undefined && {
        usage,
        accepted: imagesInRequest(this.#state).flatMap(({ prepared }) => prepared?.sha256 ?? []),
      }),
    });
  }

  apply(event: ConversationEvent): this {
    this.#state = reduce(this.#state, event);
    return this;
  }

  body(model = SONNET, uncached = false) {
    const options = { model, maxTokens: 100, base64: (sha256: string) => `bytes of ${sha256}` };
    return planRequest(this.#state, { ...options, uncached }).body;
  }

  marked(model = SONNET): boolean {
    return this.body(model).cache_control !== undefined;
  }
}

/** The content blocks in their order, each as it goes over the wire. */
function blocksOf(messages: readonly MessageParam[]): readonly string[] {
  return messages.flatMap(({ role, content }) =>
    Array.isArray(content) ? content.map((block) => role + JSON.stringify(block)) : [],
  );
}

/** Estimated tokens of a question, and of an answer and the question after it. */
const QUESTION = 3;
const TEXT_SINCE = 6;

describe('the prompt cache', () => {
  it('is used from the second question about an image on, by a mark that leaves the messages alone', () => {
    const asked = new Asked().ask([image('a.png', 4784)]);
    assert.equal(asked.marked(), false, 'a single call would only pay more');
    const { cache_control: mark, messages } = asked.answered(4800).ask().body();
    assert.deepEqual(mark, EPHEMERAL);
    assert.doesNotMatch(JSON.stringify(messages), /cache_control/);
  });

  it('is not used without images, nor when all that were sent are gone', () => {
    assert.equal(new Asked().ask().answered(90_000).ask().marked(), false);
    const asked = new Asked()
      .ask([image('a.png', 4784)])
      .answered(4800)
      .ask();
    asked.apply({ type: 'imageRemoved', imageId: 'a.png' });
    assert.equal(asked.marked(), false);
  });

  it('is not used for a first question that is asked again', () => {
    const asked = new Asked().ask([image('a.png', 4784)]).answered(4800);
    asked.apply({ type: 'answerRetried', turnId: 'a1', model: SONNET });
    assert.equal(asked.marked(), false);
  });

  it('is not used where the server does not know it', () => {
    const asked = new Asked()
      .ask([image('a.png', 4784)])
      .answered(4800)
      .ask();
    assert.equal('cache_control' in asked.body(SONNET, true), false);
  });

  describe('takes the size of the prompt', () => {
    for (const [model, least] of [
      ['claude-sonnet-5-5', 512],
      ['claude-sonnet-5', 1024],
      ['claude-opus-4-7', 2048],
      ['claude-haiku-4-5', 4096],
      ['of-another-maker', 4096],
    ] as const) {
      it(`from the last usage: ${least} tokens for ${model}`, () => {
        const asked = (tokens: number) =>
          new Asked()
            .ask([image('a.png', 100)], model)
            .answered(tokens)
            .ask([], model);
        assert.equal(asked(least - TEXT_SINCE).marked(model), true);
        assert.equal(asked(least - TEXT_SINCE - 1).marked(model), false);
      });
    }

    it('from the images and texts where no answer was counted', () => {
      const asked = (tokens: number) =>
        new Asked()
          .ask([image('a.png', tokens)])
          .answered()
          .ask();
      const texts = TEXT_SINCE + QUESTION;
      assert.equal(asked(512 - texts).marked(), true);
      assert.equal(asked(511 - texts).marked(), false);
    });

    it('from the last usage, and the images and texts since', () => {
      const asked = (tokens: number) =>
        new Asked()
          .ask([image('a.png', 100)])
          .answered(200)
          .ask([image('b.png', tokens)]);
      assert.equal(asked(312 - TEXT_SINCE).marked(), true);
      assert.equal(asked(311 - TEXT_SINCE).marked(), false);
    });

    it('from an estimate where another model was billed, which counts otherwise', () => {
      const asked = (tokens: number) =>
        new Asked()
          .ask([image('a.png', tokens)], 'claude-opus-5-5')
          .answered(600)
          .ask();
      assert.equal(asked(512).marked(), true);
      assert.equal(asked(100).marked(), false);
    });

    it('from an answer before what was deleted', () => {
      const asked = new Asked()
        .ask([image('a.png', 100)])
        .answered(200)
        .ask()
        .answered(5000)
        .ask();
      assert.equal(asked.marked(), true);
      asked.apply({ type: 'exchangeDeleted', userTurnId: 'u2' });
      assert.equal(asked.marked(), false);
    });
  });

  describe('takes a breakpoint of its own', () => {
    // A label and a picture each, a question and the answer before it.
    const many = (count: number) =>
      Array.from({ length: count }, (_, index) => image(`${index}.png`, 300));
    const marksOf = (messages: readonly MessageParam[]) =>
      messages.flatMap(({ content }, message) =>
        (Array.isArray(content) ? content : []).flatMap((block, index) =>
          'cache_control' in block ? [`${message}.${index}`] : [],
        ),
      );

    it('where the last request ended, when too much has come since to look back over', () => {
      const asked = (count: number) =>
        new Asked()
          .ask([image('a.png', 4784)])
          .answered(4800)
          .ask(many(count))
          .body();
      assert.deepEqual(marksOf(asked(8).messages), [], '18 blocks were added');
      const { messages, cache_control: mark } = asked(9);
      assert.deepEqual(marksOf(messages), ['0.1'], '20 blocks were added');
      assert.deepEqual(mark, EPHEMERAL);
    });

    it('where the last request to the same model ended', () => {
      const asked = new Asked()
        .ask([image('a.png', 4784)])
        .answered(4800)
        .ask()
        .answered(4900)
        .ask(many(9), 'claude-opus-5-5')
        .answered(8000)
        .ask();
      assert.deepEqual(marksOf(asked.body().messages), ['2.0']);
      assert.deepEqual(marksOf(asked.body('claude-opus-5-5').messages), []);
      assert.deepEqual(marksOf(asked.body('claude-haiku-5-5').messages), [], 'nothing is cached');
    });
  });

  it('finds every request in the beginning of the next one, byte for byte', () => {
    const asked = new Asked();
    const requests: (readonly string[])[] = [];
    for (const images of [[image('a.png', 4784)], [], [image('b.png', 900)], [], []]) {
      asked.ask(images);
      requests.push(blocksOf(asked.body().messages));
      asked.answered(5000);
    }
    for (const [index, before] of requests.slice(0, -1).entries()) {
      const next = requests[index + 1] ?? [];
      assert.ok(next.length > before.length);
      assert.deepEqual(next.slice(0, before.length), before);
    }
  });
});
