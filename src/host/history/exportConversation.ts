import * as vscode from 'vscode';
import {
  allImages,
  type AttachedImage,
  type Conversation,
} from '../../core/conversation/conversation.ts';
import { picturesOf } from '../../core/conversation/pictures.ts';
import type { PreparedImage } from '../../core/plan/preparedImage.ts';
import type { BlobStore } from '../conversation/blobStore.ts';
import type { ConversationArchive } from '../conversation/conversationArchive.ts';
import { nameAsSent } from '../images/nameAsSent.ts';
import { safeFileName } from '../images/safeFileName.ts';
import { conversationDocument } from './conversationDocument.ts';
import { named, showFault } from './historyActions.ts';

export interface Exporting {
  readonly archive: ConversationArchive;
  readonly blobs: BlobStore;
}

/**
 * Writes a conversation as Markdown where the user wants it, with its images as they were sent in a
 * folder beside it.
 */
export async function exportConversation(services: Exporting, id: string): Promise<void> {
  const read = await services.archive.read(id);
  if (!read.ok) {
    await showFault(read.error);
    return;
  }
  const conversation = read.value;
  const stem = safeFileName(named(conversation).label);
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const target = await vscode.window.showSaveDialog({
    title: vscode.l10n.t('Export Conversation'),
    filters: { Markdown: ['md'] },
    ...(folder && { defaultUri: vscode.Uri.joinPath(folder, `${stem}.md`) }),
  });
  if (!target) {
    return;
  }
  await writeConversation(conversation, services.blobs, target);
  const open = vscode.l10n.t('Open');
  const answer = await vscode.window.showInformationMessage(
    vscode.l10n.t('The conversation was written to {0}.', vscode.workspace.asRelativePath(target)),
    open,
  );
  if (answer === open) {
    await vscode.window.showTextDocument(target);
  }
}

/** Writes the images before the text that shows them. Rejects with the error of the file system. */
export async function writeConversation(
  conversation: Conversation,
  blobs: Pick<BlobStore, 'get'>,
  target: vscode.Uri,
): Promise<void> {
  const fileName = target.path.slice(target.path.lastIndexOf('/') + 1);
  const folderName = `${fileName.replace(/\.md$/i, '')}-images`;
  const written = new Map<string, readonly string[]>();
  for (const image of allImages(conversation)) {
    const files: string[] = [];
    for (const [part, picture] of picturesOf(image).entries()) {
      const bytes = await blobs.get(picture.sha256);
      if (!bytes || image.number === undefined) {
        // Parts say nothing of where they belong without the one before.
        break;
      }
      const name = imageFileName(image, picture, part);
      await vscode.workspace.fs.writeFile(
        vscode.Uri.joinPath(target, '..', folderName, name),
        bytes,
      );
      files.push(`${folderName}/${name}`);
    }
    written.set(image.id, files);
  }
  const markdown = conversationDocument(conversation, ({ id }) => written.get(id) ?? []);
  await vscode.workspace.fs.writeFile(target, new TextEncoder().encode(markdown));
}

/** `part` counts the tiles from 1; 0 is the whole. */
function imageFileName(
  { name, number }: AttachedImage,
  { mediaType }: PreparedImage,
  part: number,
): string {
  const whole = nameAsSent(safeFileName(name), mediaType);
  return `${number}-${part === 0 ? whole : whole.replace(/(?=\.\w+$)/, `-part-${part}`)}`;
}
