import { u16le, u32le } from '../bytes.ts';
import { needMoreBytes, probeFailed } from './imageHeader.ts';
import type { ImageHeader, ProbeResult, Size } from './imageHeader.ts';

/** Reads BMP headers, of Windows and of OS/2. */

const FILE_HEADER = 14;
/** The header of OS/2 1.x has edges of two bytes and no compression. */
const CORE_HEADER = 12;
/** The shortest one of OS/2 2.x, which may leave out whatever it likes behind the depth. */
const SHORTEST_OS2_HEADER = 16;
const INFO_HEADER = 40;
const OS2_HEADER = 64;
/** The shortest header with a mask for alpha inside. */
const ALPHA_HEADER = 56;
const MASKS_AT = 40;

export const DIB_COMPRESSION = { none: 0, rle8: 1, rle4: 2, masks: 3, alphaMasks: 6 } as const;

/**
 * The header of a device-independent bitmap, which stands in BMP files and in icons (Microsoft:
 * "Bitmap Storage"; OS/2: "Bitmap File Format"). In icons, the height counts the mask as well.
 */
export interface DibHeader extends Size {
  /** Bytes of the header, and of masks behind it. */
  readonly length: number;
  /** Bits of a pixel. */
  readonly bits: number;
  readonly compression: number;
  readonly topDown: boolean;
  /** Entries of the palette; 0 is as many as there are indices. */
  readonly coloursUsed: number;
  /** Bytes of a palette's entry. */
  readonly paletteStep: number;
  /** Which bits of a pixel are red, green, blue and alpha, where the file says so. */
  readonly masks?: readonly number[];
}

/** Why a bitmap is not read; `what` names the kind that is not. */
export type DibFault =
  | { readonly kind: 'damaged'; readonly detail: string }
  | { readonly kind: 'unsupported'; readonly what: string };

/** As many bytes of a bitmap as its header is read from, but for the number of colours. */
export const DIB_HEADER_BYTES = 56;

/** The header at `at`. What the bytes or a short header do not reach is zero. */
export function readDibHeader(bytes: Uint8Array, at: number): DibHeader | DibFault {
  const headerLength = u32le(bytes, at);
  const core = headerLength === CORE_HEADER;
  if (!core && headerLength < SHORTEST_OS2_HEADER) {
    return { kind: 'damaged', detail: `header of ${headerLength} bytes` };
  }
  const field = (from: number): number => (headerLength < from + 4 ? 0 : u32le(bytes, at + from));
  const width = core ? u16le(bytes, at + 4) : field(4) | 0;
  // A negative height marks rows from the top down.
  const height = core ? u16le(bytes, at + 6) : field(8) | 0;
  const bits = u16le(bytes, at + (core ? 10 : 14));
  const compression = core ? DIB_COMPRESSION.none : field(16);
  if (width <= 0 || height === 0 || height === -(2 ** 31)) {
    return { kind: 'damaged', detail: `size ${width}x${height}` };
  }
  const isOs2 = headerLength < INFO_HEADER || headerLength === OS2_HEADER;
  const what = (isOs2 ? OS2_KINDS : WINDOWS_KINDS)[compression];
  if (what !== undefined) {
    return { kind: 'unsupported', what };
  }
  if (!DEPTHS[compression]?.includes(bits)) {
    return { kind: 'damaged', detail: `${bits} bits with compression ${compression}` };
  }
  const hasMasks =
    compression === DIB_COMPRESSION.masks || compression === DIB_COMPRESSION.alphaMasks;
  const hasAlphaMask =
    headerLength >= ALPHA_HEADER ||
    (compression === DIB_COMPRESSION.alphaMasks && headerLength === INFO_HEADER);
  const maskCount = hasAlphaMask ? 4 : 3;
  const mask = (index: number): number =>
    index < maskCount ? u32le(bytes, at + MASKS_AT + index * 4) : 0;
  return {
    width,
    height: Math.abs(height),
    length: headerLength + (hasMasks && headerLength === INFO_HEADER ? maskCount * 4 : 0),
    bits,
    compression,
    topDown: height < 0,
    coloursUsed: field(32),
    paletteStep: core ? 3 : 4,
    ...(hasMasks && { masks: [0, 1, 2, 3].map(mask) }),
  };
}

/** Bits of a pixel, by compression. */
const DEPTHS: Readonly<Record<number, readonly number[]>> = {
  [DIB_COMPRESSION.none]: [1, 2, 4, 8, 16, 24, 32],
  [DIB_COMPRESSION.rle8]: [8],
  [DIB_COMPRESSION.rle4]: [4],
  [DIB_COMPRESSION.masks]: [16, 32],
  [DIB_COMPRESSION.alphaMasks]: [16, 32],
};

/** Compressions that are not read; JPEG and PNG are meant for printers. */
const WINDOWS_KINDS: Readonly<Record<number, string>> = {
  4: 'JPEG inside',
  5: 'PNG inside',
  11: 'CMYK colours',
  12: 'CMYK colours',
  13: 'CMYK colours',
};
const OS2_KINDS: Readonly<Record<number, string>> = {
  3: 'CCITT fax compression',
  4: 'run lengths of 24 bits',
};

/** What a bitmap's header says of its pixels. */
export function dibPixelHeader({
  bits,
  masks,
}: DibHeader): Pick<ImageHeader, 'colourSpace' | 'bitDepth' | 'alpha' | 'lossy'> {
  return {
    colourSpace: bits <= 8 ? 'palette' : 'rgb',
    bitDepth: bits === 16 ? 5 : Math.min(bits, 8),
    alpha: (masks?.[3] ?? 0) !== 0,
    lossy: false,
  };
}

/** Reads a BMP's header. */
export function probeBmp(bytes: Uint8Array): ProbeResult {
  const infoLength = Math.min(u32le(bytes, FILE_HEADER), DIB_HEADER_BYTES);
  const needed = FILE_HEADER + Math.max(infoLength, CORE_HEADER);
  if (bytes.length < needed) {
    return needMoreBytes(needed);
  }
  const dib = readDibHeader(bytes, FILE_HEADER);
  if ('kind' in dib) {
    return dibFailed(dib, 'BMP');
  }
  const masksEnd = FILE_HEADER + Math.min(dib.length, DIB_HEADER_BYTES);
  if (bytes.length < masksEnd) {
    return needMoreBytes(masksEnd);
  }
  const { width, height } = dib;
  const common = { format: 'bmp', orientation: 1, progressive: false, frames: 1 } as const;
  return {
    kind: 'header',
    header: { ...common, size: { width, height }, ...dibPixelHeader(dib) },
  };
}

/** `format` is the name of the file's format. */
export function dibFailed(fault: DibFault, format: string): ProbeResult {
  return probeFailed(
    fault.kind === 'unsupported'
      ? { kind: 'formatUnsupported', format: `${format} with ${fault.what}` }
      : { kind: 'imageDamaged', format, detail: fault.detail },
  );
}
