import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import {
  emptyConversation,
  type AttachedImage,
} from '../../../src/core/conversation/conversation.ts';
import { reduce } from '../../../src/core/conversation/conversationEvent.ts';
import {
  imageTokenSum,
  pictureCount,
  picturesOf,
} from '../../../src/core/conversation/pictures.ts';
import { imagesBase64Length, planRequest } from '../../../src/core/conversation/request.ts';
import type { PreparedImage } from '../../../src/core/plan/preparedImage.ts';

const picture = (sha256: string, more: Partial<PreparedImage> = {}): PreparedImage => ({
  sha256,
  mediaType: 'image/png',
  width: 10,
  height: 20,
  byteLength: 3,
  tokens: 7,
  notes: [],
  ...more,
});

const tiled = (name: string, tiles: readonly PreparedImage[]): AttachedImage => ({
  id: name,
  name,
  state: 'ready',
  labels: { details: '', notes: [] },
  prepared: picture(`${name}-whole`),
  detail: 'tiles',
  ...(tiles.length > 0 && { tiles }),
});

const sent = (...images: readonly AttachedImage[]) =>
  reduce(
    images.reduce(
      (state, image) => reduce(state, { type: 'imageAttached', image }),
      emptyConversation('c'),
    ),
    {
      type: 'messageSent',
      userTurnId: 'u',
      assistantTurnId: 'a',
      text: 'Read it.',
      model: 'claude-sonnet-5-5',
    },
  );

const plan = (state: ReturnType<typeof sent>) =>
  planRequest(state, { model: 'claude-sonnet-5-5', maxTokens: 10, base64: String });

const shown = (state: ReturnType<typeof sent>) =>
  plan(state).body.messages.flatMap(({ content }) =>
    typeof content === 'string'
      ? [content]
      : content.map((block) =>
          block.type === 'text'
            ? block.text
            : block.type === 'image' && block.source.type === 'base64'
              ? `<${block.source.data}>`
              : block.type,
        ),
  );

const PAGE = tiled('page.png', [picture('t1'), picture('t2')]);

describe('an image in tiles', () => {
  it('goes whole first, then part by part, each introduced', () => {
    assert.deepEqual(shown(sent(PAGE)), [
      'Image 1: page.png, whole; then in 2 overlapping parts with more detail, row by row from the top left',
      '<page.png-whole>',
      'Image 1: page.png, part 1 of 2',
      '<t1>',
      'Image 1: page.png, part 2 of 2',
      '<t2>',
      'Read it.',
    ]);
  });

  it('keeps its number among others, which are introduced as ever', () => {
    assert.deepEqual(
      shown(sent(tiled('a.png', []), PAGE)).filter((text) => text.startsWith('Image')),
      [
        'Image 1: a.png',
        'Image 2: page.png, whole; then in 2 overlapping parts with more detail, row by row from the top left',
        'Image 2: page.png, part 1 of 2',
        'Image 2: page.png, part 2 of 2',
      ],
    );
  });

  it('says what it is in place of', () => {
    const [first = ''] = shown(sent({ ...PAGE, replaces: 'old.png' }));
    assert.match(first, /^Image 1: page\.png \(in place of old\.png, .*\), whole; then in 2 /);
  });

  it('is found by the path of each of its pictures', () => {
    assert.deepEqual(
      [...plan(sent(PAGE)).images].map(([path, { id }]) => [path, id]),
      [1, 3, 5].map((index) => [`messages.0.content.${index}`, 'page.png']),
    );
  });

  it('counts for all of its pictures: as images, in tokens and in bytes', () => {
    assert.deepEqual(
      picturesOf(PAGE).map(({ sha256 }) => sha256),
      ['page.png-whole', 't1', 't2'],
    );
    assert.equal(pictureCount([PAGE, tiled('a.png', [])]), 4);
    assert.equal(imageTokenSum(PAGE), 21);
    assert.equal(imagesBase64Length(sent(PAGE)), 12);
  });

  it('counts for one while it is being prepared, and for none when it has failed', () => {
    const { prepared: _, tiles: __, ...rest } = PAGE;
    assert.equal(pictureCount([{ ...rest, state: 'preparing' }]), 1);
    assert.equal(pictureCount([{ ...PAGE, state: 'failed' }]), 0);
  });

  it('leaves nothing of its parts when it is taken back', () => {
    const [turn] = reduce(sent(PAGE), { type: 'imageRemoved', imageId: 'page.png' }).turns;
    assert.deepEqual(turn?.role === 'user' ? turn.images : [], [
      {
        id: 'page.png',
        name: 'page.png',
        number: 1,
        state: 'removed',
        labels: { details: '', notes: [] },
      },
    ]);
  });
});
