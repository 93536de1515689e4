import { existsSync } from 'node:fs';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { StoredConversation } from '../../core/conversation/storedConversation.ts';
import type { StorageFault } from '../../core/failure.ts';
import { failed, success, type Result } from '../../core/result.ts';
import { BlobSizes } from './blobSizes.ts';
import {
  conversationFile,
  conversationsFolder,
  idOfFile,
  isConversationId,
  leaseFile,
  readConversation,
  setAside,
  writtenAt,
  type ReadConversation,
} from './conversationFile.ts';
import {
  hashesIn,
  newestFirst,
  summarize,
  type ConversationSummary,
} from './conversationSummary.ts';
import { Lease } from './lease.ts';
import { OpenedConversation } from './openedConversation.ts';
import { bytesIn } from './otherWorkspaces.ts';
import { makeFolder } from './privateFiles.ts';
import { orMissing, systemCode } from './systemError.ts';
import { tidyFolder } from './tidyFolder.ts';

/** How often a folder that changes under the reading is read again. */
const READING_ATTEMPTS = 5;

type ReadResult = Result<ReadConversation, StorageFault>;

export interface ConversationList {
  readonly conversations: readonly ConversationSummary[];
  readonly faults: readonly StorageFault[];
}

/** The conversations on disk, each of which one window at a time may write. */
export class ConversationFiles {
  readonly root: string;
  readonly #folder: string;
  readonly #now: () => number;
  readonly #opened = new Map<string, OpenedConversation>();
  #tidied: Promise<unknown> | undefined;

  /** `now` gives milliseconds since the epoch. */
  constructor(root: string, now: () => number = Date.now) {
    this.root = root;
    this.#folder = conversationsFolder(root);
    this.#now = now;
  }

