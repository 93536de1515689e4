import { execFile } from 'node:child_process';
import fs from 'node:fs';
import process from 'node:process';
import { promisify } from 'node:util';

/** Whether this process may install packages of Debian or Ubuntu. */
export function mayInstall(): boolean {
  return process.getuid?.() === 0 && fs.existsSync('/usr/bin/apt-get');
}

/** Asks the archive what it has. The first thing to do: a bare machine knows of no package. */
export async function updateLists(): Promise<void> {
  await aptGet(['update', '-q']);
}

/** Whether the archive has a package: on Ubuntu some are in the snap store instead. */
export async function hasPackage(name: string): Promise<boolean> {
  const { stdout } = await promisify(execFile)('apt-cache', ['policy', name], {
    env: { ...process.env, LC_ALL: 'C' },
  });
  return /^\s*Candidate: (?!\(none\))/m.test(stdout);
}

export async function installPackages(names: readonly string[]): Promise<void> {
  await aptGet(['install', '-y', '-q', '--no-install-recommends', ...names]);
}

async function aptGet(args: readonly string[]): Promise<void> {
  try {
    // A machine that has just started may still hold dpkg's lock for updates of its own.
    await promisify(execFile)('apt-get', ['-o', 'DPkg::Lock::Timeout=300', ...args], {
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
      maxBuffer: 64 * 1024 * 1024,
    });
  } catch (error) {
    const output =
      error instanceof Error && 'stderr' in error ? String(error.stderr).trimEnd() : String(error);
    throw new Error(`apt-get ${args[0] ?? ''} failed:\n${output}`, { cause: error });
  }
}
