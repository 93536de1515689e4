// Prepares damaged files and finds those that are treated wrongly:
// npm run fuzz [-- --count 10000] [--seed 1] [--only INDEX] [--out DIR]
// The same seed makes the same files; --only repeats one of them, --out writes those found wrong.
import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { ImagePreparer } from '../../src/imaging/prepareImage.ts';
import { MAX_MEMORY, peakMemory, runFuzz } from './fuzzRun.ts';
import type { CaseReport } from './fuzzRun.ts';
import { makeSeeds, readSeeds } from './fuzzSeeds.ts';
import { watchForHang } from './hangWatch.ts';

/** Image files that nobody here made, where they lie beside the project. */
const CORPUS = resolve(import.meta.dirname, '../../../shared/corpus');
const HANG_SECONDS = 10;
const CASES_PER_LINE = 500;
const MEGABYTE = 1024 * 1024;

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '10000' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string' },
    out: { type: 'string' },
  },
});
const seed = wholeNumber(values.seed);
const only = values.only === undefined ? undefined : wholeNumber(values.only);
const indexes =
  only === undefined
    ? Array.from({ length: wholeNumber(values.count) }, (_, index) => index)
    : [only];
// The checks are not to take the memory and the processors that are being watched.
sharp.cache(false);
sharp.concurrency(1);
const seeds = [...(await makeSeeds()), ...(await readSeeds(CORPUS))];
console.log(`${indexes.length} cases of seed ${seed}, made from ${seeds.length} files`);

const outcomes = new Map<string, number>();
const shown: CaseReport[] = [];
let done = 0;
let slowest = { index: 0, duration: 0 };
const watch = watchForHang(`HANG: seed ${seed}, index at most`, HANG_SECONDS);
const preparer = new ImagePreparer({ workerFile: new URL('imageWorker.js', import.meta.url) });
const findings = await runFuzz({
  seeds,
  seed,
  indexes,
  preparer,
  onBegin: (index) => {
    watch.beat(index);
  },
  onEnd: (report) => {
    done += 1;
    slowest = report.duration > slowest.duration ? report : slowest;
    outcomes.set(report.outcome, (outcomes.get(report.outcome) ?? 0) + 1);
    if (only !== undefined || report.problems.length > 0) {
      shown.push(report);
      console.log(describe(report));
    }
    if (done % CASES_PER_LINE === 0) {
      console.log(`${done} cases, ${megabytes(peakMemory())} at most`);
    }
  },
}).finally(() => {
  preparer.dispose();
  watch.end();
});
if (values.out !== undefined) {
  await mkdir(values.out, { recursive: true });
  for (const { index, file } of shown) {
    await writeFile(join(values.out, `fuzz-${seed}-${index}`), file.bytes);
  }
}
for (const [outcome, count] of [...outcomes].toSorted(([, a], [, b]) => b - a)) {
  console.log(`${String(count).padStart(7)} ${outcome}`);
}
console.log(
  [
    `${findings.length} findings`,
    `slowest: index ${slowest.index} with ${Math.round(slowest.duration)} ms`,
    `memory: ${megabytes(peakMemory())} at most`,
  ].join('; '),
);
if (peakMemory() > MAX_MEMORY) {
  console.log(`MEMORY: over ${megabytes(MAX_MEMORY)}`);
}
process.exitCode = findings.length === 0 && peakMemory() <= MAX_MEMORY ? 0 : 1;

function describe({ index, file, target, outcome, duration, problems }: CaseReport): string {
  return [
    `${problems.length > 0 ? 'FINDING' : 'case'}: seed ${seed}, index ${index}: ${outcome}`,
    `  ${file.seedName}: ${file.mutation}; ${file.bytes.length} bytes`,
    `  ${target.model}, ${target.detail}, ${target.imagesInRequest} images, ${Math.round(duration)} ms`,
    ...problems.map((problem) => `  ${problem}`),
  ].join('\n');
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / MEGABYTE)} MB`;
}

function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) {
    throw new Error(`"${text}" is not a whole number.`);
  }
  return Number(text);
}
