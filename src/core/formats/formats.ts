import { hasText, latin1, u8, u16le, u32be } from '../bytes.ts';
import { decodeXmlText, endOfProlog } from './xmlText.ts';

/** Formats that the extension reads. */
export type ReadableFormat =
  | 'png'
  | 'jpeg'
  | 'gif'
  | 'webp'
  | 'bmp'
  | 'tiff'
  | 'ico'
  | 'cur'
  | 'avif'
  | 'heic'
  | 'svg';

/** What a file really is, by its first bytes and never by its name. */
export type FileKind =
  | { readonly kind: 'readable'; readonly format: ReadableFormat }
  /** A picture, film or document that cannot be read; `name` is what people call it. */
  | { readonly kind: 'unreadable'; readonly name: string }
  | { readonly kind: 'notAnImage'; readonly looksLike?: 'text' | 'html' };

/** Names for people, for the formats that can be read. */
export const FORMAT_NAMES: Readonly<Record<ReadableFormat, string>> = {
  png: 'PNG',
  jpeg: 'JPEG',
  gif: 'GIF',
  webp: 'WebP',
  bmp: 'BMP',
  tiff: 'TIFF',
  ico: 'ICO',
  cur: 'CUR',
  avif: 'AVIF',
  heic: 'HEIC',
  svg: 'SVG',
};

/** Formats that the Messages API takes as they are (Claude docs, "Vision"). */
export type KeepableFormat = 'png' | 'jpeg' | 'gif' | 'webp';

export function isKeepable(format: ReadableFormat): format is KeepableFormat {
  return format === 'png' || format === 'jpeg' || format === 'gif' || format === 'webp';
}

/**
 * As many bytes as `identifyFormat` ever looks at. Most of it is for SVG, whose root element may
 * stand behind a licence and a document type full of entities.
 */
export const IDENTIFY_BYTES = 16_384;

/** Recognises a file by its first bytes, `IDENTIFY_BYTES` of them or the whole file. */
export function identifyFormat(bytes: Uint8Array): FileKind {
  const format =
    READABLE.find(({ magic }) => hasText(bytes, 0, magic))?.format ?? iconOrBitmap(bytes);
  if (format !== undefined) {
    return readable(format);
  }
  const name =
    SIGNATURES.find((signature) => hasText(bytes, signature.at ?? 0, signature.magic))?.name ??
    matroskaName(bytes) ??
    netpbmName(bytes);
  if (name !== undefined) {
    return unreadable(name);
  }
  return riffKind(bytes) ?? isoMediaKind(bytes) ?? targaKind(bytes) ?? identifyText(bytes);
}

function readable(format: ReadableFormat): FileKind {
  return { kind: 'readable', format };
}

function unreadable(name: string): FileKind {
  return { kind: 'unreadable', name };
}

/** PNG by its first half: a damaged second half is told from "not an image" by the PNG reader. */
const READABLE: readonly { readonly magic: string; readonly format: ReadableFormat }[] = [
  { magic: '\x89PNG', format: 'png' },
  { magic: '\xff\xd8\xff', format: 'jpeg' },
  { magic: 'GIF87a', format: 'gif' },
  { magic: 'GIF89a', format: 'gif' },
  { magic: 'II*\0', format: 'tiff' },
  { magic: 'MM\0*', format: 'tiff' },
];

const SIGNATURES: readonly {
  readonly magic: string;
  readonly at?: number;
  readonly name: string;
}[] = [
  { magic: 'II+\0', name: 'BigTIFF' },
  { magic: 'MM\0+', name: 'BigTIFF' },
  { magic: 'II\xbc', name: 'JPEG XR' },
  { magic: 'IIU\0', name: 'Panasonic RAW' },
  { magic: 'IIRO\x08\0', name: 'Olympus RAW' },
  { magic: 'IIRS\x08\0', name: 'Olympus RAW' },
  { magic: '8BPS', name: 'PSD' },
  { magic: 'icns', name: 'ICNS' },
  { magic: 'DDS ', name: 'DDS' },
  { magic: '\xabKTX 11\xbb', name: 'KTX' },
  { magic: '\xabKTX 20\xbb', name: 'KTX2' },
  { magic: '\0\0\0\x0cJXL \r\n\x87\n', name: 'JPEG XL' },
  { magic: '\xff\x0a', name: 'JPEG XL' },
  { magic: '\0\0\0\x0cjP  \r\n\x87\n', name: 'JPEG 2000' },
  { magic: '\xff\x4f\xff\x51', name: 'JPEG 2000' },
  { magic: 'qoif', name: 'QOI' },
  { magic: 'v/1\x01', name: 'OpenEXR' },
  { magic: '#?RADIANCE', name: 'Radiance HDR' },
  { magic: 'gimp xcf', name: 'XCF' },
  { magic: 'FUJIFILMCCD-RAW', name: 'Fujifilm RAW' },
  { magic: '%PDF-', name: 'PDF' },
  { magic: '%!PS', name: 'PostScript' },
  { magic: '\x1f\x8b\x08', name: 'SVGZ' },
  { magic: 'FLV\x01', name: 'FLV video' },
  { magic: 'OggS', name: 'Ogg media' },
  { magic: '\0\0\x01\xba', name: 'MPEG video' },
  { magic: '\0\0\x01\xb3', name: 'MPEG video' },
];