  /**
   * Newest first. Damaged files are set aside, so that the next list knows nothing of them; those of
   * a newer version stay. Rejects with the error of the file system when the folder cannot be read.
   */
  async list(): Promise<ConversationList> {
    this.#tidied ??= Promise.allSettled([tidyFolder(this.#folder)]);
    await this.#tidied;
    const sizes = new BlobSizes(this.root);
    const ids = (await this.#names()).flatMap((name) => idOfFile(name) ?? []);
    const results = await Promise.all(ids.map((id) => this.#summary(id, sizes)));
    const faults = results.flatMap((result) => (result.ok ? [] : [result.error]));
    return {
      conversations: results
        .flatMap((result) => (result.ok ? [result.value] : []))
        .toSorted(newestFirst),
      // One that has gone since the folder was read is no fault.
      faults: faults.filter(({ kind }) => kind !== 'notFound'),
    };
  }

  /** Takes the lease. A damaged file is set aside; one that another window has comes with the fault. */
  async open(id: string): Promise<Result<OpenedConversation, StorageFault>> {
    if (!isConversationId(id)) {
      return failed({ kind: 'notFound', id });
    }
    const lease = this.#take(id);
    const read = await this.#read(id);
    if (lease === 'elsewhere') {
      return read.ok || read.error.kind === 'damaged'
        ? failed({ kind: 'openElsewhere', id, ...(read.ok && { stored: read.value.stored }) })
        : read;
    }
    if (read.ok) {
      return success(this.#own(id, lease, read.value.stored));
    }
    try {
      const fault = read.error;
      return failed(fault.kind === 'damaged' ? await setAside(fault, this.#now()) : fault);
    } finally {
      lease?.release();
    }
  }

  /**
   * For a new conversation, leased at once; also where nothing can be written yet.
   * @throws {Error} when there is one of that id, or when it is none.
   */
  async create(id: string): Promise<OpenedConversation> {
    if (!isConversationId(id)) {
      throw new Error('The id of a conversation is no UUID.');
    }
    // What this fails by, every write will tell.
    await Promise.allSettled([makeFolder(this.#folder)]);
    const lease = this.#take(id);
    if (lease === 'elsewhere' || existsSync(conversationFile(this.root, id))) {
      if (lease !== 'elsewhere') {
        lease?.release();
      }
      throw new Error('There is a conversation of this id.');
    }
    return this.#own(id, lease, undefined);
  }

  /**
   * Deletes the file, also of a conversation that this window has open: nothing of it is written any
   * more. False when another window has it. Rejects with the error of the file system.
   */
  async delete(id: string): Promise<boolean> {
    const opened = this.#opened.get(id);
    if (opened) {
      opened.remove();
      return true;
    }
    if (!isConversationId(id)) {
      return true;
    }
    const lease = this.#take(id);
    if (lease === 'elsewhere') {
      return false;
    }
    try {
      await rm(conversationFile(this.root, id), { force: true });
      return true;
    } finally {
      lease?.release();
    }
  }

  /**
   * The hashes that any file on disk refers to, of this and of other windows, also of damaged files.
   * Rejects when one cannot be read: nothing may be collected then.
   */
  async usedBlobs(): Promise<ReadonlySet<string>> {
    for (let attempt = 1; ; attempt++) {
      try {
        const names = (await this.#names()).filter((name) => name.endsWith('.json'));
        const texts = await Promise.all(
          names.map((name) => readFile(join(this.#folder, name), 'latin1')),
        );
        return new Set(texts.flatMap((text) => [...hashesIn(text)]));
      } catch (error) {
        // It was deleted, or set aside under a name that is not among these.
        if (systemCode(error) !== 'ENOENT' || attempt === READING_ATTEMPTS) {
          throw error;
        }
      }
    }
  }

  /** Bytes of all files, also of those that cannot be read as conversations. */
  async bytes(): Promise<number> {
    return bytesIn(this.#folder);
  }

  async #names(): Promise<readonly string[]> {
    return (await orMissing(readdir(this.#folder))) ?? [];
  }

  async #read(id: string): Promise<ReadResult> {
    return readConversation(conversationFile(this.root, id), id);
  }

  /**
   * `undefined` where no lease can be made, as on a full disk: what is there can be read and deleted
   * all the same.
   */
  #take(id: string): Lease | 'elsewhere' | undefined {
    try {
      return Lease.takeSync(leaseFile(this.root, id)) ?? 'elsewhere';
    } catch (error) {
      if (systemCode(error) === undefined) {
        throw error;
      }
      return undefined;
    }
  }

  /** Not when another window has written it since it was read here. */
  #takeLate(id: string, stored: StoredConversation | undefined): Lease | undefined {
    const lease = Lease.takeSync(leaseFile(this.root, id));
    if (lease && writtenAt(conversationFile(this.root, id), id) !== stored?.updatedAt) {
      lease.release();
      return undefined;
    }
    return lease;
  }

  #own(
    id: string,
    lease: Lease | undefined,
    stored: StoredConversation | undefined,
  ): OpenedConversation {
    const opened = new OpenedConversation({
      id,
      file: conversationFile(this.root, id),
      stored,
      lease,
      takeLease: () => this.#takeLate(id, stored),
      now: this.#now,
      closed: () => this.#opened.delete(id),
    });
    this.#opened.set(id, opened);
    return opened;
  }

  async #summary(id: string, sizes: BlobSizes): Promise<Result<ConversationSummary, StorageFault>> {
    const first = await this.#read(id);
    const damaged = !first.ok && first.error.kind === 'damaged';
    const read = damaged ? await this.#readDamaged(id, first) : first;
    if (!read.ok) {
      return read;
    }
    const { text, stored } = read.value;
    const bytes = Buffer.byteLength(text) + (await sizes.sum(hashesIn(text)));
    return success(summarize(stored, { id, bytes, openElsewhere: this.#isElsewhere(id) }));
  }

  /** A lease that cannot be read cannot be taken either. */
  #isElsewhere(id: string): boolean {
    try {
      return Lease.isHeldElsewhere(leaseFile(this.root, id));
    } catch (error) {
      if (systemCode(error) === undefined) {
        throw error;
      }
      return true;
    }
  }

  /** Reads again with the lease, and sets aside what is damaged still. */
  async #readDamaged(id: string, first: ReadResult): Promise<ReadResult> {
    const lease = this.#take(id);
    // Its window will write over it.
    if (lease === 'elsewhere') {
      return first;
    }
    try {
      const read = await this.#read(id);
      return !read.ok && read.error.kind === 'damaged'
        ? failed(await setAside(read.error, this.#now()))
        : read;
    } finally {
      lease?.release();
    }
  }
}
