import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Uri } from 'vscode';
import { writeAtomically } from '../storage/atomicFile.ts';
import { thumbnailFile } from '../storage/blobFiles.ts';
import { exists, makeFolder } from '../storage/privateFiles.ts';
import { orMissing } from '../storage/systemError.ts';

/** Thumbnails on disk, so that an image is decoded for its thumbnail once, and VS Code can show it. */
export class ThumbnailFiles {
  readonly #root: string;

  constructor(storage: string) {
    this.#root = storage;
  }

  /** Rejects with the error of the file system; a missing one is none. */
  async read(sha256: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const bytes = await orMissing(readFile(thumbnailFile(this.#root, sha256)));
    // A plain array: a Node buffer would travel to the page as JSON.
    return bytes && new Uint8Array(bytes);
  }

  /** Rejects with the error of the file system. */
  async write(sha256: string, bytes: Uint8Array): Promise<void> {
    const file = thumbnailFile(this.#root, sha256);
    await makeFolder(dirname(file));
    await writeAtomically(file, bytes);
  }

  /** For what VS Code itself shows, which takes pictures by their address only. */
  async uri(sha256: string): Promise<Uri | undefined> {
    // VS Code tells by the extension that it is a picture, and by its bytes which kind.
    const file = thumbnailFile(this.#root, sha256);
    return (await exists(file)) ? Uri.file(file) : undefined;
  }
}
