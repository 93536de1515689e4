import * as vscode from 'vscode';
import type { ConversationArchive } from '../conversation/conversationArchive.ts';
import type { OtherWorkspace } from '../storage/otherWorkspaces.ts';
import { LOCALE } from '../wording/imageLabels.ts';
import { formatFileSize } from '../wording/locale.ts';

interface Item extends vscode.QuickPickItem {
  readonly workspace: OtherWorkspace;
}

/** Shows what other workspaces take on disk, those that are no more chosen, to delete some. */
export async function manageOthers(
  archive: ConversationArchive,
  others: readonly OtherWorkspace[],
): Promise<void> {
  const chosen = await vscode.window.showQuickPick(Promise.all(others.map(itemOf)), {
    canPickMany: true,
    matchOnDetail: true,
    title: vscode.l10n.t('Conversations of other workspaces'),
    placeHolder: vscode.l10n.t('Choose workspaces to delete all their conversations and images'),
  });
  if (!chosen?.length || !(await isConfirmed(chosen))) {
    return;
  }
  for (const { label, workspace } of chosen) {
    if (!(await archive.deleteOther(workspace))) {
      await vscode.window.showWarningMessage(
        vscode.l10n.t('"{0}" is open in another window. Close it there first.', label),
      );
    }
  }
  await archive.collectGarbage();
}

async function isConfirmed(chosen: readonly Item[]): Promise<boolean> {
  const remove = vscode.l10n.t('Delete');
  const names = new Intl.ListFormat(LOCALE.language).format(chosen.map(({ label }) => label));
  const answer = await vscode.window.showWarningMessage(
    vscode.l10n.t('Delete all conversations and their images of {0}?', names),
    {
      modal: true,
      detail: vscode.l10n.t('This cannot be undone. Files of your workspaces are not touched.'),
    },
    remove,
  );
  return answer === remove;
}

async function itemOf(workspace: OtherWorkspace): Promise<Item> {
  const uris = (workspace.name?.uris ?? []).map((uri) => vscode.Uri.parse(uri));
  const gone = uris.length > 0 && (await Promise.all(uris.map(isGone))).includes(true);
  const size = formatFileSize(workspace.bytes, LOCALE);
  return {
    label: workspace.name?.name ?? vscode.l10n.t('Unknown workspace'),
    description: gone ? vscode.l10n.t('{0}, no longer there', size) : size,
    detail: uris.map(({ fsPath }) => fsPath).join(', '),
    picked: gone,
    workspace,
  };
}

/** What cannot be looked at may still be there. */
async function isGone(uri: vscode.Uri): Promise<boolean> {
  try {
    await vscode.workspace.fs.stat(uri);
    return false;
  } catch (error) {
    if (!(error instanceof vscode.FileSystemError)) {
      throw error;
    }
    return error.code === 'FileNotFound';
  }
}
