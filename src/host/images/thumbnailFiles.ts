import { dirname } from 'node:path';
import { Uri } from 'vscode';
import { writeAtomically } from '../storage/atomicFile.ts';
import { thumbnailFile } from '../storage/blobFiles.ts';
import { exists, makeFolder } from '../storage/privateFiles.ts';
import { systemCode } from '../storage/systemError.ts';
import type { Thumbnails } from './thumbnails.ts';

/** Thumbnails as files, for what VS Code itself shows: it takes pictures by their address only. */
export class ThumbnailFiles {
  readonly #root: string;
  readonly #thumbnails: Pick<Thumbnails, 'get'>;

  constructor(storage: string, thumbnails: Pick<Thumbnails, 'get'>) {
    this.#root = storage;
    this.#thumbnails = thumbnails;
  }

  /** `undefined` for an image that cannot be drawn, or whose thumbnail cannot be written. */
  async get(sha256: string): Promise<Uri | undefined> {
    // VS Code tells by the extension how to show a file, and looks at what it is.
    const file = thumbnailFile(this.#root, sha256);
    if (await exists(file)) {
      return Uri.file(file);
    }
    const thumbnail = await this.#thumbnails.get(sha256);
    if (!thumbnail) {
      return undefined;
    }
    try {
      await makeFolder(dirname(file));
      await writeAtomically(file, thumbnail.bytes);
      return Uri.file(file);
    } catch (error) {
      if (systemCode(error) === undefined) {
        throw error;
      }
      return undefined;
    }
  }
}
