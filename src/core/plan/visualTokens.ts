import type { Size } from '../formats/imageHeader.ts';
import type { Model, TokenRule, VisionTier } from './models.ts';

/** Edge of the square patches that an image is cut into, in pixels (Claude docs, "Vision"). */
const PATCH = 28;
/** Pixels for a token in the estimate of the guide to the Claude 3.x generation. */
const AREA_PER_TOKEN = 750;

/**
 * Visual tokens of an image that is not shrunk any more. `patch`: `ceil(w/28) * ceil(h/28)` (Claude
 * docs, "Vision"; agrees with billed tokens to the digit). `area`: `w * h / 750`, rounded up.
 */
export function visualTokens(size: Size, rule: TokenRule): number {
  return rule === 'area'
    ? Math.ceil((size.width * size.height) / AREA_PER_TOKEN)
    : patches(size.width) * patches(size.height);
}

/** Visual tokens that a model counts for an image, after shrinking it to its tier if need be. */
export function imageTokens(size: Size, model: Model): number {
  return visualTokens(fitToTier(size, model.tier), model.tokenRule);
}

/**
 * The size to which Claude shrinks an image; the same size when it fits. The published algorithm
 * (Claude docs, "Vision", how Claude resizes images): the largest long edge whose short edge,
 * `long / aspect` rounded half to even, keeps within the tier.
 */
export function fitToTier(size: Size, tier: VisionTier): Size {
  return largestFit(size, (candidate) => fitsTier(candidate, tier));
}

/** As `fitToTier`, with neither edge longer than `maxEdge` pixels either. */
export function fitToTierAndEdge(size: Size, tier: VisionTier, maxEdge: number): Size {
  return largestFit(
    size,
    (candidate) =>
      fitsTier(candidate, tier) && candidate.width <= maxEdge && candidate.height <= maxEdge,
  );
}

/** Whether Claude takes an image of this size without shrinking it. */
export function fitsTier(size: Size, tier: VisionTier): boolean {
  const columns = patches(size.width);
  const rows = patches(size.height);
  return (
    columns * PATCH <= tier.longEdge &&
    rows * PATCH <= tier.longEdge &&
    columns * rows <= tier.maxPatches
  );
}

/** The size with its long edge set to `longEdge`, in the same aspect. */
export function withLongEdge(size: Size, longEdge: number): Size {
  if (size.height > size.width) {
    const turned = withLongEdge({ width: size.height, height: size.width }, longEdge);
    return { width: turned.height, height: turned.width };
  }
  const aspect = size.width / size.height;
  return { width: longEdge, height: Math.max(roundHalfToEven(longEdge / aspect), 1) };
}

function largestFit(size: Size, fits: (candidate: Size) => boolean): Size {
  if (fits(size)) {
    return size;
  }
  let fitting = 1;
  let tooLarge = Math.max(size.width, size.height);
  while (tooLarge - fitting > 1) {
    const middle = Math.floor((fitting + tooLarge) / 2);
    if (fits(withLongEdge(size, middle))) {
      fitting = middle;
    } else {
      tooLarge = middle;
    }
  }
  return withLongEdge(size, fitting);
}

function patches(edge: number): number {
  return Math.ceil(edge / PATCH);
}

/** `Math.round` takes halves up, which gives other sizes than Claude's. */
function roundHalfToEven(value: number): number {
  const floor = Math.floor(value);
  const fraction = value - floor;
  if (fraction === 0.5) {
    return floor % 2 === 0 ? floor : floor + 1;
  }
  return fraction < 0.5 ? floor : floor + 1;
}
