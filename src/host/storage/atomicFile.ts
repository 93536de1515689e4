import { closeSync, fdatasyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { open, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isRunning } from '../isRunning.ts';

/** Conversations and images are the user's alone. */
export const FILE_MODE = 0o600;
export const FOLDER_MODE = 0o700;

/** Younger ones may be of a process on another machine that shares the folder. */
const LEFT_OVER_MS = 60_000;

const TEMPORARY = /\.(?<pid>\d+)-[\da-f-]{36}\.tmp$/;

/** The temporary files that this process is writing. */
const underWay = new Set<string>();

/**
 * Writes a file as a whole: whoever reads it, also after a crash, finds what was there before or all
 * of what is new. Rejects with the error of the file system, or with the reason of the signal; until
 * then nothing has changed.
 */
export async function writeAtomically(
  file: string,
  data: string | Uint8Array,
  signal?: AbortSignal,
): Promise<void> {
  const temporary = temporaryOf(file);
  try {
    const handle = await open(temporary, 'wx', FILE_MODE);
    try {
      await handle.writeFile(data);
      await handle.datasync();
    } finally {
      await handle.close();
    }
    signal?.throwIfAborted();
    // At once with the look at the signal, so that no newer state can be written between the two.
    renameSync(temporary, file);
  } catch (error) {
    // What cannot be removed is a leftover; the first error is the one that tells why.
    await Promise.allSettled([rm(temporary, { force: true })]);
    throw error;
  } finally {
    underWay.delete(temporary);
  }
}

/** The same for a window that closes and waits for nothing. Throws the error of the file system. */
export function writeAtomicallySync(file: string, data: string): void {
  const temporary = temporaryOf(file);
  try {
    const descriptor = openSync(temporary, 'wx', FILE_MODE);
    try {
      writeFileSync(descriptor, data);
      fdatasyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(temporary, file);
  } finally {
    underWay.delete(temporary);
    rmSync(temporary, { force: true });
  }
}

/**
 * Removes the temporary files that processes which are no more have left in a folder. Tells the bytes
 * that this freed; what cannot be removed is left to the next time.
 */
export async function removeLeftOvers(folder: string): Promise<number> {
  const names = await readdir(folder);
  const removals = await Promise.allSettled(
    names.filter((name) => TEMPORARY.test(name)).map((name) => removeLeftOver(join(folder, name))),
  );
  return removals.reduce((sum, done) => sum + (done.status === 'fulfilled' ? done.value : 0), 0);
}

async function removeLeftOver(file: string): Promise<number> {
  const pid = Number(TEMPORARY.exec(file)?.groups?.['pid']);
  const { mtimeMs, size } = await stat(file);
  const inUse = pid === process.pid ? underWay.has(file) : isRunning(pid);
  if (inUse || Date.now() - mtimeMs < LEFT_OVER_MS) {
    return 0;
  }
  await rm(file, { force: true });
  return size;
}

function temporaryOf(file: string): string {
  const temporary = `${file}.${process.pid}-${crypto.randomUUID()}.tmp`;
  underWay.add(temporary);
  return temporary;
}
