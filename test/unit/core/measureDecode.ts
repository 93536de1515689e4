import { readFileSync } from 'node:fs';
import { decodeAvif } from '../../../src/imaging/formats/heifDecoder.ts';

/**
 * A program that prints by how many bytes decoding its second AVIF raises the peak of its memory. By
 * then the first has had the codec loaded and compiled.
 */

function kilobytes(field: 'VmRSS' | 'VmHWM'): number {
  const status = readFileSync('/proc/self/status', 'latin1');
  return Number(new RegExp(`${field}:\\s+(\\d+) kB`).exec(status)?.[1]);
}

const [, , small = '', large = ''] = process.argv;
const bytes = readFileSync(large);
await decodeAvif(readFileSync(small), {});
const before = kilobytes('VmRSS');
await decodeAvif(bytes, { target: { width: 100, height: 75 } });
process.stdout.write(String((kilobytes('VmHWM') - before) * 1024));
