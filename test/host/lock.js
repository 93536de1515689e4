import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { setTimeout as delay } from 'node:timers/promises';

const POLL_MS = 200;

/**
 * Runs `work` while no other process holds the lock `file`. A lock whose owner is dead is taken
 * over, so a crash never blocks the next run. `onWait` is called once if there is a wait.
 *
 * @template T
 * @param {string} file
 * @param {() => Promise<T>} work
 * @param {() => void} [onWait]
 * @returns {Promise<T>}
 */
export async function withLock(file, work, onWait) {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  let told = false;
  while (!acquire(file)) {
    if (!told) {
      told = true;
      onWait?.();
    }
    await delay(POLL_MS);
  }
  // A process that ends in the middle leaves no lock behind, whatever the way out.
  const release = () => fs.rmSync(file, { force: true });
  process.once('exit', release);
  try {
    return await work();
  } finally {
    process.removeListener('exit', release);
    release();
  }
}

/** @param {string} file */
function acquire(file) {
  const own = `${file}.${randomUUID()}`;
  fs.writeFileSync(own, String(process.pid));
  try {
    // A hard link appears with its content, so nobody ever reads a lock without an owner.
    fs.linkSync(own, file);
    return true;
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') {
      throw new Error(`Cannot lock ${file}`, { cause: error });
    }
    removeIfAbandoned(file, own);
    return false;
  } finally {
    fs.rmSync(own, { force: true });
  }
}

/**
 * @param {string} file
 * @param {string} own a name that nobody else uses
 */
function removeIfAbandoned(file, own) {
  const owner = readOwner(file);
  if (owner === undefined || isAlive(owner)) {
    return;
  }
  const aside = `${own}.stale`;
  try {
    fs.renameSync(file, aside);
    if (readOwner(aside) !== owner) {
      // Somebody else was faster and this is their fresh lock: give it back.
      fs.linkSync(aside, file);
    }
  } catch (error) {
    const code = codeOf(error);
    if (code !== 'ENOENT' && code !== 'EEXIST') {
      throw new Error(`Cannot take over the lock ${file}`, { cause: error });
    }
  } finally {
    fs.rmSync(aside, { force: true });
  }
}

/** @param {string} file */
function readOwner(file) {
  try {
    return Number(fs.readFileSync(file, 'utf8'));
  } catch (error) {
    if (codeOf(error) === 'ENOENT') {
      return undefined;
    }
    throw new Error(`Cannot read the lock ${file}`, { cause: error });
  }
}

/**
 * Whether a process of this id runs, also when it belongs to another user.
 *
 * @param {number} pid
 */
export function isAlive(pid) {
  if (!Number.isInteger(pid) || pid <= 0) {
    return false;
  }
  try {
    process.kill(pid, 0);
    return !isZombie(pid);
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}

/**
 * Whether a process has ended and nobody has asked how: in a container that can stay so for ever.
 *
 * @param {number} pid
 */
function isZombie(pid) {
  const file = `/proc/${pid}/stat`;
  // The state follows the name, which is in parentheses and may hold anything.
  return fs.existsSync(file) && /\) Z [^)]*$/.test(fs.readFileSync(file, 'utf8'));
}

/** @param {unknown} error */
function codeOf(error) {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
