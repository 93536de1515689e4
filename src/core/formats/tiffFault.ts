import {
  MOST_TIFF_SAMPLES,
  segmentRowBytes,
  segmentsAbreast,
  TIFF_COMPRESSION,
  TIFF_PHOTOMETRIC,
  tiffColours,
} from './tiffPage.ts';
import type { TiffPage } from './tiffPage.ts';

/** Tells which TIFFs are not decoded, by the names of what they hold. */

/** What is wrong with a page: the rules of TIFF are broken, or a kind that is not read. */
export type TiffFault =
  | { readonly kind: 'damaged'; readonly detail: string }
  /** `format` names the kind. */
  | { readonly kind: 'unsupported'; readonly format: string };

/** Edges are 32-bit numbers; what is beyond no codec takes. */
const LONGEST_EDGE = 2 ** 31 - 1;

/** Why a page is not decoded, as far as its directory tells. */
export function tiffFault(page: TiffPage): TiffFault | undefined {
  const { width, height, samples, segment } = page;
  if (width === 0 || height === 0 || width > LONGEST_EDGE || height > LONGEST_EDGE) {
    return { kind: 'damaged', detail: `size ${width}x${height}` };
  }
  const what =
    unreadCompression(page) ??
    unreadColours(page) ??
    unreadSamples(page) ??
    unreadPredictor(page) ??
    unreadJpeg(page);
  if (what !== undefined) {
    return { kind: 'unsupported', format: `TIFF with ${what}` };
  }
  if (samples < (tiffColours(page)?.samples ?? 1) && page.compression !== TIFF_COMPRESSION.jpeg) {
    return { kind: 'damaged', detail: `${samples} samples of a colour` };
  }
  if (segment.width === 0 || segment.height === 0) {
    return { kind: 'damaged', detail: `segments of ${segment.width}x${segment.height}` };
  }
  const tooLarge = unboundedPart(page);
  return tooLarge === undefined
    ? undefined
    : { kind: 'unsupported', format: `TIFF with ${tooLarge}` };
}

const READ_COMPRESSIONS: ReadonlySet<number> = new Set(
  Object.values(TIFF_COMPRESSION).filter((value) => value !== TIFF_COMPRESSION.oldJpeg),
);

/** Those of libtiff's list that are not read. */
const COMPRESSION_NAMES: Readonly<Record<number, string>> = {
  2: 'CCITT fax',
  3: 'CCITT fax',
  4: 'CCITT fax',
  [TIFF_COMPRESSION.oldJpeg]: 'old-style JPEG',
  9: 'JBIG',
  10: 'JBIG',
  32_766: 'NeXT',
  32_771: 'CCITT fax',
  32_809: 'ThunderScan',
  33_003: 'JPEG 2000',
  33_005: 'JPEG 2000',
  34_661: 'JBIG',
  34_676: 'LogLuv',
  34_677: 'LogLuv',
  34_712: 'JPEG 2000',
  34_887: 'LERC',
  34_925: 'LZMA',
  50_000: 'Zstandard',
  50_001: 'WebP',
  50_002: 'JPEG XL',
  52_546: 'JPEG XL',
};

function unreadCompression({ compression }: TiffPage): string | undefined {
  if (READ_COMPRESSIONS.has(compression)) {
    return undefined;
  }
  const name = COMPRESSION_NAMES[compression];
  return name === undefined ? `compression ${compression}` : `${name} compression`;
}

const PHOTOMETRIC_NAMES: Readonly<Record<number, string>> = {
  4: 'a transparency mask',
  9: 'ICC Lab colours',
  10: 'ITU Lab colours',
  32_844: 'LogL colours',
  32_845: 'LogLuv colours',
};

