import type { Size } from '../../core/formats/imageHeader.ts';
import type { Bitmap } from '../bitmap.ts';
import { wasmModule } from '../wasmModule.ts';
import encodeFile from './assembly/jpegEncode.wasm';
import { COLOUR, huffmanCodes, LUMA, quantisersFor, ZIGZAG } from './jpegTables.ts';
import type { ComponentTables, HuffmanTable } from './jpegTables.ts';

/** Exports of `assembly/jpegEncode.ts`. */
interface Kernel {
  readonly memory: WebAssembly.Memory;
  readonly heap: WebAssembly.Global;
  readonly lumaTables: WebAssembly.Global;
  readonly colourTables: WebAssembly.Global;
  readonly zigzag: WebAssembly.Global;
  start(): void;
  encodeRows(rgba: number, units: number, to: number): number;
  finish(to: number): number;
}

/** Pixels along the edge of what the kernel encodes at a time, a minimum coded unit. */
const UNIT_EDGE = 16;
const PIXEL_BYTES = 4;
const STRIDE_PER_UNIT = UNIT_EDGE * PIXEL_BYTES;
/** What the kernel writes at most: for a unit, and beside that. */
const MOST_OF_UNIT = 2496;
const MOST_BESIDE = 8;
const PAGE = 65_536;
/** T.81 has 16 bits for it. The kernel's memory then has 15 MB, and never more. */
const LONGEST_EDGE = 65_535;

/** One for the thread; it keeps its memory, which is that of 16 rows. */
let kernel: Kernel | undefined;

/**
 * Encodes a picture as a baseline JPEG of a quality from 1 to 100, which means what it means to
 * libjpeg; colours have half the resolution in both directions, alpha is ignored. Throws a
 * `RangeError` for edges that no JPEG can have.
 */
export function encodeJpeg(bitmap: Bitmap, quality: number): Buffer {
  const { width, height, data } = bitmap;
  if (Math.min(width, height) < 1 || Math.max(width, height) > LONGEST_EDGE) {
    throw new RangeError(`a JPEG cannot have ${width}x${height} pixels`);
  }
  kernel ??= new WebAssembly.Instance<Kernel>(wasmModule(encodeFile)).exports;
  const quantisers = { luma: quantisersFor(quality, LUMA), colour: quantisersFor(quality, COLOUR) };
  const units = Math.ceil(width / UNIT_EDGE);
  const stride = units * STRIDE_PER_UNIT;
  const rgba = kernel.heap.value;
  const to = rgba + stride * UNIT_EDGE;
  const pages = Math.ceil((to + units * MOST_OF_UNIT + MOST_BESIDE) / PAGE);
  kernel.memory.grow(Math.max(pages - kernel.memory.buffer.byteLength / PAGE, 0));
  const memory = new Uint8Array(kernel.memory.buffer);
  const pixels = new Int32Array(kernel.memory.buffer, rgba, units * UNIT_EDGE * UNIT_EDGE);
  memory.set(
    ZIGZAG.map((natural) => transposed(natural) * 2),
    kernel.zigzag.value,
  );
  writeTables(memory, kernel.lumaTables.value, LUMA, quantisers.luma);
  writeTables(memory, kernel.colourTables.value, COLOUR, quantisers.colour);

  const parts: Uint8Array[] = [fileHeader(bitmap, quantisers)];
  kernel.start();
  for (let top = 0; top < height; top += UNIT_EDGE) {
    // What a unit has beyond the picture goes on as the picture ends.
    for (let y = 0; y < UNIT_EDGE; y += 1) {
      const from = Math.min(top + y, height - 1) * width * PIXEL_BYTES;
      memory.set(data.subarray(from, from + width * PIXEL_BYTES), rgba + y * stride);
      const end = y * units * UNIT_EDGE + width;
      pixels.fill(pixels[end - 1] ?? 0, end, (y + 1) * units * UNIT_EDGE);
    }
    parts.push(memory.slice(to, kernel.encodeRows(rgba, units, to)));
  }
  parts.push(memory.slice(to, kernel.finish(to)), Buffer.from([0xff, 0xd9]));
  return Buffer.concat(parts);
}

/** Where the kernel has a coefficient: its blocks stand column by column. */
function transposed(natural: number): number {
  return (natural % 8) * 8 + Math.floor(natural / 8);
}

/** Parts of the kernel's tables, in bytes, and how a code stands in them. */
const DC_CODES = 256;
const AC_CODES = 320;
const LENGTH_BITS = 5;

function writeTables(
  memory: Uint8Array,
  at: number,
  { dc, ac }: ComponentTables,
  quantisers: Uint8Array,
): void {
  const factors = new Int16Array(memory.buffer, at, 64 * 2);
  for (const [natural, quantiser] of quantisers.entries()) {
    const pair = transposed(natural) * 2;
    factors[pair] = Math.min(Math.round(32_768 / quantiser), 32_767);
    factors[pair + 1] = 16_384;
  }
  for (const [table, start] of [
    [dc, at + DC_CODES],
    [ac, at + AC_CODES],
  ] as const) {
    const words = new Uint32Array(memory.buffer, start);
    for (const { value, code, length } of huffmanCodes(table)) {
      // The lower half of what a code stands for is the number of bits that follow it.
      const more = value & 15;
      words[value] = (code << (more + LENGTH_BITS)) | (length + more);
    }
  }
}

/** Luma has 2x2 samples for one of each colour difference; selectors of tables are 0 and 1. */
const COMPONENTS = [
  { id: 1, sampling: 0x22, table: 0 },
  { id: 2, sampling: 0x11, table: 1 },
  { id: 3, sampling: 0x11, table: 1 },
] as const;

/** Everything up to the scan: T.81, annex B, and the APP0 segment of JFIF (ITU-T T.871, 10.1). */
function fileHeader(
  { width, height }: Size,
  quantisers: { readonly luma: Uint8Array; readonly colour: Uint8Array },
): Buffer {
  const frame = COMPONENTS.flatMap(({ id, sampling, table }) => [id, sampling, table]);
  const scan = COMPONENTS.flatMap(({ id, table }) => [id, table * 0x11]);
  return Buffer.concat([
    Buffer.from([0xff, 0xd8]),
    // Version 1.1, pixels that are square, no thumbnail.
    segment(0xe0, [...Buffer.from('JFIF\0'), 1, 1, 0, 0, 1, 0, 1, 0, 0]),
    segment(0xdb, [0, ...inZigzag(quantisers.luma), 1, ...inZigzag(quantisers.colour)]),
    segment(0xc0, [8, height >> 8, height & 255, width >> 8, width & 255, 3, ...frame]),
    segment(0xc4, [
      ...huffman(0x00, LUMA.dc),
      ...huffman(0x10, LUMA.ac),
      ...huffman(0x01, COLOUR.dc),
      ...huffman(0x11, COLOUR.ac),
    ]),
    // All 64 coefficients, and nothing of what only a progressive file does.
    segment(0xda, [3, ...scan, 0, 63, 0]),
  ]);
}

function inZigzag(values: Uint8Array): number[] {
  return ZIGZAG.map((natural) => values[natural] ?? 0);
}

function huffman(selector: number, { counts, values }: HuffmanTable): number[] {
  return [selector, ...counts, ...values];
}

function segment(marker: number, content: readonly number[]): Buffer {
  const length = content.length + 2;
  return Buffer.from([0xff, marker, length >> 8, length & 255, ...content]);
}
