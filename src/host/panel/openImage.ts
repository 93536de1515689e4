import * as vscode from 'vscode';
import type { AttachedImage } from '../../core/conversation/conversation.ts';
import type { BlobStore } from '../conversation/blobStore.ts';
import { isAddress } from '../images/imageSource.ts';
import { nameAsSent } from '../images/nameAsSent.ts';
import type { TemporaryImages } from '../images/temporaryImages.ts';
import { exists } from '../storage/privateFiles.ts';

/**
 * Opens the original: a file in the editor for it, an address in the browser. False where it lies
 * nowhere that VS Code reads files: a page can make up any URI for what is dragged out of it, and
 * some of them do things when they are opened.
 */
export async function openOriginal({ uri }: AttachedImage): Promise<boolean> {
  if (uri === undefined) {
    return false;
  }
  const parsed = vscode.Uri.parse(uri, true);
  if (isAddress(uri)) {
    await vscode.env.openExternal(parsed);
    return true;
  }
  if (vscode.workspace.fs.isWritableFileSystem(parsed.scheme) === undefined) {
    return false;
  }
  await vscode.commands.executeCommand('vscode.open', parsed);
  return true;
}

/** Pictures as Claude gets them, each in a file of its own from when it is first opened. */
export class SentPictures {
  readonly #blobs: BlobStore;
  readonly #temporary: Pick<TemporaryImages, 'put'>;
  readonly #files = new Map<string, vscode.Uri>();

  constructor(blobs: BlobStore, temporary: Pick<TemporaryImages, 'put'>) {
    this.#blobs = blobs;
    this.#temporary = temporary;
  }

  /** Opens an image as it was prepared. Does nothing for one that was not. */
  async open({ name, prepared }: AttachedImage): Promise<void> {
    const bytes = prepared && (await this.#blobs.get(prepared.sha256));
    if (!bytes) {
      return;
    }
    const fileName = nameAsSent(name, prepared.mediaType);
    const key = `${prepared.sha256} ${fileName}`;
    const known = this.#files.get(key);
    const file =
      known && (await exists(known.fsPath)) ? known : await this.#temporary.put(fileName, bytes);
    this.#files.set(key, file);
    await vscode.commands.executeCommand('vscode.open', file);
  }
}
