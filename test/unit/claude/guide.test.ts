import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, afterEach, before, describe, it } from 'mocha';
import { ClaudeApi } from '../../../src/claude/claudeApi.ts';
import {
  emptyConversation,
  type AttachedImage,
  type Conversation,
} from '../../../src/core/conversation/conversation.ts';
import { reduce } from '../../../src/core/conversation/conversationEvent.ts';
import { planRequest, type RequestOptions } from '../../../src/core/conversation/request.ts';
import { startPracticeServer, type PracticeServer } from '../../server/practiceServer.ts';
import { picture } from '../server/support.ts';

const MODEL = 'claude-sonnet-5-5';

/** A picture as the user has it: its bytes, and an address when it was given as one. */
interface Picture {
  readonly name: string;
  readonly bytes: Buffer;
  readonly url?: string;
}

const sha256 = ({ bytes }: Picture): string => createHash('sha256').update(bytes).digest('hex');

const attached = (one: Picture): AttachedImage => ({
  id: one.name,
  name: one.name,
  state: 'ready',
  labels: { details: '', notes: [] },
  prepared: {
    sha256: sha256(one),
    mediaType: 'image/png',
    width: 20,
    height: 20,
    byteLength: one.bytes.length,
    tokens: 1,
    notes: [],
    ...(one.url !== undefined && { url: one.url }),
  },
});

const text = (words: string) => ({ type: 'text', text: words });
const base64 = ({ bytes }: Picture) => ({
  type: 'image',
  source: { type: 'base64', media_type: 'image/png', data: bytes.toString('base64') },
});
const link = ({ url }: Picture) => ({ type: 'image', source: { type: 'url', url } });

