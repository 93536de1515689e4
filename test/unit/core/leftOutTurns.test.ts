import assert from 'node:assert/strict';
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

const image = (id: string): AttachedImage => ({
  id,
  name: `${id}.png`,
  state: 'ready',
  labels: { details: '', notes: [] },
  prepared: {
    sha256: `sha-${id}`,
    mediaType: 'image/png',
    width: 1,
    height: 1,
    byteLength: 1,
    tokens: 1,
    notes: [],
  },
});
const send = (n: number): ConversationEvent => ({
  type: 'messageSent',
  userTurnId: `u${n}`,
  assistantTurnId: `a${n}`,
  text: `question ${n}`,
  model: 'claude-sonnet-5-5',
});
const leaveOut = (...userTurnIds: readonly string[]): ConversationEvent => ({
  type: 'turnsLeftOut',
  userTurnIds,
});
const after = (...events: readonly ConversationEvent[]): Conversation =>
  events.reduce(reduce, emptyConversation('c'));
const leftOut = ({ turns }: Conversation): readonly string[] =>
  turns.filter((turn) => turn.leftOut).map(({ id }) => id);

describe('questions that are left out', () => {
  const two = [{ type: 'imageAttached', image: image('x') }, send(1), send(2)] as const;

  it('go with their answers, and stay where they are', () => {
    const state = after(...two, leaveOut('u1', 'gone'));
    assert.deepEqual(leftOut(state), ['u1', 'a1']);
    assert.equal(state.turns.length, 4);
    assert.deepEqual(imagesInRequest(state), []);
  });

  it('come back when they are asked again, in the same words or in others', () => {
    const out = [...two, leaveOut('u1', 'u2')];
    const model = 'claude-haiku-5-5';
    const again = after(...out, { type: 'answerRetried', turnId: 'a2', model });
    assert.deepEqual(leftOut(again), ['u1', 'a1']);
    const anew = { userTurnId: 'u2', assistantTurnId: 'b2', text: 'Else?', model };
    assert.deepEqual(leftOut(after(...out, { type: 'messageEdited', ...anew })), ['u1', 'a1']);
  });
});

describe('images that make room', () => {
  const notice = { severity: 'info', message: 'out', actions: [] } as const;

  it('stay in sight with their bytes, and go into no request', () => {
    const state = after({ type: 'imageAttached', image: image('x') }, send(1), {
      type: 'imagesLeftOut',
      imageIds: ['x', 'gone'],
      notice,
    });
    const [turn] = state.turns;
    assert.ok(turn?.role === 'user');
    assert.deepEqual(turn.images[0], {
      ...image('x'),
      number: 1,
      state: 'failed',
      leftOut: true,
      notice,
    });
    assert.deepEqual(imagesInRequest(state), []);
  });
});

describe('images that the API has taken', () => {
  it('are known by the bytes that it took', () => {
    const ended = (turnId: string, ...accepted: readonly string[]): ConversationEvent => ({
      type: 'answerEnded',
      turnId,
      status: 'complete',
      accepted,
    });
    const state = after(
      { type: 'imageAttached', image: image('x') },
      send(1),
      ended('a1', 'sha-x'),
    );
    assert.equal(imagesInRequest(state)[0]?.accepted, 'sha-x');
    const again = reduce(reduce(state, send(2)), ended('a2', 'sha-x'));
    assert.equal(again.turns[0], state.turns[0], 'nothing of it is drawn anew');
  });
});
