import type { Size } from '../../src/core/formats/imageHeader.ts';
import { seededRandom } from './random.ts';

/** Noise on a lattice, drawn row by row. */
interface Octave {
  /** Pixels from one value of the lattice to the next. */
  readonly cell: number;
  readonly columns: number;
  readonly values: Float32Array;
}

/** A part of the landscape, from a ridge down to the next. */
interface Layer {
  /** Where it begins in each column, in pixels from the top. */
  readonly ridge: Float32Array;
  readonly colour: readonly [red: number, green: number, blue: number];
  /** How much the light varies in it, and its finest structure. */
  readonly relief: number;
  readonly texture: number;
}

interface Stone {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
  readonly shade: number;
}

/** Pixels over which a lens spreads an edge. */
const EDGE = 2;
/** Steps of 8 bits: what is left of a sensor's noise after a camera's own filter. */
const NOISE = 3.6;
const NOISE_TABLE = 65_536;

/**
 * Paints a landscape as a camera would see it: smooth sky, ridges one behind the other, textures of
 * all sizes, objects with hard edges, and the noise of a sensor. RGB, the same for the same seed.
 */
export function paintPhotograph(
  { width, height }: Size,
  seed: number,
  into: Uint8ClampedArray | Uint16Array,
): void {
  const random = seededRandom(seed);
  // In parts of the picture, so that a larger one shows the same at a higher resolution.
  const light = [3, 9, 27].map((parts) => octave(width / parts, { width, height }, random));
  const fine = [40, 14, 5, 2.3].map((cell) => octave(cell, { width, height }, random));
  const tint = octave(width / 12, { width, height }, random);
  const layers = landscape({ width, height }, random);
  const stones = Array.from({ length: 220 }, () => stone({ width, height }, random));
  const noise = gaussian(random);
  const unit = into instanceof Uint16Array ? 257 : 1;
  const shades = new Float32Array(width);
  const textures = new Float32Array(width);
  const tints = new Float32Array(width);
  const objects = new Float32Array(width);
  for (let y = 0, at = 0; y < height; y += 1) {
    shades.fill(0);
    textures.fill(0);
    tints.fill(0);
    objects.fill(0);
    light.forEach((each, index) => addRow(each, y, 60 / 1.8 ** index, shades));
    fine.forEach((each, index) => addRow(each, y, 38 / 1.06 ** index, textures));
    addRow(tint, y, 36, tints);
    stones.forEach((each) => addStone(each, y, objects));
    const sky = 40 * (1 - y / height);
    let grain = Math.floor(random() * NOISE_TABLE);
    for (let x = 0; x < width; x += 1) {
      let red = 128 + sky;
      let green = 158 + sky;
      let blue = 190 + sky;
      let relief = 0.12;
      let texture = 0.03;
      for (const layer of layers) {
        const depth = (y - (layer.ridge[x] ?? 0)) / EDGE;
        if (depth > 0) {
          const share = Math.min(depth, 1);
          red += (layer.colour[0] - red) * share;
          green += (layer.colour[1] - green) * share;
          blue += (layer.colour[2] - blue) * share;
          relief += (layer.relief - relief) * share;
          texture += (layer.texture - texture) * share;
        }
      }
      const shade =
        (shades[x] ?? 0) * relief + (textures[x] ?? 0) * texture + (objects[x] ?? 0) * relief;
      const warm = (tints[x] ?? 0) * relief;
      into[at] = within(red + shade + warm + (noise[grain & 0xffff] ?? 0)) * unit;
      into[at + 1] = within(green + shade + (noise[(grain + 1) & 0xffff] ?? 0)) * unit;
      into[at + 2] = within(blue + shade - warm + (noise[(grain + 2) & 0xffff] ?? 0)) * unit;
      at += 3;
      grain += 3;
    }
  }
}

function landscape({ width, height }: Size, random: () => number): readonly Layer[] {
  const kinds = [
    { from: 0.3, colour: [112, 126, 142], relief: 0.35, texture: 0.2 },
    { from: 0.42, colour: [84, 100, 96], relief: 0.6, texture: 0.6 },
    { from: 0.56, colour: [74, 92, 58], relief: 0.9, texture: 1 },
    { from: 0.72, colour: [118, 106, 84], relief: 1, texture: 1 },
  ] as const;
  return kinds.map(({ from, ...kind }): Layer => {
    const ridge = new Float32Array(width).fill(from * height);
    for (const [parts, heightOfWaves] of [
      [3, 0.1],
      [14, 0.03],
      [90, 0.006],
    ] as const) {
      addRow(octave(width / parts, { width, height: 1 }, random), 0, heightOfWaves * height, ridge);
    }
    return { ...kind, ridge };
  });
}

function stone({ width, height }: Size, random: () => number): Stone {
  const y = 0.5 + random() * 0.5;
  return {
    x: random() * width,
    y: y * height,
    radius: (y - 0.45) * (0.004 + random() * 0.04) * width,
    shade: random() * 110 - 60,
  };
}

/** A ball, lit from the upper left. */
function addStone({ x: centre, y: middle, radius, shade }: Stone, y: number, to: Float32Array) {
  const down = (y - middle) / radius;
  if (Math.abs(down) >= 1) {
    return;
  }
  const half = Math.sqrt(1 - down * down) * radius;
  const last = Math.min(Math.floor(centre + half), to.length - 1);
  for (let x = Math.max(Math.ceil(centre - half), 0); x <= last; x += 1) {
    const right = (x - centre) / radius;
    to[x] = shade - 45 * (right + down) * Math.abs(right + down);
  }
}

function octave(cell: number, { width, height }: Size, random: () => number): Octave {
  const columns = Math.ceil(width / cell) + 2;
  const rows = Math.ceil(height / cell) + 2;
  return { cell, columns, values: Float32Array.from({ length: columns * rows }, () => random()) };
}

/** Adds values from `-amplitude` to `amplitude`. */
function addRow({ cell, columns, values }: Octave, y: number, amplitude: number, to: Float32Array) {
  const above = Math.floor(y / cell) * columns;
  const down = smooth(y / cell - Math.floor(y / cell));
  const between = (column: number): number => {
    const upper = values[above + column] ?? 0;
    const lower = values[above + columns + column] ?? 0;
    return (2 * (upper + (lower - upper) * down) - 1) * amplitude;
  };
  let column = -1;
  let left = 0;
  let right = between(0);
  for (let x = 0; x < to.length; x += 1) {
    const at = x / cell;
    while (column < Math.floor(at)) {
      column += 1;
      left = right;
      right = between(column + 1);
    }
    to[x] = (to[x] ?? 0) + left + (right - left) * smooth(at - column);
  }
}

function smooth(part: number): number {
  return part * part * (3 - 2 * part);
}

function gaussian(random: () => number): Float32Array {
  return Float32Array.from({ length: NOISE_TABLE }, () => {
    const distance = Math.sqrt(-2 * Math.log(1 - random()));
    return NOISE * distance * Math.cos(2 * Math.PI * random());
  });
}

function within(value: number): number {
  return Math.min(Math.max(value, 0), 255);
}
