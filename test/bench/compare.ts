import sharp, { type Sharp } from 'sharp';
import type { Size } from '../../src/core/formats/imageHeader.ts';

/** Pixels on white, red, green and blue. */
export interface Pixels extends Size {
  readonly data: Uint8Array;
}

/** What libvips makes of a file at this size: the reference of every comparison. */
export async function libvipsPixels(file: Uint8Array, size: Size): Promise<Pixels> {
  return await rgb(sharp(file).resize(size.width, size.height, { fit: 'fill' }));
}

export async function decodedPixels(file: Uint8Array): Promise<Pixels> {
  return await rgb(sharp(file));
}

/** Pixels of RGBA on white. */
export async function flattenedPixels({ data, width, height }: Pixels): Promise<Pixels> {
  return await rgb(sharp(data, { raw: { width, height, channels: 4 } }));
}

async function rgb(picture: Sharp): Promise<Pixels> {
  const { data, info } = await picture
    .flatten({ background: '#ffffff' })
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}

/** Peak signal-to-noise ratio in dB; 99 for equal pictures. */
export function psnr(a: Pixels, b: Pixels): number {
  checkSameSize(a, b);
  let sum = 0;
  for (let at = 0; at < a.data.length; at += 1) {
    sum += ((a.data[at] ?? 0) - (b.data[at] ?? 0)) ** 2;
  }
  return sum === 0 ? 99 : 10 * Math.log10((255 ** 2 * a.data.length) / sum);
}

/** Pixels of a window's edge, and from one window to the next. */
const WINDOW = 8;
const STRIDE = 4;
/** The constants of Wang et al. 2004 for 8 bits: `(0.01 * 255) ** 2` and `(0.03 * 255) ** 2`. */
const C1 = 6.5025;
const C2 = 58.5225;

/** Structural similarity of the lightness, from 0 to 1: the mean over windows of 8 x 8 pixels. */
export function ssim(a: Pixels, b: Pixels): number {
  checkSameSize(a, b);
  const left = lightness(a);
  const right = lightness(b);
  let sum = 0;
  let windows = 0;
  for (let top = 0; top + WINDOW <= a.height; top += STRIDE) {
    for (let start = 0; start + WINDOW <= a.width; start += STRIDE) {
      sum += windowSimilarity(left, right, top * a.width + start, a.width);
      windows += 1;
    }
  }
  return sum / windows;
}

function windowSimilarity(
  a: Float32Array,
  b: Float32Array,
  start: number,
  rowLength: number,
): number {
  let sumA = 0;
  let sumB = 0;
  let sumAA = 0;
  let sumBB = 0;
  let sumAB = 0;
  for (let y = 0; y < WINDOW; y += 1) {
    for (let at = start + y * rowLength, end = at + WINDOW; at < end; at += 1) {
      const left = a[at] ?? 0;
      const right = b[at] ?? 0;
      sumA += left;
      sumB += right;
      sumAA += left * left;
      sumBB += right * right;
      sumAB += left * right;
    }
  }
  const count = WINDOW * WINDOW;
  const meanA = sumA / count;
  const meanB = sumB / count;
  const variances = sumAA / count - meanA ** 2 + sumBB / count - meanB ** 2;
  const covariance = sumAB / count - meanA * meanB;
  return (
    ((2 * meanA * meanB + C1) * (2 * covariance + C2)) /
    ((meanA ** 2 + meanB ** 2 + C1) * (variances + C2))
  );
}

/** Luma of ITU-R BT.601, as in JPEG. */
function lightness({ data, width, height }: Pixels): Float32Array {
  return Float32Array.from({ length: width * height }, (_, pixel) => {
    const at = pixel * 3;
    return 0.299 * (data[at] ?? 0) + 0.587 * (data[at + 1] ?? 0) + 0.114 * (data[at + 2] ?? 0);
  });
}

function checkSameSize(a: Pixels, b: Pixels): void {
  if (a.width !== b.width || a.height !== b.height || a.data.length !== b.data.length) {
    throw new RangeError(`${a.width}x${a.height} is not ${b.width}x${b.height}`);
  }
}
