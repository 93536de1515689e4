import * as vscode from 'vscode';
import { parseAddress } from './remoteImage.ts';

/** Asks for the address of an image. `undefined` when the user gives none. */
export async function askForUrl(): Promise<string | undefined> {
  const address = await vscode.window.showInputBox({
    title: vscode.l10n.t('Image from a URL'),
    prompt: vscode.l10n.t('The address of the image itself, not of the page that shows it.'),
    placeHolder: 'https://example.com/image.png',
    ignoreFocusOut: true,
    validateInput: (value) =>
      value.trim() === '' || parseAddress(value)
        ? undefined
        : vscode.l10n.t('Give an address that begins with https:// and names no user.'),
  });
  return address?.trim() || undefined;
}
