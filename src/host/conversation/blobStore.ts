/** Where bytes last longer than the window, by their SHA-256. */
export interface BlobShelf {
  /** Rejects with the error of the file system. */
  put(sha256: string, bytes: Uint8Array): Promise<void>;
  get(sha256: string): Promise<Uint8Array | undefined>;
  /** Marks them as wanted again; false when they are not there. Rejects like `put`. */
  touch(sha256: string): Promise<boolean>;
}

/** Bytes that are held in memory at most, of blobs that lie on the shelf too. */
const MOST_HELD = 64 * 1024 * 1024;

/** The bytes of prepared images by their SHA-256, so that a picture is kept once. */
export class BlobStore {
  readonly #shelf: BlobShelf;
  readonly #onFault: (error: unknown) => void;
  /** In the order of their use, the latest last. */
  readonly #held = new Map<string, Uint8Array>();
  /** Those that the shelf did not take: they are nowhere else. */
  readonly #unshelved = new Map<string, Uint8Array>();
  #bytesHeld = 0;

  /** `onFault` is told when bytes cannot be kept beyond the window. */
  constructor(shelf: BlobShelf, onFault: (error: unknown) => void) {
    this.#shelf = shelf;
    this.#onFault = onFault;
  }

  /** Settles when the bytes are where they last, or that has failed; they can be got in both cases. */
  async put(sha256: string, bytes: Uint8Array): Promise<void> {
    try {
      await this.#shelf.put(sha256, bytes);
      this.#unshelved.delete(sha256);
      this.#hold(sha256, bytes);
    } catch (error) {
      this.#unshelved.set(sha256, bytes);
      this.#onFault(error);
    }
  }

  /**
   * Marks bytes as wanted, before another conversation refers to them: so that no window deletes them
   * with one that had them before. Never rejects.
   */
  async touch(hashes: Iterable<string>): Promise<void> {
    const touching = [...new Set(hashes)].map(async (sha256) => {
      const held = this.#held.get(sha256);
      if (!(await this.#shelf.touch(sha256)) && held) {
        await this.put(sha256, held);
      }
    });
    for (const touched of await Promise.allSettled(touching)) {
      if (touched.status === 'rejected') {
        this.#onFault(touched.reason);
      }
    }
  }

  /** Tries again to keep what could not be kept. */
  async putAgain(): Promise<void> {
    await Promise.all([...this.#unshelved].map(([sha256, bytes]) => this.put(sha256, bytes)));
  }

  /** `undefined` when they were never put, are gone, or are no longer what they were. */
  async get(sha256: string): Promise<Uint8Array | undefined> {
    const known = this.#unshelved.get(sha256) ?? this.#held.get(sha256);
    const bytes = known ?? (await this.#shelf.get(sha256));
    if (bytes && !this.#unshelved.has(sha256)) {
      this.#hold(sha256, bytes);
    }
    return bytes;
  }

  /** The base64 texts of all that can be got. */
  async base64(hashes: Iterable<string>): Promise<ReadonlyMap<string, string>> {
    const texts = new Map<string, string>();
    for (const sha256 of hashes) {
      const bytes = await this.get(sha256);
      if (bytes) {
        const { buffer, byteOffset, byteLength } = bytes;
        texts.set(sha256, Buffer.from(buffer, byteOffset, byteLength).toString('base64'));
      }
    }
    return texts;
  }

  #hold(sha256: string, bytes: Uint8Array): void {
    this.#bytesHeld += bytes.length - (this.#held.get(sha256)?.length ?? 0);
    this.#held.delete(sha256);
    this.#held.set(sha256, bytes);
    for (const [oldest, { length }] of this.#held) {
      if (this.#bytesHeld <= MOST_HELD) {
        break;
      }
      this.#held.delete(oldest);
      this.#bytesHeld -= length;
    }
  }
}
