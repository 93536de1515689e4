import type { TransformOptions } from 'node:stream';
import { createInflate } from 'node:zlib';
import type { ZlibOptions } from 'node:zlib';
import { u8, u32be } from '../../core/bytes.ts';
import type { Size } from '../../core/formats/imageHeader.ts';
import { PNG_SIGNATURE, readPngChunk } from '../../core/formats/pngHeader.ts';
import type { Bitmap } from '../bitmap.ts';
import { DecodeError } from '../decodeError.ts';
import { rowSink } from '../resize/lanczosResizer.ts';
import type { DecodeOptions } from './decoder.ts';
import type { PngColour } from './pngPixels.ts';
import { PngRows } from './pngRows.ts';

interface PngFile extends Size, PngColour {
  readonly interlaced: boolean;
  readonly pixelData: readonly Uint8Array[];
}

/** One pass of an interlaced picture, or the whole of any other. */
interface Pass extends Size {
  readonly startX: number;
  readonly startY: number;
  readonly stepX: number;
  readonly stepY: number;
}

/** Adam7 (PNG specification, section 8.2): start and step of each pass. */
const ADAM7 = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;

/**
 * Decodes a PNG of any colour type, the first frame of an APNG. Without interlacing it shrinks
 * while it reads, and no more than a few rows are ever held: pngjs takes 1 GB for 9000x9000 pixels,
 * and has no limit on what interlaced data inflates to.
 */
export async function decodePng(
  bytes: Uint8Array,
  { target }: DecodeOptions = {},
): Promise<Bitmap> {
  const file = readChunks(bytes);
  const { width, height } = file;
  const rows = new PngRows(file);
  const sink = rowSink(file, target ?? file, { pixels: rows.pixels });
  const whole = file.interlaced ? new Int32Array(width * height) : undefined;
  await readRows(file, rows, (at, pass, y) => {
    if (whole) {
      scatter(new Int32Array(rows.bytes.buffer, at, pass.width), pass, y, whole, width);
    } else {
      sink.addRow(rows.bytes, at);
    }
  });
  if (whole) {
    const rgba = new Uint8Array(whole.buffer);
    for (let y = 0; y < height; y += 1) {
      sink.addRow(rgba, y * width * 4);
    }
  }
  return sink.result();
}

function readChunks(bytes: Uint8Array): PngFile {
  const pixelData: Uint8Array[] = [];
  let palette: Uint8Array = new Uint8Array();
  let transparency: Uint8Array = new Uint8Array();
  let chunk = readPngChunk(bytes, PNG_SIGNATURE.length);
  const header = chunk?.dataStart ?? 0;
  for (; chunk && chunk.type !== 'IEND'; chunk = readPngChunk(bytes, chunk.end)) {
    const data = bytes.subarray(chunk.dataStart, chunk.dataEnd);
    if (chunk.type === 'IDAT') {
      pixelData.push(data);
    } else if (chunk.type === 'PLTE') {
      palette = data;
    } else if (chunk.type === 'tRNS') {
      transparency = data;
    }
  }
  const colourType = u8(bytes, header + 9);
  if (colourType === 3 && palette.length === 0) {
    throw new DecodeError('palette missing', { truncated: false });
  }
  return {
    width: u32be(bytes, header),
    height: u32be(bytes, header + 4),
    bitDepth: u8(bytes, header + 8),
    colourType,
    interlaced: u8(bytes, header + 12) === 1,
    palette,
    transparency,
    pixelData,
  };
}

function passesOf({ width, height, interlaced }: PngFile): readonly Pass[] {
  if (!interlaced) {
    return [{ width, height, startX: 0, startY: 0, stepX: 1, stepY: 1 }];
  }
  return ADAM7.map(([startX, startY, stepX, stepY]) => ({
    width: Math.ceil((width - startX) / stepX),
    height: Math.ceil((height - startY) / stepY),
    startX,
    startY,
    stepX,
    stepY,
  })).filter((pass) => pass.width > 0 && pass.height > 0);
}

/** Inflates and hands on every row of every pass, by where it lies in `rows`; reads no further. */
async function readRows(
  file: PngFile,
  rows: PngRows,
  onRow: (at: number, pass: Pass, y: number) => void,
): Promise<void> {
  const reader = new ByteReader(inflate(file));
  try {
    for (const pass of passesOf(file)) {
      rows.startPass(pass.width);
      for (let y = 0; y < pass.height; y += 1) {
        const filtered = rows.next();
        if (!reader.tryRead(filtered)) {
          await reader.read(filtered);
        }
        onRow(rows.finish(), pass, y);
      }
    }
  } finally {
    await reader.close();
  }
}

const MEGABYTE = 1024 * 1024;
/** Another thread inflates ahead while the rows of one megabyte are worked on, so that none waits. */
const INFLATE: ZlibOptions & TransformOptions = {
  chunkSize: MEGABYTE,
  readableHighWaterMark: 4 * MEGABYTE,
};

/** The filtered rows, a megabyte at a time. */
async function* inflate({ pixelData }: PngFile): AsyncGenerator<Uint8Array, void> {
  const stream = createInflate(INFLATE);
  stream.end(Buffer.concat(pixelData));
  try {
    yield* stream;
  } finally {
    stream.destroy();
  }
}

/** Reads exact lengths out of what is inflated, holding no more of it than one chunk. */
class ByteReader {
  readonly #chunks: AsyncGenerator<Uint8Array, void>;
  #chunk: Uint8Array = new Uint8Array();
  #at = 0;

  constructor(chunks: AsyncGenerator<Uint8Array, void>) {
    this.#chunks = chunks;
  }

  /** Fills `bytes` from the chunk at hand, if that has enough. */
  tryRead(bytes: Uint8Array): boolean {
    const end = this.#at + bytes.length;
    if (end > this.#chunk.length) {
      return false;
    }
    bytes.set(this.#chunk.subarray(this.#at, end));
    this.#at = end;
    return true;
  }

  async read(bytes: Uint8Array): Promise<void> {
    let filled = 0;
    while (filled < bytes.length) {
      if (this.#at === this.#chunk.length) {
        await this.#nextChunk();
      }
      const part = this.#chunk.subarray(this.#at, this.#at + bytes.length - filled);
      bytes.set(part, filled);
      filled += part.length;
      this.#at += part.length;
    }
  }

  /** Ends the stream, if there is one. */
  async close(): Promise<void> {
    await this.#chunks.return();
  }

  async #nextChunk(): Promise<void> {
    const next = await this.#chunks.next().catch((cause: unknown) => {
      const truncated = cause instanceof Error && 'code' in cause && cause.code === 'Z_BUF_ERROR';
      throw new DecodeError('pixel data does not inflate', { cause, truncated });
    });
    if (next.done === true) {
      throw new DecodeError('pixel data ends early', { truncated: true });
    }
    this.#chunk = next.value;
    this.#at = 0;
  }
}

/** Puts the pixels of a pass's row where they belong in the whole picture. */
function scatter(row: Int32Array, pass: Pass, y: number, whole: Int32Array, width: number): void {
  let to = (pass.startY + y * pass.stepY) * width + pass.startX;
  for (let x = 0; x < pass.width; x += 1, to += pass.stepX) {
    whole[to] = row[x] ?? 0;
  }
}
