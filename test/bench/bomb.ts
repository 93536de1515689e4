import { inputFile } from './inputs.ts';
import { listed, row, type Measure } from './measure.ts';
import { runAlone } from './preparerProcess.ts';
import type { Refused } from './preparerTasks.ts';
import { STANDARD } from './targets.ts';

const MB = 1024 * 1024;
const ROUNDS = 3;

/** PNGs of 30000x30000 pixels: one that has them, and one of 4 KB that claims them. */
export const bomb: Measure = {
  names: ['bomb.time', 'bomb.memory'],
  async run() {
    const refusals: Refused[] = [];
    for (const name of ['bomb.png', 'claim.png'] as const) {
      const file = await inputFile(name);
      for (let round = 0; round < ROUNDS; round += 1) {
        refusals.push(await runAlone({ kind: 'refuse', file, target: STANDARD }));
      }
    }
    const times = refusals.map(({ ms }) => ms);
    const grown = refusals.map((refusal) => refusal.grown / MB);
    const failures = [...new Set(refusals.map(({ failure }) => failure))].join(', ');
    return [
      row('bomb.time', Math.max(...times), 'ms', 50, `until ${failures}: ${listed(times)}`),
      row('bomb.memory', Math.max(...grown), 'MB', 100, `grown by: ${listed(grown)}`),
    ];
  },
};
