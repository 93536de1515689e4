import { mkdirSync } from 'node:fs';
import { mkdir, stat, writeFile } from 'node:fs/promises';
import { FILE_MODE, FOLDER_MODE } from './atomicFile.ts';
import { systemCode } from './systemError.ts';

/** Makes a folder that is the user's alone, with those above it. Rejects with the system's error. */
export async function makeFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: FOLDER_MODE });
}

/** The same at once. Throws the error of the file system. */
export function makeFolderSync(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: FOLDER_MODE });
}

/** Writes a file that is the user's alone, and that nobody reads yet; with `wx`, one that is new. */
export async function writePrivately(
  file: string,
  data: string | Uint8Array,
  flag: 'w' | 'wx' = 'w',
): Promise<void> {
  await writeFile(file, data, { flag, mode: FILE_MODE });
}

/** Whether there is something that can be looked at. */
export async function exists(file: string): Promise<boolean> {
  try {
    await stat(file);
    return true;
  } catch (error) {
    if (systemCode(error) === undefined) {
      throw error;
    }
    return false;
  }
}
