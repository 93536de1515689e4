// Runs the suite of one folder of test/ in this process: node suite.ts unit|webview|e2e [--grep PATTERN]
import { glob } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { runSuite } from './mocha.ts';
import '../support/importFiles.js';
import { projectRoot, resultsFolder } from './paths.js';

const TIMEOUT_MS = { unit: 10_000, webview: 30_000, e2e: 60_000 };

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { grep: { type: 'string', short: 'g' } },
});
const name = positionals[0];
if (name !== 'unit' && name !== 'webview' && name !== 'e2e') {
  throw new Error(`There is no suite "${name ?? ''}" to run here.`);
}
const folder = path.join(projectRoot, 'test', name);
const files: string[] = [];
for await (const file of glob('**/*.test.ts', { cwd: folder })) {
  files.push(path.join(folder, file));
}
const hooks = name === 'e2e' ? await rootHooks(path.join(folder, 'setup.ts')) : {};
const result = await runSuite({
  files: files.toSorted(),
  resultFile: path.join(resultsFolder, `${name}.json`),
  timeoutMs: TIMEOUT_MS[name],
  load: 'import',
  print: (line) => process.stdout.write(`${line}\n`),
  ...hooks,
  ...(values.grep === undefined ? {} : { grep: values.grep }),
});
process.exitCode = result.failed === 0 ? 0 : 1;

async function rootHooks(file: string): Promise<{ readonly rootHooks: Mocha.RootHookObject }> {
  const setup: { readonly mochaHooks: Mocha.RootHookObject } = await import(
    pathToFileURL(file).href
  );
  return { rootHooks: setup.mochaHooks };
}
