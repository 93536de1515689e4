import type { Size } from '../../core/imageHeader.ts';
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
  premultiplyRow(row: number, width: number): void;
  unpremultiplyRow(row: number, width: number): void;
}

export interface ResizerOptions {
  /** Whether a pixel may be transparent; its colour then counts by its alpha. */
  readonly alpha: boolean;
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
  readonly #alpha: boolean;
  readonly #data: Buffer;
  readonly #kernel: Kernel;
  readonly #columns: Contributions;
  readonly #rows: Contributions;
  readonly #layout: Layout;
  #sourceRow = 0;
  #targetRow = 0;

  /** Neither edge of `to` may be longer than that of `from`. */
  constructor(from: Size, to: Size, { alpha, extent = from }: ResizerOptions) {
    this.#from = from;
    this.#to = to;
    this.#alpha = alpha;
    this.#data = Buffer.alloc(to.width * to.height * 4);
    this.#columns = lanczosContributions(from.width, extent.width, to.width, PIXELS_AT_A_TIME);
    this.#rows = lanczosContributions(from.height, extent.height, to.height, ROWS_AT_A_TIME);
    // A module of its own, so that its memory goes with it.
    this.#kernel = new WebAssembly.Instance<Kernel>(wasmModule(lanczosFile)).exports;
    this.#layout = layOut(from, to, this.#columns, this.#rows, this.#kernel.memory);
  }

  /** The next row: RGBA from `at` on. Rows past the last are ignored. */
  addRow(rgba: Uint8Array, at: number): void {
    const { height, width } = this.#from;
    if (this.#sourceRow >= height) {
      return;
    }
    const row = this.#rowAddress(this.#sourceRow);
    this.#layout.bytes.set(rgba.subarray(at, at + width * 4), row);
    if (this.#alpha) {
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
    const { bytes, words, rowTable, rowWeights, line, columnStarts, columnWeights, out } =
      this.#layout;
    const { taps, starts } = this.#rows;
    const start = starts[this.#targetRow] ?? 0;
    for (let tap = 0; tap < taps; tap += 1) {
      // A tap below the picture has no weight; any row will do.
      words[rowTable / 4 + tap] = this.#rowAddress(Math.min(start + tap, this.#from.height - 1));
    }
    const weights = rowWeights + this.#targetRow * taps * 2;
    this.#kernel.addRows(line, rowTable, weights, taps / ROWS_AT_A_TIME, this.#from.width * 4);
    const { width } = this.#to;
    const quads = this.#columns.taps / PIXELS_AT_A_TIME;
    this.#kernel.shrinkRow(out, line, columnStarts, columnWeights, quads, width);
    if (this.#alpha) {
      this.#kernel.unpremultiplyRow(out, width);
    }
    this.#data.set(bytes.subarray(out, out + width * 4), this.#targetRow * width * 4);
    this.#targetRow += 1;
  }
}

/** Addresses in the kernel's memory. */
interface Layout {
  readonly bytes: Uint8Array;
  readonly words: Uint32Array;
  /** As many source rows as a target row is made of, each `stride` bytes, in turn. */
  readonly ring: number;
  readonly stride: number;
  /** The sum of the ring's rows, not yet shrunk in width. */
  readonly line: number;
  readonly out: number;
  readonly rowTable: number;
  readonly rowWeights: number;
  readonly columnStarts: number;
  readonly columnWeights: number;
}

function layOut(
  from: Size,
  to: Size,
  columns: Contributions,
  rows: Contributions,
  memory: WebAssembly.Memory,
): Layout {
  let end = 0;
  const reserve = (byteLength: number): number => {
    const at = end;
    end = Math.ceil((at + byteLength) / 16) * 16;
    return at;
  };
  // The kernel reads whole vectors: up to the next 16 bytes of a row, and four taps of a pixel.
  const stride = Math.ceil((from.width * 4) / 16) * 16;
  const ring = reserve(stride * rows.taps);
  const line = reserve(stride + columns.taps * 4);
  const out = reserve(to.width * 4);
  const rowTable = reserve(rows.taps * 4);
  const rowWeights = reserve(rows.weights.byteLength);
  const columnStarts = reserve(columns.starts.byteLength);
  const columnWeights = reserve(columns.weights.byteLength);
  memory.grow(Math.max(Math.ceil(end / PAGE) - memory.buffer.byteLength / PAGE, 0));
  const bytes = new Uint8Array(memory.buffer);
  const words = new Uint32Array(memory.buffer);
  bytes.set(new Uint8Array(rows.weights.buffer), rowWeights);
  words.set(
    columns.starts.map((start) => start * 4),
    columnStarts / 4,
  );
  bytes.set(new Uint8Array(columns.weights.buffer), columnWeights);
  return {
    bytes,
    words,
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
  /** The next row: RGBA from `at` on. Rows past the last are ignored. */
  addRow(rgba: Uint8Array, at: number): void;
  /** The picture. Rows that never came are transparent. */
  result(): Bitmap;
}

/** Takes the rows of a picture of one size and makes it another, or leaves it as it is. */
export function rowSink(from: Size, to: Size, options: ResizerOptions): RowSink {
  return isSame(from, to) ? new RowCollector(from) : new LanczosResizer(from, to, options);
}

/** The picture at a smaller size; the same object when it has that size. */
export function shrink(bitmap: Bitmap, to: Size, options: ResizerOptions): Bitmap {
  if (isSame(bitmap, to)) {
    return bitmap;
  }
  const resizer = new LanczosResizer(bitmap, to, options);
  for (let y = 0; y < bitmap.height; y += 1) {
    resizer.addRow(bitmap.data, y * bitmap.width * 4);
  }
  return resizer.result();
}

function isSame(from: Size, to: Size): boolean {
  return from.width === to.width && from.height === to.height;
}

class RowCollector implements RowSink {
  readonly #size: Size;
  readonly #data: Buffer;
  #end = 0;

  constructor(size: Size) {
    this.#size = size;
    this.#data = Buffer.alloc(size.width * size.height * 4);
  }

  addRow(rgba: Uint8Array, at: number): void {
    if (this.#end < this.#data.length) {
      this.#data.set(rgba.subarray(at, at + this.#size.width * 4), this.#end);
      this.#end += this.#size.width * 4;
    }
  }

  result(): Bitmap {
    return { data: this.#data, width: this.#size.width, height: this.#size.height };
  }
}
