import type { Tier } from './models.ts';

// Section 1.1 to 1.3 of Anthropic's vision page, written without a look at src/core: tests compare the two.

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Edge in pixels of the square that costs one visual token. */
const patch = 28;

const limits: Readonly<Record<Tier, { readonly longEdge: number; readonly tokens: number }>> = {
  standard: { longEdge: 1568, tokens: 1568 },
  highResolution: { longEdge: 2576, tokens: 4784 },
};

function tokensAsIs({ width, height }: Size): number {
  return Math.ceil(width / patch) * Math.ceil(height / patch);
}

/** Whether Claude takes an image of that size as it is. */
export function fits(size: Size, tier: Tier): boolean {
  const { longEdge, tokens } = limits[tier];
  const padded = Math.ceil(Math.max(size.width, size.height) / patch) * patch;
  return padded <= longEdge && tokensAsIs(size) <= tokens;
}

/** The size in pixels to which Claude brings an image before it looks at it. */
export function resized(size: Size, tier: Tier): Size {
  if (fits(size, tier)) return size;
  if (size.height > size.width) {
    const turned = resized({ width: size.height, height: size.width }, tier);
    return { width: turned.height, height: turned.width };
  }
  const ratio = size.width / size.height;
  const scaled = (width: number): Size => ({
    width,
    height: Math.max(roundHalfToEven(width / ratio), 1),
  });
  let small = 1;
  let large = size.width;
  while (large - small > 1) {
    const middle = Math.floor((small + large) / 2);
    if (fits(scaled(middle), tier)) small = middle;
    else large = middle;
  }
  return scaled(small);
}

/** Visual tokens that an image of that size costs, after Claude's own resize. */
export function visualTokens(size: Size, tier: Tier): number {
  return tokensAsIs(resized(size, tier));
}

// Ties go to the even neighbour, as Python rounds: Math.round is a pixel off there.
function roundHalfToEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}
