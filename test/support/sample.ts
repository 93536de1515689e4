import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export const sampleFolder = join(import.meta.dirname, '../fixtures/sample-workspace');

/** An image of the sample workspace. The photographs lie on their side and say so in EXIF. */
export function sampleImage(
  name: 'waterfall.jpg' | 'behind-the-falls.jpg' | 'station-page.png' | 'alert-flow.png',
): Buffer {
  return readFileSync(join(sampleFolder, 'images', name));
}
