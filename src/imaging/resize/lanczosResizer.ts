import type { Size } from '../../core/formats/imageHeader.ts';
import type { Bitmap } from '../bitmap.ts';
import { wasmModule } from '../wasmModule.ts';
import lanczosFile from './assembly/lanczos.wasm';
import { lanczosContributions } from './lanczosWeights.ts';
import type { Contributions } from './lanczosWeights.ts';

/** Exports of `assembly/lanczos.ts`. */
interface Kernel {
  readonly memory: WebAssembly.Memory;
  addRows(to: number, rows: number, weights: number, pairs: number, byteLength: number): void;
  shrinkRow(
    to: number,
    row: number,
    starts: number,
    weights: number,
    quads: number,
    width: number,
  ): void;
  /** As `shrinkRow`, of RGB to RGBA. */
  shrinkRgbRow: Kernel['shrinkRow'];
  premultiplyRow(row: number, width: number): void;
  unpremultiplyRow(row: number, width: number): void;
}

export interface ResizerOptions {
  /**
   * What the rows that come are: `opaque` is RGBA as well, with an alpha that says nothing. Of
   * `rgba` the colours count by their alpha.
   */
  readonly pixels: 'rgb' | 'opaque' | 'rgba';
  /** What the source pixels stand for, when that is less than their number. */
  readonly extent?: Size;
}

/** Pixels that the kernel takes at a time, in a row and over rows. */
const PIXELS_AT_A_TIME = 4;
const ROWS_AT_A_TIME = 2;
const PAGE = 65_536;

/**
 * Shrinks a picture that comes row by row with the Lanczos-3 filter, which neither aliases nor
 * blurs. It holds as many rows as the filter spans, and nothing of the whole but the result.
 */
export class LanczosResizer implements RowSink {
  readonly #from: Size;
  readonly #to: Size;
  readonly #pixels: ResizerOptions['pixels'];
  readonly #pixelBytes: number;
  readonly #data: Buffer;
  readonly #kernel: Kernel;
  readonly #columns: Contributions;
  readonly #rows: Contributions;
  readonly #layout: Layout;
  #sourceRow = 0;
  #targetRow = 0;

