import { createHash } from 'node:crypto';
import type { Page } from 'playwright-core';
import { emptyConversation, sentImages } from '../../src/core/conversation/conversation.ts';
import type {
  AssistantTurn,
  AttachedImage,
  Conversation,
  Notice,
  UserTurn,
} from '../../src/core/conversation/conversation.ts';
import type { PanelOptions } from '../../src/core/conversation/protocol.ts';

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

/** An image that was sent and taken back. */
export function removed(id: string, name: string): AttachedImage {
  return { id, name, state: 'removed', labels: { details: '', notes: [] } };
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
  const given = { ...emptyConversation('c1'), ...rest };
  const numbers = sentImages(given).map(({ number }) => number ?? 0);
  return { ...given, numbersGiven: rest.numbersGiven ?? Math.max(0, ...numbers) };
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

const RICH = `# What the page is made of

1. A header with three parts:
   - the logo, which is a link
   - a search box
     - with a button
2. A list of cards
3. A footer

- [x] The colours are those of the design
- [ ] The margins are
- [ ] So is the font

> The design says "12 px".
>
> > It said "16 px" before.

| Component | File | Width | Height | Padding | Background | What differs from the design |
| :-- | --- | --: | --: | :-: | --- | --- |
| Header | \`src/components/PageHeader.tsx\` | 1200 | 64 | 12 16 | #1f6feb | nothing |
| Card | \`src/components/Card.tsx\` | 380 | 240 | 16 | white | its shadow is larger |

\`\`\`tsx
// A card, as on the mock-up.
export function Card({ title, count = 3 }: CardProps): JSX.Element {
  const [open, setOpen] = useState<boolean>(false);
  return <a className="card" href={\`/cards/\${title}\`}>{count > 1 ? title : null}</a>;
}
\`\`\`

\`\`\`css
.card:hover {
  color: #1f6feb; /* blue */
  margin: 0 auto 12px;
}
\`\`\`

\`\`\`diff
-  padding: 12px;
+  padding: 16px;
\`\`\`

\`\`\`json
{ "name": "card", "width": 380, "open": true }
\`\`\`

![The design](https://example.com/design.png) is ~~not~~ at <https://example.com/a/rather/long/address/of/a/design/that/does/not/fit/on/a/line>.`;

const LONG_QUESTION = Array.from(
  { length: 24 },
  (_, index) => `${index + 1}. What does part ${index + 1} of this screenshot show?`,
).join('\n');

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
      answer('The second was taken at **noon**, the third in winter.', {
        id: 'a2',
        usageLabel:
          '14,930 tokens in, 4,784 of them from the cache · 131 out · $0.0275 ($0.0043 saved)',
      }),
    ],
    totalLabel: 'Conversation: 20,185 tokens · $0.0403',
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
  rich: conversation({
    turns: [userTurn({ text: 'What is this page made of?' }), answer(RICH)],
  }),
  history: conversation({
    turns: [
      userTurn({
        images: [
          image('i1', 'ridge-at-sunrise.jpg', { number: 1, replaces: 'ridge-draft.png' }),
          { ...preparing('i2', 'ridge-at-noon.jpg'), number: 2 },
          { ...removed('i3', 'private.png'), number: 3 },
          { ...failed('i4', 'ridge.psd', 'ridge.psd was turned down by the API.'), number: 4 },
        ],
        labelled: true,
      }),
      answer('A ridge at sunrise.'),
    ],
  }),
  retrying: conversation({
    turns: [
      firstTurn,
      {
        ...answer('', { status: 'waiting', usageLabel: '' }),
        notice: {
          severity: 'warning',
          message: 'Claude is overloaded at the moment.',
          actions: ['retry', 'stop'],
        },
        retry: { at: 8_640_000_000_000_000, seconds: 3600 },
      },
    ],
  }),
  refused: conversation({
    turns: [
      firstTurn,
      answer('', {
        status: 'refused',
        notice: {
          severity: 'warning',
          message: 'Claude has declined to answer. Ask in other words, or begin anew.',
          actions: ['newConversation'],
        },
      }),
    ],
  }),
  longQuestion: conversation({
    turns: [userTurn({ text: LONG_QUESTION }), answer('A list of parts.')],
  }),
  editing: conversation({
    turns: [
      firstTurn,
      answer('A ridge at sunrise.'),
      userTurn({ id: 'u2', text: 'And at noon?' }),
      answer('It is not known.', { id: 'a2' }),
    ],
  }),
  deleting: conversation({ turns: [firstTurn, answer('A ridge at sunrise.')] }),
  imageMenu: conversation({ turns: [firstTurn, answer('A ridge at sunrise.')] }),
  welcomeWithoutKey: conversation(),
  stopped: conversation({
    turns: [firstTurn, answer('A photograph of a mountain range at', { status: 'stopped' })],
  }),
};

/** What the host offers in a state, where it is not what it offers to a user with a key. */
export const OPTIONS_OF: Readonly<Record<string, Partial<PanelOptions>>> = {
  welcomeWithoutKey: { hasKey: false },
};

/** What the user does to get into a state, once its conversation is shown. */
export const STEPS_TO: Readonly<Record<string, (page: Page) => Promise<void>>> = {
  async rich(page) {
    // The last of its code blocks is coloured.
    await page.locator('.language-json .hljs-attr').first().waitFor();
  },
  async editing(page) {
    await page.getByRole('button', { name: 'Edit' }).first().click();
  },
  async deleting(page) {
    await page.getByRole('button', { name: 'Delete' }).click();
  },
  async imageMenu(page) {
    await page.getByRole('button', { name: 'More for ridge-at-sunrise.jpg' }).click();
  },
};

function hash(id: string): string {
  return createHash('sha256').update(id).digest('hex');
}
