import { u8 } from '../../core/bytes.ts';
import { DecodeError } from '../decodeError.ts';
import { wasmModule } from '../wasmModule.ts';
import rowsFile from './assembly/pngRows.wasm';
import { bitsPerPixel, hasTransparency, rowExpander, smallTable } from './pngPixels.ts';
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

/** Turns the filtered rows of a PNG into pixels, one after the other, in WebAssembly memory. */
export class PngRows {
  /** The memory in which the rows lie. */
  readonly bytes: Uint8Array;
  /** What the finished rows are; those of an interlaced file are never `rgb`. */
  readonly pixels: 'rgb' | 'opaque' | 'rgba';
  readonly #rgba: number;
  readonly #kernel: Kernel;
  readonly #pixelBits: number;
  readonly #expand: (row: number, width: number) => void;
  /** One byte of filter and the row as it is in the file. */
  readonly #filtered: number;
  #row: number;
  #above: number;
  #width = 0;
  #rowLength = 0;

  constructor(file: PngColour & { readonly width: number; readonly interlaced: boolean }) {
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
    this.#rgba = room * 3;
    this.pixels = hasTransparency(file)
      ? 'rgba'
      : isRgb(file) && !file.interlaced
        ? 'rgb'
        : 'opaque';
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

  /** Makes pixels of the row that was put in place, and says where they lie. */
  finish(): number {
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
    if (this.pixels === 'rgb') {
      return this.#row;
    }
    this.#expand(this.#row, this.#width);
    return this.#rgba;
  }

  #expanderOf(file: PngColour, table: number): (row: number, width: number) => void {
    const { colourType, bitDepth } = file;
    const kernel = this.#kernel;
    if (isRgb(file)) {
      return (row, width) => {
        kernel.rgbToRgba(row, this.#rgba, width);
      };
    }
    if (bitDepth === 8 && (colourType === 0 || colourType === 3)) {
      this.bytes.set(smallTable(file), table);
      return (row, width) => {
        kernel.lookUp(row, table, this.#rgba, width);
      };
    }
    const expand: RowExpander = rowExpander(file);
    return (row, width) => {
      expand(this.bytes.subarray(row), width, this.bytes.subarray(this.#rgba));
    };
  }
}

/** Three bytes a pixel, and none of them transparent. */
function isRgb({ bitDepth, colourType, transparency }: PngColour): boolean {
  return bitDepth === 8 && colourType === 2 && transparency.length === 0;
}
