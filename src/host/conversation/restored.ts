import { isAnswering, type Conversation } from '../../core/conversation/conversation.ts';
import { reduce } from '../../core/conversation/conversationEvent.ts';
import { usageOfEnd } from './answerBill.ts';
import { interruptedNotice } from '../wording/storageWording.ts';

/** A conversation as it goes on after its window died: an answer that was on its way has ended. */
export function afterInterruption(conversation: Conversation): Conversation {
  const last = conversation.turns.at(-1);
  return last?.role === 'assistant' && isAnswering(conversation)
    ? reduce(conversation, {
        type: 'answerEnded',
        turnId: last.id,
        status: 'failed',
        ...usageOfEnd(last.billedSoFar, conversation.billed ?? []),
        notice: interruptedNotice(last.text !== ''),
      })
    : conversation;
}
