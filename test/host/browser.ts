import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { chromium, type Browser, type LaunchOptions } from 'playwright-core';
import { hasPackage, installPackages, mayInstall, updateLists } from './apt.ts';
import { withLock } from './lock.js';
import { hasNpmBrowser, isNpmBrowserInstalled, npmBrowser } from './npmBrowser.ts';
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
const CHROMIUM = 'chromium';
/** The fonts are those that the workbench and a page of Markdown ask for by family. */
const PACKAGES = [CHROMIUM, 'fonts-liberation'];
const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** More than Ubuntu's stub has, and nothing like the size of a browser. */
const STUB_BYTES = 8192;

const SYSTEM = { TMPDIR: process.env['TMPDIR'], TEMP: process.env['TEMP'] };
let temporaryFiles: string | undefined;

/**
 * Launches the browser that shows the workbench: `CHROME_PATH`, else a Chromium or Chrome of the
 * system, else an installed Chrome or Edge. On Linux a missing one is installed: with apt-get when
 * this runs as root and the archive has it, else a headless one from npm, which
 * `VISION_BROWSER=npm` asks for in any case. Where that cannot be, the error says in one line what
 * to run.
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
  return wantsNpm()
    ? undefined
    : CANDIDATES.find((candidate) => fs.existsSync(candidate) && !isSnapStub(candidate));
}

function wantsNpm(): boolean {
  return process.env['VISION_BROWSER'] === 'npm';
}

/** Whether a program is Ubuntu's script that says, or tries, that a browser comes as a snap. */
export function isSnapStub(file: string): boolean {
  const { size } = fs.statSync(file);
  return size < STUB_BYTES && /^#!.*\n[^]*\bsnap\b/.test(fs.readFileSync(file, 'utf8'));
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
  if (!isNpmBrowserInstalled() && mayInstall() && !wantsNpm()) {
    await withLock(
      path.join(cacheFolder, 'chromium.lock'),
      () => installPackage(say),
      () => say('Waiting for another run that is installing Chromium ...'),
    );
  }
  const installed = findBrowser();
  if (installed === undefined && !hasNpmBrowser()) {
    throw new Error(missingBrowser());
  }
  return installed ?? npmBrowser(say);
}

async function installPackage(say: (line: string) => void): Promise<void> {
  if (findBrowser() !== undefined) {
    return;
  }
  say(`Looking for ${CHROMIUM} with apt-get ...`);
  await updateLists();
  if (await hasPackage(CHROMIUM)) {
    say(`Installing ${PACKAGES.join(', ')} with apt-get ...`);
    await installPackages(PACKAGES);
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
