import * as vscode from 'vscode';
import type { AttachedImage } from '../../core/conversation/conversation.ts';
import type { MediaType } from '../../core/plan/mediaType.ts';
import type { BlobStore } from '../conversation/blobStore.ts';
import { isAddress } from '../images/imageSource.ts';
import type { TemporaryImages } from '../images/temporaryImages.ts';

const EXTENSIONS: Readonly<Record<MediaType, string>> = {
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'image/gif': 'gif',
  'image/webp': 'webp',
};

/** Opens the original: a file in the editor for it, an address in the browser. */
export async function openOriginal({ uri }: AttachedImage): Promise<void> {
  if (uri !== undefined) {
    await openUri(uri);
  }
}

/** Opens the picture as Claude gets it: its prepared bytes, or the address that Claude fetches. */
export async function openAsSent(
  { name, prepared }: AttachedImage,
  blobs: BlobStore,
  temporary: Pick<TemporaryImages, 'put'>,
): Promise<void> {
  const bytes = prepared && blobs.get(prepared.sha256);
  if (bytes) {
    const file = await temporary.put(nameAsSent(name, prepared.mediaType), bytes);
    await vscode.commands.executeCommand('vscode.open', file);
  } else if (prepared?.url !== undefined) {
    await openUri(prepared.url);
  }
}

async function openUri(uri: string): Promise<void> {
  const parsed = vscode.Uri.parse(uri, true);
  await (isAddress(uri)
    ? vscode.env.openExternal(parsed)
    : vscode.commands.executeCommand('vscode.open', parsed));
}

/** The file name with the extension of what is sent, so that it opens as that. */
function nameAsSent(name: string, mediaType: MediaType): string {
  const dot = name.lastIndexOf('.');
  return `${dot > 0 ? name.slice(0, dot) : name}.${EXTENSIONS[mediaType]}`;
}
