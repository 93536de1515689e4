import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { removeLeftOvers } from './atomicFile.ts';
import { Lease } from './lease.ts';

/** A lease on a conversation, or on the taking over of another lease. */
const LEASE = /^(?<id>[\da-f-]{36})\.lease(?<claim>\.(?:[\da-f-]{36}|unreadable))*$/;

/**
 * Removes what dead processes have left in the folder of the conversations: half-written files, and
 * leases that nobody will take over because they are on nothing. Rejects with the error of the file
 * system.
 */
export async function tidyFolder(folder: string): Promise<void> {
  await removeLeftOvers(folder);
  const names = new Set(await readdir(folder));
  for (const name of names) {
    const { id, claim } = LEASE.exec(name)?.groups ?? {};
    if (id !== undefined && (claim !== undefined || !names.has(`${id}.json`))) {
      (await Lease.take(join(folder, name)))?.release();
    }
  }
}
