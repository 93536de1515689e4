import { hasText } from '../../core/bytes.ts';
import { turnSize } from '../../core/formats/imageHeader.ts';
import { probeJpeg } from '../../core/formats/jpegHeader.ts';
import {
  segmentsAbreast,
  TIFF_COMPRESSION,
  TIFF_PHOTOMETRIC,
} from '../../core/formats/tiffPage.ts';
import type { Bitmap } from '../bitmap.ts';
import { DecodeError } from '../decodeError.ts';
import { rowSink } from '../resize/lanczosResizer.ts';
import type { RowSink } from '../resize/lanczosResizer.ts';
import type { DecodeOptions } from './decoder.ts';
import { decodeJpeg } from './jpegDecoder.ts';
import { readTiffLayout } from './tiffLayout.ts';
import type { TiffLayout } from './tiffLayout.ts';
import { sampleReader, tiffColour, undoPredictor } from './tiffPixels.ts';
import type { ColourReader } from './tiffPixels.ts';
import { segmentData, segmentRows } from './tiffSegments.ts';

/**
 * Decodes the first page of a TIFF of the baseline and of the common extensions: any number of bits
 * up to 16 and 32, strips and tiles, planes, grey, RGB, palette, CMYK, Lab, JPEG inside. utif2, which
 * jimp uses, fails on CMYK, planes and alpha, and follows a loop of pages for ever. No more is held
 * than a small row of segments, or a row of pixels of a large one; of JPEG, a row of segments.
 */
export async function decodeTiff(bytes: Uint8Array, options: DecodeOptions): Promise<Bitmap> {
  const layout = readTiffLayout(bytes);
  const isJpeg = layout.compression === TIFF_COMPRESSION.jpeg;
  const colour = isJpeg ? undefined : tiffColour(layout);
  const pixels = colour?.alpha === true ? 'rgba' : 'opaque';
  const sink = rowSink(layout, options.target ?? layout, { pixels });
  const rgba = new Uint8Array(layout.width * 4);
  const bands = Math.ceil(layout.height / layout.segment.height);
  for (let index = 0; index < bands; index += 1) {
    if (colour) {
      await addSamples(bytes, layout, index, { read: colour.read, rgba, sink });
    } else {
      addJpegs(bytes, layout, index, { options, rgba, sink });
    }
  }
  return sink.result();
}

function across({ width, segment }: TiffLayout): number {
  return Math.ceil(width / segment.width);
}

/** Rows of the picture in a row of segments. */
function rowsOfBand({ height, segment }: TiffLayout, index: number): number {
  return Math.min(segment.height, height - index * segment.height);
}

/** Where the rows of a picture go. */
interface Drain {
  readonly rgba: Uint8Array;
  readonly sink: RowSink;
}

/** Adds the rows of a row of segments. */
async function addSamples(
  bytes: Uint8Array,
  layout: TiffLayout,
  index: number,
  { read, rgba, sink }: Drain & { readonly read: ColourReader },
): Promise<void> {
  const { width, height, segment, samples, planar, tiled, predicted } = layout;
  const columns = across(layout);
  const step = planar ? samples : 1;
  const perSegment = planar ? 1 : samples;
  const perPlane = columns * Math.ceil(height / segment.height);
  const rows = rowsOfBand(layout, index);
  const segments = Array.from({ length: segmentsAbreast(layout) }, (_, abreast) => {
    const plane = Math.floor(abreast / columns);
    const column = abreast % columns;
    // A strip ends with the picture; a tile is always whole.
    const at = plane * perPlane + index * columns + column;
    return {
      rows: segmentRows(bytes, layout, at, tiled ? segment.height : rows),
      to: column * segment.width * samples + plane,
    };
  });
  const readSamples = sampleReader(layout);
  const line = new Uint8Array(columns * segment.width * samples);
  try {
    for (let y = 0; y < rows; y += 1) {
      for (const { rows: source, to } of segments) {
        const next = source.next();
        const row = next instanceof Uint8Array ? next : await next;
        if (predicted) {
          undoPredictor(row, layout, perSegment);
        }
        readSamples(row, segment.width * perSegment, line.subarray(to), step);
      }
      read(line, width, rgba);
      sink.addRow(rgba, 0);
    }
  } finally {
    for (const { rows: source } of segments) {
      source.close();
    }
  }
}

/** Adds the rows of segments that are JPEGs of their own, but for tables that all of them share. */
function addJpegs(
  bytes: Uint8Array,
  layout: TiffLayout,
  index: number,
  { options: { onPartlyDamaged }, rgba, sink }: Drain & { readonly options: DecodeOptions },
): void {
  const columns = across(layout);
  const rows = rowsOfBand(layout, index);
  const segments = Array.from({ length: columns }, (_, column) => {
    const jpeg = standalone(segmentData(bytes, layout, index * columns + column), layout);
    checkJpeg(jpeg, layout, rows);
    return decodeJpeg(jpeg, onPartlyDamaged ? { onPartlyDamaged } : {});
  });
  for (let y = 0; y < rows; y += 1) {
    for (const [column, { data, width }] of segments.entries()) {
      const left = column * layout.segment.width;
      const count = Math.min(layout.segment.width, layout.width - left);
      rgba.set(data.subarray(y * width * 4, (y * width + count) * 4), left * 4);
    }
    sink.addRow(rgba, 0);
  }
}

/** Some writers round the edges of a segment up to whole blocks. */
const BLOCK = 16;
/** Pixels of a segment whose coefficients may be held: progressive files need all of them. */
const MOST_PROGRESSIVE = 2 ** 22;

/** A JPEG allocates what its own header says, so that has to be what the directory says. */
function checkJpeg(jpeg: Uint8Array, { segment, tiled }: TiffLayout, rows: number): void {
  const probed = probeJpeg(jpeg);
  if (probed.kind !== 'header') {
    throw new DecodeError('no header in the JPEG inside', {
      truncated: probed.kind === 'needMoreBytes',
    });
  }
  const { header } = probed;
  const size = turnSize(header.size, header.orientation);
  if (size.width < segment.width || size.height < (tiled ? segment.height : rows)) {
    throw new DecodeError('JPEG inside is too small', { truncated: false });
  }
  if (size.width > segment.width + BLOCK || size.height > segment.height + BLOCK) {
    throw new DecodeError('JPEG inside is too large', { truncated: false });
  }
  if (header.progressive && size.width * size.height > MOST_PROGRESSIVE) {
    throw new DecodeError('large progressive JPEG inside', { truncated: false });
  }
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
    photometric === TIFF_PHOTOMETRIC.rgb ? RGB_MARKER : new Uint8Array(),
    // Without its own start and end.
    jpegTables.subarray(2, Math.max(jpegTables.length - 2, 2)),
    data.subarray(2),
  ]);
}
