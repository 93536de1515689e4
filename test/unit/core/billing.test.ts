import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import {
  billedDollars,
  billedTokens,
  billedWith,
  type Billed,
} from '../../../src/core/conversation/billing.ts';
import { emptyConversation, type Usage } from '../../../src/core/conversation/conversation.ts';
import {
  reduce,
  type ConversationEvent,
} from '../../../src/core/conversation/conversationEvent.ts';

const usage = (inputTokens: number, outputTokens = 0, read = 0, write = 0): Usage => ({
  inputTokens,
  outputTokens,
  cacheReadTokens: read,
  cacheWriteTokens: write,
});
const sonnet = (dollars: number | undefined, ...tokens: Parameters<typeof usage>): Billed => ({
  model: 'claude-sonnet-5-5',
  usage: usage(...tokens),
  ...(dollars !== undefined && { dollars }),
});

describe('the bill of a conversation', () => {
  it('has an entry for each model, with the sums', () => {
    const haiku: Billed = { model: 'claude-haiku-5-5', usage: usage(7), dollars: 4 };
    const bill = [sonnet(1, 10, 1, 2, 3), haiku, sonnet(2, 20, 4, 5, 6)].reduce<readonly Billed[]>(
      billedWith,
      [],
    );
    assert.deepEqual(bill, [sonnet(3, 30, 5, 7, 9), haiku]);
    assert.equal(billedTokens(bill), 58);
    assert.equal(billedDollars(bill), 7);
  });

  it('has no sum of dollars when a part of it is not known', () => {
    const bill = [sonnet(1, 1), sonnet(undefined, 1), sonnet(1, 1)].reduce<readonly Billed[]>(
      billedWith,
      [],
    );
    assert.deepEqual(bill, [sonnet(undefined, 3)]);
    assert.equal(billedDollars(bill), undefined);
    assert.equal(billedDollars([]), 0);
  });

  const sent = (n: number): ConversationEvent => ({
    type: 'messageSent',
    userTurnId: `u${n}`,
    assistantTurnId: `a${n}`,
    text: 'Hello',
    model: 'claude-sonnet-5-5',
  });
  const ended = (turnId: string, billed: Billed): ConversationEvent => ({
    type: 'answerEnded',
    turnId,
    status: 'complete',
    usage: billed.usage,
    billed,
    totalLabel: `after ${billed.usage.inputTokens}`,
  });
  const billOf = (...events: readonly ConversationEvent[]) => {
    const { billed, totalLabel } = events.reduce(reduce, emptyConversation('c'));
    return [billed, totalLabel];
  };

  it('keeps what was paid for answers that are asked for again, edited away or deleted', () => {
    const answered = [sent(1), ended('a1', sonnet(1, 10))];
    const again: Readonly<Record<string, readonly ConversationEvent[]>> = {
      retried: [
        { type: 'answerRetried', turnId: 'a1', model: 'claude-sonnet-5-5' },
        ended('a1', sonnet(2, 20)),
      ],
      edited: [
        {
          type: 'messageEdited',
          userTurnId: 'u1',
          assistantTurnId: 'a2',
          text: 'Hi',
          model: 'claude-sonnet-5-5',
        },
        ended('a2', sonnet(2, 20)),
      ],
      deleted: [{ type: 'exchangeDeleted', userTurnId: 'u1' }, sent(2), ended('a2', sonnet(2, 20))],
    };
    for (const [how, events] of Object.entries(again)) {
      assert.deepEqual(billOf(...answered, ...events), [[sonnet(3, 30)], 'after 20'], how);
    }
  });

  it('counts an attempt that is made again by itself, and an answer whose turn is gone', () => {
    const retry: ConversationEvent = {
      type: 'retryScheduled',
      turnId: 'a1',
      retry: { at: 0, seconds: 4 },
      notice: { severity: 'warning', message: 'overloaded', actions: [] },
      billed: sonnet(1, 10),
    };
    const deleted: ConversationEvent = { type: 'exchangeDeleted', userTurnId: 'u1' };
    assert.deepEqual(billOf(sent(1), retry, deleted, ended('a1', sonnet(1, 5))), [
      [sonnet(2, 15)],
      'after 5',
    ]);
  });
});
