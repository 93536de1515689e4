import { createHash } from 'node:crypto';
import { emptyConversation } from '../../src/core/conversation.ts';
import type {
  AssistantTurn,
  AttachedImage,
  Conversation,
  Notice,
  UserTurn,
} from '../../src/core/conversation.ts';

/** The main states of the page, as conversations. */

export function image(id: string, name: string, rest: Partial<AttachedImage> = {}): AttachedImage {
  return {
    id,
    name,
    uri: `file:///workspace/${name}`,
    state: 'ready',
    prepared: {
      sha256: hash(id),
      mediaType: 'image/png',
      width: 2212,
      height: 1659,
      byteLength: 812_345,
      tokens: 4784,
      notes: [],
    },
    labels: { details: '2212x1659 · 4,784 tokens · $0.0096', notes: [] },
    ...rest,
  };
}

export function preparing(id: string, name: string): AttachedImage {
  return { id, name, state: 'preparing', labels: { details: '', notes: [] } };
}

export function failed(id: string, name: string, message: string): AttachedImage {
  return {
    id,
    name,
    state: 'failed',
    labels: { details: '', notes: [] },
    notice: { severity: 'error', message, actions: [] },
  };
}

export function userTurn(rest: Partial<UserTurn> = {}): UserTurn {
  return {
    role: 'user',
    id: 'u1',
    text: 'Describe this image.',
    images: [],
    labelled: false,
    ...rest,
  };
}

export function answer(text: string, rest: Partial<AssistantTurn> = {}): AssistantTurn {
  return {
    role: 'assistant',
    id: 'a1',
    text,
    status: 'complete',
    model: 'claude-sonnet-5-5',
    usageLabel: '4,812 tokens in, 312 out · $0.0128',
    ...rest,
  };
}

export function conversation(rest: Partial<Conversation> = {}): Conversation {
  return { ...emptyConversation('c1'), ...rest };
}

const DESCRIPTION = `A photograph of a **mountain range** at sunrise, taken from a ridge. The light comes from the right and leaves the valleys in blue shade.

## What stands out

- The peak in the middle is the highest; its north face still carries snow.
- A path runs along the ridge to \`hut-1874\`, a small building of stone.
- There is no person in the picture.

| Part | Colour | Share |
| --- | --- | ---: |
| Sky | pale orange | 40 % |
| Rock | grey, brown | 45 % |
| Snow | white | 15 % |

\`\`\`html
<img src="docs/images/ridge-at-sunrise.jpg" alt="Mountain ridge at sunrise with a stone hut" width="1200">
\`\`\`

> The caption reads "Ridge, 06:12".

More about the place: [Wikipedia](https://en.wikipedia.org/wiki/Ridge).`;

const RATE_LIMIT: Notice = {
  severity: 'error',
  message: 'Claude is getting too many requests with this API key. Try again in 20 seconds.',
  actions: ['retry', 'showLog'],
};

const firstTurn = userTurn({ images: [image('i1', 'ridge-at-sunrise.jpg', { number: 1 })] });

export const SCENES: Readonly<Record<string, Conversation>> = {
  empty: conversation(),
  answered: conversation({ turns: [firstTurn, answer(DESCRIPTION)] }),
  waiting: conversation({
    turns: [firstTurn, { role: 'assistant', id: 'a1', text: '', status: 'waiting', model: 'm' }],
  }),
  streaming: conversation({
    turns: [firstTurn, answer(DESCRIPTION.slice(0, 780), { status: 'streaming', usageLabel: '' })],
  }),
  attaching: conversation({
    attachments: [
      image('i1', 'ridge-at-sunrise.jpg'),
      image('i2', 'a-rather-long-name-of-a-screenshot-2026-11-22 at 09.14.33.png', {
        labels: {
          details: '2576x1449 · 4,784 tokens · $0.0096',
          notes: ['4000x2250 to 2576x1449', 'Location and camera data removed'],
        },
      }),
      preparing('i3', 'scan.png'),
      failed('i4', 'notes.png', 'notes.png is not an image: it starts like a text file.'),
    ],
  }),
  compared: conversation({
    turns: [
      firstTurn,
      answer('A ridge at sunrise.'),
      userTurn({
        id: 'u2',
        text: 'How does the second one differ from /home/someone/projects/website/static/images/photography/2026/ridge-at-sunrise.jpg?\nOne sentence, please.',
        images: [
          image('i7', 'ridge-at-noon.jpg', { number: 2 }),
          image('i8', 'ridge-in-winter-with-a-long-name.jpg', { number: 3 }),
        ],
        labelled: true,
      }),
      answer('The second was taken at **noon**, the third in winter.', { id: 'a2' }),
    ],
  }),
  failed: conversation({
    turns: [
      firstTurn,
      answer('A photograph of a mountain range at', {
        status: 'failed',
        usageLabel: '',
        notice: RATE_LIMIT,
      }),
    ],
    attachments: [],
  }),
  cutOff: conversation({
    turns: [
      firstTurn,
      answer('A photograph of a mountain range at sunrise, taken from', {
        status: 'cutOff',
        notice: {
          severity: 'warning',
          message: 'The answer reached the limit of 8,192 tokens.',
          actions: ['continue'],
        },
      }),
    ],
  }),
  noKey: conversation({
    attachments: [image('i1', 'ridge-at-sunrise.jpg')],
    notice: {
      severity: 'warning',
      message: 'Describing images needs an API key of Anthropic.',
      actions: ['setApiKey', 'openSettings'],
    },
  }),
  stopped: conversation({
    turns: [firstTurn, answer('A photograph of a mountain range at', { status: 'stopped' })],
  }),
};

function hash(id: string): string {
  return createHash('sha256').update(id).digest('hex');
}
