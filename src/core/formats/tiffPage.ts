import type { ByteOrder } from '../bytes.ts';
import type { ColourSpace, Size } from './imageHeader.ts';
import { tiffNumbers } from './tiffDirectory.ts';
import type { TiffDirectory } from './tiffDirectory.ts';

/** What the directory of a TIFF says of its pixels. */

/** Names and numbers are those of TIFF 6.0. */
export interface TiffPage extends Size {
  /** Bits of each sample; one number may stand for all. */
  readonly depths: readonly number[];
  /** Of the first sample. */
  readonly bits: number;
  readonly samples: number;
  readonly compression: number;
  readonly photometric: number;
  /** Whether every sample has segments of its own. */
  readonly planar: boolean;
  readonly predictor: number;
  readonly sampleFormats: readonly number[];
  /** Kinds of the samples behind the colour. */
  readonly extraSamples: readonly number[];
  /** How much coarser colour is than light, across and down. */
  readonly subsampling: readonly number[];
  /** Strips are segments as wide as the picture. */
  readonly segment: Size;
  readonly tiled: boolean;
}

export const TIFF_COMPRESSION = {
  none: 1,
  lzw: 5,
  oldJpeg: 6,
  jpeg: 7,
  deflate: 8,
  packBits: 32_773,
  /** The number of deflate before it was registered. */
  oldDeflate: 32_946,
} as const;

export const TIFF_PHOTOMETRIC = {
  whiteIsZero: 0,
  blackIsZero: 1,
  rgb: 2,
  palette: 3,
  separated: 5,
  ycbcr: 6,
  cielab: 8,
} as const;

const TAG = {
  imageWidth: 256,
  imageLength: 257,
  bitsPerSample: 258,
  compression: 259,
  photometric: 262,
  samplesPerPixel: 277,
  rowsPerStrip: 278,
  planarConfiguration: 284,
  predictor: 317,
  tileWidth: 322,
  tileLength: 323,
  extraSamples: 338,
  sampleFormat: 339,
  ycbcrSubsampling: 530,
} as const;

/** Fields of a number for each sample, which stand outside of the directory when there are many. */
export const TIFF_SAMPLE_TAGS = [TAG.bitsPerSample, TAG.extraSamples, TAG.sampleFormat] as const;

export const MOST_TIFF_SAMPLES = 16;

export function readTiffPage(
  bytes: Uint8Array,
  order: ByteOrder,
  { fields }: TiffDirectory,
): TiffPage {
  const list = (tag: number): readonly number[] =>
    tiffNumbers(bytes, order, fields.get(tag), MOST_TIFF_SAMPLES);
  const number = (tag: number, otherwise: number): number => list(tag)[0] ?? otherwise;
  const width = number(TAG.imageWidth, 0);
  const height = number(TAG.imageLength, 0);
  const samples = number(TAG.samplesPerPixel, 1);
  const depths = list(TAG.bitsPerSample);
  const tiled = fields.has(TAG.tileWidth);
  return {
    width,
    height,
    depths,
    bits: depths[0] ?? 1,
    samples,
    compression: number(TAG.compression, TIFF_COMPRESSION.none),
    photometric: number(
      TAG.photometric,
      samples < 3 ? TIFF_PHOTOMETRIC.blackIsZero : TIFF_PHOTOMETRIC.rgb,
    ),
    planar: number(TAG.planarConfiguration, 1) === 2 && samples > 1,
    predictor: number(TAG.predictor, 1),
    sampleFormats: list(TAG.sampleFormat),
    extraSamples: list(TAG.extraSamples),
    subsampling: list(TAG.ycbcrSubsampling),
    segment: tiled
      ? { width: number(TAG.tileWidth, 0), height: number(TAG.tileLength, 0) }
      : { width, height: Math.min(number(TAG.rowsPerStrip, height), height) },
    tiled,
  };
}

/** PhotometricInterpretation, and the samples that a colour has. */
const COLOURS: Readonly<Record<number, readonly [space: ColourSpace, samples: number]>> = {
  [TIFF_PHOTOMETRIC.whiteIsZero]: ['grey', 1],
  [TIFF_PHOTOMETRIC.blackIsZero]: ['grey', 1],
  [TIFF_PHOTOMETRIC.rgb]: ['rgb', 3],
  [TIFF_PHOTOMETRIC.palette]: ['palette', 1],
  [TIFF_PHOTOMETRIC.separated]: ['cmyk', 4],
  [TIFF_PHOTOMETRIC.ycbcr]: ['ycbcr', 3],
  [TIFF_PHOTOMETRIC.cielab]: ['lab', 3],
};

/** The colour space, and how many samples a colour has; `undefined` when it is not a known one. */
export function tiffColours({
  photometric,
}: TiffPage): { readonly space: ColourSpace; readonly samples: number } | undefined {
  const colours = COLOURS[photometric];
  return colours && { space: colours[0], samples: colours[1] };
}

/** Segments that hold the same rows: tiles beside each other, and those of every plane. */
export function segmentsAbreast({ width, segment, planar, samples }: TiffPage): number {
  return Math.ceil(width / segment.width) * (planar ? samples : 1);
}

/** Unpacked bytes of a row of one segment. */
export function segmentRowBytes({ segment, bits, samples, planar }: TiffPage): number {
  return Math.ceil((segment.width * (planar ? 1 : samples) * bits) / 8);
}
