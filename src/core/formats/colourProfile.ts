import { concatBytes, hasText, latin1, u8, u32be } from '../bytes.ts';
import type { ReadableFormat } from './formats.ts';
import { itemProperties, primaryItemId } from './heifItems.ts';
import { childrenOf, readBox } from './isoBoxes.ts';
import { JPEG_MARKER, nextJpegSegment } from './jpegHeader.ts';
import { MAX_FILE_PARTS } from '../plan/limits.ts';
import { PNG_SIGNATURE, readPngChunk } from './pngHeader.ts';
import { readTiffDirectory, tiffByteOrder } from './tiffDirectory.ts';
import { readRiffChunk, WEBP_CHUNKS_START, webpEnd } from './webpHeader.ts';

/** Reads ICC colour profiles (ICC.1) out of image files, and what they say. */

/**
 * Unpacks zlib data; `undefined` when it is broken or longer than the caller thinks right. A
 * parameter, because the machine has it and the core does not.
 */
export type Inflate = (bytes: Uint8Array) => Uint8Array | undefined;

/** What stands before each part of a profile in a JPEG; its number and the count of all follow. */
export const JPEG_PROFILE_HEADER = 'ICC_PROFILE\0';

/** The profile of a whole file; `undefined` when it has none, or a broken one. Never throws. */
export function readColourProfile(
  bytes: Uint8Array,
  format: ReadableFormat,
  inflate: Inflate,
): Uint8Array | undefined {
  const profile = findProfile(bytes, format, inflate);
  return profile && isProfile(profile) ? profile : undefined;
}

function findProfile(
  bytes: Uint8Array,
  format: ReadableFormat,
  inflate: Inflate,
): Uint8Array | undefined {
  switch (format) {
    case 'jpeg':
      return fromJpeg(bytes);
    case 'png':
      return fromPng(bytes, inflate);
    case 'webp':
      return fromWebp(bytes);
    case 'tiff':
      return fromTiff(bytes);
    case 'avif':
    case 'heic':
      return fromHeif(bytes);
    case 'gif':
    case 'bmp':
    case 'ico':
    case 'cur':
    case 'svg':
      return undefined;
  }
}

const PROFILE_HEADER = 128;
const PROFILE_SIGNATURE = 'acsp';

function isProfile(profile: Uint8Array): boolean {
  return profile.length > PROFILE_HEADER && hasText(profile, 36, PROFILE_SIGNATURE);
}

function fromJpeg(bytes: Uint8Array): Uint8Array | undefined {
  const parts = new Map<number, Uint8Array>();
  let count = 0;
  let at = 2;
  for (;;) {
    const segment = nextJpegSegment(bytes, at);
    if (!segment || segment.end > bytes.length || segment.marker === JPEG_MARKER.startOfScan) {
      break;
    }
    if (
      segment.marker === JPEG_MARKER.app2 &&
      hasText(bytes, segment.dataStart, JPEG_PROFILE_HEADER)
    ) {
      const numberAt = segment.dataStart + JPEG_PROFILE_HEADER.length;
      count = u8(bytes, numberAt + 1);
      parts.set(u8(bytes, numberAt), bytes.subarray(numberAt + 2, segment.end));
    }
    at = segment.end;
  }
  const inOrder = Array.from({ length: count }, (_, index) => parts.get(index + 1));
  const found = inOrder.filter((part) => part !== undefined);
  return found.length === count && count > 0 ? concatBytes(found) : undefined;
}

/** Longest name of a profile in a PNG (PNG specification, section 11.3.2.3). */
const LONGEST_NAME = 79;

function fromPng(bytes: Uint8Array, inflate: Inflate): Uint8Array | undefined {
  let at = PNG_SIGNATURE.length;
  for (;;) {
    const chunk = readPngChunk(bytes, at);
    if (!chunk || chunk.dataEnd > bytes.length || chunk.type === 'IDAT') {
      return undefined;
    }
    if (chunk.type === 'iCCP') {
      const data = bytes.subarray(chunk.dataStart, chunk.dataEnd);
      const nameEnd = data.subarray(0, LONGEST_NAME + 1).indexOf(0);
      // The byte behind the name's zero is the method of compression, of which there is one.
      return nameEnd === -1 ? undefined : inflate(data.subarray(nameEnd + 2));
    }
    at = chunk.end;
  }
}

function fromWebp(bytes: Uint8Array): Uint8Array | undefined {
  const end = Math.min(webpEnd(bytes), bytes.length);
  let at = WEBP_CHUNKS_START;
  for (let count = 0; at < end && count < MAX_FILE_PARTS; count += 1) {
    const chunk = readRiffChunk(bytes, at);
    if (!chunk || chunk.dataEnd > end) {
      return undefined;
    }
    if (chunk.type === 'ICCP') {
      return bytes.subarray(chunk.dataStart, chunk.dataEnd);
    }
    at = chunk.end;
  }
  return undefined;
}

const TIFF_PROFILE_TAG = 34675;

function fromTiff(bytes: Uint8Array): Uint8Array | undefined {
  const order = tiffByteOrder(bytes);
  const directory = order && readTiffDirectory(bytes, order, order.u32(bytes, 4));
  const field = directory?.fields.get(TIFF_PROFILE_TAG);
  return field && field.valueAt + field.length <= bytes.length
    ? bytes.subarray(field.valueAt, field.valueAt + field.length)
    : undefined;
}

/** A `colr` property of the primary item, of kind `prof` or `rICC` (ISO/IEC 14496-12, 12.1.5). */
function fromHeif(bytes: Uint8Array): Uint8Array | undefined {
  let box = readBox(bytes, 0, bytes.length);
  while (box && box.type !== 'meta') {
    box = readBox(bytes, box.end, bytes.length);
  }
  const meta = box && childrenOf(bytes, box, 4);
  const primary = meta && primaryItemId(bytes, meta);
  if (!meta || primary === undefined) {
    return undefined;
  }
  const colour = itemProperties(bytes, meta, primary).find(
    ({ type, dataStart }) => type === 'colr' && /^(?:prof|rICC)$/.test(latin1(bytes, dataStart, 4)),
  );
  return colour && bytes.subarray(colour.dataStart + 4, colour.end);
}

/** The samples that a profile is for (ICC.1, table 19). */
export function profileColourSpace(profile: Uint8Array): 'rgb' | 'grey' | 'cmyk' | 'other' {
  switch (latin1(profile, 16, 4)) {
    case 'RGB ':
      return 'rgb';
    case 'GRAY':
      return 'grey';
    case 'CMYK':
      return 'cmyk';
    default:
      return 'other';
  }
}

const MOST_TAGS = 100;
const DESCRIPTION_BYTES = 512;

/**
 * Whether the profile is that of sRGB, which pictures without a profile are taken for. Goes by its
 * description; a profile that only resembles sRGB, such as a linear one, is not it.
 */
export function isSrgbProfile(profile: Uint8Array): boolean {
  if (profileColourSpace(profile) !== 'rgb') {
    return false;
  }
  const tags = Math.min(u32be(profile, PROFILE_HEADER), MOST_TAGS);
  for (let index = 0; index < tags; index += 1) {
    const at = PROFILE_HEADER + 4 + index * 12;
    if (hasText(profile, at, 'desc')) {
      const length = Math.min(u32be(profile, at + 8), DESCRIPTION_BYTES);
      // Either one byte or two of which the first is zero, by the version of the profile.
      const text = latin1(profile, u32be(profile, at + 4), length).replaceAll('\0', '');
      return /(?<![a-z])sRGB/.test(text) && !/linear|-g\d\d|extended/i.test(text);
    }
  }
  return false;
}
