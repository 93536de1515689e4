import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import {
  emptyConversation,
  type AnswerStatus,
  type AttachedImage,
  type Conversation,
  type Turn,
} from '../../../src/core/conversation/conversation.ts';
import {
  conversationMarkdown,
  type ConversationTexts,
} from '../../../src/core/conversation/conversationMarkdown.ts';

const texts: ConversationTexts = {
  you: 'Du',
  claude: 'Claude',
  image: (number, name) => `Bild ${number}: ${name}`,
  replacedImage: (number, name, replaced) => `Bild ${number}: ${name} statt ${replaced}`,
  removedImage: (number, name) => `Bild ${number}: ${name}, entfernt`,
  leftOutImage: (number, name) => `Bild ${number}: ${name}, ausgelassen`,
  part: (words, part, count) => `${words}, Teil ${part} von ${count}`,
  status: {
    waiting: 'Noch keine Antwort.',
    streaming: 'Unterwegs.',
    cutOff: 'Abgeschnitten.',
    stopped: 'Angehalten.',
    failed: 'Abgebrochen.',
    refused: 'Abgelehnt.',
  },
};

const image = (number: number, name: string, more: Partial<AttachedImage> = {}): AttachedImage => ({
  id: name,
  name,
  number,
  state: 'ready',
  labels: { details: '', notes: [] },
  ...more,
});
const you = (text: string, ...images: readonly AttachedImage[]): Turn => ({
  role: 'user',
  id: text,
  text,
  images,
  labelled: false,
});
const claude = (text: string, status: AnswerStatus = 'complete'): Turn => ({
  role: 'assistant',
  id: text,
  text,
  status,
  model: 'claude-sonnet-5-5',
});
const conversation = (...turns: readonly Turn[]): Conversation => ({
  ...emptyConversation('c'),
  turns,
});
const markdown = (...turns: readonly Turn[]) =>
  conversationMarkdown(conversation(...turns), texts, { inert: (text) => text });

describe('conversationMarkdown', () => {
  it('gives what was said as it is, under the name of who said it', () => {
    assert.equal(
      markdown(
        you('What is it?', image(1, 'a.png'), image(2, 'b.png')),
        claude('A **cat**.\n\n| a | b |\n| - | - |\n'),
        you('And now?'),
        claude('Still a cat.'),
      ),
      [
        '## Du',
        '- Bild 1: a.png\n- Bild 2: b.png',
        'What is it?',
        '## Claude',
        'A **cat**.\n\n| a | b |\n| - | - |',
        '## Du',
        'And now?',
        '## Claude',
        'Still a cat.\n',
      ].join('\n\n'),
    );
  });

  it('says what became of images', () => {
    assert.equal(
      markdown(
        you(
          '',
          image(1, 'a.png', { state: 'removed' }),
          image(2, 'b.png', { state: 'failed' }),
          image(3, 'new.png', { replaces: 'old.png' }),
        ),
      ),
      '## Du\n\n- Bild 1: a.png, entfernt\n- Bild 2: b.png, ausgelassen\n- Bild 3: new.png statt old.png\n',
    );
  });

  it('keeps a file name from being markup', () => {
    assert.equal(
      markdown(you('', image(1, 'a_[b](c)\n<i>.png'))),
      String.raw`## Du

- Bild 1: a\_\[b\](c) \<i\>.png
`,
    );
  });

  it('shows images of which there are files, with their parts', () => {
    const filesOf = () => ['c-images/1-a?b#c%20 (d).png', 'c-images/1-a-part-1.png'];
    assert.equal(
      conversationMarkdown(conversation(you('', image(1, 'a.png'))), texts, {
        inert: (text) => text,
        filesOf,
      }),
      `## Du

- Bild 1: a.png

  ![Bild 1: a.png](<c-images/1-a%3Fb%23c%2520%20(d).png>)

  ![Bild 1: a.png, Teil 1 von 1](<c-images/1-a-part-1.png>)

`,
    );
  });

  it('takes what was said in its inert form', () => {
    assert.equal(
      conversationMarkdown(conversation(claude('![a](b)')), texts, {
        inert: (text) => text.replace('!', ''),
      }),
      '## Claude\n\n[a](b)\n',
    );
  });

  for (const status of ['cutOff', 'stopped', 'failed', 'streaming'] as const) {
    it(`marks an answer that is "${status}"`, () => {
      assert.equal(
        markdown(claude('Half', status)),
        `## Claude\n\nHalf\n\n*${texts.status[status]}*\n`,
      );
    });
  }

  it('marks an answer without a text', () => {
    assert.equal(markdown(claude('', 'refused')), '## Claude\n\n*Abgelehnt.*\n');
  });

  const cut: readonly (readonly [text: string, whole: string])[] = [
    ['```html\n<p>', '```html\n<p>\n```'],
    ['````md\n```\n', '````md\n```\n````'],
    ['~~~\na\n```', '~~~\na\n```\n~~~'],
    ['```js\na\n``` b', '```js\na\n``` b\n```'],
    ['```\na\n```\nb', '```\na\n```\nb'],
    ['```inline``` code', '```inline``` code'],
  ];
  for (const [text, whole] of cut) {
    it(`leaves no code block open after ${JSON.stringify(text)}`, () => {
      assert.equal(markdown(claude(text, 'stopped')), `## Claude\n\n${whole}\n\n*Angehalten.*\n`);
    });
  }

  it('is empty when nothing was said', () => {
    assert.equal(markdown(), '');
  });
});
