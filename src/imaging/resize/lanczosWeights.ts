/** Which pixels of a line make each pixel of a shorter one, and with which weights. */
export interface Contributions {
  /** First source pixel of each target pixel. */
  readonly starts: Int32Array;
  /** Source pixels of each target pixel, a multiple of `multipleOf`. */
  readonly taps: number;
  /** `taps` to a target pixel; those of one sum up to `1 << WEIGHT_BITS`. */
  readonly weights: Int16Array;
}

/** Fraction bits of a weight, as `assembly/lanczos.ts` has them. */
const WEIGHT_BITS = 14;
/** Half width of the kernel, in pixels of the longer step. */
const LOBES = 3;

/**
 * The weights of a Lanczos-3 downscale. `extent` is what the source pixels stand for, in pixels:
 * their number, or less where the last of them is only partly picture. Taps beyond the edge are
 * left out, and those that remain share their weight.
 */
export function lanczosContributions(
  sourceLength: number,
  extent: number,
  targetLength: number,
  multipleOf: number,
): Contributions {
  const scale = extent / targetLength;
  const stretch = Math.max(scale, 1);
  const radius = LOBES * stretch;
  // One more can only lie on both rims of the kernel at once, where it is zero.
  const most = Math.min(Math.ceil(2 * radius), sourceLength);
  const taps = Math.ceil(most / multipleOf) * multipleOf;
  const starts = new Int32Array(targetLength);
  const weights = new Int16Array(targetLength * taps);
  const exact = new Float64Array(most);
  for (let target = 0; target < targetLength; target += 1) {
    const centre = (target + 0.5) * scale;
    const start = Math.min(Math.max(Math.ceil(centre - radius - 0.5), 0), sourceLength - 1);
    const end = Math.min(Math.floor(centre + radius - 0.5) + 1, sourceLength, start + most);
    let sum = 0;
    for (let source = start; source < end; source += 1) {
      const weight = lanczos((source + 0.5 - centre) / stretch);
      exact[source - start] = weight;
      sum += weight;
    }
    starts[target] = start;
    setRounded(weights.subarray(target * taps, target * taps + end - start), exact, sum);
  }
  return { starts, taps, weights };
}

/** Rounds to fixed point such that a plain area stays plain: the largest takes what is left over. */
function setRounded(weights: Int16Array, exact: Float64Array, sum: number): void {
  let left = 1 << WEIGHT_BITS;
  let largest = 0;
  for (let tap = 0; tap < weights.length; tap += 1) {
    const weight = Math.round(((exact[tap] ?? 0) / sum) * (1 << WEIGHT_BITS));
    weights[tap] = weight;
    left -= weight;
    if (weight > (weights[largest] ?? 0)) {
      largest = tap;
    }
  }
  weights[largest] = (weights[largest] ?? 0) + left;
}

function lanczos(x: number): number {
  if (x === 0) {
    return 1;
  }
  if (Math.abs(x) >= LOBES) {
    return 0;
  }
  const angle = Math.PI * x;
  return (LOBES * Math.sin(angle) * Math.sin(angle / LOBES)) / (angle * angle);
}
