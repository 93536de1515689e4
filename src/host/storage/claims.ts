import { watch, type FSWatcher } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { exists, makeFolderSync, writePrivately } from './privateFiles.ts';

const SUFFIX = '.claim';

/** A window that is there answers in a tenth of this; one that is going has gone by then. */
const PATIENCE_MS = 5000;
const POLL_MS = 50;

/** How a window asks another for what it holds. */
export interface ClaimAnswers {
  /** Whether this window holds what has that id. */
  readonly holds: (id: string) => boolean;
  /** Whether somebody still needs that here: the process of a window may have outlived it. */
  readonly isInUse: (id: string) => Promise<boolean>;
  /** Lets go of what has that id. */
  readonly letGo: (id: string) => Promise<void>;
}

/**
 * Claims to what is held by a lease. The process of a window that was reloaded, or lost its
 * connection, lives on for a while and holds what its successor wants: it is asked for it by a file,
 * which it removes when it has let go, or when it has not because it is in use.
 */
export class Claims {
  readonly #folder: string;
  readonly #answers: ClaimAnswers;
  readonly #onFault: (error: unknown) => void;
  #watcher: FSWatcher | undefined;

  constructor(folder: string, answers: ClaimAnswers, onFault: (error: unknown) => void) {
    this.#folder = folder;
    this.#onFault = onFault;
    this.#answers = answers;
  }

  /**
   * Answers claims from now on. Where the file system cannot be watched they are not answered:
   * whoever claims something goes on after a while.
   */
  listen(): void {
    try {
      makeFolderSync(this.#folder);
      this.#watch();
    } catch (error) {
      this.#onFault(error);
    }
  }

  /**
   * Claims what `isFree` tells of, and settles when it is free, when its holder has declined, or when
   * nobody has answered for some seconds; with whether it is free. Where no claim can be written, as on
   * a disk that is full, it is taken for declined.
   */
  async claim(id: string, isFree: () => Promise<boolean>): Promise<boolean> {
    const file = this.#fileOf(id);
    try {
      await writePrivately(file, '');
    } catch (error) {
      this.#onFault(error);
      return false;
    }
    try {
      const end = performance.now() + PATIENCE_MS;
      while (performance.now() < end) {
        await delay(POLL_MS);
        const answered = !(await exists(file));
        if (await isFree()) {
          return true;
        }
        if (answered) {
          return false;
        }
      }
      return false;
    } finally {
      await rm(file, { force: true });
    }
  }

  dispose(): void {
    this.#watcher?.close();
    this.#watcher = undefined;
  }

  #watch(): void {
    this.#watcher = watch(this.#folder, { persistent: false }, (_, name) => {
      if (name?.endsWith(SUFFIX)) {
        this.#answer(name.slice(0, -SUFFIX.length)).catch(this.#onFault);
      }
    });
    this.#watcher.on('error', this.#onFault);
  }

  async #answer(id: string): Promise<void> {
    const file = this.#fileOf(id);
    // What others hold is theirs to answer, and the removal of a claim is told too.
    if (!this.#answers.holds(id) || !(await exists(file))) {
      return;
    }
    if (!(await this.#answers.isInUse(id))) {
      await this.#answers.letGo(id);
    }
    await rm(file, { force: true });
  }

  #fileOf(id: string): string {
    return join(this.#folder, `${id}${SUFFIX}`);
  }
}
