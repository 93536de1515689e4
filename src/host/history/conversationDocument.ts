import type { Conversation } from '../../core/conversation/conversation.ts';
import {
  conversationMarkdown,
  type ConversationSources,
} from '../../core/conversation/conversationMarkdown.ts';
import { conversationTexts } from '../wording/conversationTexts.ts';
import { inertMarkdown } from './inertMarkdown.ts';

/** A conversation as Markdown to copy or to save, in the language of VS Code. */
export function conversationDocument(
  conversation: Conversation,
  filesOf?: ConversationSources['filesOf'],
): string {
  return conversationMarkdown(conversation, conversationTexts(), {
    inert: inertMarkdown,
    ...(filesOf && { filesOf }),
  });
}
