import { emptyConversation } from '../core/conversation/conversation.ts';
import type { Conversation } from '../core/conversation/conversation.ts';
import { reduce } from '../core/conversation/conversationEvent.ts';
import type { ConversationEvent } from '../core/conversation/conversationEvent.ts';

/** The page's copy of the conversation: the host's snapshot and the same events on top of it. */
export class ConversationStore {
  #conversation: Conversation | undefined;

  /** Empty until the first snapshot. */
  get conversation(): Conversation {
    return this.#conversation ?? emptyConversation('');
  }

  /** Whether a snapshot has come, so that there is something to show. */
  get connected(): boolean {
    return this.#conversation !== undefined;
  }

  replace(conversation: Conversation): void {
    this.#conversation = conversation;
  }

  /** Whether the event was about this conversation. Others are late and change nothing. */
  apply(conversationId: string, event: ConversationEvent): boolean {
    if (this.#conversation?.id !== conversationId) {
      return false;
    }
    this.#conversation = reduce(this.#conversation, event);
    return true;
  }
}
