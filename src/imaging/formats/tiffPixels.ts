import { LITTLE_ENDIAN, u8 } from '../../core/bytes.ts';
import { DecodeError } from '../decodeError.ts';
import { TIFF_PHOTOMETRIC, tiffColours } from '../../core/formats/tiffPage.ts';
import type { TiffLayout } from './tiffLayout.ts';

/** Turns rows of TIFF samples into RGBA. */

/** Adds up the differences of a row in place (TIFF 6.0, section 14). */
export function undoPredictor(row: Uint8Array, layout: TiffLayout, samples: number): void {
  const { bits, order } = layout;
  if (bits === 8) {
    for (let at = samples; at < row.length; at += 1) {
      row[at] = (row[at] ?? 0) + (row[at - samples] ?? 0);
    }
    return;
  }
  const view = new DataView(row.buffer, row.byteOffset, row.length);
  const little = order === LITTLE_ENDIAN;
  const bytes = bits / 8;
  for (let at = samples * bytes; at + bytes <= row.length; at += bytes) {
    const before = at - samples * bytes;
    if (bits === 16) {
      view.setUint16(at, view.getUint16(at, little) + view.getUint16(before, little), little);
    } else {
      view.setUint32(at, view.getUint32(at, little) + view.getUint32(before, little), little);
    }
  }
}

/** Writes the samples of a row, `step` bytes apart. */
export type SampleReader = (row: Uint8Array, count: number, to: Uint8Array, step: number) => void;

/** Samples come out with 8 bits, but for indices of a palette, which stay as they are. */
export function sampleReader({ bits, order, photometric }: TiffLayout): SampleReader {
  if (bits === 8) {
    return (row, count, to, step) => {
      if (step === 1) {
        to.set(row.subarray(0, count));
        return;
      }
      for (let index = 0, at = 0; index < count; index += 1, at += step) {
        to[at] = row[index] ?? 0;
      }
    };
  }
  if (bits === 16 || bits === 32) {
    const bytes = bits / 8;
    const high = order === LITTLE_ENDIAN ? bytes - 1 : 0;
    const low = order === LITTLE_ENDIAN ? bytes - 2 : 1;
    // Lab's a and b are signed: their high byte is the sample of 8 bits, and rounding would not be.
    const rounds = photometric !== TIFF_PHOTOMETRIC.cielab;
    return (row, count, to, step) => {
      for (let index = 0, at = 0, from = 0; index < count; index += 1, at += step, from += bytes) {
        const top = row[from + high] ?? 0;
        to[at] = rounds ? ((top << 8) + (row[from + low] ?? 0) + 128 - top) >> 8 : top;
      }
    };
  }
  const largest = 2 ** bits - 1;
  const scale = photometric === TIFF_PHOTOMETRIC.palette ? 1 : 255 / largest;
  return (row, count, to, step) => {
    let held = 0;
    let heldBits = 0;
    let from = 0;
    for (let index = 0, at = 0; index < count; index += 1, at += step) {
      while (heldBits < bits) {
        held = ((held << 8) | (row[from] ?? 0)) & 0xff_ffff;
        heldBits += 8;
        from += 1;
      }
      heldBits -= bits;
      to[at] = Math.round(((held >>> heldBits) & largest) * scale);
    }
  };
}

/** Turns `width` pixels of samples with 8 bits into RGBA. */
export type ColourReader = (samples: Uint8Array, width: number, rgba: Uint8Array) => void;

export interface TiffColour {
  readonly read: ColourReader;
  /** Whether a pixel may be transparent. */
  readonly alpha: boolean;
}

const ASSOCIATED_ALPHA = 1;
const UNASSOCIATED_ALPHA = 2;

/** The colour rule of a layout. */
export function tiffColour(layout: TiffLayout): TiffColour {
  const { samples, extraSamples } = layout;
  const colours = tiffColours(layout)?.samples ?? samples;
  const kind = samples > colours ? (extraSamples[0] ?? UNASSOCIATED_ALPHA) : 0;
  const alphaAt = kind === ASSOCIATED_ALPHA || kind === UNASSOCIATED_ALPHA ? colours : -1;
  const readRgb = colourRule(layout);
  return {
    alpha: alphaAt !== -1,
    read: (row, width, rgba) => {
      const pixels = rgba.subarray(0, width * 4);
      readRgb(row, samples, pixels);
      if (alphaAt !== -1) {
        readAlpha(row.subarray(alphaAt), samples, pixels, kind);
      }
    },
  };
}

function readAlpha(alphas: Uint8Array, step: number, rgba: Uint8Array, kind: number): void {
  for (let from = 0, to = 0; to < rgba.length; from += step, to += 4) {
    const alpha = alphas[from] ?? 0;
    rgba[to + 3] = alpha;
    if (kind === ASSOCIATED_ALPHA && alpha > 0 && alpha < 255) {
      for (let channel = to; channel < to + 3; channel += 1) {
        rgba[channel] = Math.min(Math.round(((rgba[channel] ?? 0) * 255) / alpha), 255);
      }
    }
  }
}

/** Writes opaque pixels from samples that start `step` bytes apart. */
type ColourRule = (row: Uint8Array, step: number, rgba: Uint8Array) => void;

