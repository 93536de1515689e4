// Runs the integration tests inside an extension host, by @vscode/test-electron.
import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import readline from 'node:readline';
import { PassThrough } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { runTests, TestRunFailedError } from '@vscode/test-electron';
import { findDesktop } from './desktop.ts';
import { hostEnvironment } from './environment.ts';
import { VSCODE_VERSION } from './install.ts';
import { REPORT_MARK } from './mocha.ts';
import { buildFolder, resultsFolder } from './paths.js';
import { removeFolder, temporaryFolder } from './processes.ts';
import { CALM_SETTINGS, writeUserSettings } from './settings.ts';

const LAST_WORDS = 40;

const { values } = parseArgs({ options: { grep: { type: 'string', short: 'g' } } });
const desktop = await findDesktop('integration', (line) => console.log(line));
console.log(
  desktop === undefined
    ? `Running in VS Code ${VSCODE_VERSION} from npm (server and headless browser)`
    : `Running in the desktop VS Code ${desktop}`,
);
const resultFile = path.join(resultsFolder, 'integration.json');
fs.mkdirSync(resultsFolder, { recursive: true });
fs.rmSync(resultFile, { force: true });
const home = temporaryFolder('integration');
const userDataDir = path.join(home, 'data');
const workspace = path.join(home, 'workspace');
fs.mkdirSync(workspace);
writeUserSettings(userDataDir, CALM_SETTINGS);
const launcher = fileURLToPath(new URL('vscodeLauncher.ts', import.meta.url));
const log = fs.createWriteStream(path.join(resultsFolder, 'integration.log'));
const lastWords: string[] = [];
try {
  await runTests({
    stdout: reportOnly(),
    stderr: reportOnly(),
    // Without a desktop VS Code, Node stands in its place, with a script in front of the arguments.
    vscodeExecutablePath: desktop ?? process.execPath,
    extensionDevelopmentPath: buildFolder(),
    extensionTestsPath: path.join(buildFolder(), 'out', 'integration', 'runner.cjs'),
    extensionTestsEnv: {
      ...withoutStrays(process.env),
      VISION_RESULT_FILE: resultFile,
      ...(values.grep === undefined ? {} : { VISION_GREP: values.grep }),
    },
    launchArgs: [
      ...(desktop === undefined ? [launcher] : []),
      workspace,
      '--disable-extensions',
      `--user-data-dir=${userDataDir}`,
      `--extensions-dir=${path.join(home, 'extensions')}`,
    ],
  });
} catch (error) {
  if (!(error instanceof TestRunFailedError)) {
    throw error;
  }
  process.exitCode = 1;
  if (!fs.existsSync(resultFile)) {
    console.log(`${error.message}. The last words of VS Code:\n${lastWords.join('\n')}`);
  }
} finally {
  log.end();
  await removeFolder(home);
}

/** Lets the report of the tests through to the screen; all that VS Code says goes to the log. */
function reportOnly(): NodeJS.WritableStream {
  const output = new PassThrough();
  readline.createInterface({ input: output }).on('line', (line) => {
    log.write(`${line}\n`);
    lastWords.push(line);
    lastWords.splice(0, lastWords.length - LAST_WORDS);
    const at = line.indexOf(REPORT_MARK);
    if (at >= 0) {
      console.log(line.slice(at + REPORT_MARK.length));
    }
  });
  return output;
}

/** Takes out of the environment that the tests see what would lead a VS Code astray. */
function withoutStrays(env: NodeJS.ProcessEnv): Record<string, undefined> {
  const kept = hostEnvironment(env, {});
  const strays = Object.keys(env).filter((name) => !Object.hasOwn(kept, name));
  return Object.fromEntries(strays.map((name) => [name, undefined]));
}
