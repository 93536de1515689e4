import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import process from 'node:process';

/** What `getconf CLK_TCK` says, in the unit of the times in /proc. */
let ticksASecond: number | undefined;

/**
 * The extension host that belongs to a VS Code server which this process has started. On Linux only.
 * @throws {Error} when there is none, or more than one.
 */
export function extensionHostPid(): number {
  const found = extensionHostPids();
  const [pid] = found;
  if (pid === undefined || found.length > 1) {
    throw new Error(`There are ${found.length} extension hosts.`);
  }
  return pid;
}

/** All of them: that of a window which was left ends a moment after it. */
export function extensionHostPids(): readonly number[] {
  const parents = new Map(
    readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map((name) => [Number(name), parentOf(name)] as const),
  );
  const isOurs = (pid: number | undefined): boolean =>
    pid !== undefined && (pid === process.pid || isOurs(parents.get(pid)));
  return [...parents.keys()].filter(
    (pid) => isOurs(pid) && read(`${pid}/cmdline`).includes('--type=extensionHost'),
  );
}

/** Milliseconds that a process and its threads have taken of the processor. On Linux only. */
export function processorTime(pid: number): number {
  ticksASecond ??= Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));
  const [, , , , , , , , , , , user, system] = fieldsAfterName(read(`${pid}/stat`));
  return ((Number(user) + Number(system)) / ticksASecond) * 1000;
}

function parentOf(pid: string): number | undefined {
  const [, parent] = fieldsAfterName(read(`${pid}/stat`));
  return parent === undefined ? undefined : Number(parent);
}

/** The fields of proc_pid_stat(5) from the third on: the name before them may hold anything. */
function fieldsAfterName(stat: string): readonly string[] {
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

/** Empty for a process that is gone. */
function read(file: string): string {
  try {
    return readFileSync(`/proc/${file}`, 'utf8');
  } catch (error) {
    if (
      error instanceof Error &&
      'code' in error &&
      ['ENOENT', 'ESRCH'].includes(String(error.code))
    ) {
      return '';
    }
    throw error;
  }
}
