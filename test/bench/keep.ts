import { performance } from 'node:perf_hooks';
import process from 'node:process';
import { ImagePreparer } from '../../src/imaging/prepareImage.ts';
import { readInput } from './inputs.ts';
import { median, row, type Measure } from './measure.ts';
import { workerBundle } from './preparerProcess.ts';
import { STANDARD } from './targets.ts';

const WARM_UPS = 3;
const ROUNDS = 25;
const KEPT = ['small.jpg', 'small.png', 'small.webp', 'small.gif'] as const;

/** Images that go as they are: nothing may be decoded for them, so no thread may be started. */
export const keep: Measure = {
  names: ['prepare.keep', 'prepare.keep.threads'],
  async run() {
    let threads = 0;
    const count = (): void => {
      threads += 1;
    };
    process.on('worker', count);
    const preparer = new ImagePreparer({ workerFile: workerBundle() });
    try {
      const medians: number[] = [];
      for (const name of KEPT) {
        const times = await timesOf(preparer, await readInput(name));
        medians.push(median(times));
      }
      const each = KEPT.map((name, index) => `${name} ${medians[index]?.toFixed(2)}`).join(', ');
      return [
        row('prepare.keep', Math.max(...medians), 'ms', 5, `the slowest of ${each}`),
        row('prepare.keep.threads', threads, 'threads', 0, 'started for images that are kept'),
      ];
    } finally {
      preparer.dispose();
      process.off('worker', count);
    }
  },
};

async function timesOf(preparer: ImagePreparer, file: Buffer): Promise<readonly number[]> {
  const times: number[] = [];
  for (let round = 0; round < WARM_UPS + ROUNDS; round += 1) {
    const started = performance.now();
    const prepared = await preparer.prepare(file, STANDARD, new AbortController().signal);
    times.push(performance.now() - started);
    if (!prepared.ok || prepared.value.bytes.length !== file.length) {
      throw new Error('An image that needs no change was changed.');
    }
  }
  return times.slice(WARM_UPS);
}
