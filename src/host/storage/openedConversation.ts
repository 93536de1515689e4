import { EventEmitter } from 'node:events';
import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { LATEST_TIME } from '../../core/conversation/conversationSchema.ts';
import {
  writeStored,
  type StoredConversation,
} from '../../core/conversation/storedConversation.ts';
import type { StorageFault } from '../../core/failure.ts';
import { writeAtomically, writeAtomicallySync } from './atomicFile.ts';
import type { Lease } from './lease.ts';
import { makeFolder, makeFolderSync } from './privateFiles.ts';
import { writeFault } from './systemError.ts';

const SAVE_MS = 500;
const RETRY_MS = 5000;

/** What one conversation of this window is made of. */
export interface OpenedParts {
  readonly id: string;
  readonly file: string;
  /** As it was read; `undefined` for a new one. */
  readonly stored: StoredConversation | undefined;
  /** `undefined` where none could be made, as on a full disk. */
  readonly lease: Lease | undefined;
  /** Makes up for that; `undefined` when another window has come before. */
  readonly takeLease: () => Lease | undefined;
  readonly now: () => number;
  readonly closed: () => void;
  /** After a failure it is tried again in so many milliseconds. */
  readonly retryMs?: number;
}

interface Events {
  readonly failed: [StorageFault];
  readonly recovered: [];
}

/** One conversation that this window owns. */
export class OpenedConversation {
  readonly id: string;
  readonly stored: StoredConversation | undefined;
  readonly #parts: OpenedParts;
  readonly #events = new EventEmitter<Events>();
  #lease: Lease | undefined;
  #updatedAt: number;
  /** The newest state that no write has begun for. */
  #pending: StoredConversation | undefined;
  /** Whether that one is to be written without more waiting. */
  #due = false;
  #timer: NodeJS.Timeout | undefined;
  #inFlight: { readonly state: StoredConversation; readonly abort: AbortController } | undefined;
  #writing: Promise<void> | undefined;
  #fault: StorageFault | undefined;
  #closed = false;

  constructor(parts: OpenedParts) {
    this.id = parts.id;
    this.stored = parts.stored;
    this.#parts = parts;
    this.#lease = parts.lease;
    this.#updatedAt = parts.stored?.updatedAt ?? -1;
  }

  /** Told once, until it recovers or fails in another way. It is tried again all the while. */
  onDidFail(listener: (fault: StorageFault) => void): { dispose(): void } {
    this.#events.on('failed', listener);
    return { dispose: () => this.#events.off('failed', listener) };
  }

  /** All that was asked for is on disk, after it had failed. */
  onDidRecover(listener: () => void): { dispose(): void } {
    this.#events.on('recovered', listener);
    return { dispose: () => this.#events.off('recovered', listener) };
  }

  /**
   * Asks for a state to be written within half a second, or at once: the newest wins. Its `updatedAt`
   * is set here, and never goes back whatever the clock does.
   */
  save(state: StoredConversation, { urgent = false }: { readonly urgent?: boolean } = {}): void {
    if (this.#closed) {
      return;
    }
    this.#pending = state;
    if (urgent) {
      this.#start();
    } else {
      this.#timer ??= setTimeout(() => this.#start(), SAVE_MS);
    }
  }

  /** Settles when all that was asked for is on disk, or with why it is not; never with a rejection. */
  async flush(): Promise<StorageFault | undefined> {
    this.#start();
    await this.#writing;
    return this.#fault;
  }

  /** At once: writes what is not on disk yet, and lets other windows have it. */
  dispose(): void {
    if (this.#closed) {
      return;
    }
    const state = this.#pending ?? this.#inFlight?.state;
    this.#close();
    if (state) {
      this.#writeSync(state);
    }
    this.#release();
  }

  /** Deletes the file and gives it up. Throws the error of the file system; then it goes on. */
  remove(): void {
    rmSync(this.#parts.file, { force: true });
    this.#close();
    this.#release();
  }

  #close(): void {
    this.#closed = true;
    this.#stopTimer();
    this.#pending = undefined;
    this.#inFlight?.abort.abort();
  }

  #release(): void {
    this.#lease?.release();
    this.#parts.closed();
  }

  #stopTimer(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #start(): void {
    this.#stopTimer();
    if (this.#pending) {
      this.#due = true;
      this.#writing ??= this.#writeAll();
    }
  }

  async #writeAll(): Promise<void> {
    while (this.#due && this.#pending) {
      const state = this.#pending;
      const abort = new AbortController();
      this.#pending = undefined;
      this.#due = false;
      this.#inFlight = { state, abort };
      const fault = await this.#write(state, abort.signal);
      this.#inFlight = undefined;
      if (!abort.signal.aborted) {
        this.#wrote(state, fault);
      }
    }
    this.#writing = undefined;
  }

  async #write(state: StoredConversation, signal: AbortSignal): Promise<StorageFault | undefined> {
    const { file } = this.#parts;
    try {
      await makeFolder(dirname(file));
      // A lease that was taken after the end would never be released.
      signal.throwIfAborted();
      const fault = this.#own();
      if (!fault) {
        await writeAtomically(file, this.#textOf(state), signal);
      }
      return fault;
    } catch (error) {
      return writeFault(error, file);
    }
  }

  #writeSync(state: StoredConversation): void {
    const { file } = this.#parts;
    let fault: StorageFault | undefined;
    try {
      makeFolderSync(dirname(file));
      fault = this.#own();
      if (!fault) {
        writeAtomicallySync(file, this.#textOf(state));
      }
    } catch (error) {
      fault = writeFault(error, file);
    }
    this.#tell(fault);
  }

  /** Nothing is written without a lease, which may come about later than the rest. */
  #own(): StorageFault | undefined {
    this.#lease ??= this.#parts.takeLease();
    return this.#lease ? undefined : { kind: 'openElsewhere', id: this.id };
  }

  #wrote(state: StoredConversation, fault: StorageFault | undefined): void {
    if (fault) {
      this.#pending ??= state;
      this.#timer ??= setTimeout(() => this.#start(), this.#parts.retryMs ?? RETRY_MS).unref();
    }
    this.#tell(fault);
  }

  #tell(fault: StorageFault | undefined): void {
    const before = this.#fault;
    this.#fault = fault;
    if (fault && fault.kind !== before?.kind) {
      this.#events.emit('failed', fault);
    } else if (!fault && before) {
      this.#events.emit('recovered');
    }
  }

  #textOf(state: StoredConversation): string {
    this.#updatedAt = Math.min(Math.max(this.#parts.now(), this.#updatedAt + 1), LATEST_TIME);
    return writeStored({ ...state, updatedAt: this.#updatedAt });
  }
}
