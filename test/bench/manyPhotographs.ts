import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { readInput } from './inputs.ts';

/** Marker of a table of quantisers, and where the first of them stands after it. */
const TABLE_MARKER = Buffer.from([0xff, 0xdb]);
const FIRST_QUANTISER = 5;

/** Writes photographs of 12 megapixels of which no two show quite the same, and answers their paths. */
export async function manyPhotographs(count: number, folder: string): Promise<readonly string[]> {
  const photographs = variants(await readInput('jpeg12.jpg'), count);
  const files: string[] = [];
  for (const [index, photograph] of photographs.entries()) {
    const file = path.join(folder, `photograph-${String(index + 1).padStart(2, '0')}.jpg`);
    await writeFile(file, photograph);
    files.push(file);
  }
  return files;
}

/**
 * JPEGs of which no two show quite the same, so that each is prepared to bytes of its own, and has a
 * thumbnail of its own. The quantisers of some frequencies differ by one.
 */
export function variants(original: Buffer, count: number): readonly Buffer[] {
  const first = original.indexOf(TABLE_MARKER) + FIRST_QUANTISER;
  return Array.from({ length: count }, (_, index) => {
    const photograph = Buffer.from(original);
    for (let bit = 0; 2 ** bit < count; bit += 1) {
      // Not the first, which is that of the mean.
      const at = first + 1 + bit;
      photograph.writeUInt8(original.readUInt8(at) + ((index >> bit) & 1), at);
    }
    return photograph;
  });
}
