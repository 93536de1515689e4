import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import * as vscode from 'vscode';
import type { ImageHeader } from '../../core/formats/imageHeader.ts';
import { MAX_FILE_BYTES } from '../../core/plan/limits.ts';
import { probe, PROBE_BYTES, probeWhole } from '../../core/formats/probe.ts';
import { systemCode } from '../storage/systemError.ts';

/** A header, and the bytes of its whole file. */
export interface FileHeader {
  readonly header: ImageHeader;
  readonly byteLength: number;
}

/** Largest file that is read whole for its header, where parts of a file cannot be read. */
const MOST_READ_WHOLE = 4 * 1024 * 1024;

/**
 * The header of an image file, without reading its pixels where that can be helped. `undefined` for
 * what is no image, cannot be read, is more than `MAX_FILE_BYTES`, or would have to be read whole and
 * is large.
 */
export async function readHeader(uri: vscode.Uri): Promise<FileHeader | undefined> {
  return uri.scheme === 'file' ? readLocalHeader(uri.fsPath) : readWholeFile(uri);
}

async function readLocalHeader(path: string): Promise<FileHeader | undefined> {
  let file: FileHandle | undefined;
  try {
    // A pipe would otherwise not open before somebody writes to it.
    file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const stat = await file.stat();
    // A header may stand at the end of a file, and then all of it is read.
    return stat.isFile() && stat.size <= MAX_FILE_BYTES
      ? await readStart(file, stat.size)
      : undefined;
  } catch (error) {
    if (systemCode(error) === undefined) {
      throw error;
    }
    return undefined;
  } finally {
    await file?.close();
  }
}

async function readStart(file: FileHandle, byteLength: number): Promise<FileHeader | undefined> {
  let length = Math.min(PROBE_BYTES, byteLength);
  for (;;) {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), { position: 0 });
    const result = probe(buffer.subarray(0, bytesRead), byteLength);
    if (result.kind !== 'needMoreBytes' || bytesRead < length) {
      return result.kind === 'header' ? { header: result.header, byteLength } : undefined;
    }
    length = result.atLeast;
  }
}

async function readWholeFile(uri: vscode.Uri): Promise<FileHeader | undefined> {
  try {
    const { size } = await vscode.workspace.fs.stat(uri);
    if (size > MOST_READ_WHOLE) {
      return undefined;
    }
    const bytes = await vscode.workspace.fs.readFile(uri);
    const probed = probeWhole(bytes);
    return probed.ok ? { header: probed.value, byteLength: bytes.length } : undefined;
  } catch (error) {
    if (error instanceof vscode.FileSystemError) {
      return undefined;
    }
    throw error;
  }
}
