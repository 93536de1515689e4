import fs from 'node:fs';
import path from 'node:path';
import { runNpm } from './npm.js';
import { cacheFolder, projectRoot, vsixFile } from './paths.js';

const LOG = path.join(cacheFolder, 'logs', 'build.log');

/** Builds and packages the extension as it ships, to `vsixFile`. */
export async function packageExtension(): Promise<void> {
  fs.mkdirSync(path.dirname(vsixFile), { recursive: true });
  fs.rmSync(LOG, { force: true });
  await runNpm(['run', 'package'], { cwd: projectRoot, log: LOG });
}
