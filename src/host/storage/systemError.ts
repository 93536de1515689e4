import type { StorageFault } from '../../core/failure.ts';

/** The code of an error of the file system, such as `ENOSPC`; `undefined` for any other error. */
export function systemCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : undefined;
}

/** What work on a file comes to; `undefined` when there is no such file. */
export async function orMissing<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') {
      return undefined;
    }
    throw error;
  }
}

/** Why a file could not be written. */
export function writeFault(error: unknown, file: string): StorageFault {
  const code = systemCode(error);
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return { kind: 'diskFull', file };
    case 'EROFS':
    case 'EACCES':
    case 'EPERM':
      return { kind: 'readOnly', file, code };
    default:
      return { kind: 'unwritable', file, code: code ?? nameOf(error) };
  }
}

/** Why the file of a conversation could not be read. */
export function readFault(error: unknown, id: string, file: string): StorageFault {
  const code = systemCode(error);
  return code === 'ENOENT'
    ? { kind: 'notFound', id }
    : { kind: 'unreadable', id, file, code: code ?? nameOf(error) };
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}
