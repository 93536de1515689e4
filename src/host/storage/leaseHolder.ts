import { readFileSync, statSync } from 'node:fs';
import { hostname, uptime } from 'node:os';
import * as v from 'valibot';
import { isRunning } from '../isRunning.ts';
import { systemCode } from './systemError.ts';

/** Between the making of a lease and the writing of its holder lies far less than this. */
const WRITING_MS = 10_000;

/** Processes of another machine that shares the folder cannot be asked: this long they count. */
const OTHER_MACHINE_MS = 24 * 60 * 60 * 1000;

const holderSchema = v.object({
  pid: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
  token: v.pipe(v.string(), v.uuid()),
  host: v.string(),
  /** Seconds that the machine had been up: fewer now tell of a start since. */
  uptime: v.number(),
  /** When the process began, where the system tells it: another may have got its number since. */
  started: v.exactOptional(v.string()),
});

/** The process that holds a lease. */
export type LeaseHolder = v.InferOutput<typeof holderSchema>;

/** What lies in the place of a lease; without a holder where none can be read. */
export interface FoundLease {
  readonly holder: LeaseHolder | undefined;
  readonly mtimeMs: number;
}

/** This process, as the holder of one lease. */
export function newHolder(): LeaseHolder {
  const started = startOf(process.pid);
  return {
    pid: process.pid,
    token: crypto.randomUUID(),
    host: hostname(),
    uptime: Math.floor(uptime()),
    ...(started !== undefined && { started }),
  };
}

/** `undefined` when there is no lease. Throws the error of the file system. */
export function findLease(file: string): FoundLease | undefined {
  try {
    const { mtimeMs } = statSync(file);
    const read = v.safeParse(
      v.pipe(v.string(), v.parseJson(), holderSchema),
      readFileSync(file, 'utf8'),
    );
    return { holder: read.success ? read.output : undefined, mtimeMs };
  } catch (error) {
    if (systemCode(error) === 'ENOENT') {
      return undefined;
    }
    throw error;
  }
}

/** Whether a lease that is not of this process is held: rather too long than taken from a living one. */
export function isHeld({ holder, mtimeMs }: FoundLease): boolean {
  const age = Math.abs(Date.now() - mtimeMs);
  if (!holder) {
    return age < WRITING_MS;
  }
  if (holder.host !== hostname()) {
    return age < OTHER_MACHINE_MS;
  }
  // One of this process's number that it does not know of is from before it.
  return holder.pid !== process.pid && isRunning(holder.pid) && !wasReplaced(holder);
}

/** Whether the number of the process has gone to another one since. */
function wasReplaced({ pid, uptime: then, started }: LeaseHolder): boolean {
  const startedNow = startOf(pid);
  return (
    uptime() < then || (started !== undefined && startedNow !== undefined && started !== startedNow)
  );
}

/** Ticks between the start of the machine and of the process, on Linux: proc_pid_stat(5), field 22. */
function startOf(pid: number): string | undefined {
  if (process.platform !== 'linux') {
    return undefined;
  }
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name of the program comes second, in brackets, and may hold anything.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch (error) {
    if (systemCode(error) === undefined) {
      throw error;
    }
    return undefined;
  }
}
