// Plain JavaScript: bootstrap.js reads it with whatever Node the machine has, before any package is there.
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

/** The folder of package.json, without a separator at its end. */
export const projectRoot = path.resolve(fileURLToPath(new URL('../..', import.meta.url)));

/** Downloads and installations that outlive a run; git ignores it. `VISION_CACHE` moves it. */
export const cacheFolder = path.resolve(
  projectRoot,
  process.env['VISION_CACHE'] === undefined || process.env['VISION_CACHE'] === ''
    ? '.cache'
    : process.env['VISION_CACHE'],
);

/** What a run leaves for people to look at: reports, screenshots. git ignores it. */
export const outFolder = path.join(projectRoot, 'out');

/** The reports of the suites. `VISION_RESULTS` gives each run its own. */
export const resultsFolder = process.env['VISION_RESULTS'] ?? path.join(outFolder, 'results');

/** The packaged extension. */
export const vsixFile = path.join(projectRoot, 'dist', 'vision-for-claude.vsix');