function riffKind(bytes: Uint8Array): FileKind | undefined {
  if (!hasText(bytes, 0, 'RIFF')) {
    return undefined;
  }
  return hasText(bytes, 8, 'WEBP')
    ? readable('webp')
    : hasText(bytes, 8, 'AVI ')
      ? unreadable('AVI video')
      : undefined;
}

/** BMP, ICO and CUR have two to four bytes of magic, so one field more of the header is checked. */
function iconOrBitmap(bytes: Uint8Array): ReadableFormat | undefined {
  if (hasText(bytes, 0, 'BM') && bytes.length >= 18) {
    const infoHeaderLength = u8(bytes, 14);
    return [12, 16, 40, 52, 56, 64, 108, 124].includes(infoHeaderLength) ? 'bmp' : undefined;
  }
  if (u16le(bytes, 4) === 0 || u8(bytes, 9) !== 0) {
    return undefined;
  }
  return hasText(bytes, 0, '\0\0\x01\0')
    ? 'ico'
    : hasText(bytes, 0, '\0\0\x02\0')
      ? 'cur'
      : undefined;
}

/** Bits of a pixel that each image type of a TGA without a palette has. */
const TARGA_DEPTHS: Readonly<Record<number, readonly number[]>> = {
  2: [16, 24, 32],
  3: [8, 16],
  10: [16, 24, 32],
  11: [8, 16],
};

/** TGA has no magic: what a file without a palette must have as zeros and types stands for it. */
function targaKind(bytes: Uint8Array): FileKind | undefined {
  const plausible =
    bytes.length > 18 &&
    u8(bytes, 1) === 0 &&
    hasText(bytes, 3, '\0\0\0\0\0') &&
    u16le(bytes, 12) > 0 &&
    u16le(bytes, 14) > 0 &&
    TARGA_DEPTHS[u8(bytes, 2)]?.includes(u8(bytes, 16)) === true &&
    [0, 1, 8].includes(u8(bytes, 17) & 0xcf);
  return plausible ? unreadable('TGA') : undefined;
}

function matroskaName(bytes: Uint8Array): string | undefined {
  if (!hasText(bytes, 0, '\x1aE\xdf\xa3')) {
    return undefined;
  }
  return latin1(bytes, 0, 64).includes('webm') ? 'WebM video' : 'Matroska video';
}

function netpbmName(bytes: Uint8Array): string | undefined {
  return /^P[1-7Ff]\s/.test(latin1(bytes, 0, 3)) ? 'Netpbm' : undefined;
}

const BRANDS: Readonly<Record<string, FileKind>> = {
  avif: readable('avif'),
  avis: readable('avif'),
  heic: readable('heic'),
  heix: readable('heic'),
  heim: readable('heic'),
  heis: readable('heic'),
  hevc: readable('heic'),
  hevx: readable('heic'),
  'crx ': unreadable('Canon RAW'),
  'qt  ': unreadable('QuickTime video'),
};

/** ISO base media files (ISO/IEC 14496-12) tell what they are by the brands of their `ftyp` box. */
function isoMediaKind(bytes: Uint8Array): FileKind | undefined {
  if (!hasText(bytes, 4, 'ftyp')) {
    return ['moov', 'mdat', 'wide'].includes(latin1(bytes, 4, 4))
      ? unreadable('QuickTime video')
      : undefined;
  }
  const end = Math.min(u32be(bytes, 0), bytes.length, 256);
  const brands = [latin1(bytes, 8, 4)];
  for (let at = 16; at + 4 <= end; at += 4) {
    brands.push(latin1(bytes, at, 4));
  }
  const known = brands.map((brand) => BRANDS[brand]).find((kind) => kind !== undefined);
  // Structural brands do not tell the codec; the header reader looks at the picture's own type.
  const structural = brands.includes('mif1') || brands.includes('msf1');
  return known ?? (structural ? readable('heic') : unreadable('MP4 video'));
}

/** As many bytes as most texts show in what they are. */
const TEXT_BYTES = 1024;
/** Longer than any start tag's name. */
const ROOT_LENGTH = 100;

function identifyText(bytes: Uint8Array): FileKind {
  const root = startOfText(bytes, TEXT_BYTES) ?? startOfText(bytes, IDENTIFY_BYTES);
  return root === undefined ? { kind: 'notAnImage' } : kindOfText(root);
}

/** The text from the root element on; `undefined` for binary data, and for too few bytes. */
function startOfText(bytes: Uint8Array, limit: number): string | undefined {
  const text = decodeXmlText(bytes, limit);
  const rootAt = text === undefined ? 0 : endOfProlog(text);
  const root = text?.slice(rootAt, rootAt + ROOT_LENGTH);
  const isMissing = root !== undefined && root.length < ROOT_LENGTH && limit < IDENTIFY_BYTES;
  return isMissing && bytes.length > limit ? undefined : root;
}

function kindOfText(root: string): FileKind {
  if (/^<(?:\w{1,60}:)?svg(?:[\s>/]|$)/i.test(root)) {
    return readable('svg');
  }
  return {
    kind: 'notAnImage',
    looksLike: /^<(?:!doctype\s+html|html|head|body)\b/i.test(root) ? 'html' : 'text',
  };
}