describe("the examples of Anthropic's guide to vision", () => {
  let server: PracticeServer;
  let pictures: readonly [Picture, Picture, Picture, Picture];

  before(async () => {
    server = await startPracticeServer();
    const drawn = async (name: string, color: number): Promise<Picture> => ({
      name,
      bytes: await picture(20, 20, color),
    });
    pictures = await Promise.all([
      drawn('ant.png', 0x803020ff),
      drawn('bee.png', 0xe0c020ff),
      drawn('cat.png', 0x808080ff),
      drawn('dog.png', 0x705030ff),
    ]);
  });
  afterEach(() => server.reset());
  after(() => server.close());

  /** The same picture, given by its address. */
  const published = (one: Picture): Picture => {
    const url = `https://images.example/${one.name}`;
    server.publish(url, one.bytes);
    return { ...one, url };
  };

  /** Asks about images and has Claude answer, as the panel does. */
  const ask = async (
    conversation: Conversation,
    question: string,
    images: readonly Picture[],
    options: Partial<RequestOptions> = {},
  ): Promise<Conversation> => {
    const turn = conversation.turns.length;
    let state = images.reduce(
      (before_, image) => reduce(before_, { type: 'imageAttached', image: attached(image) }),
      conversation,
    );
    state = reduce(state, {
      type: 'messageSent',
      userTurnId: `u${turn}`,
      assistantTurnId: `a${turn}`,
      text: question,
      model: MODEL,
    });
    const bytes = new Map(pictures.map((one) => [sha256(one), one.bytes.toString('base64')]));
    const planned = planRequest(state, {
      model: MODEL,
      maxTokens: 1024,
      effort: 'low',
      base64: (key) => bytes.get(key) ?? assert.fail('bytes that were not attached'),
      ...options,
    });
    const api = new ClaudeApi({ apiKey: server.apiKey, baseUrl: server.url }, () => undefined);
    const { end } = await api.streamAnswer(planned.body, {
      signal: new AbortController().signal,
      images: planned.images,
      onText: (delta) => {
        state = reduce(state, { type: 'answerDelta', turnId: `a${turn}`, text: delta });
      },
    });
    assert.deepEqual(end, { kind: 'complete' });
    return reduce(state, { type: 'answerEnded', turnId: `a${turn}`, status: 'complete' });
  };

  const start = emptyConversation('guide');
  const received = (index = 0): unknown => server.requests[index]?.body;
  const common = {
    model: MODEL,
    max_tokens: 1024,
    output_config: { effort: 'low' },
    stream: true,
  };

  for (const source of ['base64', 'url'] as const) {
    const given = (one: Picture): Picture => (source === 'url' ? published(one) : one);
    const block = source === 'url' ? link : base64;

    it(`one image, by ${source}`, async () => {
      const ant = given(pictures[0]);
      await ask(start, 'Describe this image.', [ant]);
      assert.deepEqual(received(), {
        ...common,
        messages: [{ role: 'user', content: [block(ant), text('Describe this image.')] }],
      });
    });

    it(`several images, by ${source}`, async () => {
      const [ant, bee] = [given(pictures[0]), given(pictures[1])];
      await ask(start, 'How are these images different?', [ant, bee]);
      assert.deepEqual(received(), {
        ...common,
        messages: [
          {
            role: 'user',
            content: [
              text('Image 1: ant.png'),
              block(ant),
              text('Image 2: bee.png'),
              block(bee),
              text('How are these images different?'),
            ],
          },
        ],
      });
    });

    it(`several images with a system prompt, by ${source}`, async () => {
      const [ant, bee] = [given(pictures[0]), given(pictures[1])];
      await ask(start, 'How are these images different?', [ant, bee], {
        answerLanguage: 'Spanish',
      });
      assert.deepEqual(received(), {
        ...common,
        system: 'Respond only in Spanish.',
        messages: [
          {
            role: 'user',
            content: [
              text('Image 1: ant.png'),
              block(ant),
              text('Image 2: bee.png'),
              block(bee),
              text('How are these images different?'),
            ],
          },
        ],
      });
    });

    it(`four images over two turns of a conversation, by ${source}`, async () => {
      const [ant, bee, cat, dog] = [
        given(pictures[0]),
        given(pictures[1]),
        given(pictures[2]),
        given(pictures[3]),
      ];
      server.script({ kind: 'answer', text: 'One is an ant, the other a bee.' });
      const first = await ask(start, 'How are these images different?', [ant, bee]);
      await ask(first, 'Are these images similar to the first two?', [cat, dog]);
      assert.deepEqual(received(1), {
        ...common,
        messages: [
          {
            role: 'user',
            content: [
              text('Image 1: ant.png'),
              block(ant),
              text('Image 2: bee.png'),
              block(bee),
              text('How are these images different?'),
            ],
          },
          { role: 'assistant', content: [text('One is an ant, the other a bee.')] },
          {
            role: 'user',
            content: [
              text('Image 3: cat.png'),
              block(cat),
              text('Image 4: dog.png'),
              block(dog),
              text('Are these images similar to the first two?'),
            ],
          },
        ],
      });
      assert.deepEqual(
        server.requests[1]?.images.map(({ label, message }) => [label, message]),
        [
          ['Image 1: ant.png', 0],
          ['Image 2: bee.png', 0],
          ['Image 3: cat.png', 2],
          ['Image 4: dog.png', 2],
        ],
      );
    });
  }

  it('an address that the server cannot fetch is told by the name of its image', async () => {
    const ant = { ...pictures[0], url: 'http://127.0.0.1:1/ant.png' };
    const state = reduce(reduce(start, { type: 'imageAttached', image: attached(ant) }), {
      type: 'messageSent',
      userTurnId: 'u',
      assistantTurnId: 'a',
      text: 'What is it?',
      model: MODEL,
    });
    const { body, images } = planRequest(state, {
      model: MODEL,
      maxTokens: 1024,
      base64: () => assert.fail('it goes by its address'),
    });
    const api = new ClaudeApi({ apiKey: server.apiKey, baseUrl: server.url }, () => undefined);
    const { end } = await api.streamAnswer(body, {
      signal: new AbortController().signal,
      images,
      onText: () => undefined,
    });
    assert.equal(end.kind === 'failed' && end.failure.kind, 'imagesRejected');
  });
});
