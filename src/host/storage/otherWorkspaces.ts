import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import * as v from 'valibot';
import { writeAtomically } from './atomicFile.ts';
import { conversationsFolder } from './conversationFile.ts';
import { Lease } from './lease.ts';
import { makeFolder } from './privateFiles.ts';
import { orMissing } from './systemError.ts';

const FOLDER = /^[\da-f]{64}$/;
const NAME_FILE = 'workspace.json';

const nameSchema = v.object({ name: v.string(), uris: v.array(v.string()) });

/** What a workspace is called, and where its folders or its file are. */
export type WorkspaceName = v.InferOutput<typeof nameSchema>;

/** What another workspace keeps on this machine. */
export interface OtherWorkspace {
  readonly folder: string;
  /** `undefined` where nothing tells. */
  readonly name: WorkspaceName | undefined;
  readonly bytes: number;
}

/** Writes down which workspace a folder is of. Rejects with the error of the file system. */
export async function nameWorkspace(root: string, name: WorkspaceName): Promise<void> {
  await makeFolder(root);
  await writeAtomically(join(root, NAME_FILE), JSON.stringify(name));
}

/**
 * What the workspaces beside that of the folder keep, the largest first. Rejects with the error of the
 * file system.
 */
export async function otherWorkspaces(root: string): Promise<readonly OtherWorkspace[]> {
  const parent = dirname(root);
  const names = (await orMissing(readdir(parent))) ?? [];
  const others = names.filter((name) => FOLDER.test(name) && name !== basename(root));
  const found = await Promise.all(
    others.map(async (other): Promise<OtherWorkspace> => {
      const folder = join(parent, other);
      return { folder, name: await nameOf(folder), bytes: await bytesIn(folder) };
    }),
  );
  return found.toSorted((one, other) => other.bytes - one.bytes);
}

/**
 * Deletes all that a workspace keeps. False when a window has a conversation of it open. Rejects with
 * the error of the file system.
 */
export async function deleteWorkspace({ folder }: OtherWorkspace): Promise<boolean> {
  const conversations = conversationsFolder(folder);
  const names = (await orMissing(readdir(conversations))) ?? [];
  const leases = names.filter((name) => name.endsWith('.lease'));
  if (leases.some((name) => Lease.isHeldElsewhere(join(conversations, name)))) {
    return false;
  }
  await rm(folder, { recursive: true, force: true });
  return true;
}

/** Bytes of all files in a folder and below. */
export async function bytesIn(folder: string): Promise<number> {
  const entries =
    (await orMissing(readdir(folder, { recursive: true, withFileTypes: true }))) ?? [];
  const sizes = await Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map(async ({ parentPath, name }) => (await orMissing(stat(join(parentPath, name))))?.size),
  );
  return sizes.reduce<number>((sum, size = 0) => sum + size, 0);
}

async function nameOf(folder: string): Promise<WorkspaceName | undefined> {
  const text = await orMissing(readFile(join(folder, NAME_FILE), 'utf8'));
  const read = v.safeParse(v.pipe(v.string(), v.parseJson(), nameSchema), text);
  return read.success ? read.output : undefined;
}
