import { open } from 'node:fs/promises';
import { constants } from 'node:fs';
import type { ImageFailure } from '../../src/core/failure.ts';
import { MAX_FILE_BYTES } from '../../src/core/plan/limits.ts';
import { failed, success } from '../../src/core/result.ts';
import type { Result } from '../../src/core/result.ts';

/**
 * The bytes of an image file. What it is and how long is looked at before anything is read, so that
 * neither a pipe nor a film of many gigabytes can hold up or fill the process. Never rejects.
 */
export async function readImageFile(path: string): Promise<Result<Uint8Array, ImageFailure>> {
  try {
    // A pipe would otherwise not open before somebody writes to it.
    await using file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const stat = await file.stat();
    if (stat.isDirectory()) {
      return failed({ kind: 'fileIsFolder' });
    }
    if (!stat.isFile()) {
      return failed({ kind: 'notAnImage' });
    }
    if (stat.size > MAX_FILE_BYTES) {
      return failed({ kind: 'fileTooLarge', bytes: stat.size, limit: MAX_FILE_BYTES });
    }
    const bytes = await file.readFile();
    return bytes.length === 0 ? failed({ kind: 'fileEmpty' }) : success(bytes);
  } catch (error) {
    return failed(readFailure(error));
  }
}

function readFailure(error: unknown): ImageFailure {
  const detail = error instanceof Error ? error.message : String(error);
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'Unknown';
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return { kind: 'fileNotFound' };
    case 'EISDIR':
      return { kind: 'fileIsFolder' };
    default:
      return { kind: 'fileUnreadable', code, detail };
  }
}
