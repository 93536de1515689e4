import { inputFile, readInput, type InputName } from './inputs.ts';
import { listed, median, row, type Measure } from './measure.ts';
import { runAlone } from './preparerProcess.ts';
import type { Prepared, Preparer } from './preparerTasks.ts';
import { STANDARD } from './targets.ts';
import { wantedOutput } from './wantedOutput.ts';

const ROUNDS = 5;
const MB = 1024 * 1024;

/** What the first image of a fresh process takes. */
export const firstCall: readonly Measure[] = [
  {
    names: ['prepare.jpeg24.memory'],
    run: async () => {
      const { ours, sharp, stock } = await inFreshProcesses('jpeg24.jpg');
      const peak = (outputs: readonly Prepared[]): number =>
        median(outputs.map(({ peakMemory }) => peakMemory / MB));
      const all = [peak(ours), peak(sharp), peak(stock)];
      const note = `peak memory of a process that prepares once, ours / sharp; ours, sharp, stock: ${listed(all)} MB`;
      return [
        row('prepare.jpeg24.memory', peak(ours) / peak(sharp), 'x', 1.5, note, byPreparer(all)),
      ];
    },
  },
  {
    names: ['prepare.jpeg12.cold'],
    run: async () => {
      const { ours, sharp, stock } = await inFreshProcesses('jpeg12.jpg');
      const time = (outputs: readonly Prepared[]): number => median(outputs.map(({ ms }) => ms));
      const all = [time(ours), time(sharp), time(stock)];
      const note = `first image of a process, code and thread included; ours, sharp, stock: ${listed(all)} ms`;
      return [row('prepare.jpeg12.cold', time(ours), 'ms', undefined, note, byPreparer(all))];
    },
  },
];

async function inFreshProcesses(
  input: InputName,
): Promise<Readonly<Record<Preparer, readonly Prepared[]>>> {
  const file = await inputFile(input);
  const wanted = await wantedOutput(file, await readInput(input), STANDARD);
  const outputs: Record<Preparer, Prepared[]> = { ours: [], sharp: [], stock: [] };
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const preparer of ['ours', 'sharp', 'stock'] as const) {
      const task = { kind: 'prepare', preparer, file, target: STANDARD, wanted } as const;
      outputs[preparer].push(await runAlone(task));
    }
  }
  return outputs;
}

function byPreparer([ours, sharp, stock]: readonly number[]): Readonly<Record<string, unknown>> {
  return { ours, sharp, stock };
}
