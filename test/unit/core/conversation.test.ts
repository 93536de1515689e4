import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import {
  canSend,
  emptyConversation,
  isAnswering,
  numberOf,
  type AttachedImage,
  type Conversation,
  type Notice,
} from '../../../src/core/conversation/conversation.ts';
import {
  reduce,
  type ConversationEvent,
} from '../../../src/core/conversation/conversationEvent.ts';

const labels = { details: '', notes: [] };
const ready = (id: string): AttachedImage => ({ id, name: `${id}.png`, state: 'ready', labels });
const preparing = (id: string): AttachedImage => ({ ...ready(id), state: 'preparing' });
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

const notice = { severity: 'warning', message: 'why', actions: ['retry'] } satisfies Notice;
const remove = (imageId: string): ConversationEvent => ({ type: 'imageRemoved', imageId });
const edit = (n: number, text: string): Extract<ConversationEvent, { type: 'messageEdited' }> => ({
  type: 'messageEdited',
  userTurnId: `u${n}`,
  assistantTurnId: `a${n}-again`,
  text,
  model: 'claude-haiku-5-5',
});
const deleteExchange = (n: number): ConversationEvent => ({
  type: 'exchangeDeleted',
  userTurnId: `u${n}`,
});
const schedule = (n: number): ConversationEvent => ({
  type: 'retryScheduled',
  turnId: `a${n}`,
  retry: { at: 1000, seconds: 4 },
  notice,
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

  it('leaves all attachments where they are when a message is only text', () => {
    const conversation = play(attach(ready('a')), send(1), attach(ready('b')), {
      type: 'messageSent',
      userTurnId: 'u2',
      assistantTurnId: 'a2',
      text: 'Go on.',
      model: 'claude-sonnet-5-5',
      textOnly: true,
    });
    assert.deepEqual(
      userTurns(conversation).map(({ images }) => images.map(({ id }) => id)),
      [['a'], []],
    );
    assert.deepEqual(
      conversation.attachments.map(({ id }) => id),
      ['b'],
    );
    assert.equal(conversation.numbersGiven, 1);
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
      remove('gone'),
      { type: 'imagesRejected', images: [{ id: 'gone' }], notice },
      edit(9, 'late'),
      deleteExchange(9),
      schedule(9),
      { type: 'answerRetried', turnId: 'a9', model: 'claude-sonnet-5-5' },
    ] satisfies readonly ConversationEvent[]) {
      assert.deepEqual(reduce(before, event), before);
    }
  });

  it('shows one notice until it is cleared or a message goes', () => {
    const shown = play({ type: 'noticeShown', notice });
    assert.deepEqual(shown.notice, notice);
    assert.equal(reduce(shown, { type: 'noticeCleared' }).notice, undefined);
    assert.equal(reduce(shown, send(1)).notice, undefined);
  });

  describe('with an image that was sent', () => {
    const prepared = {
      sha256: 'abc',
      mediaType: 'image/png',
      width: 10,
      height: 20,
      byteLength: 30,
      tokens: 1,
      notes: [],
    } as const;
    const sent = play(
      attach({ ...ready('a'), uri: 'file:///a.png', prepared }),
      attach(ready('b')),
      send(1),
      complete(1),
      attach(ready('c')),
    );
    const images = (conversation: Conversation): readonly AttachedImage[] =>
      userTurns(conversation)[0]?.images ?? [];

    it('leaves its name and number in its place when it is removed, and nothing else', () => {
      const after = reduce(sent, remove('a'));
      assert.deepEqual(images(after)[0], {
        id: 'a',
        name: 'a.png',
        number: 1,
        state: 'removed',
        labels,
      });
      assert.equal(images(after)[1], images(sent)[1], 'its neighbour is the same object');
      assert.deepEqual(after.attachments, sent.attachments);
    });

    it('takes an attached image away whole', () => {
      const after = reduce(sent, remove('c'));
      assert.deepEqual(after.attachments, []);
      assert.deepEqual(after.turns, sent.turns);
      assert.equal(after.turns[0], sent.turns[0]);
    });

    it('changes nothing when an image is removed twice', () => {
      const once = reduce(sent, remove('a'));
      assert.equal(reduce(once, remove('a')).turns[0], once.turns[0]);
    });

    it('puts another in its place under the same number', () => {
      const replacement = { ...ready('a'), name: 'new.png', replaces: 'a.png' };
      const after = reduce(sent, { type: 'imageUpdated', image: replacement });
      assert.deepEqual(images(after)[0], { ...replacement, number: 1 });
      assert.equal(after.turns[1], sent.turns[1], 'the answer is the same object');
    });

    it('waits with the next message while another is prepared in its place', () => {
      const after = reduce(sent, { type: 'imageUpdated', image: preparing('a') });
      assert.deepEqual([canSend(sent, 'And?'), canSend(after, 'And?')], [true, false]);
    });

    it('leaves out what the API refused, but not what was taken back meanwhile', () => {
      const after = play(attach(ready('a')), attach(ready('b')), send(1), remove('a'), {
        type: 'imagesRejected',
        images: [{ id: 'a' }, { id: 'b' }],
        notice,
      });
      assert.deepEqual(
        images(after).map(({ state }) => state),
        ['removed', 'failed'],
      );
    });

    it('does not blame an image for one that it has taken the place of', () => {
      const picture = (sha256: string): AttachedImage => ({
        ...ready('a'),
        prepared: {
          sha256,
          mediaType: 'image/png',
          width: 30,
          height: 20,
          byteLength: 100,
          tokens: 2,
          notes: [],
        },
      });
      const after = play(
        attach(picture('old')),
        send(1),
        { type: 'imageUpdated', image: picture('new') },
        { type: 'imagesRejected', images: [{ id: 'a', sha256: 'old' }], notice },
      );
      assert.deepEqual(
        images(after).map(({ state }) => state),
        ['ready'],
      );
    });
  });

  describe('numbers', () => {
    it('are never given twice, also when an image or its question is gone', () => {
      const conversation = play(
        attach(ready('a')),
        attach(ready('b')),
        send(1),
        complete(1),
        attach(ready('c')),
        send(2),
        complete(2),
        deleteExchange(2),
        remove('b'),
        attach(ready('d')),
        send(3),
      );
      assert.deepEqual(
        userTurns(conversation).map((turn) => turn.images.map(({ number }) => number)),
        [[1, 2], [4]],
      );
      assert.equal(conversation.numbersGiven, 4);
    });

    it('label an image that is alone, when there was another before', () => {
      const conversation = play(
        attach(ready('a')),
        send(1),
        complete(1),
        deleteExchange(1),
        attach(ready('b')),
        send(2),
      );
      assert.deepEqual(
        userTurns(conversation).map(({ labelled, images }) => [labelled, images[0]?.number]),
        [[true, 2]],
      );
    });

    it('are known before an image is sent, as it will get them', () => {
      const conversation = play(
        attach(ready('a')),
        send(1),
        complete(1),
        attach(ready('b')),
        attach(failed('broken')),
        attach(preparing('c')),
      );
      const numbers = [...(userTurns(conversation)[0]?.images ?? []), ...conversation.attachments];
      assert.deepEqual(
        numbers.map((image) => numberOf(conversation, image)),
        [1, 2, undefined, 3],
      );
    });
  });

  describe('when a question is edited', () => {
    const two = play(
      attach(ready('a')),
      send(1),
      delta(1, 'first'),
      complete(1),
      send(2),
      delta(2, 'second'),
      complete(2),
      attach(ready('c')),
      { type: 'noticeShown', notice },
    );

    it('drops what came after, keeps its images, and waits for a new answer', () => {
      const edited = reduce(two, edit(1, 'in other words'));
      const [question] = userTurns(edited);
      assert.deepEqual(
        edited.turns.map(({ id }) => id),
        ['u1', 'a1-again'],
      );
      assert.equal(question?.text, 'in other words');
      assert.deepEqual(
        question.images.map(({ id, number }) => [id, number]),
        [['a', 1]],
      );
      assert.deepEqual(answer(edited), {
        role: 'assistant',
        id: 'a1-again',
        text: '',
        status: 'waiting',
        model: 'claude-haiku-5-5',
      });
      assert.deepEqual(edited.attachments, two.attachments, 'what is attached is kept');
      assert.equal(edited.notice, undefined);
    });

    it('leaves what came before as it is', () => {
      const edited = reduce(two, edit(2, 'in other words'));
      assert.equal(edited.turns.length, 4);
      assert.equal(edited.turns[0], two.turns[0]);
      assert.equal(edited.turns[1], two.turns[1]);
    });

    it('takes no answer for a question', () => {
      assert.equal(reduce(two, { ...edit(1, 'no'), userTurnId: 'a1' }), two);
    });
  });

  describe('when an exchange is deleted', () => {
    const three = play(send(1), complete(1), send(2), complete(2), send(3), complete(3));
    const ids = (conversation: Conversation): readonly string[] =>
      conversation.turns.map(({ id }) => id);

    it('takes the question with its answer, and the others stay the same', () => {
      const left = reduce(three, deleteExchange(2));
      assert.deepEqual(ids(left), ['u1', 'a1', 'u3', 'a3']);
      assert.equal(left.turns[3], three.turns[5]);
    });

    it('takes a question that has no answer alone', () => {
      const unanswered = { ...three, turns: three.turns.toSpliced(3, 1) };
      assert.deepEqual(ids(reduce(unanswered, deleteExchange(2))), ['u1', 'a1', 'u3', 'a3']);
    });

    it('takes no answer for a question', () => {
      assert.equal(reduce(three, { type: 'exchangeDeleted', userTurnId: 'a2' }), three);
    });
  });

  describe('when an answer is asked for again by itself', () => {
    const waiting = play(send(1), schedule(1));

    it('says when and why, and is still on its way', () => {
      assert.deepEqual(answer(waiting).retry, { at: 1000, seconds: 4 });
      assert.deepEqual(answer(waiting).notice, notice);
      assert.equal(isAnswering(waiting), true);
      assert.equal(canSend(waiting, 'More'), false);
    });

    it('forgets when and why once it is asked', () => {
      const retried = reduce(waiting, {
        type: 'answerRetried',
        turnId: 'a1',
        model: 'claude-sonnet-5-5',
      });
      assert.deepEqual(retried, play(send(1)));
    });

    it('forgets when and why once it is given up, and says what it ended with', () => {
      const failure = { severity: 'error', message: 'overloaded', actions: ['retry'] } as const;
      const ended = { type: 'answerEnded', turnId: 'a1', status: 'failed' } as const;
      for (const [event, expected] of [
        [{ ...ended, notice: failure }, failure],
        [ended, undefined],
      ] as const) {
        const { retry, notice: shown, status } = answer(reduce(waiting, event));
        assert.deepEqual([retry, shown, status], [undefined, expected, 'failed']);
      }
    });

    it('takes no text for an answer that has ended', () => {
      const stopped = play(send(1), { type: 'answerEnded', turnId: 'a1', status: 'stopped' });
      assert.deepEqual(reduce(stopped, delta(1, 'late')), stopped);
    });

    it('leaves the turns before it the same objects', () => {
      const before = play(send(1), complete(1), send(2));
      const after = [schedule(2), delta(2, 'A'), complete(2)].reduce(reduce, before);
      assert.equal(after.turns[0], before.turns[0]);
      assert.equal(after.turns[1], before.turns[1]);
      assert.notEqual(after.turns[3], before.turns[3]);
    });
  });
});