function unreadColours(page: TiffPage): string | undefined {
  const { photometric, compression, subsampling, bits } = page;
  if (!tiffColours(page)) {
    return PHOTOMETRIC_NAMES[photometric] ?? `photometric interpretation ${photometric}`;
  }
  if (photometric === TIFF_PHOTOMETRIC.palette && bits > 8) {
    return `a palette of ${bits} bits`;
  }
  const isSubsampled = subsampling[0] !== 1 || subsampling[1] !== 1;
  return photometric === TIFF_PHOTOMETRIC.ycbcr &&
    compression !== TIFF_COMPRESSION.jpeg &&
    isSubsampled
    ? 'subsampled YCbCr outside of JPEG'
    : undefined;
}

/** SampleFormat; 1 is an unsigned integer, and so is 4, which is nothing that is known. */
const SAMPLE_FORMATS: Readonly<Record<number, string>> = {
  2: 'signed samples',
  3: 'floating-point samples',
  5: 'complex samples',
  6: 'complex samples',
};

function unreadSamples({ sampleFormats, depths, bits, samples }: TiffPage): string | undefined {
  const format = sampleFormats.find((value) => value !== 1 && value !== 4);
  if (format !== undefined) {
    return SAMPLE_FORMATS[format] ?? `samples of format ${format}`;
  }
  if (depths.some((depth) => depth !== bits)) {
    return 'samples of different depths';
  }
  if (!(bits >= 1 && (bits <= 16 || bits === 32))) {
    return `samples of ${bits} bits`;
  }
  return samples > MOST_TIFF_SAMPLES ? `${samples} samples a pixel` : undefined;
}

function unreadPredictor({ predictor, bits }: TiffPage): string | undefined {
  if (predictor === 1 || (predictor === 2 && [8, 16, 32].includes(bits))) {
    return undefined;
  }
  return predictor === 2
    ? `a predictor of ${bits} bits`
    : predictor === 3
      ? 'a floating-point predictor'
      : `predictor ${predictor}`;
}

function unreadJpeg({ compression, bits, planar }: TiffPage): string | undefined {
  if (compression !== TIFF_COMPRESSION.jpeg) {
    return undefined;
  }
  return bits === 8 ? (planar ? 'JPEG in planes' : undefined) : `JPEG of ${bits} bits`;
}

const MEGABYTE = 2 ** 20;

/** How much larger than the picture a tile may be; what claims more wants nothing but memory. */
const LARGEST_TILE = 4;
const SMALL_PICTURE = 2 ** 20;
/** Bytes of a pixel that has more than any colour with transparency. */
const MOST_PIXEL_BYTES = 5 * 4;
/** Unpacked bytes of a picture with so many, of which nearly all are thrown away. */
const MOST_WIDE_PIXELS = 512 * MEGABYTE;

/** Up to so many bytes in a row of segments, each is unpacked whole; above it, row by row. */
export const WHOLE_SEGMENTS = 64 * MEGABYTE;
/** Segments that are unpacked at a time, row by row and whole. */
const MOST_STREAMS = 512;
const MOST_SEGMENTS = 32_768;

/** What would take memory or time without bound, beyond what the size of the picture explains. */
function unboundedPart(page: TiffPage): string | undefined {
  const { width, height, samples, bits, segment, tiled, compression } = page;
  const pixels = width * height;
  const pixelBytes = (samples * bits) / 8;
  if (pixelBytes > MOST_PIXEL_BYTES && pixels * pixelBytes > MOST_WIDE_PIXELS) {
    return `${samples} samples of ${bits} bits a pixel`;
  }
  const abreast = segmentsAbreast(page);
  const rowBytes = abreast * segmentRowBytes(page);
  const most = rowBytes * segment.height > WHOLE_SEGMENTS ? MOST_STREAMS : MOST_SEGMENTS;
  // A segment of JPEG is always unpacked whole.
  const spare = (abreast * segment.width * segment.height - pixels) * 4;
  return tiled &&
    (segment.width * segment.height > LARGEST_TILE * Math.max(pixels, SMALL_PICTURE) ||
      rowBytes > WHOLE_SEGMENTS + width * pixelBytes ||
      abreast > most ||
      (compression === TIFF_COMPRESSION.jpeg && spare > WHOLE_SEGMENTS))
    ? `tiles of ${segment.width}x${segment.height}`
    : undefined;
}
