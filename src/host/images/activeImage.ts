import * as vscode from 'vscode';
import { IMAGE_PREVIEW } from '../ids.ts';
import { hasImageExtension } from '../../core/formats/imageExtensions.ts';

/** The image in the active editor: in the image preview, or one that is open as text, as an SVG is. */
export function activeImage(): vscode.Uri | undefined {
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  if (input instanceof vscode.TabInputCustom) {
    return input.viewType === IMAGE_PREVIEW || hasImageExtension(input.uri.path)
      ? input.uri
      : undefined;
  }
  return input instanceof vscode.TabInputText && hasImageExtension(input.uri.path)
    ? input.uri
    : undefined;
}
