import { createHash } from 'node:crypto';
import { readdir, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { removeLeftOvers, writeAtomically } from './atomicFile.ts';
import { makeFolder } from './privateFiles.ts';
import { orMissing } from './systemError.ts';

const SHA256 = /^[\da-f]{64}$/;

/** A blob, its thumbnail, or one that was set aside because its bytes are not those of its name. */
const BLOB_FILE = /^(?<sha256>[\da-f]{64})(?<damaged>\.damaged-\d+)?(?:\.jpg)?$/;

/** Beside the blobs: its own time tells when they were last collected. */
const MARKER = 'collected';

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

/** Where the thumbnail of a blob lies: beside it, so that it goes and counts with it. */
export function thumbnailFile(root: string, sha256: string): string {
  return `${blobFile(root, sha256)}.jpg`;
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
    if ((await sizeOf(file)) === bytes.length && (await this.touch(sha256))) {
      return;
    }
    await makeFolder(dirname(file));
    await writeAtomically(file, bytes);
  }

  /**
   * Marks bytes as wanted again, so that no window deletes them that does not know of the conversation
   * which they are for. False when they are missing.
   */
  async touch(sha256: string): Promise<boolean> {
    const now = new Date();
    const touched = utimes(blobFile(this.#root, sha256), now, now).then(() => true);
    return (await orMissing(touched)) ?? false;
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

  /**
   * Removes it with its thumbnail, unless it was put in the last `olderThanMs`: then it may be for a
   * conversation that is not on disk yet. Nothing to do when it is gone already.
   */
  async remove(sha256: string, olderThanMs: number): Promise<void> {
    const file = blobFile(this.#root, sha256);
    if (
      (await sizeOf(file)) === undefined ||
      (await removeOlder(file, olderThanMs)) !== undefined
    ) {
      await rm(thumbnailFile(this.#root, sha256), { force: true });
    }
  }

  async has(sha256: string): Promise<boolean> {
    return (await sizeOf(blobFile(this.#root, sha256))) !== undefined;
  }

  /**
   * Removes what nothing refers to, damaged blobs and leftovers of crashes, unless it was put in the
   * last `olderThanMs`, or since the last time: its conversation may not be on disk yet, and a clock
   * that was set forward makes all look old. Tells how many bytes that freed.
   */
  async collect(used: ReadonlySet<string>, olderThanMs: number): Promise<number> {
    const before = await this.#collectedBefore();
    let freed = 0;
    for (const folder of await this.#folders()) {
      freed += await removeLeftOvers(folder);
      for (const name of (await orMissing(readdir(folder))) ?? []) {
        if (isOrphan(name, used)) {
          freed += (await removeOlder(join(folder, name), olderThanMs, before)) ?? 0;
        }
      }
    }
    return freed;
  }

  /** Bytes of all files, thumbnails and those that `collect` would remove included. */
  async bytes(): Promise<number> {
    let sum = 0;
    for (const folder of await this.#folders()) {
      const names = (await orMissing(readdir(folder))) ?? [];
      const sizes = await Promise.all(names.map((name) => sizeOf(join(folder, name))));
      sum += sizes.reduce<number>((total, size = 0) => total + size, 0);
    }
    return sum;
  }

  /** When the collection before this one was, by the file system; never is the beginning of time. */
  async #collectedBefore(): Promise<number> {
    const parent = join(this.#root, 'blobs');
    const marker = join(parent, MARKER);
    const before = await orMissing(stat(marker));
    await makeFolder(parent);
    await writeAtomically(marker, '');
    return before?.mtimeMs ?? 0;
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
  const { sha256, damaged } = BLOB_FILE.exec(name)?.groups ?? {};
  return sha256 !== undefined && (damaged !== undefined || !used.has(sha256));
}

/** The bytes that this freed; `undefined` for a file that is not to be removed, or gone. */
async function removeOlder(
  file: string,
  olderThanMs: number,
  before = Infinity,
): Promise<number | undefined> {
  const found = await orMissing(stat(file));
  if (!found || found.mtimeMs > before || Date.now() - found.mtimeMs < olderThanMs) {
    return undefined;
  }
  await rm(file, { force: true });
  return found.size;
}

async function sizeOf(file: string): Promise<number | undefined> {
  return (await orMissing(stat(file)))?.size;
}
