import { closeSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { FILE_MODE, writeAtomicallySync } from './atomicFile.ts';
import { findLease, isHeld, newHolder, type LeaseHolder } from './leaseHolder.ts';
import { systemCode } from './systemError.ts';

/** The leases of this process, by their files. */
const held = new Map<string, Lease>();

/** A file that says which process alone may write another file, until it lets go or dies. */
export class Lease {
  readonly #file: string;
  readonly #holder: LeaseHolder = newHolder();

  private constructor(file: string) {
    this.#file = file;
  }

  /**
   * `undefined` when it is held, by another process or by this one; a lease of a dead process is
   * taken over. Rejects with the error of the file system.
   */
  static async take(file: string): Promise<Lease | undefined> {
    return Lease.takeSync(file);
  }

  /** The same at once, so that nothing of this process comes between its steps. */
  static takeSync(file: string): Lease | undefined {
    if (held.has(file)) {
      return undefined;
    }
    const lease = new Lease(file);
    if (!create(file, lease.#holder) && !takeOver(file, lease.#holder)) {
      return undefined;
    }
    held.set(file, lease);
    return lease;
  }

  /** Whether another process holds it. */
  static isHeldElsewhere(file: string): boolean {
    const found = held.has(file) ? undefined : findLease(file);
    return found !== undefined && isHeld(found);
  }

  /** At once, since a window that closes waits for nothing. */
  release(): void {
    if (held.get(this.#file) !== this) {
      return;
    }
    held.delete(this.#file);
    try {
      if (findLease(this.#file)?.holder?.token === this.#holder.token) {
        rmSync(this.#file, { force: true });
      }
    } catch (error) {
      // A lease that cannot be removed, as on a disk that became read-only, ends with the process.
      if (systemCode(error) === undefined) {
        throw error;
      }
    }
  }
}

/** False when there is one. */
function create(file: string, holder: LeaseHolder): boolean {
  let descriptor: number;
  try {
    descriptor = openSync(file, 'wx', FILE_MODE);
  } catch (error) {
    if (systemCode(error) === 'EEXIST') {
      return false;
    }
    throw error;
  }
  try {
    writeFileSync(descriptor, JSON.stringify(holder));
  } catch (error) {
    rmSync(file, { force: true });
    throw error;
  } finally {
    closeSync(descriptor);
  }
  return true;
}

/**
 * Puts another holder in the place of a dead one. Of those who try, only who holds the lease on this
 * very lease may, which is named by the token of the dead holder: so nobody replaces a newer one.
 */
function takeOver(file: string, holder: LeaseHolder): boolean {
  const dead = findLease(file);
  if (!dead) {
    return create(file, holder);
  }
  const claim = isHeld(dead)
    ? undefined
    : Lease.takeSync(`${file}.${dead.holder?.token ?? 'unreadable'}`);
  if (!claim) {
    return false;
  }
  try {
    const still = findLease(file);
    if (!still) {
      return create(file, holder);
    }
    if (still.holder?.token !== dead.holder?.token || isHeld(still)) {
      return false;
    }
    writeAtomicallySync(file, JSON.stringify(holder));
    return true;
  } finally {
    claim.release();
  }
}
