import { u8 } from '../../core/bytes.ts';
import { DecodeError } from '../decodeError.ts';
import { wasmModule } from '../wasmModule.ts';
import rowsFile from './assembly/pngRows.wasm';
import { bitsPerPixel, rowExpander, smallTable } from './pngPixels.ts';
import type { PngColour, RowExpander } from './pngPixels.ts';

/** Exports of `assembly/pngRows.ts`. */
interface Kernel {
  readonly memory: WebAssembly.Memory;
  unfilterRow(
    filter: number,
    from: number,
    above: number,
    to: number,
    byteLength: number,
    pixelBytes: number,
  ): void;
  rgbToRgba(rgb: number, rgba: number, width: number): void;
  lookUp(row: number, table: number, rgba: number, width: number): void;
}

const PAGE = 65_536;
/** The kernel reads and writes whole vectors. */
const VECTOR = 16;
const LAST_FILTER = 4;
/** RGBA for each value of a byte. */
const TABLE_BYTES = 256 * 4;

/** Turns the filtered rows of a PNG into RGBA, one after the other, in WebAssembly memory. */
export class PngRows {
  /** The memory in which the rows lie. */
  readonly bytes: Uint8Array;
  /** Where the finished row lies in it. */
  readonly rgba: number;
  readonly #kernel: Kernel;
  readonly #pixelBits: number;
  readonly #expand: (row: number, width: number) => void;
  /** One byte of filter and the row as it is in the file. */
  readonly #filtered: number;
  #row: number;
  #above: number;
  #width = 0;
  #rowLength = 0;

  constructor(file: PngColour & { readonly width: number }) {
    this.#kernel = new WebAssembly.Instance<Kernel>(wasmModule(rowsFile)).exports;
    this.#pixelBits = bitsPerPixel(file);
    const room = VECTOR * 2 + Math.ceil((file.width * this.#pixelBits) / (8 * VECTOR)) * VECTOR;
    const { memory } = this.#kernel;
    const table = room * 3 + (file.width + VECTOR) * 4;
    const pages = Math.ceil((table + TABLE_BYTES) / PAGE);
    memory.grow(Math.max(pages - memory.buffer.byteLength / PAGE, 0));
    this.bytes = new Uint8Array(memory.buffer);
    this.#filtered = 0;
    this.#row = room;
    this.#above = room * 2;
    this.rgba = room * 3;
    this.#expand = this.#expanderOf(file, table);
  }

  /** Starts a picture, or a pass of an interlaced one, of rows of so many pixels. */
  startPass(width: number): void {
    this.#width = width;
    this.#rowLength = Math.ceil((width * this.#pixelBits) / 8);
    this.bytes.fill(0, this.#row, this.#row + this.#rowLength);
  }

  /** Where the next row of the file is to be put, its filter first; `finish` does the rest. */
  next(): Uint8Array {
    return this.bytes.subarray(this.#filtered, this.#filtered + 1 + this.#rowLength);
  }

  /** Makes the row that was put in place the finished one. */
  finish(): void {
    const filter = u8(this.bytes, this.#filtered);
    if (filter > LAST_FILTER) {
      throw new DecodeError(`unknown row filter ${filter}`, { truncated: false });
    }
    [this.#row, this.#above] = [this.#above, this.#row];
    this.#kernel.unfilterRow(
      filter,
      this.#filtered + 1,
      this.#above,
      this.#row,
      this.#rowLength,
      Math.max(this.#pixelBits >> 3, 1),
    );
    this.#expand(this.#row, this.#width);
  }

  #expanderOf(file: PngColour, table: number): (row: number, width: number) => void {
    const { colourType, bitDepth, transparency } = file;
    const kernel = this.#kernel;
    if (bitDepth === 8 && colourType === 2 && transparency.length === 0) {
      return (row, width) => {
        kernel.rgbToRgba(row, this.rgba, width);
      };
    }
    if (bitDepth === 8 && (colourType === 0 || colourType === 3)) {
      this.bytes.set(smallTable(file), table);
      return (row, width) => {
        kernel.lookUp(row, table, this.rgba, width);
      };
    }
    const expand: RowExpander = rowExpander(file);
    return (row, width) => {
      expand(this.bytes.subarray(row), width, this.bytes.subarray(this.rgba));
    };
  }
}
