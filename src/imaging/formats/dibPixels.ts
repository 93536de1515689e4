import { DIB_COMPRESSION, readDibHeader } from '../../core/formats/bmpHeader.ts';
import type { DibHeader } from '../../core/formats/bmpHeader.ts';
import { u16le, u32le, u8 } from '../../core/bytes.ts';
import { DecodeError } from '../decodeError.ts';
import { runLengthRows } from './dibRunLengths.ts';

/** A device-independent bitmap: what its header says, and where the rest stands. */
export interface Dib extends DibHeader {
  /** Blue, green, red and, but for OS/2, one byte more. */
  readonly palette: Uint8Array;
  readonly masks: readonly number[];
  readonly pixelsAt: number;
}

const MASKS_15_BITS = [0x7c00, 0x3e0, 0x1f, 0];
const MASKS_24_BITS = [0xff_0000, 0xff00, 0xff, 0];
/** The fourth byte of an icon's pixel is alpha, that of a file's pixel is nothing. */
const MASKS_32_BITS = [0xff_0000, 0xff00, 0xff, 0xff00_0000];

/**
 * Reads the header at `at`. A file says where its pixels stand; in an `icon` they follow the palette,
 * and those of 32 bits have alpha.
 */
export function readDib(bytes: Uint8Array, at: number, pixelsAt: number | 'icon'): Dib {
  const header = readDibHeader(bytes, at);
  if ('kind' in header) {
    const message = header.kind === 'damaged' ? header.detail : header.what;
    throw new DecodeError(message, { truncated: false });
  }
  const { bits, coloursUsed, length, paletteStep, masks } = header;
  const paletteAt = at + length;
  if (paletteAt > bytes.length) {
    throw new DecodeError('header ends early', { truncated: true });
  }
  const colours = bits > 8 ? coloursUsed : Math.min(coloursUsed || 2 ** bits, 2 ** bits);
  const paletteEnd = paletteAt + colours * paletteStep;
  const pixels = pixelsAt === 'icon' ? paletteEnd : pixelsAt;
  return {
    ...header,
    // Some writers put the pixels where the palette would go on.
    palette: bytes.subarray(paletteAt, Math.min(paletteEnd, Math.max(pixels, paletteAt))),
    masks: masks ?? defaultMasks(bits, pixelsAt === 'icon'),
    pixelsAt: pixels,
  };
}

function defaultMasks(bits: number, icon: boolean): readonly number[] {
  return bits === 16 ? MASKS_15_BITS : icon ? MASKS_32_BITS : MASKS_24_BITS;
}

export interface DibRows {
  /** Whether a pixel may be transparent. */
  readonly alpha: boolean;
  /** Writes row `y` from the top as RGBA. */
  readonly readRow: (y: number, rgba: Uint8Array) => void;
}

/** Bytes of a stored row: whole words of 32 bits. */
export function dibStride(width: number, bits: number): number {
  return Math.ceil((width * bits) / 32) * 4;
}

export function dibRows(bytes: Uint8Array, dib: Dib): DibRows {
  const { width, height, bits, compression, topDown, pixelsAt } = dib;
  if (compression === DIB_COMPRESSION.rle8 || compression === DIB_COMPRESSION.rle4) {
    const rows = runLengthRows(bytes.subarray(pixelsAt), dib, bits === 4);
    const paint = paletteReader(dib, 8);
    return {
      alpha: false,
      readRow: (y, rgba) => {
        const row = topDown ? y : height - 1 - y;
        paint(rows.subarray(row * width, (row + 1) * width), rgba);
      },
    };
  }
  const stride = dibStride(width, bits);
  // The last row may lack its padding.
  if (pixelsAt + stride * (height - 1) + Math.ceil((width * bits) / 8) > bytes.length) {
    throw new DecodeError('pixel data ends early', { truncated: true });
  }
  const rowAt = (y: number): number => pixelsAt + (topDown ? y : height - 1 - y) * stride;
  const reads = rowReader(dib, usesAlpha(bytes, dib));
  return {
    alpha: reads.alpha,
    readRow: (y, rgba) => {
      reads.read(bytes.subarray(rowAt(y), rowAt(y) + stride), rgba);
    },
  };
}

type RowReader = (row: Uint8Array, rgba: Uint8Array) => void;

function rowReader(
  dib: Dib,
  alpha: boolean,
): { readonly read: RowReader; readonly alpha: boolean } {
  if (dib.bits <= 8) {
    return { read: paletteReader(dib, dib.bits), alpha: false };
  }
  if (dib.bits === 24) {
    return { read: readTriples, alpha: false };
  }
  return { read: maskReader(dib, alpha), alpha };
}

/** Indices behind the last colour are black. */
function paletteReader({ palette, paletteStep, width }: Dib, bits: number): RowReader {
  const perByte = 8 / bits;
  const largest = 2 ** bits - 1;
  return (row, rgba) => {
    for (let x = 0, to = 0; x < width; x += 1, to += 4) {
      const shift = 8 - bits * ((x % perByte) + 1);
      const colour = ((u8(row, Math.floor(x / perByte)) >> shift) & largest) * paletteStep;
      rgba[to] = u8(palette, colour + 2);
      rgba[to + 1] = u8(palette, colour + 1);
      rgba[to + 2] = u8(palette, colour);
      rgba[to + 3] = 255;
    }
  };
}

function readTriples(row: Uint8Array, rgba: Uint8Array): void {
  for (let to = 0, from = 0; to < rgba.length; to += 4, from += 3) {
    rgba[to] = row[from + 2] ?? 0;
    rgba[to + 1] = row[from + 1] ?? 0;
    rgba[to + 2] = row[from] ?? 0;
    rgba[to + 3] = 255;
  }
}

function maskReader({ masks, bits, width }: Dib, alpha: boolean): RowReader {
  const channels = masks.map((mask) => {
    // The lowest bit of the mask, and the largest value above it.
    const unit = mask === 0 ? 1 : (mask & -mask) >>> 0;
    return { mask, unit, scale: mask === 0 ? 0 : 255 / (mask / unit) };
  });
  const colours = alpha ? channels : channels.slice(0, 3);
  return (row, rgba) => {
    for (let x = 0; x < width; x += 1) {
      const pixel = bits === 16 ? u16le(row, x * 2) : u32le(row, x * 4);
      rgba[x * 4 + 3] = 255;
      for (const [index, { mask, unit, scale }] of colours.entries()) {
        rgba[x * 4 + index] = Math.round((((pixel & mask) >>> 0) / unit) * scale);
      }
    }
  };
}

/** Whether the alpha means anything: many writers leave it zero everywhere. */
function usesAlpha(bytes: Uint8Array, { width, height, bits, masks, pixelsAt }: Dib): boolean {
  const mask = masks[3] ?? 0;
  if (mask === 0 || (bits !== 16 && bits !== 32)) {
    return false;
  }
  const stride = dibStride(width, bits);
  for (let y = 0; y < height; y += 1) {
    const row = pixelsAt + y * stride;
    for (let x = 0; x < width; x += 1) {
      const pixel = bits === 16 ? u16le(bytes, row + x * 2) : u32le(bytes, row + x * 4);
      if ((pixel & mask) !== 0) {
        return true;
      }
    }
  }
  return false;
}
