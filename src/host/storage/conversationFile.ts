import { readFileSync } from 'node:fs';
import { readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { readStored, type StoredConversation } from '../../core/conversation/storedConversation.ts';
import type { StorageFault } from '../../core/failure.ts';
import { failed, success, type Result } from '../../core/result.ts';
import { readFault, systemCode } from './systemError.ts';

const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/;

export type DamagedFault = Extract<StorageFault, { readonly kind: 'damaged' }>;

/** The text of a file with what it says. */
export interface ReadConversation {
  readonly text: string;
  readonly stored: StoredConversation;
}

export function conversationsFolder(root: string): string {
  return join(root, 'conversations');
}

/** Only an id of this form becomes the name of a file. */
export function isConversationId(id: string): boolean {
  return UUID.test(id);
}

export function conversationFile(root: string, id: string): string {
  return join(conversationsFolder(root), `${id}.json`);
}

export function leaseFile(root: string, id: string): string {
  return join(conversationsFolder(root), `${id}.lease`);
}

/** The id of a conversation by the name of its file; `undefined` for any other file. */
export function idOfFile(name: string): string | undefined {
  const id = name.endsWith('.json') ? name.slice(0, -'.json'.length) : '';
  return isConversationId(id) ? id : undefined;
}

/** Reads a conversation without taking it. */
export async function readConversation(
  file: string,
  id: string,
): Promise<Result<ReadConversation, StorageFault>> {
  try {
    return parse(await readFile(file, 'utf8'), id, file);
  } catch (error) {
    return failed(readFault(error, id, file));
  }
}

/** When what lies there was written; `undefined` when nothing does, or nothing that can be read. */
export function writtenAt(file: string, id: string): number | undefined {
  try {
    const read = parse(readFileSync(file, 'utf8'), id, file);
    return read.ok ? read.value.stored.updatedAt : undefined;
  } catch (error) {
    if (readFault(error, id, file).kind === 'notFound') {
      return undefined;
    }
    throw error;
  }
}

/**
 * Moves a damaged file out of the way, where no list finds it; it stays where it cannot be moved. To
 * be done by who holds the lease.
 */
export async function setAside(fault: DamagedFault, now: number): Promise<DamagedFault> {
  const file = `${fault.file.slice(0, -'.json'.length)}.damaged-${now}.json`;
  try {
    await rename(fault.file, file);
    return { ...fault, file, setAside: true };
  } catch (error) {
    if (systemCode(error) === undefined) {
      throw error;
    }
    return fault;
  }
}

function parse(text: string, id: string, file: string): Result<ReadConversation, StorageFault> {
  const read = readStored(text);
  if (!read.ok) {
    return failed(
      read.error.kind === 'damaged'
        ? { ...read.error, id, file, setAside: false }
        : { ...read.error, id, file },
    );
  }
  // The name of the file counts: it may be a copy of another one.
  const stored = { ...read.value, conversation: { ...read.value.conversation, id } };
  return success({ text, stored });
}
