import { toWords } from './bitmap.ts';
import type { Bitmap } from './bitmap.ts';

/** Pixels that are looked at, at most: some hundred rows spread over the picture. */
const SAMPLE = 100_000;
/** Drawings and screenshots repeat a colour from one pixel to the next far more often than this. */
const MOST_REPEATED = 0.25;
/** Pictures of a palette or dithered ones have fewer colours in a sample. */
const FEWEST_COLOURS = 1024;

/**
 * Whether a picture is a photograph by its pixels rather than a drawing or a screenshot: many
 * colours, and hardly ever the same one twice in a row.
 */
export function isPhotograph({ data, width, height }: Bitmap): boolean {
  const pixels = toWords(data);
  const step = Math.max(Math.ceil((width * height) / SAMPLE), 1);
  const colours = new Set<number>();
  let repeated = 0;
  let compared = 0;
  for (let y = 0; y < height; y += step) {
    for (let at = y * width + 1; at < (y + 1) * width; at += 1) {
      const pixel = pixels[at] ?? 0;
      repeated += pixel === pixels[at - 1] ? 1 : 0;
      compared += 1;
      if (colours.size < FEWEST_COLOURS) {
        colours.add(pixel);
      }
    }
  }
  return colours.size >= FEWEST_COLOURS && repeated < compared * MOST_REPEATED;
}
