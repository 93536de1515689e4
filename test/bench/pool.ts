import { inputFile } from './inputs.ts';
import { listed, median, row, type Measure } from './measure.ts';
import { runAlone } from './preparerProcess.ts';
import type { PreparedMany } from './preparerTasks.ts';
import { STANDARD } from './targets.ts';

const ROUNDS = 5;
const IMAGES = 10;

/** Ten photographs asked for at once, in a fresh process: the threads start meanwhile. */
export const pool: Measure = {
  names: ['pool.gap', 'pool.gap.processor', 'pool.ten'],
  async run() {
    const file = await inputFile('jpeg12.jpg');
    const runs: PreparedMany[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const task = { kind: 'prepareMany', file, count: IMAGES, target: STANDARD } as const;
      runs.push(await runAlone(task));
    }
    const gaps = runs.map(({ gapMs }) => gapMs);
    const busy = runs.map(({ busyMs }) => busyMs);
    const times = runs.map(({ ms }) => ms);
    return [
      row('pool.gap', median(gaps), 'ms', 20, `longest stop of the event loop: ${listed(gaps)}`),
      row(
        'pool.gap.processor',
        median(busy),
        'ms',
        20,
        `processor time of such a stop: ${listed(busy)}`,
      ),
      row('pool.ten', median(times), 'ms', undefined, `ten 12 MP JPEGs: ${listed(times)}`),
    ];
  },
};
