import * as vscode from 'vscode';
import { allImages, type Conversation } from '../../core/conversation/conversation.ts';
import type { ConversationArchive } from '../conversation/conversationArchive.ts';
import { storageNotice } from '../wording/storageWording.ts';
import type { StorageFault } from '../../core/failure.ts';

/** A conversation by its id, and what it is called. */
export interface Named {
  readonly id: string;
  readonly label: string;
}

/** Asks for another title. False when the user leaves it as it is. */
export async function renameConversation(
  archive: ConversationArchive,
  { id, label }: Named,
): Promise<boolean> {
  const title = await vscode.window.showInputBox({
    title: vscode.l10n.t('Rename Conversation'),
    prompt: vscode.l10n.t('Empty: its images or first words name it.'),
    value: label,
  });
  if (title === undefined) {
    return false;
  }
  const renamed = await archive.rename(id, title.trim());
  if (!renamed.ok) {
    await showFault(renamed.error);
  }
  return renamed.ok;
}

/** Asks, and deletes conversations with their images. False when nothing was deleted. */
export async function deleteConversations(
  archive: ConversationArchive,
  chosen: readonly Named[],
): Promise<boolean> {
  const [first] = chosen;
  if (!first) {
    return false;
  }
  const remove = vscode.l10n.t('Delete');
  const answer = await vscode.window.showWarningMessage(
    chosen.length === 1
      ? vscode.l10n.t('Delete "{0}" with its images?', first.label)
      : vscode.l10n.t('Delete {0} conversations with their images?', chosen.length),
    {
      modal: true,
      detail: vscode.l10n.t('This cannot be undone. Files of your workspace are not touched.'),
    },
    remove,
  );
  if (answer !== remove) {
    return false;
  }
  for (const { id, label } of chosen) {
    const deleted = await archive.delete(id);
    if (!deleted.ok) {
      await (deleted.error.kind === 'openElsewhere'
        ? vscode.window.showWarningMessage(
            vscode.l10n.t('"{0}" is open in another window. Close it there first.', label),
          )
        : showFault(deleted.error));
    }
  }
  return true;
}

/** What the current conversation is called. */
export function named({ id, title, turns, ...rest }: Conversation): Named {
  const names = allImages({ id, turns, ...rest })
    .map(({ name }) => name)
    .join(', ');
  const firstText = turns.find(({ text }) => text !== '')?.text ?? '';
  return { id, label: title ?? (names || firstText) };
}

export async function showFault(fault: StorageFault): Promise<void> {
  await vscode.window.showErrorMessage(storageNotice(fault).message);
}
