import type { Conversation, Turn, UserTurn } from './conversation.ts';

/** The conversation with some questions, and their answers, left out of what Claude gets. */
export function leaveOutTurns(
  conversation: Conversation,
  userTurnIds: readonly string[],
): Conversation {
  let leavingOut = false;
  return {
    ...conversation,
    turns: conversation.turns.map((turn): Turn => {
      leavingOut = turn.role === 'user' ? userTurnIds.includes(turn.id) : leavingOut;
      return leavingOut ? { ...turn, leftOut: true } : turn;
    }),
  };
}

/** The question of an answer that is asked for again is no longer left out. */
export function takeIn(conversation: Conversation, answerId: string): Conversation {
  const { turns } = conversation;
  const index = turns.findIndex(({ id }) => id === answerId) - 1;
  const question = turns[index];
  return question?.role === 'user' && question.leftOut
    ? { ...conversation, turns: turns.with(index, takenIn(question)) }
    : conversation;
}

/** A question that goes with requests. */
export function takenIn(turn: UserTurn): UserTurn {
  const { leftOut: _, ...rest } = turn;
  return rest;
}
