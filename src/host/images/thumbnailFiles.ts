import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Uri } from 'vscode';
import { writeAtomically } from '../storage/atomicFile.ts';
import type { Thumbnails } from './thumbnails.ts';

/** Thumbnails as files, for what VS Code itself shows: it takes pictures by their address only. */
export class ThumbnailFiles {
  readonly #folder: string;
  readonly #thumbnails: Pick<Thumbnails, 'get'>;

  constructor(storage: string, thumbnails: Pick<Thumbnails, 'get'>) {
    this.#folder = join(storage, 'thumbnails');
    this.#thumbnails = thumbnails;
  }

  /** `undefined` for an image that cannot be drawn, or whose thumbnail cannot be written. */
  async get(sha256: string): Promise<Uri | undefined> {
    // VS Code tells by the extension how to show a file, and looks at what it is.
    const file = join(this.#folder, `${sha256}.jpg`);
    if (await exists(file)) {
      return Uri.file(file);
    }
    const thumbnail = await this.#thumbnails.get(sha256);
    if (!thumbnail) {
      return undefined;
    }
    try {
      await mkdir(this.#folder, { recursive: true });
      await writeAtomically(file, thumbnail.bytes);
      return Uri.file(file);
    } catch (error) {
      if (error instanceof Error && 'code' in error) {
        return undefined;
      }
      throw error;
    }
  }
}

async function exists(file: string): Promise<boolean> {
  try {
    await stat(file);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error) {
      return false;
    }
    throw error;
  }
}
