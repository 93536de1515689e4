import * as vscode from 'vscode';
import { allImages, type Conversation } from '../../core/conversation/conversation.ts';
import type { Conversations } from './conversations.ts';
import type { ConversationSession } from './conversationSession.ts';

/** Lets the user choose one of this window's conversations. */
export async function pickConversation(
  conversations: Conversations,
): Promise<ConversationSession | undefined> {
  const items = conversations.all.map((session) => ({
    label: conversationTitle(session.state),
    description: session === conversations.current ? vscode.l10n.t('current') : '',
    session,
  }));
  if (items.length === 0) {
    await vscode.window.showInformationMessage(
      vscode.l10n.t('There is no conversation yet. Right-click an image to start one.'),
    );
    return undefined;
  }
  const picked = await vscode.window.showQuickPick(items, {
    placeHolder: vscode.l10n.t('Open Conversation'),
  });
  return picked?.session;
}

/** The names of its images, else its first words. */
function conversationTitle(conversation: Conversation): string {
  const names = allImages(conversation)
    .map(({ name }) => name)
    .join(', ');
  const firstText = conversation.turns.find((turn) => turn.text !== '')?.text ?? '';
  return names || firstText;
}
