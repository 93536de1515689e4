import * as vscode from 'vscode';
import type { ImageFailure } from '../../core/failure.ts';
import { MAX_FILE_BYTES } from '../../core/plan/limits.ts';
import { failed, success, type Result } from '../../core/result.ts';

/** The last part of a URI's path, as people know the file. */
export function fileName(uri: vscode.Uri): string {
  return uri.path.slice(uri.path.lastIndexOf('/') + 1);
}

/**
 * The bytes of an image file, read through `workspace.fs` so that it works wherever the file lies.
 * Its size is looked at before anything is read.
 */
export async function readImage(uri: vscode.Uri): Promise<Result<Uint8Array, ImageFailure>> {
  try {
    const stat = await vscode.workspace.fs.stat(uri);
    if ((stat.type & vscode.FileType.Directory) !== 0) {
      return failed({ kind: 'fileIsFolder' });
    }
    if ((stat.type & vscode.FileType.File) === 0) {
      // A pipe or a device, which may never end.
      return failed({ kind: 'notAnImage' });
    }
    if (stat.size > MAX_FILE_BYTES) {
      return failed({ kind: 'fileTooLarge', bytes: stat.size, limit: MAX_FILE_BYTES });
    }
    const bytes = await vscode.workspace.fs.readFile(uri);
    return bytes.length === 0 ? failed({ kind: 'fileEmpty' }) : success(bytes);
  } catch (error) {
    return failed(readFailure(error));
  }
}

function readFailure(error: unknown): ImageFailure {
  const code = error instanceof vscode.FileSystemError ? error.code : '';
  switch (code) {
    case 'FileNotFound':
      return { kind: 'fileNotFound' };
    case 'FileIsADirectory':
      return { kind: 'fileIsFolder' };
    default:
      return {
        kind: 'fileUnreadable',
        code: code || 'Unknown',
        detail: error instanceof Error ? error.message : String(error),
      };
  }
}
