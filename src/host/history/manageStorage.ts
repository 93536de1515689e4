import * as vscode from 'vscode';
import type { ConversationArchive } from '../conversation/conversationArchive.ts';
import type { ConversationSummary } from '../storage/conversationSummary.ts';
import { LOCALE } from '../wording/imageLabels.ts';
import { formatFileSize } from '../wording/locale.ts';
import { conversationDetail, conversationLabel } from './conversationLabel.ts';
import { deleteConversations, showFault } from './historyActions.ts';

interface Item extends vscode.QuickPickItem {
  readonly id: string;
}

/** From so many bytes on, the user is told what lies on disk. */
const MUCH = 1024 * 1024 * 1024;

/** Shows what the conversations of the workspace take on disk, the largest first, to delete some. */
export async function manageStorage(archive: ConversationArchive): Promise<void> {
  const freed = await archive.collectGarbage();
  const { conversations: all, faults } = await archive.list();
  for (const fault of faults) {
    void showFault(fault);
  }
  const total = formatFileSize(await archive.bytesOnDisk(), LOCALE);
  const chosen = await vscode.window.showQuickPick(bySize(all), {
    canPickMany: true,
    matchOnDetail: true,
    title:
      freed > 0
        ? vscode.l10n.t(
            'Conversations of this workspace: {0} on disk, {1} freed just now',
            total,
            formatFileSize(freed, LOCALE),
          )
        : vscode.l10n.t('Conversations of this workspace: {0} on disk', total),
    placeHolder: vscode.l10n.t('Choose conversations to delete with their images'),
  });
  await deleteConversations(archive, chosen ?? []);
}

/** Tells the user once when much lies on disk. */
export async function tellWhenMuch(archive: ConversationArchive): Promise<void> {
  const bytes = await archive.bytesOnDisk();
  if (bytes < MUCH) {
    return;
  }
  const show = vscode.l10n.t('Show Storage');
  const answer = await vscode.window.showInformationMessage(
    vscode.l10n.t(
      'The conversations of this workspace take {0} on disk.',
      formatFileSize(bytes, LOCALE),
    ),
    show,
  );
  if (answer === show) {
    await manageStorage(archive);
  }
}

function bySize(conversations: readonly ConversationSummary[]): readonly Item[] {
  return conversations
    .toSorted((one, other) => other.bytes - one.bytes)
    .map((conversation) => ({
      id: conversation.id,
      label: conversationLabel(conversation),
      description: formatFileSize(conversation.bytes, LOCALE),
      detail: conversationDetail(conversation),
    }));
}
