import { hasText, latin1, u8, u32be } from './bytes.ts';

/** Formats that the extension reads. */
export type ReadableFormat = 'png' | 'jpeg' | 'gif';

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
};

/** As many bytes as `identifyFormat` ever looks at. */
export const IDENTIFY_BYTES = 4096;

/** Recognises a file by its first bytes, `IDENTIFY_BYTES` of them or the whole file. */
export function identifyFormat(bytes: Uint8Array): FileKind {
  const readable = READABLE.find(({ magic }) => hasText(bytes, 0, magic));
  if (readable) {
    return { kind: 'readable', format: readable.format };
  }
  const name =
    SIGNATURES.find((signature) => hasText(bytes, signature.at ?? 0, signature.magic))?.name ??
    riffName(bytes) ??
    isoMediaName(bytes) ??
    iconName(bytes) ??
    matroskaName(bytes) ??
    netpbmName(bytes);
  return name === undefined ? identifyText(bytes) : { kind: 'unreadable', name };
}

/** PNG by its first half: a damaged second half is told from "not an image" by the PNG reader. */
const READABLE: readonly { readonly magic: string; readonly format: ReadableFormat }[] = [
  { magic: '\x89PNG', format: 'png' },
  { magic: '\xff\xd8\xff', format: 'jpeg' },
  { magic: 'GIF87a', format: 'gif' },
  { magic: 'GIF89a', format: 'gif' },
];

const SIGNATURES: readonly {
  readonly magic: string;
  readonly at?: number;
  readonly name: string;
}[] = [
  { magic: 'II*\0', name: 'TIFF' },
  { magic: 'MM\0*', name: 'TIFF' },
  { magic: 'II+\0', name: 'BigTIFF' },
  { magic: 'MM\0+', name: 'BigTIFF' },
  { magic: 'IIU\0', name: 'JPEG XR' },
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
  { magic: 'FLV\x01', name: 'FLV video' },
  { magic: 'OggS', name: 'Ogg media' },
  { magic: '\0\0\x01\xba', name: 'MPEG video' },
  { magic: '\0\0\x01\xb3', name: 'MPEG video' },
];

function riffName(bytes: Uint8Array): string | undefined {
  if (!hasText(bytes, 0, 'RIFF')) {
    return undefined;
  }
  const type = latin1(bytes, 8, 4);
  return type === 'WEBP' ? 'WebP' : type === 'AVI ' ? 'AVI video' : undefined;
}

/** BMP, ICO and CUR have two to four bytes of magic, so one field more of the header is checked. */
function iconName(bytes: Uint8Array): string | undefined {
  if (hasText(bytes, 0, 'BM') && bytes.length >= 18) {
    const infoHeaderLength = u8(bytes, 14);
    return [12, 16, 40, 52, 56, 64, 108, 124].includes(infoHeaderLength) ? 'BMP' : undefined;
  }
  const entries = u8(bytes, 4) + u8(bytes, 5) * 256;
  if (entries === 0 || u8(bytes, 9) !== 0) {
    return undefined;
  }
  return hasText(bytes, 0, '\0\0\x01\0')
    ? 'ICO'
    : hasText(bytes, 0, '\0\0\x02\0')
      ? 'CUR'
      : undefined;
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

const BRAND_NAMES: Readonly<Record<string, string>> = {
  avif: 'AVIF',
  avis: 'AVIF',
  heic: 'HEIC',
  heix: 'HEIC',
  heim: 'HEIC',
  heis: 'HEIC',
  hevc: 'HEIC',
  hevx: 'HEIC',
  'crx ': 'Canon RAW',
  'qt  ': 'QuickTime video',
};

/** ISO base media files (ISO/IEC 14496-12) tell what they are by the brands of their `ftyp` box. */
function isoMediaName(bytes: Uint8Array): string | undefined {
  if (!hasText(bytes, 4, 'ftyp')) {
    return ['moov', 'mdat', 'wide'].includes(latin1(bytes, 4, 4)) ? 'QuickTime video' : undefined;
  }
  const end = Math.min(u32be(bytes, 0), bytes.length, 256);
  const brands = [latin1(bytes, 8, 4)];
  for (let at = 16; at + 4 <= end; at += 4) {
    brands.push(latin1(bytes, at, 4));
  }
  const known = brands.map((brand) => BRAND_NAMES[brand]).find((name) => name !== undefined);
  if (known !== undefined) {
    return known;
  }
  return brands.includes('mif1') || brands.includes('msf1') ? 'HEIF' : 'MP4 video';
}

/** XML declaration, comments, doctype and white space before the first element. */
const XML_PROLOG =
  /^(?:\s+|<\?[\s\S]*?\?>|<!--[\s\S]*?-->|<!DOCTYPE\s+svg[^[>]*(?:\[[\s\S]*?\])?\s*>)*/i;

function identifyText(bytes: Uint8Array): FileKind {
  const start = decodeText(bytes.subarray(0, IDENTIFY_BYTES));
  if (start === undefined) {
    return { kind: 'notAnImage' };
  }
  const body = start.replace(XML_PROLOG, '');
  if (/^<(?:\w+:)?svg[\s>/]/i.test(body)) {
    return { kind: 'unreadable', name: 'SVG' };
  }
  return {
    kind: 'notAnImage',
    looksLike: /^<(?:!doctype\s+html|html|head|body)\b/i.test(body) ? 'html' : 'text',
  };
}

/** Text of a UTF-8 or UTF-16 file, one character a code unit; `undefined` for binary data. */
function decodeText(bytes: Uint8Array): string | undefined {
  if (hasText(bytes, 0, '\xff\xfe') || hasText(bytes, 0, '\xfe\xff')) {
    return latin1(bytes.subarray(2), 0, IDENTIFY_BYTES).replaceAll('\0', '');
  }
  const text = latin1(bytes, hasText(bytes, 0, '\xef\xbb\xbf') ? 3 : 0, IDENTIFY_BYTES);
  // oxlint-disable-next-line no-control-regex -- control characters are what tells binary data
  return text.length === 0 || /[\0-\x08\x0e-\x1a\x1c-\x1f]/.test(text) ? undefined : text;
}
