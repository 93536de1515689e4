import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';

/**
 * Runs npm with its output in `log` and resolves when it has ended well. On a failure the error
 * carries what it said, because npm's own words tell what is wrong.
 *
 * @param {readonly string[]} args
 * @param {{ readonly cwd: string, readonly log: string }} options
 * @returns {Promise<void>}
 */
export async function runNpm(args, options) {
  fs.mkdirSync(path.dirname(options.log), { recursive: true });
  const output = fs.openSync(options.log, 'a');
  try {
    fs.writeSync(output, `\n> npm ${args.join(' ')}\n`);
    const [command, first] = npmCommand();
    const child = spawn(command, [...first, ...args], {
      cwd: options.cwd,
      stdio: ['ignore', output, output],
      // npm is a .cmd file on Windows, which only a shell starts; the arguments are all our own.
      shell: process.platform === 'win32' && first.length === 0,
      windowsHide: true,
      env: environment(),
    });
    const end = () => child.kill();
    process.once('exit', end);
    await new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, signal) =>
        code === 0 ? resolve(undefined) : reject(new Error(`npm ended with ${code ?? signal}`)),
      );
    });
    process.removeListener('exit', end);
  } catch (error) {
    throw new Error(
      `npm ${args[0] ?? ''} failed. From ${options.log}:\n${lastWords(options.log)}`,
      {
        cause: error,
      },
    );
  } finally {
    fs.closeSync(output);
  }
}

/** @returns {readonly [string, readonly string[]]} */
function npmCommand() {
  const script = process.env['npm_execpath'];
  return script !== undefined && /npm-cli\.c?js$/.test(script) && fs.existsSync(script)
    ? [process.execPath, [script]]
    : ['npm', []];
}

/** The settings that `npm run` hands to its scripts would override those of the folder at hand. */
function environment() {
  return Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) =>
        !/^npm_(config_(prefix|local_prefix|global_prefix)|package_|lifecycle_)/i.test(name),
    ),
  );
}

/**
 * What the last run of npm said, without the middle when it is long: npm begins with the reason and
 * ends with the way to its own log.
 *
 * @param {string} file
 */
function lastWords(file) {
  const lines = fs.readFileSync(file, 'utf8').trimEnd().split('\n');
  const last = lines.slice(lines.findLastIndex((line) => line.startsWith('> npm ')));
  return (last.length <= 40 ? last : [...last.slice(0, 30), '...', ...last.slice(-5)]).join('\n');
}
