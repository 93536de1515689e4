import { hasText } from '../../core/bytes.ts';
import type { Size } from '../../core/imageHeader.ts';
import type { Bitmap } from '../bitmap.ts';
import { DecodeError } from '../decodeError.ts';
import { rowSink } from '../resize/lanczosResizer.ts';
import type { DecodeOptions } from './decoder.ts';
import { decodeJpeg } from './jpegDecoder.ts';
import { exactly, inflateTiff, reverseBits, unpackBits, unpackLzw } from './tiffCompression.ts';
import { COMPRESSION, PHOTOMETRIC, readTiffLayout } from './tiffLayout.ts';
import type { TiffLayout } from './tiffLayout.ts';
import { sampleReader, tiffColour, undoPredictor } from './tiffPixels.ts';

/** Pixels of a band: the whole width of the picture, and the height of a segment. */
interface Band {
  readonly rows: number;
  /** Writes a row of the band as RGBA. */
  readonly readRow: (row: number, rgba: Uint8Array) => void;
}

/**
 * Decodes the first page of a TIFF of the baseline and of the common extensions: any number of bits
 * up to 16 and 32, strips and tiles, planes, grey, RGB, palette, CMYK, Lab, JPEG inside. utif2, which
 * jimp uses, fails on CMYK, planes and alpha, and follows a loop of pages for ever. No more than a
 * row of segments is held.
 */
export function decodeTiff(bytes: Uint8Array, options: DecodeOptions): Bitmap {
  const layout = readTiffLayout(bytes);
  const isJpeg = layout.compression === COMPRESSION.jpeg;
  const colour = isJpeg ? undefined : tiffColour(layout);
  const pixels = colour?.alpha === true ? 'rgba' : 'opaque';
  const sink = rowSink(layout, options.target ?? layout, { pixels });
  const rgba = new Uint8Array(layout.width * 4);
  const bands = Math.ceil(layout.height / layout.segment.height);
  for (let index = 0; index < bands; index += 1) {
    const band = colour
      ? sampleBand(bytes, layout, index, colour.read)
      : jpegBand(bytes, layout, index, options);
    for (let row = 0; row < band.rows; row += 1) {
      band.readRow(row, rgba);
      sink.addRow(rgba, 0);
    }
  }
  return sink.result();
}

function across({ width, segment }: TiffLayout): number {
  return Math.ceil(width / segment.width);
}

function rowsOfBand({ height, segment }: TiffLayout, index: number): number {
  return Math.min(segment.height, height - index * segment.height);
}

/** A strip ends with the picture; a tile is always whole. */
function segmentSize(layout: TiffLayout, band: number): Size {
  const { segment, tiled } = layout;
  return tiled ? segment : { width: segment.width, height: rowsOfBand(layout, band) };
}

function sampleBand(
  bytes: Uint8Array,
  layout: TiffLayout,
  index: number,
  readColour: (samples: Uint8Array, width: number, rgba: Uint8Array) => void,
): Band {
  const { width, height, segment, samples } = layout;
  const columns = across(layout);
  const planes = layout.planar ? samples : 1;
  const perSegment = samples / planes;
  const size = segmentSize(layout, index);
  const rowBytes = Math.ceil((size.width * perSegment * layout.bits) / 8);
  const perPlane = columns * Math.ceil(height / segment.height);
  const segments = Array.from({ length: planes }, (_, plane) =>
    Array.from({ length: columns }, (__, column) => {
      const data = segmentData(bytes, layout, plane * perPlane + index * columns + column);
      const unpacked = decompress(data, layout, size, rowBytes);
      if (layout.predicted) {
        for (let row = 0; row < size.height; row += 1) {
          undoPredictor(
            unpacked.subarray(row * rowBytes, (row + 1) * rowBytes),
            layout,
            perSegment,
          );
        }
      }
      return unpacked;
    }),
  );
  const readSamples = sampleReader(layout);
  const line = new Uint8Array(columns * segment.width * samples);
  return {
    rows: rowsOfBand(layout, index),
    readRow: (row, rgba) => {
      for (const [plane, columnsOfPlane] of segments.entries()) {
        for (const [column, segmentBytes] of columnsOfPlane.entries()) {
          readSamples(
            segmentBytes.subarray(row * rowBytes, (row + 1) * rowBytes),
            size.width * perSegment,
            line.subarray(column * segment.width * samples + plane),
            planes,
          );
        }
      }
      readColour(line, width, rgba);
    },
  };
}

