import { spawn, spawnSync, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

/** How a process ended: one of the two is set. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A process with all that it starts, ended as one. */
export interface ProcessGroup {
  readonly pid: number;
  readonly child: ChildProcess;
  readonly exited: Promise<Exit>;
  /** Asks the group to end, and makes it end after `graceMs`. Resolves when the process is gone. */
  end(graceMs?: number): Promise<void>;
}

const groups = new Map<number, ProcessGroup>();
const folders = new Set<string>();
// Read once: browser.ts changes the variable behind it while a browser starts.
// Not macOS's own folder: its path alone nearly fills the 103 characters of a socket's path.
const systemFolder = fs.realpathSync(process.platform === 'darwin' ? '/tmp' : os.tmpdir());
let watchdog: ChildProcess | undefined;

/**
 * Starts a process in a group of its own. The group is gone after `end()`, and at the latest when
 * this process is: at its exit, at SIGINT, SIGTERM and SIGHUP, and after a crash.
 */
export function spawnGroup(
  command: string,
  args: readonly string[],
  options: SpawnOptions,
): ProcessGroup {
  const child = spawn(command, [...args], {
    windowsHide: true,
    ...options,
    // On Windows a detached process gets a console window; there taskkill finds the children.
    detached: process.platform !== 'win32',
  });
  const exited = new Promise<Exit>((resolve, reject) => {
    child.once('error', (error) =>
      reject(new Error(`Cannot start ${command}: ${error.message}`, { cause: error })),
    );
    // Not "close": that waits for every grandchild that has inherited an output.
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
  const pid = child.pid;
  if (pid === undefined) {
    return { pid: 0, child, exited, end: async () => {} };
  }
  const group: ProcessGroup = {
    pid,
    child,
    exited,
    async end(graceMs = 5000) {
      // Windows has no gentle way to end a process without a window.
      if (process.platform !== 'win32' && child.exitCode === null && child.signalCode === null) {
        signalGroup(pid, 'SIGTERM');
        await Promise.race([exited, delay(graceMs, undefined, { ref: false })]);
      }
      signalGroup(pid, 'SIGKILL');
      await exited;
      forgetGroup(pid);
    },
  };
  guard();
  groups.set(pid, group);
  tell({ add: pid });
  return group;
}

/** Runs a command to its end and answers what it printed. Fails, with that, unless it ends with 0. */
export async function runToEnd(
  command: string,
  args: readonly string[],
  options: SpawnOptions,
): Promise<string> {
  const group = spawnGroup(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  const output: Buffer[] = [];
  group.child.stdout?.on('data', (chunk: Buffer) => output.push(chunk));
  group.child.stderr?.on('data', (chunk: Buffer) => output.push(chunk));
  const closed = once(group.child, 'close');
  const { code, signal } = await group.exited;
  await group.end();
  await closed;
  const text = Buffer.concat(output).toString().trimEnd();
  if (code !== 0) {
    const name = [path.basename(command), ...args].join(' ');
    throw new Error(`${name}\nended with ${code ?? signal}:\n${text}`);
  }
  return text;
}

/** A fresh folder for this run, removed by `removeFolder` and at the latest after this process. */
export function temporaryFolder(name: string): string {
  guard();
  const folder = fs.mkdtempSync(path.join(systemFolder, `vision-${name}-`));
  folders.add(folder);
  tell({ add: folder });
  return folder;
}

/** Removes a folder of `temporaryFolder`, with patience for files that a process still writes. */
export async function removeFolder(folder: string): Promise<void> {
  await fs.promises.rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  folders.delete(folder);
  tell({ drop: folder });
}

function forgetGroup(pid: number): void {
  groups.delete(pid);
  tell({ drop: pid });
}

function guard(): void {
  if (watchdog !== undefined) {
    return;
  }
  watchdog = spawn(process.execPath, [fileURLToPath(new URL('watchdog.js', import.meta.url))], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
    windowsHide: true,
  });
  watchdog.unref();
  // Without a watchdog everything but a crash is still cleaned up.
  watchdog.once('error', () => {});
  const input = watchdog.stdin;
  input?.on('error', () => {});
  if (input !== null && 'unref' in input && typeof input.unref === 'function') {
    input.unref();
  }
  process.on('exit', endAllNow);
  for (const [signal, number] of [
    ['SIGHUP', 1],
    ['SIGINT', 2],
    ['SIGTERM', 15],
  ] as const) {
    process.on(signal, () => process.exit(128 + number));
  }
}

function tell(line: { readonly add: number | string } | { readonly drop: number | string }): void {
  watchdog?.stdin?.write(`${JSON.stringify(line)}\n`);
}

function endAllNow(): void {
  for (const pid of groups.keys()) {
    signalGroup(pid, 'SIGKILL');
  }
  for (const folder of folders) {
    try {
      fs.rmSync(folder, { recursive: true, force: true, maxRetries: 3, retryDelay: 50 });
    } catch {
      // A process that is still dying wrote into it: the watchdog tries again, with more patience.
      continue;
    }
  }
}

function signalGroup(pid: number, signal: 'SIGTERM' | 'SIGKILL'): void {
  if (process.platform === 'win32') {
    spawnSync('taskkill', ['/pid', String(pid), '/t', '/f'], { windowsHide: true });
    return;
  }
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if (!isGone(error)) {
      throw error;
    }
  }
}

/** Whether there was nothing left to signal. macOS answers EPERM where only zombies are left. */
function isGone(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'ESRCH' || (code === 'EPERM' && process.platform === 'darwin');
}
