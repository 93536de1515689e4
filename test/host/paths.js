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

/**
 * Where the built extension is: in the project, or in the copy that a run keeps for itself, which
 * `VISION_BUILD` names to its processes.
 */
export function buildFolder() {
  return process.env['VISION_BUILD'] ?? projectRoot;
}

/** The packaged extension. */
export function vsixFile() {
  return path.join(buildFolder(), 'dist', 'vision-for-claude.vsix');
}
