import * as vscode from 'vscode';
import type { Conversations } from './conversations.ts';
import type { ConversationView } from './conversationView.ts';
import { IMAGE_PREVIEW } from './ids.ts';
import { pickImages } from './pickImages.ts';

/**
 * "Describe Image": from the Explorer (one or several files), an editor's title or tab, the image
 * preview's own menu (which names no file), or the Command Palette (which may have to ask for one).
 */
export async function describeImage(
  conversations: Conversations,
  view: ConversationView,
  resource: unknown,
  selection: unknown,
): Promise<void> {
  const uris = await imagesMeant(resource, selection);
  if (uris.length === 0) {
    return;
  }
  const session = conversations.startNew();
  const prompt =
    uris.length === 1
      ? vscode.l10n.t('Describe this image.')
      : vscode.l10n.t('Describe each of these images.');
  await Promise.all([view.reveal(), session.describe(uris, prompt)]);
}

async function imagesMeant(resource: unknown, selection: unknown): Promise<readonly vscode.Uri[]> {
  const selected = Array.isArray(selection) ? selection.filter(isUri) : [];
  if (selected.length > 0) {
    return selected;
  }
  if (isUri(resource)) {
    return [resource];
  }
  const open = openImage();
  return open ? [open] : pickImages();
}

/** The image in the active editor, if it is one. */
function openImage(): vscode.Uri | undefined {
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  return input instanceof vscode.TabInputCustom && input.viewType === IMAGE_PREVIEW
    ? input.uri
    : undefined;
}

function isUri(value: unknown): value is vscode.Uri {
  return value instanceof vscode.Uri;
}
