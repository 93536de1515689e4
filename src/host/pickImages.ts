import * as vscode from 'vscode';

/** Lets the user choose image files. Empty when they choose none. */
export async function pickImages(): Promise<readonly vscode.Uri[]> {
  const chosen = await vscode.window.showOpenDialog({
    title: vscode.l10n.t('Choose Images'),
    openLabel: vscode.l10n.t('Attach'),
    canSelectMany: true,
    filters: {
      [vscode.l10n.t('Images')]: ['png', 'apng', 'jpg', 'jpeg', 'jfif', 'gif'],
      [vscode.l10n.t('All Files')]: ['*'],
    },
  });
  return chosen ?? [];
}
