import { blobSize } from './blobFiles.ts';
import { systemCode } from './systemError.ts';

/** The sizes of blobs on disk, each of which is asked for once. */
export class BlobSizes {
  readonly #root: string;
  readonly #sizes = new Map<string, Promise<number>>();

  constructor(root: string) {
    this.#root = root;
  }

  /** Bytes of all of them together; one that is missing or cannot be looked at counts nothing. */
  async sum(hashes: ReadonlySet<string>): Promise<number> {
    const sizes = await Promise.all([...hashes].map((sha256) => this.#sizeOf(sha256)));
    return sizes.reduce((sum, size) => sum + size, 0);
  }

  async #sizeOf(sha256: string): Promise<number> {
    const size = this.#sizes.get(sha256) ?? this.#ask(sha256);
    this.#sizes.set(sha256, size);
    return size;
  }

  async #ask(sha256: string): Promise<number> {
    try {
      return (await blobSize(this.#root, sha256)) ?? 0;
    } catch (error) {
      if (systemCode(error) === undefined) {
        throw error;
      }
      return 0;
    }
  }
}
