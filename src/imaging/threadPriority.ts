import { readlinkSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import { basename } from 'node:path';

/**
 * Lets other threads go before this one, such as the one that answers the user: on two processors,
 * two threads that decode would keep it waiting for 100 ms and more. On Linux only, where a thread
 * has a priority of its own; elsewhere it would be that of the whole process.
 */
export function letOthersGoFirst(): void {
  if (process.platform !== 'linux') {
    return;
  }
  try {
    const threadId = Number(basename(readlinkSync('/proc/thread-self')));
    setPriority(threadId, constants.priority.PRIORITY_BELOW_NORMAL);
  } catch (error) {
    // Not to be had in this container: the work is done all the same.
    if (!(error instanceof Error && 'code' in error)) {
      throw error;
    }
  }
}
