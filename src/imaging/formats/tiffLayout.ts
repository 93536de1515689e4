import { u8 } from '../../core/bytes.ts';
import type { ByteOrder } from '../../core/bytes.ts';
import type { Size } from '../../core/imageHeader.ts';
import { readTiffDirectory, tiffByteOrder } from '../../core/tiffDirectory.ts';
import type { TiffField } from '../../core/tiffDirectory.ts';
import { DecodeError } from '../decodeError.ts';

/** What a TIFF says of the pixels of its first page. Names and numbers are those of TIFF 6.0. */
export interface TiffLayout extends Size {
  readonly order: ByteOrder;
  /** Of every sample: all have as many. */
  readonly bits: number;
  readonly samples: number;
  readonly compression: number;
  readonly photometric: number;
  /** Whether the first bit of a byte is its least significant one. */
  readonly bitsReversed: boolean;
  /** Whether every sample has segments of its own. */
  readonly planar: boolean;
  /** Whether a sample is stored as the difference from the one to its left. */
  readonly predicted: boolean;
  /** Reds, then greens, then blues; 16 bits each. */
  readonly colourMap: readonly number[];
  /** Kinds of the samples behind the colour. */
  readonly extraSamples: readonly number[];
  readonly jpegTables: Uint8Array;
  /** Strips are segments as wide as the picture. */
  readonly segment: Size;
  readonly tiled: boolean;
  readonly offsets: readonly number[];
  readonly byteCounts: readonly number[];
}

export const COMPRESSION = {
  none: 1,
  lzw: 5,
  jpeg: 7,
  deflate: 8,
  packBits: 32_773,
  /** The number of deflate before it was registered. */
  oldDeflate: 32_946,
} as const;

export const PHOTOMETRIC = {
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
  fillOrder: 266,
  stripOffsets: 273,
  samplesPerPixel: 277,
  rowsPerStrip: 278,
  stripByteCounts: 279,
  planarConfiguration: 284,
  predictor: 317,
  colourMap: 320,
  tileWidth: 322,
  tileLength: 323,
  tileOffsets: 324,
  tileByteCounts: 325,
  extraSamples: 338,
  sampleFormat: 339,
  jpegTables: 347,
  ycbcrSubsampling: 530,
} as const;

/** How much larger than the picture a tile may be; what claims more wants nothing but memory. */
const LARGEST_TILE = 4;
const SMALL_PICTURE = 2 ** 20;
const MOST_SAMPLES = 16;

/** Reads the first directory, and refuses what the decoder has no rule for. */
export function readTiffLayout(bytes: Uint8Array): TiffLayout {
  const order = tiffByteOrder(bytes);
  if (!order) {
    throw refuse('no TIFF header');
  }
  const { fields } = readTiffDirectory(bytes, order, order.u32(bytes, 4));
  const list = (tag: number): readonly number[] => numbersOf(bytes, order, fields.get(tag));
  const number = (tag: number, otherwise: number): number => list(tag)[0] ?? otherwise;

  const width = number(TAG.imageWidth, 0);
  const height = number(TAG.imageLength, 0);
  const samples = number(TAG.samplesPerPixel, 1);
  const depths = list(TAG.bitsPerSample);
  const bits = depths[0] ?? 1;
  const compression = number(TAG.compression, COMPRESSION.none);
  const photometric = number(TAG.photometric, PHOTOMETRIC.blackIsZero);
  const predictor = number(TAG.predictor, 1);
  if (width === 0 || height === 0 || samples === 0 || samples > MOST_SAMPLES) {
    throw refuse(`size ${width}x${height}, ${samples} samples`);
  }
  if (depths.some((depth) => depth !== bits) || !(bits >= 1 && (bits <= 16 || bits === 32))) {
    throw refuse(`bits of the samples: ${depths.join(', ')}`);
  }
  if (list(TAG.sampleFormat).some((format) => format !== 1 && format !== 4)) {
    throw refuse('samples that are not unsigned integers');
  }
  if (predictor !== 1 && !(predictor === 2 && [8, 16, 32].includes(bits))) {
    throw refuse(`predictor ${predictor} of ${bits} bits`);
  }
  if (photometric === PHOTOMETRIC.ycbcr && compression !== COMPRESSION.jpeg) {
    const subsampling = list(TAG.ycbcrSubsampling);
    if (subsampling[0] !== 1 || subsampling[1] !== 1) {
      throw refuse('subsampled YCbCr outside of JPEG');
    }
  }
  const tiled = fields.has(TAG.tileWidth);
  const segment = tiled
    ? { width: number(TAG.tileWidth, 0), height: number(TAG.tileLength, 0) }
    : { width, height: Math.min(number(TAG.rowsPerStrip, height), height) };
  const segmentPixels = segment.width * segment.height;
  if (
    segmentPixels === 0 ||
    segmentPixels > LARGEST_TILE * Math.max(width * height, SMALL_PICTURE)
  ) {
    throw refuse(`tiles of ${segment.width}x${segment.height}`);
  }
  const tables = fields.get(TAG.jpegTables);
  return {
    width,
    height,
    order,
    bits,
    samples,
    compression,
    photometric,
    bitsReversed: number(TAG.fillOrder, 1) === 2,
    planar: number(TAG.planarConfiguration, 1) === 2 && samples > 1,
    predicted: predictor === 2,
    colourMap: list(TAG.colourMap),
    extraSamples: list(TAG.extraSamples),
    jpegTables: tables
      ? bytes.subarray(tables.valueAt, tables.valueAt + tables.length)
      : new Uint8Array(),
    segment,
    tiled,
    offsets: list(tiled ? TAG.tileOffsets : TAG.stripOffsets),
    byteCounts: list(tiled ? TAG.tileByteCounts : TAG.stripByteCounts),
  };
}

/** The whole numbers of a field that lies within the bytes. */
function numbersOf(
  bytes: Uint8Array,
  order: ByteOrder,
  field: TiffField | undefined,
): readonly number[] {
  if (!field || field.valueAt + field.length > bytes.length) {
    return [];
  }
  const length = field.count === 0 ? 1 : field.length / field.count;
  const read = { 1: u8, 3: order.u16, 4: order.u32, 13: order.u32 }[field.type];
  return read
    ? Array.from({ length: field.count }, (_, index) => read(bytes, field.valueAt + index * length))
    : [];
}

function refuse(message: string): DecodeError {
  return new DecodeError(message, { truncated: false });
}
