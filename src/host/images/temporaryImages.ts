import { rmSync } from 'node:fs';
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Uri } from 'vscode';
import { Disposable } from '../disposable.ts';
import { isRunning } from '../isRunning.ts';
import { makeFolder, writePrivately } from '../storage/privateFiles.ts';
import { safeFileName } from './safeFileName.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * Images that came as bytes only, as files, so that they can be opened and read again. They lie in a
 * folder of this window's own, which is made with the first of them and goes when the window does.
 */
export class TemporaryImages extends Disposable {
  readonly #parent: string;
  /** Begins with the process, so that what a crashed one has left can be told. */
  readonly #folder: string;
  #made: Promise<void> | undefined;

  /** `storage` is the extension's, on the machine that it runs on. */
  constructor(storage: Uri) {
    super();
    this.#parent = join(storage.fsPath, 'temporary-images');
    this.#folder = join(this.#parent, `${process.pid}-${crypto.randomUUID()}`);
  }

  /**
   * Keeps the bytes in a file whose name is as near to the given one as file systems allow, and which
   * replaces no other. Rejects with the error of the file system.
   */
  async put(name: string, bytes: Uint8Array): Promise<Uri> {
    this.#made ??= this.#make();
    await this.#made;
    const folder = join(this.#folder, crypto.randomUUID());
    await makeFolder(folder);
    const file = join(folder, safeFileName(name));
    await writePrivately(file, bytes, 'wx');
    if (this.isDisposed) {
      this.#remove();
    }
    return Uri.file(file);
  }

  override dispose(): void {
    super.dispose();
    if (this.#made) {
      this.#remove();
    }
  }

  /** At once: nothing waits for what is left to do when a window closes. */
  #remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #make(): Promise<void> {
    try {
      await makeFolder(this.#folder);
    } catch (error) {
      // The next image tries again.
      this.#made = undefined;
      throw error;
    }
    // What cannot be removed is left to the next window: no image of this one waits for it.
    await Promise.allSettled([removeLeftOvers(this.#parent)]);
  }
}

async function removeLeftOvers(parent: string): Promise<void> {
  const names = await readdir(parent);
  await Promise.allSettled(
    names.map((name) => removeLeftOver(join(parent, name), Number.parseInt(name, 10))),
  );
}

/** Removes a folder of a process that is no more, unless it is from today. */
async function removeLeftOver(folder: string, pid: number): Promise<void> {
  const { mtimeMs } = await stat(folder);
  if (Date.now() - mtimeMs > DAY_MS && !isRunning(pid)) {
    await rm(folder, { recursive: true, force: true });
  }
}
