import fs from 'node:fs';
import path from 'node:path';
import { REPORT_MARK, runSuite } from '../host/mocha.ts';

const SUFFIX = '.test.cjs';
const TIMEOUT_MS = 30_000;

/** What the extension host calls: runs the tests that were built beside this file. */
export async function run(): Promise<void> {
  const resultFile = process.env['VISION_RESULT_FILE'];
  if (resultFile === undefined) {
    throw new Error('VISION_RESULT_FILE does not say where the result goes.');
  }
  const grep = process.env['VISION_GREP'];
  const files = fs
    .readdirSync(__dirname, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith(SUFFIX) && fs.existsSync(sourceOf(file)))
    .toSorted()
    .map((file) => path.join(__dirname, file));
  const result = await runSuite({
    files,
    resultFile,
    timeoutMs: TIMEOUT_MS,
    load: 'require',
    print: (line) => console.log(`${REPORT_MARK}${line}`),
    ...(grep === undefined ? {} : { grep }),
  });
  if (result.failed > 0) {
    throw new Error(`${result.failed} failed`);
  }
}

/** The source of a bundle. One that has lost its source is left over from an older build. */
function sourceOf(file: string): string {
  const name = `${file.slice(0, -SUFFIX.length)}.test.ts`;
  return path.join(__dirname, '..', '..', 'test', 'integration', name);
}
