import * as vscode from 'vscode';
import { IMAGE_EXTENSIONS } from '../../core/formats/imageExtensions.ts';

/** Lets the user choose image files, or one. Empty when they choose none. */
export async function pickImages({
  many = true,
  title,
}: { many?: boolean; title?: string } = {}): Promise<readonly vscode.Uri[]> {
  const chosen = await vscode.window.showOpenDialog({
    title: title ?? (many ? vscode.l10n.t('Choose Images') : vscode.l10n.t('Choose an Image')),
    openLabel: vscode.l10n.t('Attach'),
    canSelectMany: many,
    filters: {
      [vscode.l10n.t('Images')]: [...IMAGE_EXTENSIONS],
      [vscode.l10n.t('All Files')]: ['*'],
    },
  });
  return chosen ?? [];
}