function decompress(
  stored: Uint8Array,
  layout: TiffLayout,
  size: Size,
  rowBytes: number,
): Uint8Array {
  const data = layout.bitsReversed ? reverseBits(stored) : stored;
  const length = rowBytes * size.height;
  switch (layout.compression) {
    case COMPRESSION.none: {
      const whole = exactly(data, length);
      // The predictor works in place, which must not reach the file.
      return layout.predicted ? Uint8Array.from(whole) : whole;
    }
    case COMPRESSION.lzw:
      return unpackLzw(data, length);
    case COMPRESSION.packBits:
      return unpackBits(data, length);
    case COMPRESSION.deflate:
    case COMPRESSION.oldDeflate:
      return inflateTiff(data, length);
    default:
      throw new DecodeError(`compression ${layout.compression}`, { truncated: false });
  }
}

function segmentData(bytes: Uint8Array, layout: TiffLayout, index: number): Uint8Array {
  const offset = layout.offsets[index];
  if (offset === undefined) {
    throw new DecodeError('pixel data missing', { truncated: false });
  }
  // Without its count, a segment ends where its own data says so.
  const end = offset + (layout.byteCounts[index] ?? bytes.length);
  if (offset >= bytes.length) {
    throw new DecodeError('pixel data ends early', { truncated: true });
  }
  return bytes.subarray(offset, end);
}

/** Segments that are JPEGs of their own, but for tables that all of them share. */
function jpegBand(
  bytes: Uint8Array,
  layout: TiffLayout,
  index: number,
  { onPartlyDamaged }: DecodeOptions,
): Band {
  if (layout.planar || layout.bits !== 8) {
    throw new DecodeError('JPEG in planes or of 12 bits', { truncated: false });
  }
  const columns = across(layout);
  const size = segmentSize(layout, index);
  const segments = Array.from({ length: columns }, (_, column) => {
    const data = segmentData(bytes, layout, index * columns + column);
    const jpeg = standalone(data, layout);
    const decoded = decodeJpeg(jpeg, onPartlyDamaged ? { onPartlyDamaged } : {});
    if (decoded.width < size.width || decoded.height < size.height) {
      throw new DecodeError('JPEG inside is too small', { truncated: false });
    }
    return decoded;
  });
  return {
    rows: rowsOfBand(layout, index),
    readRow: (row, rgba) => {
      for (const [column, { data, width }] of segments.entries()) {
        const left = column * layout.segment.width;
        const count = Math.min(layout.segment.width, layout.width - left);
        rgba.set(data.subarray(row * width * 4, (row * width + count) * 4), left * 4);
      }
    },
  };
}

const START_OF_IMAGE = Buffer.of(0xff, 0xd8);
/** Adobe's marker with transform 0: three components are red, green and blue. */
const RGB_MARKER = Buffer.from('\xff\xee\0\x0eAdobe\0\x64\0\0\0\0\0', 'latin1');

/** A JPEG with the tables put into it, and with the colour space that the TIFF gives it. */
function standalone(data: Uint8Array, { jpegTables, photometric }: TiffLayout): Uint8Array {
  if (!hasText(data, 0, '\xff\xd8')) {
    throw new DecodeError('no JPEG inside', { truncated: false });
  }
  return Buffer.concat([
    START_OF_IMAGE,
    photometric === PHOTOMETRIC.rgb ? RGB_MARKER : new Uint8Array(),
    // Without its own start and end.
    jpegTables.subarray(2, Math.max(jpegTables.length - 2, 2)),
    data.subarray(2),
  ]);
}
