import fs from 'node:fs';
import path from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import Mocha from 'mocha';
import type { SuiteResult } from './results.ts';

export interface SuiteOptions {
  readonly files: readonly string[];
  /** Where the result goes as JSON. */
  readonly resultFile: string;
  readonly timeoutMs: number;
  readonly grep?: string;
  readonly rootHooks?: Mocha.RootHookObject;
  /** An extension host gives `vscode` to modules that are required, not to imported ones. */
  readonly load: 'import' | 'require';
  /** Prints one line: in an extension host the console is the only way out. */
  readonly print: (line: string) => void;
}

/** Stands before the lines of a report that come out of an extension host among its own. */
export const REPORT_MARK = '[tests] ';

const SLOW_MS = 200;

/** Takes the place of mocha's own reporters: they print and exit in ways of their own. */
class Silent extends Mocha.reporters.Base {}

class Suite extends Mocha {
  async load(files: readonly string[], how: SuiteOptions['load']): Promise<void> {
    for (const file of files) {
      this.addFile(file);
    }
    if (how === 'import') {
      await this.loadFilesAsync();
    } else {
      this.loadFiles();
    }
  }
}

/** Runs a suite in this process, prints its report and writes its result. */
export async function runSuite(options: SuiteOptions): Promise<SuiteResult> {
  const mocha = new Suite({
    ui: 'bdd',
    forbidOnly: process.env['CI'] !== undefined,
    timeout: options.timeoutMs,
    reporter: Silent,
    ...(options.grep === undefined ? {} : { grep: options.grep }),
    ...(options.rootHooks === undefined ? {} : { rootHooks: options.rootHooks }),
  });
  await mocha.load(options.files, options.load);
  const result = await new Promise<SuiteResult>((resolve) => {
    const runner = mocha.run();
    printProgress(runner, options.print);
    collect(runner, resolve);
  });
  for (const { title, message } of result.failures) {
    for (const line of ['', `FAILED ${title}`, ...message.split('\n').map((one) => `  ${one}`)]) {
      options.print(line);
    }
  }
  fs.mkdirSync(path.dirname(options.resultFile), { recursive: true });
  fs.writeFileSync(options.resultFile, `${JSON.stringify(result, undefined, 2)}\n`);
  return result;
}

function printProgress(runner: Mocha.Runner, print: (line: string) => void): void {
  let depth = 0;
  const indented = (text: string): void => print(`${'  '.repeat(depth)}${text}`);
  runner.on('suite', (suite) => {
    if (!suite.root) {
      depth += 1;
      indented(suite.title);
    }
  });
  runner.on('suite end', (suite) => {
    depth -= suite.root ? 0 : 1;
  });
  runner.on('pass', (test) => {
    const duration = test.duration ?? 0;
    indented(`  ok ${test.title}${duration >= SLOW_MS ? ` (${duration} ms)` : ''}`);
  });
  runner.on('fail', (test) => indented(`  FAILED ${test.title}`));
  runner.on('pending', (test) => indented(`  skipped ${test.title}`));
}

function collect(runner: Mocha.Runner, done: (result: SuiteResult) => void): void {
  const failures: { title: string; message: string }[] = [];
  let passed = 0;
  let skipped = 0;
  runner.on('pass', () => (passed += 1));
  runner.on('pending', () => (skipped += 1));
  // A failing hook fails here too, under its own title.
  runner.on('fail', (test, error) =>
    failures.push({ title: test.fullTitle(), message: describeError(error) }),
  );
  runner.on('end', () => done({ passed, failed: failures.length, skipped, failures }));
}

function describeError(error: unknown): string {
  if (!(error instanceof Error)) {
    return String(error);
  }
  const stack = (error.stack ?? '')
    .split('\n')
    .filter((line) => /^\s+at /.test(line) && !/node:internal|node_modules[\\/]mocha/.test(line));
  const cause = error.cause === undefined ? [] : [`Caused by: ${describeError(error.cause)}`];
  const message = stripVTControlCharacters(error.message);
  return [`${error.name}: ${message}`, ...stack, ...cause].join('\n');
}