  /** Neither edge of `to` may be longer than that of `from`. */
  constructor(from: Size, to: Size, { pixels, extent = from }: ResizerOptions) {
    this.#from = from;
    this.#to = to;
    this.#pixels = pixels;
    this.#pixelBytes = bytesOf(pixels);
    this.#data = Buffer.alloc(to.width * to.height * 4);
    this.#columns = lanczosContributions(from.width, extent.width, to.width, PIXELS_AT_A_TIME);
    this.#rows = lanczosContributions(from.height, extent.height, to.height, ROWS_AT_A_TIME);
    // A module of its own, so that its memory goes with it.
    this.#kernel = new WebAssembly.Instance<Kernel>(wasmModule(lanczosFile)).exports;
    this.#layout = layOut(this.#kernel.memory, {
      rowBytes: from.width * this.#pixelBytes,
      pixelBytes: this.#pixelBytes,
      width: to.width,
      columns: this.#columns,
      rows: this.#rows,
    });
  }

  /** The next row, from `at` on. Rows past the last are ignored. */
  addRow(bytes: Uint8Array, at: number): void {
    const { height, width } = this.#from;
    if (this.#sourceRow >= height) {
      return;
    }
    const row = this.#rowAddress(this.#sourceRow);
    this.#layout.bytes.set(bytes.subarray(at, at + width * this.#pixelBytes), row);
    if (this.#pixels === 'rgba') {
      this.#kernel.premultiplyRow(row, width);
    }
    this.#sourceRow += 1;
    while (
      this.#targetRow < this.#to.height &&
      this.#lastRowOf(this.#targetRow) < this.#sourceRow
    ) {
      this.#finishRow();
    }
  }

  /** The picture. Rows that never came are transparent. */
  result(): Bitmap {
    return { data: this.#data, width: this.#to.width, height: this.#to.height };
  }

  #lastRowOf(targetRow: number): number {
    const last = (this.#rows.starts[targetRow] ?? 0) + this.#rows.taps - 1;
    return Math.min(last, this.#from.height - 1);
  }

  #rowAddress(sourceRow: number): number {
    return this.#layout.ring + (sourceRow % this.#rows.taps) * this.#layout.stride;
  }

  #finishRow(): void {
    const { bytes, rowTable, rowWeights, line, columnStarts, columnWeights, out } = this.#layout;
    const { taps, starts } = this.#rows;
    const rows = rowTable + ((starts[this.#targetRow] ?? 0) % taps) * 4;
    const weights = rowWeights + this.#targetRow * taps * 2;
    const rowBytes = this.#from.width * this.#pixelBytes;
    this.#kernel.addRows(line, rows, weights, taps / ROWS_AT_A_TIME, rowBytes);
    const { width } = this.#to;
    const quads = this.#columns.taps / PIXELS_AT_A_TIME;
    if (this.#pixels === 'rgb') {
      this.#kernel.shrinkRgbRow(out, line, columnStarts, columnWeights, quads, width);
    } else {
      this.#kernel.shrinkRow(out, line, columnStarts, columnWeights, quads, width);
    }
    if (this.#pixels === 'rgba') {
      this.#kernel.unpremultiplyRow(out, width);
    }
    this.#data.set(bytes.subarray(out, out + width * 4), this.#targetRow * width * 4);
    this.#targetRow += 1;
  }
}

/** Addresses in the kernel's memory. */
interface Layout {
  readonly bytes: Uint8Array;
  /** As many source rows as a target row is made of, each `stride` bytes, in turn. */
  readonly ring: number;
  readonly stride: number;
  /** The sum of the ring's rows, not yet shrunk in width. */
  readonly line: number;
  readonly out: number;
  /** Addresses of the ring's rows, twice over: from any row on they stand in their order. */
  readonly rowTable: number;
  readonly rowWeights: number;
  readonly columnStarts: number;
  readonly columnWeights: number;
}

interface Needs {
  /** Of a source row. */
  readonly rowBytes: number;
  readonly pixelBytes: number;
  /** Of the target. */
  readonly width: number;
  readonly columns: Contributions;
  readonly rows: Contributions;
}

function layOut(
  memory: WebAssembly.Memory,
  { rowBytes, pixelBytes, width, columns, rows }: Needs,
): Layout {
  let end = 0;
  const reserve = (byteLength: number): number => {
    const at = end;
    end = Math.ceil((at + byteLength) / 16) * 16;
    return at;
  };
  // The kernel reads whole vectors: up to the next 16 bytes of a row, and four taps of a pixel.
  const stride = Math.ceil(rowBytes / 16) * 16;
  const ring = reserve(stride * rows.taps);
  const line = reserve(stride + columns.taps * 4 + 16);
  const out = reserve(width * 4);
  const rowTable = reserve(rows.taps * 2 * 4);
  const rowWeights = reserve(rows.weights.byteLength);
  const columnStarts = reserve(columns.starts.byteLength);
  const columnWeights = reserve(columns.weights.byteLength);
  memory.grow(Math.max(Math.ceil(end / PAGE) - memory.buffer.byteLength / PAGE, 0));
  const bytes = new Uint8Array(memory.buffer);
  const words = new Uint32Array(memory.buffer);
  for (let entry = 0; entry < rows.taps * 2; entry += 1) {
    words[rowTable / 4 + entry] = ring + (entry % rows.taps) * stride;
  }
  bytes.set(new Uint8Array(rows.weights.buffer), rowWeights);
  words.set(
    columns.starts.map((start) => start * pixelBytes),
    columnStarts / 4,
  );
  bytes.set(new Uint8Array(columns.weights.buffer), columnWeights);
  return {
    bytes,
    ring,
    stride,
    line,
    out,
    rowTable,
    rowWeights,
    columnStarts,
    columnWeights,
  };
}

/** What takes a picture row by row. */
export interface RowSink {
  /** The next row, from `at` on. Rows past the last are ignored. */
  addRow(bytes: Uint8Array, at: number): void;
  /** The picture. Rows that never came are transparent. */
  result(): Bitmap;
}

/** Takes the rows of a picture of one size and makes it another, or leaves it as it is. */
export function rowSink(from: Size, to: Size, options: ResizerOptions): RowSink {
  return isSame(from, to)
    ? new RowCollector(from, options.pixels)
    : new LanczosResizer(from, to, options);
}

/** The picture at a smaller size; the same object when it has that size. */
export function shrink(bitmap: Bitmap, to: Size, options: { readonly alpha: boolean }): Bitmap {
  if (isSame(bitmap, to)) {
    return bitmap;
  }
  const resizer = new LanczosResizer(bitmap, to, { pixels: options.alpha ? 'rgba' : 'opaque' });
  for (let y = 0; y < bitmap.height; y += 1) {
    resizer.addRow(bitmap.data, y * bitmap.width * 4);
  }
  return resizer.result();
}

function isSame(from: Size, to: Size): boolean {
  return from.width === to.width && from.height === to.height;
}

function bytesOf(pixels: ResizerOptions['pixels']): number {
  return pixels === 'rgb' ? 3 : 4;
}

class RowCollector implements RowSink {
  readonly #size: Size;
  readonly #pixelBytes: number;
  readonly #data: Buffer;
  #end = 0;

  constructor(size: Size, pixels: ResizerOptions['pixels']) {
    this.#size = size;
    this.#pixelBytes = bytesOf(pixels);
    this.#data = Buffer.alloc(size.width * size.height * 4);
  }

  addRow(bytes: Uint8Array, at: number): void {
    const { width } = this.#size;
    if (this.#end >= this.#data.length) {
      return;
    }
    if (this.#pixelBytes === 4) {
      this.#data.set(bytes.subarray(at, at + width * 4), this.#end);
    } else {
      addAlpha(bytes, at, this.#data, this.#end, width);
    }
    this.#end += width * 4;
  }

  result(): Bitmap {
    return { data: this.#data, width: this.#size.width, height: this.#size.height };
  }
}

function addAlpha(rgb: Uint8Array, at: number, rgba: Buffer, start: number, width: number): void {
  const end = start + width * 4;
  for (let to = start, from = at; to < end; to += 4, from += 3) {
    rgba[to] = rgb[from] ?? 0;
    rgba[to + 1] = rgb[from + 1] ?? 0;
    rgba[to + 2] = rgb[from + 2] ?? 0;
    rgba[to + 3] = 255;
  }
}
