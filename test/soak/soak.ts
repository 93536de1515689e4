// Measures what takes minutes: npm run soak [-- NAME...]
import process from 'node:process';
import type { Measure } from '../bench/measure.ts';
import { bricked } from './bricked.ts';
import { losses } from './lossesMeasures.ts';

const MEASURES: readonly Measure[] = [bricked, ...losses];

const wanted = process.argv.slice(2);
const chosen = MEASURES.filter(
  ({ names }) =>
    wanted.length === 0 || names.some((name) => wanted.some((start) => name.startsWith(start))),
);
if (chosen.length === 0) {
  const known = MEASURES.flatMap(({ names }) => names).join(', ');
  throw new Error(`No row starts with ${wanted.join(' or ')}. There are: ${known}.`);
}
for (const measure of chosen) {
  for (const { name, value, unit, ok, note } of await measure.run()) {
    console.log(`${ok ? 'ok  ' : 'OVER'} ${name} ${value} ${unit} ${note}`);
    process.exitCode = ok ? (process.exitCode ?? 0) : 1;
  }
}
