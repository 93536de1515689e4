import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import {
  emptyConversation,
  isAnswering,
  type AttachedImage,
  type Conversation,
} from '../../../src/core/conversation.ts';
import { reduce, type ConversationEvent } from '../../../src/core/conversationEvent.ts';

const labels = { details: '', notes: [] };
const ready = (id: string): AttachedImage => ({ id, name: `${id}.png`, state: 'ready', labels });
const failed = (id: string): AttachedImage => ({ id, name: `${id}.png`, state: 'failed', labels });

const attach = (image: AttachedImage): ConversationEvent => ({ type: 'imageAttached', image });
const send = (n: number, text = `question ${n}`): ConversationEvent => ({
  type: 'messageSent',
  userTurnId: `u${n}`,
  assistantTurnId: `a${n}`,
  text,
  model: 'claude-sonnet-5-5',
});
const delta = (n: number, text: string): ConversationEvent => ({
  type: 'answerDelta',
  turnId: `a${n}`,
  text,
});
const complete = (n: number): ConversationEvent => ({
  type: 'answerEnded',
  turnId: `a${n}`,
  status: 'complete',
});

const play = (...events: readonly ConversationEvent[]): Conversation =>
  events.reduce(reduce, emptyConversation('c'));

const userTurns = (conversation: Conversation) =>
  conversation.turns.filter((turn) => turn.role === 'user');
const answer = (conversation: Conversation) => {
  const last = conversation.turns.at(-1);
  assert.equal(last?.role, 'assistant');
  return last;
};

describe('conversation', () => {
  it('moves ready images into the turn, in their order, and leaves failed ones behind', () => {
    const { turns, attachments } = play(
      attach(ready('b')),
      attach(failed('broken')),
      attach(ready('a')),
      send(1),
    );
    assert.deepEqual(
      turns[0]?.role === 'user' && turns[0].images.map(({ id, number }) => [id, number]),
      [
        ['b', 1],
        ['a', 2],
      ],
    );
    assert.deepEqual(
      attachments.map(({ id }) => id),
      ['broken'],
    );
  });

  it('keeps numbers and labels of earlier turns when images come later', () => {
    const conversation = play(
      attach(ready('first')),
      send(1),
      complete(1),
      attach(ready('second')),
      send(2),
    );
    const [one, two] = userTurns(conversation);
    assert.deepEqual([one?.labelled, two?.labelled], [false, true]);
    assert.deepEqual([one?.images[0]?.number, two?.images[0]?.number], [1, 2]);
  });

  it('gathers a streamed answer and knows when it is on its way', () => {
    const waiting = play(send(1));
    assert.equal(isAnswering(waiting), true);
    const streaming = [delta(1, 'A red'), delta(1, ' square')].reduce(reduce, waiting);
    assert.equal(answer(streaming).text, 'A red square');
    assert.equal(isAnswering(streaming), true);
    assert.equal(isAnswering(reduce(streaming, complete(1))), false);
  });

  it('keeps the text of an answer that was stopped or failed', () => {
    for (const status of ['stopped', 'failed', 'cutOff'] as const) {
      const ended = play(send(1), delta(1, 'half'), { type: 'answerEnded', turnId: 'a1', status });
      assert.deepEqual([answer(ended).text, answer(ended).status], ['half', status]);
    }
  });

  it('drops the text of an answer that Claude refused', () => {
    const refused = play(send(1), delta(1, 'half'), {
      type: 'answerEnded',
      turnId: 'a1',
      status: 'refused',
    });
    assert.equal(answer(refused).text, '');
  });

  it('starts an answer over when it is retried', () => {
    const notice = { severity: 'error', message: 'cut', actions: ['retry'] } as const;
    const retried = play(
      send(1),
      delta(1, 'half'),
      { type: 'answerEnded', turnId: 'a1', status: 'failed', notice },
      { type: 'answerRetried', turnId: 'a1', model: 'claude-haiku-5-5' },
    );
    assert.deepEqual(answer(retried), {
      role: 'assistant',
      id: 'a1',
      text: '',
      status: 'waiting',
      model: 'claude-haiku-5-5',
    });
  });

  it('ignores what is said about a turn or image that is gone', () => {
    const before = play(attach(ready('a')), send(1));
    for (const event of [
      delta(9, 'late'),
      complete(9),
      { type: 'imageUpdated', image: ready('gone') },
      { type: 'imageRemoved', imageId: 'gone' },
    ] satisfies readonly ConversationEvent[]) {
      assert.deepEqual(reduce(before, event), before);
    }
  });

  it('shows one notice until it is cleared or a message goes', () => {
    const notice = { severity: 'info', message: 'no key', actions: ['setApiKey'] } as const;
    const shown = play({ type: 'noticeShown', notice });
    assert.deepEqual(shown.notice, notice);
    assert.equal(reduce(shown, { type: 'noticeCleared' }).notice, undefined);
    assert.equal(reduce(shown, send(1)).notice, undefined);
  });
});
