import { execFile } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { chromium, type Browser, type LaunchOptions } from 'playwright-core';
import { withLock } from './lock.js';
import { cacheFolder } from './paths.js';
import { temporaryFolder } from './processes.ts';

const CANDIDATES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/usr/bin/microsoft-edge',
  '/snap/bin/chromium',
];
/** The fonts are those that the workbench and a page of Markdown ask for by family. */
const PACKAGES = ['chromium', 'fonts-liberation'];
const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const SYSTEM = { TMPDIR: process.env['TMPDIR'], TEMP: process.env['TEMP'] };
let temporaryFiles: string | undefined;

/**
 * Launches the browser that shows the workbench: `CHROME_PATH`, else a Chromium or Chrome of the
 * system, else an installed Chrome or Edge. On Debian and Ubuntu a missing one is installed when
 * this runs as root; otherwise the error says in one line what to run.
 */
export async function launchBrowser(
  say: (line: string) => void,
  options: { readonly headless: boolean },
): Promise<Browser> {
  const common: LaunchOptions = {
    headless: options.headless,
    args: ARGUMENTS,
    // This process ends everything itself, see processes.ts.
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
  };
  const executablePath = findBrowser() ?? (await installBrowser(say));
  if (executablePath !== undefined) {
    return launch({ ...common, executablePath });
  }
  for (const channel of ['chrome', 'msedge']) {
    try {
      return await launch({ ...common, channel });
    } catch (error) {
      if (!/is not found|not installed|doesn't exist/i.test(String(error))) {
        throw error;
      }
    }
  }
  throw new Error(missingBrowser());
}

function findBrowser(): string | undefined {
  const named = process.env['CHROME_PATH'];
  if (named !== undefined && named !== '') {
    if (!fs.existsSync(named)) {
      throw new Error(`CHROME_PATH names ${named}, and there is no such file.`);
    }
    return named;
  }
  return CANDIDATES.find((candidate) => fs.existsSync(candidate));
}

function missingBrowser(): string {
  return process.platform === 'linux'
    ? `No Chromium here. Run: sudo apt-get install -y ${PACKAGES.join(' ')} (or set CHROME_PATH)`
    : 'No Chrome or Edge here. Install one of them, or set CHROME_PATH to a Chromium.';
}

async function installBrowser(say: (line: string) => void): Promise<string | undefined> {
  if (process.platform !== 'linux') {
    return undefined;
  }
  if (process.getuid?.() !== 0 || !fs.existsSync('/usr/bin/apt-get')) {
    throw new Error(missingBrowser());
  }
  await withLock(
    path.join(cacheFolder, 'chromium.lock'),
    async () => {
      if (findBrowser() !== undefined) {
        return;
      }
      say(`Installing ${PACKAGES.join(', ')} with apt-get ...`);
      await aptGet(['update', '-q']);
      await aptGet(['install', '-y', '-q', '--no-install-recommends', ...PACKAGES]);
    },
    () => say('Waiting for another run that is installing Chromium ...'),
  );
  return findBrowser();
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

/**
 * Playwright makes the browser's folders below the system's temporary folder and does not tell
 * where. In a folder of our own they are found again, also after a crash of this process.
 */
async function launch(options: LaunchOptions): Promise<Browser> {
  const folder = (temporaryFiles ??= temporaryFolder('browser'));
  process.env['TMPDIR'] = folder;
  process.env['TEMP'] = folder;
  try {
    return await chromium.launch(options);
  } finally {
    restore('TMPDIR');
    restore('TEMP');
  }
}

function restore(name: keyof typeof SYSTEM): void {
  const value = SYSTEM[name];
  if (value === undefined) {
    delete process.env[name];
  } else {
    process.env[name] = value;
  }
}
