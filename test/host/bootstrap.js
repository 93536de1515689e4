// What every command of package.json that needs more than packages starts with. It runs on the
// machine's own Node, 20 or newer, before anything is installed: no imports but Node's and ours.
import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { withLock } from './lock.js';
import { runNpm } from './npm.js';
import { packagesMatch } from './packages.js';
import { cacheFolder, projectRoot } from './paths.js';

/** @type {Readonly<Record<string, string | undefined>>} */
const COMMANDS = {
  setup: undefined,
  test: 'test/run.ts',
  demo: 'test/demo/demo.ts',
  bench: 'test/bench/bench.ts',
  inspect: 'test/cli/inspect.ts',
  fuzz: 'test/cli/fuzz.ts',
  soak: 'test/soak/soak.ts',
};
const BINARY = process.platform === 'win32' ? 'node.exe' : 'node';
const NODE = path.join(projectRoot, 'node_modules', 'node', 'bin', BINARY);
const LOG = path.join(cacheFolder, 'logs', 'npm.log');
const SIGNALS = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);

for (const signal of SIGNALS) {
  process.on(signal, leave);
}

try {
  const [command, ...args] = process.argv.slice(2);
  if (command === undefined || !Object.hasOwn(COMMANDS, command)) {
    throw new Error(`node test/host/bootstrap.js ${Object.keys(COMMANDS).join('|')} [arguments]`);
  }
  await installPackages();
  const script = COMMANDS[command];
  if (script !== undefined) {
    await become(NODE, [path.join(projectRoot, script), ...args]);
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

async function installPackages() {
  if (packagesMatch(projectRoot) && nodeRuns()) {
    return;
  }
  await withLock(
    path.join(cacheFolder, 'npm.lock'),
    async () => {
      if (!packagesMatch(projectRoot)) {
        console.error('Installing the npm packages of package-lock.json ...');
        fs.rmSync(LOG, { force: true });
        // Not "npm ci": it refuses a lock file without the optional packages of other systems, which
        // is what comes of a registry that does not carry them. This takes the locked versions too,
        // and whether it did is checked.
        const quiet = ['--no-audit', '--no-fund', '--no-progress', '--loglevel=error'];
        await runNpm(['install', '--no-save', ...quiet], { cwd: projectRoot, log: LOG });
        if (!packagesMatch(projectRoot)) {
          throw new Error('npm installed other versions than those of package-lock.json.');
        }
      }
      if (!nodeRuns()) {
        // The binary comes from an install script, which npm may have held back.
        await runNpm(['rebuild', 'node', '--foreground-scripts', '--ignore-scripts=false'], {
          cwd: projectRoot,
          log: LOG,
        });
      }
      if (!nodeRuns()) {
        throw new Error(`There is no Node to run in ${NODE}. What npm said is in ${LOG}.`);
      }
    },
    () => console.error('Waiting for another run that is installing packages ...'),
  );
}

function nodeRuns() {
  if (!fs.existsSync(NODE)) {
    return false;
  }
  try {
    return execFileSync(NODE, ['--version'], { encoding: 'utf8' }).startsWith('v24.');
  } catch {
    // A binary of another platform, or half of one: as good as none.
    return false;
  }
}

/**
 * Ends this process by its own will: then npm is ended and the lock is released.
 *
 * @param {NodeJS.Signals} _signal
 * @param {number} number
 */
function leave(_signal, number) {
  process.exit(128 + number);
}

/**
 * Runs a program in the place of this one: with its terminal, its signals and its way to end.
 *
 * @param {string} program
 * @param {readonly string[]} args
 */
async function become(program, args) {
  const child = spawn(program, args, { stdio: 'inherit' });
  for (const signal of SIGNALS) {
    process.removeListener(signal, leave);
    process.on(signal, () => child.kill(signal));
  }
  /** @type {{ code: number | null, signal: NodeJS.Signals | null }} */
  const { code, signal } = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (exitCode, exitSignal) => resolve({ code: exitCode, signal: exitSignal }));
  });
  if (signal !== null) {
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  }
  process.exitCode = code ?? 1;
}
