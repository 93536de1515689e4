import { execFile } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { createBrotliDecompress } from 'node:zlib';
import { installPackages, mayInstall, updateLists } from './apt.ts';
import { installProgram, programFolder, type Program } from './install.ts';
import { withLock } from './lock.js';
import { cacheFolder } from './paths.js';

/** What the browser loads from the system, by the names that Debian and Ubuntu have for it. */
const PACKAGES = ['libnss3', 'libexpat1', 'fonts-liberation'];
const FONTS = '/usr/share/fonts';

const BROWSER: Program = {
  home: 'chromium-headless',
  name: '@sparticuz/chromium',
  version: '153.0.0',
  title: 'a headless Chromium',
  async finish(draft) {
    const packages = path.join(draft, 'node_modules');
    const packed = path.join(packages, '@sparticuz', 'chromium', 'bin', 'chromium.br');
    await pipeline(
      fs.createReadStream(packed),
      createBrotliDecompress(),
      fs.createWriteStream(path.join(draft, 'chromium'), { mode: 0o755 }),
    );
    // The rest of the package unpacks it for a machine of a certain cloud.
    fs.rmSync(packages, { recursive: true });
  },
};

/** Whether the npm-borne browser runs on machines of this kind. */
export function hasNpmBrowser(): boolean {
  return process.platform === 'linux' && process.arch === 'x64';
}

/** Whether it has been installed. */
export function isNpmBrowserInstalled(): boolean {
  return hasNpmBrowser() && fs.existsSync(programFolder(BROWSER));
}

/**
 * The executable of a headless Chromium that is installed from npm (over 200 MB in the cache
 * folder), for a machine that has no browser and no package of one. The libraries that it needs are
 * installed when this runs as root; otherwise the error says in one line what to run.
 */
export async function npmBrowser(say: (line: string) => void): Promise<string> {
  const executable = path.join(await installProgram(BROWSER, say), 'chromium');
  if (await lacksLibraries(executable)) {
    if (!mayInstall()) {
      throw new Error(
        `Chromium lacks libraries. Run: sudo apt-get install -y ${PACKAGES.join(' ')}`,
      );
    }
    await withLock(
      path.join(cacheFolder, 'chromium.lock'),
      async () => {
        if (await lacksLibraries(executable)) {
          say(`Installing ${PACKAGES.join(', ')} with apt-get ...`);
          await updateLists();
          await installPackages(PACKAGES);
        }
      },
      () => say('Waiting for another run that is installing libraries ...'),
    );
  }
  return executable;
}

async function lacksLibraries(executable: string): Promise<boolean> {
  const { stdout } = await promisify(execFile)('ldd', [executable]);
  return stdout.includes('not found') || !fs.existsSync(FONTS);
}