function colourRule(layout: TiffLayout): ColourRule {
  switch (layout.photometric) {
    case TIFF_PHOTOMETRIC.whiteIsZero:
      return greyRule(255);
    case TIFF_PHOTOMETRIC.blackIsZero:
      return greyRule(0);
    case TIFF_PHOTOMETRIC.palette:
      return paletteRule(layout);
    case TIFF_PHOTOMETRIC.separated:
      return inkRule;
    case TIFF_PHOTOMETRIC.ycbcr:
      return ycbcrRule;
    case TIFF_PHOTOMETRIC.cielab:
      return labRule;
    default:
      return rgbRule;
  }
}

function greyRule(black: number): ColourRule {
  return (row, step, rgba) => {
    for (let from = 0, to = 0; to < rgba.length; from += step, to += 4) {
      const grey = (row[from] ?? 0) ^ black;
      rgba[to] = grey;
      rgba[to + 1] = grey;
      rgba[to + 2] = grey;
      rgba[to + 3] = 255;
    }
  };
}

function rgbRule(row: Uint8Array, step: number, rgba: Uint8Array): void {
  for (let from = 0, to = 0; to < rgba.length; from += step, to += 4) {
    rgba[to] = row[from] ?? 0;
    rgba[to + 1] = row[from + 1] ?? 0;
    rgba[to + 2] = row[from + 2] ?? 0;
    rgba[to + 3] = 255;
  }
}

/** Without the profile of the inks: what a screen shows comes near it. */
function inkRule(row: Uint8Array, step: number, rgba: Uint8Array): void {
  for (let from = 0, to = 0; to < rgba.length; from += step, to += 4) {
    const light = 255 - (row[from + 3] ?? 0);
    for (let channel = 0; channel < 3; channel += 1) {
      rgba[to + channel] = Math.round(((255 - (row[from + channel] ?? 0)) * light) / 255);
    }
    rgba[to + 3] = 255;
  }
}

function paletteRule({ bits, colourMap }: TiffLayout): ColourRule {
  const colours = 2 ** bits;
  if (bits > 8 || colourMap.length < 3 * colours) {
    throw new DecodeError('palette missing', { truncated: false });
  }
  // Some writers leave the 16 bits of an entry's sample half empty.
  const scale = colourMap.every((value) => value < 256) ? 1 : 1 / 257;
  const map = Uint8Array.from(colourMap, (value) => Math.round(value * scale));
  return (row, step, rgba) => {
    for (let from = 0, to = 0; to < rgba.length; from += step, to += 4) {
      const index = row[from] ?? 0;
      rgba[to] = map[index] ?? 0;
      rgba[to + 1] = map[colours + index] ?? 0;
      rgba[to + 2] = map[2 * colours + index] ?? 0;
      rgba[to + 3] = 255;
    }
  };
}

/** ITU-R BT.601 with the full range of values, as JPEG has it. */
function ycbcrRule(row: Uint8Array, step: number, rgba: Uint8Array): void {
  for (let from = 0, to = 0; to < rgba.length; from += step, to += 4) {
    const y = u8(row, from);
    const cb = u8(row, from + 1) - 128;
    const cr = u8(row, from + 2) - 128;
    rgba[to] = clamp(y + 1.402 * cr);
    rgba[to + 1] = clamp(y - 0.344_136 * cb - 0.714_136 * cr);
    rgba[to + 2] = clamp(y + 1.772 * cb);
    rgba[to + 3] = 255;
  }
}

/** White of CIE illuminant D50, under which TIFF's Lab is meant. */
const WHITE = [0.9642, 1, 0.8249] as const;

/** CIE Lab to sRGB (IEC 61966-2-1), adapted from D50 to D65 after Bradford. */
function labRule(row: Uint8Array, step: number, rgba: Uint8Array): void {
  for (let from = 0, to = 0; to < rgba.length; from += step, to += 4) {
    const a = (u8(row, from + 1) << 24) >> 24;
    const b = (u8(row, from + 2) << 24) >> 24;
    const fy = ((u8(row, from) * 100) / 255 + 16) / 116;
    const x = WHITE[0] * labInverse(fy + a / 500);
    const y = WHITE[1] * labInverse(fy);
    const z = WHITE[2] * labInverse(fy - b / 200);
    rgba[to] = srgb(3.133_856 * x - 1.616_867 * y - 0.490_615 * z);
    rgba[to + 1] = srgb(-0.978_768 * x + 1.916_142 * y + 0.033_454 * z);
    rgba[to + 2] = srgb(0.071_945 * x - 0.228_991 * y + 1.405_243 * z);
    rgba[to + 3] = 255;
  }
}

function labInverse(f: number): number {
  return f > 6 / 29 ? f ** 3 : (f - 16 / 116) * 3 * (6 / 29) ** 2;
}

function srgb(linear: number): number {
  const light = Math.min(Math.max(linear, 0), 1);
  return clamp(255 * (light <= 0.003_130_8 ? 12.92 * light : 1.055 * light ** (1 / 2.4) - 0.055));
}

function clamp(value: number): number {
  return Math.min(Math.max(Math.round(value), 0), 255);
}
