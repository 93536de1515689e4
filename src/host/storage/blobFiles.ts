import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { FOLDER_MODE, removeLeftOvers, writeAtomically } from './atomicFile.ts';
import { orMissing } from './systemError.ts';

const SHA256 = /^[\da-f]{64}$/;

/** A blob, or one that was set aside because its bytes are not those of its name. */
const BLOB_FILE = /^(?<sha256>[\da-f]{64})(?:\.damaged-\d+)?$/;

/**
 * Where the bytes of a prepared image lie.
 * @throws {Error} for a text that is no lower-case hex SHA-256: it is not to become a path.
 */
export function blobFile(root: string, sha256: string): string {
  if (!SHA256.test(sha256)) {
    throw new Error('The name of a blob is no SHA-256.');
  }
  return join(root, 'blobs', sha256.slice(0, 2), sha256);
}

/**
 * The bytes of prepared images on disk, by their SHA-256. All methods reject with the error of the
 * file system where they cannot do what they promise.
 */
export class BlobFiles {
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  /** Keeps the bytes; one that is there with the same length is only marked as wanted again. */
  async put(sha256: string, bytes: Uint8Array): Promise<void> {
    const file = blobFile(this.#root, sha256);
    if ((await sizeOf(file)) === bytes.length) {
      const now = new Date();
      // So that a window that collects what no conversation on disk refers to spares it.
      await utimes(file, now, now);
      return;
    }
    await mkdir(dirname(file), { recursive: true, mode: FOLDER_MODE });
    await writeAtomically(file, bytes);
  }

  /** `undefined` when it is missing, or was damaged: then it is set aside. */
  async get(sha256: string): Promise<Uint8Array | undefined> {
    const file = blobFile(this.#root, sha256);
    const bytes = await orMissing(readFile(file));
    if (!bytes || createHash('sha256').update(bytes).digest('hex') === sha256) {
      return bytes;
    }
    // Where it cannot be moved it stays, and is found damaged again.
    await Promise.allSettled([rename(file, `${file}.damaged-${Date.now()}`)]);
    return undefined;
  }

  /** Nothing to do when it is gone already. */
  async remove(sha256: string): Promise<void> {
    await rm(blobFile(this.#root, sha256), { force: true });
  }

  async has(sha256: string): Promise<boolean> {
    return (await sizeOf(blobFile(this.#root, sha256))) !== undefined;
  }

  /**
   * Removes what nothing refers to, damaged blobs and leftovers of crashes, unless it was put in the
   * last `olderThanMs`: its conversation may not be on disk yet. Tells how many bytes that freed.
   */
  async collect(used: ReadonlySet<string>, olderThanMs: number): Promise<number> {
    let freed = 0;
    for (const folder of await this.#folders()) {
      freed += await removeLeftOvers(folder);
      for (const name of (await orMissing(readdir(folder))) ?? []) {
        if (isOrphan(name, used)) {
          freed += await removeOlder(join(folder, name), olderThanMs);
        }
      }
    }
    return freed;
  }

  /** Bytes of all files, also of those that `collect` would remove. */
  async bytes(): Promise<number> {
    let sum = 0;
    for (const folder of await this.#folders()) {
      const names = (await orMissing(readdir(folder))) ?? [];
      const sizes = await Promise.all(names.map((name) => sizeOf(join(folder, name))));
      sum += sizes.reduce<number>((total, size = 0) => total + size, 0);
    }
    return sum;
  }

  async #folders(): Promise<readonly string[]> {
    const parent = join(this.#root, 'blobs');
    const names = (await orMissing(readdir(parent))) ?? [];
    return names.filter((name) => /^[\da-f]{2}$/.test(name)).map((name) => join(parent, name));
  }
}

/** Bytes of a blob on disk; `undefined` when it is missing. */
export async function blobSize(root: string, sha256: string): Promise<number | undefined> {
  return sizeOf(blobFile(root, sha256));
}

function isOrphan(name: string, used: ReadonlySet<string>): boolean {
  const sha256 = BLOB_FILE.exec(name)?.groups?.['sha256'];
  return sha256 !== undefined && (name !== sha256 || !used.has(sha256));
}

async function removeOlder(file: string, olderThanMs: number): Promise<number> {
  const found = await orMissing(stat(file));
  if (!found || Date.now() - found.mtimeMs < olderThanMs) {
    return 0;
  }
  await rm(file, { force: true });
  return found.size;
}

async function sizeOf(file: string): Promise<number | undefined> {
  return (await orMissing(stat(file)))?.size;
}
