import fs from 'node:fs';
import path from 'node:path';
import { withLock } from './lock.js';
import { runNpm } from './npm.js';
import { cacheFolder, outFolder, projectRoot, vsixFile } from './paths.js';

const LOG = path.join(cacheFolder, 'logs', 'build.log');

/**
 * Builds and packages the extension as it ships, to `vsixFile`; the integration tests too when they
 * are wanted. Runs beside each other take turns.
 */
export async function packageExtension({ integrationTests = false } = {}): Promise<void> {
  await withLock(path.join(cacheFolder, 'build.lock'), async () => {
    fs.mkdirSync(path.dirname(vsixFile), { recursive: true });
    fs.rmSync(LOG, { force: true });
    if (integrationTests) {
      fs.rmSync(path.join(outFolder, 'integration'), { recursive: true, force: true });
      await runNpm(['run', 'build'], { cwd: projectRoot, log: LOG });
    }
    await runNpm(['run', 'package'], { cwd: projectRoot, log: LOG });
  });
}
