import type { Size } from '../core/imageHeader.ts';
import type { Bitmap } from './bitmap.ts';

/**
 * Shrinks a picture that comes row by row: every pixel of the result is the exact average of the
 * area that it covers, weighted by alpha, so that nothing aliases and transparent pixels do not
 * bleed. jimp's own resize weighs every pixel that is not wholly transparent alike, and holds the
 * picture once more as floats: 315 MB for 9000x9000. This holds two rows.
 */
export class AreaAverager {
  readonly #from: Size;
  readonly #to: Size;
  readonly #data: Buffer;
  /** Red, green and blue times alpha, and alpha, of one source row at the target's width. */
  readonly #line: Float64Array;
  /** The same for the target row in work, summed over its share of the source rows. */
  readonly #sum: Float64Array;
  #sourceRow = 0;
  #targetRow = 0;

  /** Neither edge of `to` may be longer than that of `from`. */
  constructor(from: Size, to: Size) {
    this.#from = from;
    this.#to = to;
    this.#data = Buffer.alloc(to.width * to.height * 4);
    this.#line = new Float64Array(to.width * 4);
    this.#sum = new Float64Array(to.width * 4);
  }

  /** The next row: RGBA from `at` on. Rows past the last are ignored. */
  addRow(rgba: Uint8Array, at: number): void {
    if (this.#sourceRow >= this.#from.height) {
      return;
    }
    this.#shrinkRow(rgba, at);
    // In units of one source row over `to.height`, so that all boundaries are whole numbers.
    const top = this.#sourceRow * this.#to.height;
    const bottom = top + this.#to.height;
    const boundary = (this.#targetRow + 1) * this.#from.height;
    this.#sourceRow += 1;
    if (bottom < boundary) {
      this.#addLine(this.#to.height);
      return;
    }
    this.#addLine(boundary - top);
    this.#finishRow();
    if (bottom > boundary) {
      this.#addLine(bottom - boundary);
    }
  }

  /** The picture. Rows that never came are transparent. */
  result(): Bitmap {
    return { data: this.#data, width: this.#to.width, height: this.#to.height };
  }

  #shrinkRow(rgba: Uint8Array, at: number): void {
    const line = this.#line;
    const sourceWidth = this.#from.width;
    const targetWidth = this.#to.width;
    let pixel = at;
    // What is left of the source pixel in work, in units of one source pixel over `targetWidth`.
    let left = targetWidth;
    for (let target = 0; target < targetWidth * 4; target += 4) {
      let red = 0;
      let green = 0;
      let blue = 0;
      let alpha = 0;
      let wanted = sourceWidth;
      while (wanted > 0) {
        const weight = left < wanted ? left : wanted;
        const weightedAlpha = weight * (rgba[pixel + 3] ?? 0);
        red += weightedAlpha * (rgba[pixel] ?? 0);
        green += weightedAlpha * (rgba[pixel + 1] ?? 0);
        blue += weightedAlpha * (rgba[pixel + 2] ?? 0);
        alpha += weightedAlpha;
        wanted -= weight;
        left -= weight;
        if (left === 0) {
          left = targetWidth;
          pixel += 4;
        }
      }
      line[target] = red;
      line[target + 1] = green;
      line[target + 2] = blue;
      line[target + 3] = alpha;
    }
  }

  #addLine(weight: number): void {
    const line = this.#line;
    const sum = this.#sum;
    for (let at = 0; at < line.length; at += 1) {
      sum[at] = (sum[at] ?? 0) + weight * (line[at] ?? 0);
    }
  }

  #finishRow(): void {
    const sum = this.#sum;
    const data = this.#data;
    const area = this.#from.width * this.#from.height;
    const start = this.#targetRow * sum.length;
    for (let at = 0; at < sum.length; at += 4) {
      const alpha = sum[at + 3] ?? 0;
      if (alpha > 0) {
        data[start + at] = Math.round((sum[at] ?? 0) / alpha);
        data[start + at + 1] = Math.round((sum[at + 1] ?? 0) / alpha);
        data[start + at + 2] = Math.round((sum[at + 2] ?? 0) / alpha);
        data[start + at + 3] = Math.round(alpha / area);
      }
    }
    sum.fill(0);
    this.#targetRow += 1;
  }
}

/** The picture at a smaller size; the same object when it has that size. */
export function shrink(bitmap: Bitmap, to: Size): Bitmap {
  if (bitmap.width === to.width && bitmap.height === to.height) {
    return bitmap;
  }
  const averager = new AreaAverager(bitmap, to);
  for (let y = 0; y < bitmap.height; y += 1) {
    averager.addRow(bitmap.data, y * bitmap.width * 4);
  }
  return averager.result();
}
