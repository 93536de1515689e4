import { isUnderWay, type Conversation } from './conversation.ts';

/**
 * Another conversation that goes on from a turn: with all that was said up to it, its answer
 * included, and nothing after. `undefined` when there is no such turn, or its answer is on its way.
 */
export function forkAt(
  conversation: Conversation,
  turnId: string,
  id: string,
): Conversation | undefined {
  const { turns } = conversation;
  const index = turns.findIndex((turn) => turn.id === turnId);
  const answer = turns[index + 1];
  const end = turns[index]?.role === 'user' && answer?.role === 'assistant' ? index + 1 : index;
  const last = turns[end];
  if (!last || (last.role === 'assistant' && isUnderWay(last))) {
    return undefined;
  }
  return { ...copyOf(conversation, id), turns: turns.slice(0, end + 1), attachments: [] };
}

/** Another conversation with all that this one has, but for what was paid: that was paid once. */
export function copyOf(conversation: Conversation, id: string): Conversation {
  const { billed: _, totalLabel: __, notice: ___, ...rest } = conversation;
  return { ...rest, id };
}
