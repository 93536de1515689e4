import fs from 'node:fs';
import path from 'node:path';
import { withLock } from './lock.js';
import { runNpm } from './npm.js';
import { cacheFolder, projectRoot, vsixFile } from './paths.js';
import { temporaryFolder } from './processes.ts';

const LOG = path.join(cacheFolder, 'logs', 'build.log');
const BUILT = ['dist'];
/** What an extension host reads when it runs the extension from its folder, and its tests. */
const DEVELOPED = [
  'package.json',
  'package.nls.json',
  'media',
  'l10n',
  'out/integration',
  'test/integration',
  'test/fixtures',
];

/**
 * Builds and packages the extension as it ships; the integration tests too when they are wanted.
 * Answers the path of the package. It is in a copy that this run keeps for itself, because the next
 * run builds anew while this one works with it: from here on `buildFolder()` is that copy, in this
 * process and in those that it starts.
 */
export async function packageExtension({ integrationTests = false } = {}): Promise<string> {
  const copy = temporaryFolder('build');
  await withLock(path.join(cacheFolder, 'build.lock'), async () => {
    fs.mkdirSync(path.join(projectRoot, 'dist'), { recursive: true });
    fs.rmSync(LOG, { force: true });
    if (integrationTests) {
      fs.rmSync(path.join(projectRoot, 'out', 'integration'), { recursive: true, force: true });
      await runNpm(['run', 'build'], { cwd: projectRoot, log: LOG });
    }
    await runNpm(['run', 'package'], { cwd: projectRoot, log: LOG });
    for (const name of integrationTests ? [...BUILT, ...DEVELOPED] : BUILT) {
      fs.cpSync(path.join(projectRoot, name), path.join(copy, name), { recursive: true });
    }
  });
  if (integrationTests) {
    const packages = path.join(projectRoot, 'node_modules');
    fs.symlinkSync(packages, path.join(copy, 'node_modules'), 'junction');
  }
  process.env['VISION_BUILD'] = copy;
  return vsixFile();
}
