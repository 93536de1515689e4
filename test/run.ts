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
if (chosen.includes('unit')) {
  results.push(await runSuite('unit', ['test/host/suite.ts', 'unit']));
}
const failure = await prepared;
for (const name of needing) {
  if (failure !== undefined) {
    results.push(crashedSuite(name, `It was not run: ${failure.message}`));
  } else if (name === 'integration') {
    results.push(await runSuite(name, ['test/host/integration.ts']));
  } else {
    results.push(await runSuite(name, ['test/host/suite.ts', name]));
  }
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

async function runSuite(name: SuiteName, script: readonly string[]): Promise<SuiteResult> {
  console.log(`\n${name}`);
  const grep = values.grep === undefined ? [] : ['--grep', values.grep];
  const suite = spawnGroup(process.execPath, [...script, ...grep], {
    cwd: projectRoot,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, VISION_RESULTS: reports },
  });
  let code: number | null = null;
  try {
    ({ code } = await suite.exited);
    await suite.end();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
  }
  const mayBeEmpty = values.grep !== undefined;
  const result = judgeSuite(name, readReport(name), code, { mayBeEmpty });
  console.log(`${name}: ${summaryLine(result)}`);
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
