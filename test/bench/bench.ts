// Measures what the project promises: npm run bench [-- NAME...] [-- --json FILE]
import { writeFile } from 'node:fs/promises';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { packageExtension } from '../host/packageExtension.ts';
import { activation } from './activation.ts';
import { bomb } from './bomb.ts';
import { clickToRequest } from './clickToRequest.ts';
import { conversationBill } from './conversationBill.ts';
import { conversationLong } from './conversationLong.ts';
import { firstCall } from './firstCall.ts';
import { intakeSixty } from './intakeSixty.ts';
import { keep } from './keep.ts';
import type { Measure, Row } from './measure.ts';
import { pool } from './pool.ts';
import { prepare } from './prepare.ts';
import { probe } from './probe.ts';
import { quality } from './quality.ts';
import { sizes } from './sizes.ts';
import { streamFirstPaint } from './streamFirstPaint.ts';
import { streamHostCpu } from './streamHostCpu.ts';
import { streamLongTask } from './streamLongTask.ts';
import { bricked } from '../soak/bricked.ts';
import { losses } from '../soak/lossesMeasures.ts';

const MEASURES: readonly Measure[] = [
  sizes,
  ...prepare,
  ...firstCall,
  keep,
  probe,
  ...quality,
  pool,
  bomb,
  activation,
  clickToRequest,
  streamFirstPaint,
  streamLongTask,
  streamHostCpu,
  intakeSixty,
  conversationBill,
  conversationLong,
  bricked,
  ...losses,
];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'string' } },
});
const wanted = (name: string): boolean =>
  positionals.length === 0 || positionals.some((start) => name.startsWith(start));

const chosen = MEASURES.filter(({ names }) => names.some(wanted));
if (chosen.length === 0) {
  const known = MEASURES.flatMap(({ names }) => names).join(', ');
  throw new Error(`No row starts with ${positionals.join(' or ')}. There are: ${known}.`);
}
await packageExtension();
const rows: Row[] = [];
for (const measure of chosen) {
  for (const row of await measure.run()) {
    if (wanted(row.name)) {
      rows.push(row);
      print(row);
    }
  }
}
if (values.json !== undefined) {
  await writeFile(values.json, `${JSON.stringify(rows, null, 2)}\n`);
}
process.exitCode = rows.every(({ ok }) => ok) ? 0 : 1;

function print({ name, value, unit, limit, bound, ok, note }: Row): void {
  const figure = `${value} ${unit}`.trimEnd().padStart(14);
  const allowed = limit === undefined ? 'no limit' : `at ${bound} ${limit}`;
  console.log(`${ok ? 'ok  ' : 'OVER'} ${name.padEnd(27)}${figure}  (${allowed})  ${note}`);
}
