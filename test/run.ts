// The whole test command: npm test [-- unit|webview|integration|e2e ...] [-- --grep PATTERN]
import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { launchBrowser } from './host/browser.ts';
import { findDesktop } from './host/desktop.ts';
import { installServer } from './host/install.ts';
import { packageExtension } from './host/packageExtension.ts';
import { outFolder, projectRoot } from './host/paths.js';
import { removeFolder, spawnGroup, temporaryFolder } from './host/processes.ts';
import { crashedSuite, judgeSuite, sum, summaryLine, type SuiteResult } from './host/results.ts';

const SUITES = ['unit', 'webview', 'integration', 'e2e'] as const;
type SuiteName = (typeof SUITES)[number];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { grep: { type: 'string', short: 'g' } },
});
const unknown = positionals.filter((name) => !SUITES.some((suite) => suite === name));
if (unknown.length > 0) {
  throw new Error(`There is no suite "${unknown.join('", "')}", only ${SUITES.join(', ')}.`);
}
const chosen = SUITES.filter((name) => positionals.length === 0 || positionals.includes(name));
const started = performance.now();

// Another run in this folder must not take this one's reports for its own.
const reports = temporaryFolder('reports');

// The unit tests need nothing that is built: the other core builds meanwhile.
const needing = chosen.filter((name) => name !== 'unit');
const prepared = needing.length === 0 ? undefined : attempt(prepare);
const results: SuiteResult[] = [];
const running: Promise<SuiteResult>[] = [];
if (chosen.includes('unit')) {
  running.push(runSuite('unit', ['test/host/suite.ts', 'unit']));
}
const failure = await prepared;
// A suite waits more than it works; those in the workbench have the machine to themselves.
for (const group of [['webview', 'integration'], ['e2e']] as const) {
  const names = group.filter((name) => needing.includes(name));
  for (const name of names) {
    running.push(runPrepared(name, running.at(-1)));
  }
  results.push(...(await Promise.all(running.splice(0))));
}

fs.cpSync(reports, path.join(outFolder, 'results'), { recursive: true });
await removeFolder(reports);
if (values.grep !== undefined && results.every(isEmpty)) {
  results.push(crashedSuite('--grep', `No test has ${values.grep} in its title.`));
}
const total = sum(results);
console.log(`\nTook ${Math.round((performance.now() - started) / 1000)} s.`);
for (const { title, message } of total.failures) {
  console.log(`FAILED ${title}: ${message.split('\n', 1)[0] ?? ''}`);
}
process.exitCode = total.failed === 0 ? 0 : 1;
console.log(summaryLine(total));

function isEmpty({ passed, failed, skipped }: SuiteResult): boolean {
  return passed + failed + skipped === 0;
}

function say(line: string): void {
  console.log(line);
}

/** Builds and packages the extension and sees to a VS Code to test it in. */
async function prepare(): Promise<void> {
  await packageExtension({ integrationTests: true });
  const desktop = await findDesktop('window', say);
  if (desktop === undefined) {
    await installServer(say);
  }
  if (desktop === undefined || chosen.includes('webview')) {
    const browser = await launchBrowser(say, { headless: true });
    await browser.close();
  }
}

async function attempt(work: () => Promise<void>): Promise<Error | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    const reason = error instanceof Error ? error : new Error(String(error));
    console.error(reason.message);
    return reason;
  }
}

async function runPrepared(name: SuiteName, before?: Promise<unknown>): Promise<SuiteResult> {
  if (failure !== undefined) {
    return crashedSuite(name, `It was not run: ${failure.message}`);
  }
  const script =
    name === 'integration' ? ['test/host/integration.ts'] : ['test/host/suite.ts', name];
  return runSuite(name, script, before);
}

/** Runs a suite in a process of its own, which says nothing before the one `before` it has ended. */
async function runSuite(
  name: SuiteName,
  script: readonly string[],
  before?: Promise<unknown>,
): Promise<SuiteResult> {
  let kept = before && '';
  const write = (text: string): void => {
    if (kept === undefined) {
      process.stdout.write(text);
    } else {
      kept += text;
    }
  };
  const itsTurn = before?.then(() => {
    process.stdout.write(kept ?? '');
    kept = undefined;
  });
  write(`\n${name}\n`);
  const grep = values.grep === undefined ? [] : ['--grep', values.grep];
  const suite = spawnGroup(process.execPath, [...script, ...grep], {
    cwd: projectRoot,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, VISION_RESULTS: reports },
  });
  for (const output of [suite.child.stdout, suite.child.stderr]) {
    output?.setEncoding('utf8').on('data', write);
  }
  let code: number | null = null;
  try {
    ({ code } = await suite.exited);
    await suite.end();
  } catch (error) {
    write(`${error instanceof Error ? error.message : String(error)}\n`);
  }
  const mayBeEmpty = values.grep !== undefined;
  const result = judgeSuite(name, readReport(name), code, { mayBeEmpty });
  write(`${name}: ${summaryLine(result)}\n`);
  await itsTurn;
  return result;
}

function readReport(name: SuiteName): unknown {
  try {
    return JSON.parse(fs.readFileSync(path.join(reports, `${name}.json`), 'utf8'));
  } catch {
    // None, or half of one: the suite has crashed, and is judged so.
    return undefined;
  }
}
