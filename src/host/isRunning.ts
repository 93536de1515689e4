import { systemCode } from './storage/systemError.ts';

/** Whether a process of this machine runs, be it another user's. */
export function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return systemCode(error) === 'EPERM';
  }
}
