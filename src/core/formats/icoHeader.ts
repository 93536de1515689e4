import { hasText, u8, u16le, u32le } from '../bytes.ts';
import { DIB_HEADER_BYTES, dibFailed, dibPixelHeader, readDibHeader } from './bmpHeader.ts';
import { needMoreBytes, probeFailed } from './imageHeader.ts';
import type { ImageHeader, ProbeResult, Size } from './imageHeader.ts';
import { PNG_SIGNATURE, probePng } from './pngHeader.ts';

/** Reads the headers of icons and cursors, which hold one picture in several sizes. */

const DIRECTORY_START = 6;
const ENTRY_LENGTH = 16;

/** A picture of an icon, as its directory has it. */
export interface IconEntry {
  readonly index: number;
  readonly size: Size;
  readonly dataStart: number;
  readonly dataEnd: number;
}

export function probeIco(bytes: Uint8Array): ProbeResult {
  return probeIcon(bytes, 'ico');
}

export function probeCur(bytes: Uint8Array): ProbeResult {
  return probeIcon(bytes, 'cur');
}

/** The largest picture of an icon, the deepest among several; the bytes must hold the directory. */
export function largestIconEntry(bytes: Uint8Array): IconEntry | undefined {
  let best: (IconEntry & { readonly rank: number }) | undefined;
  for (let index = 0; index < u16le(bytes, 4); index += 1) {
    const at = DIRECTORY_START + index * ENTRY_LENGTH;
    // An edge of 0 is one of 256 or more.
    const size = { width: u8(bytes, at) || 256, height: u8(bytes, at + 1) || 256 };
    // Bits of a pixel in icons; in cursors the same place has the hot spot.
    const depth = u8(bytes, 2) === 1 ? Math.min(u16le(bytes, at + 6), 255) : 0;
    const rank = size.width * size.height * 256 + depth;
    if (!best || rank > best.rank) {
      const dataStart = u32le(bytes, at + 12);
      best = { index, size, dataStart, dataEnd: dataStart + u32le(bytes, at + 8), rank };
    }
  }
  return best;
}

/** Size and depth of the largest picture, from its own header: a PNG's or a bitmap's. */
function probeIcon(bytes: Uint8Array, format: 'ico' | 'cur'): ProbeResult {
  const damaged = (detail: string): ProbeResult =>
    probeFailed({ kind: 'imageDamaged', format: format.toUpperCase(), detail });
  const frames = u16le(bytes, 4);
  const directoryEnd = DIRECTORY_START + frames * ENTRY_LENGTH;
  if (bytes.length < directoryEnd) {
    return needMoreBytes(directoryEnd);
  }
  const entry = largestIconEntry(bytes);
  if (!entry || entry.dataStart < directoryEnd || entry.dataEnd - entry.dataStart < 16) {
    return damaged('no picture');
  }
  const needed = Math.min(entry.dataStart + DIB_HEADER_BYTES, entry.dataEnd);
  if (bytes.length < needed) {
    return needMoreBytes(needed);
  }
  const common = { format, frames, orientation: 1, lossy: false } as const;
  if (hasText(bytes, entry.dataStart, PNG_SIGNATURE)) {
    return fromPng(probePng(bytes.subarray(entry.dataStart)), entry, common, damaged);
  }
  const dib = readDibHeader(bytes, entry.dataStart);
  if ('kind' in dib) {
    return dibFailed(dib, format.toUpperCase());
  }
  const { colourSpace, bitDepth } = dibPixelHeader(dib);
  // The bitmap's own height counts the mask, which may make any pixel transparent.
  const header = { size: entry.size, colourSpace, bitDepth, alpha: true, progressive: false };
  return { kind: 'header', header: { ...common, ...header } };
}

function fromPng(
  png: ProbeResult,
  { dataStart }: IconEntry,
  common: Pick<ImageHeader, 'format' | 'frames' | 'orientation' | 'lossy'>,
  damaged: (detail: string) => ProbeResult,
): ProbeResult {
  switch (png.kind) {
    case 'header':
      return { kind: 'header', header: { ...png.header, ...common } };
    case 'needMoreBytes':
      return needMoreBytes(dataStart + png.atLeast);
    case 'failed':
      return damaged('the PNG inside');
  }
}
