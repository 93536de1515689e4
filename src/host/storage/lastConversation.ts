import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { writeAtomically } from './atomicFile.ts';
import { makeFolder } from './privateFiles.ts';
import { orMissing, systemCode } from './systemError.ts';

/**
 * Which conversation was in sight last, in a file: the memento of VS Code may lose the last seconds
 * of a window that dies.
 */
export class LastConversation {
  readonly #file: string;
  readonly #onFault: (error: unknown) => void;
  #writing: Promise<void> = Promise.resolve();

  constructor(storage: string, onFault: (error: unknown) => void) {
    this.#file = join(storage, 'last-conversation');
    this.#onFault = onFault;
  }

  /** Its id as it was written; `undefined` when there is none, or it cannot be read. */
  async get(): Promise<string | undefined> {
    try {
      return await orMissing(readFile(this.#file, 'utf8'));
    } catch (error) {
      if (systemCode(error) === undefined) {
        throw error;
      }
      this.#onFault(error);
      return undefined;
    }
  }

  /** Returns at once; what is set last is what stays. */
  set(id: string): void {
    this.#writing = this.#writing.then(() => this.#write(id)).catch(this.#onFault);
  }

  /** Settles when what was set is on disk, or cannot be. */
  async flush(): Promise<void> {
    await this.#writing;
  }

  async #write(id: string): Promise<void> {
    await makeFolder(dirname(this.#file));
    await writeAtomically(this.#file, id);
  }
}
