import { concatBytes, fromLatin1, u8 } from '../bytes.ts';
import { JPEG_PROFILE_HEADER } from './colourProfile.ts';
import { JPEG_MARKER, nextJpegSegment } from './jpegHeader.ts';
import type { MediaType } from '../plan/mediaType.ts';
import { PNG_SIGNATURE, readPngChunk } from './pngHeader.ts';
import type { Crc32 } from './strip.ts';
import { riffHeader } from './stripWebp.ts';
import { probeWebp, readRiffChunk, VP8X_FLAG, WEBP_CHUNKS_START } from './webpHeader.ts';

/** Puts an ICC colour profile into a finished file. */

/** What the machine has and the core does not: zlib's `deflate` and CRC-32. */
export interface ProfileTools {
  readonly deflate: (bytes: Uint8Array) => Uint8Array;
  readonly crc32: Crc32;
}

/**
 * The same picture with a colour profile, for a file without one that an encoder has just made.
 * GIF takes none, and what is no such file comes back as it is.
 */
export function withColourProfile(
  bytes: Uint8Array<ArrayBuffer>,
  mediaType: MediaType,
  profile: Uint8Array,
  tools: ProfileTools,
): Uint8Array<ArrayBuffer> {
  switch (mediaType) {
    case 'image/jpeg':
      return intoJpeg(bytes, profile);
    case 'image/png':
      return intoPng(bytes, profile, tools);
    case 'image/webp':
      return intoWebp(bytes, profile);
    case 'image/gif':
      return bytes;
  }
}

/** What a segment holds besides its length, the header, the part's number and their count. */
const JPEG_PART_LENGTH = 0xffff - 2 - JPEG_PROFILE_HEADER.length - 2;
const MOST_JPEG_PARTS = 255;

/** Behind JFIF's segment, which has to be the first. */
function intoJpeg(bytes: Uint8Array<ArrayBuffer>, profile: Uint8Array): Uint8Array<ArrayBuffer> {
  const first = nextJpegSegment(bytes, 2);
  const count = Math.ceil(profile.length / JPEG_PART_LENGTH);
  if (!first || count > MOST_JPEG_PARTS) {
    return bytes;
  }
  const at = first.marker === JPEG_MARKER.app0 ? first.end : 2;
  const segments = Array.from({ length: count }, (_, index) => {
    const part = profile.subarray(index * JPEG_PART_LENGTH, (index + 1) * JPEG_PART_LENGTH);
    const length = 2 + JPEG_PROFILE_HEADER.length + 2 + part.length;
    return concatBytes([
      Uint8Array.of(0xff, JPEG_MARKER.app2, length >> 8, length & 0xff),
      fromLatin1(JPEG_PROFILE_HEADER),
      Uint8Array.of(index + 1, count),
      part,
    ]);
  });
  return concatBytes([bytes.subarray(0, at), ...segments, bytes.subarray(at)]);
}

/** Behind the header: a profile has to stand before the palette and the pixels. */
function intoPng(
  bytes: Uint8Array<ArrayBuffer>,
  profile: Uint8Array,
  { deflate, crc32 }: ProfileTools,
): Uint8Array<ArrayBuffer> {
  const header = readPngChunk(bytes, PNG_SIGNATURE.length);
  if (header?.type !== 'IHDR') {
    return bytes;
  }
  // Type, name, its zero, the method of compression, the profile: what the checksum is over.
  const body = concatBytes([fromLatin1('iCCPICC profile\0\0'), deflate(profile)]);
  const chunk = concatBytes([bigEndian(body.length - 4), body, bigEndian(crc32(body))]);
  return concatBytes([bytes.subarray(0, header.end), chunk, bytes.subarray(header.end)]);
}

function bigEndian(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}

const EXTENDED_LENGTH = 10;

/** Into the extended form of the container, which a file of one chunk is turned into. */
function intoWebp(bytes: Uint8Array<ArrayBuffer>, profile: Uint8Array): Uint8Array<ArrayBuffer> {
  const probed = probeWebp(bytes);
  if (probed.kind !== 'header') {
    return bytes;
  }
  const first = readRiffChunk(bytes, WEBP_CHUNKS_START);
  const isExtended = first?.type === 'VP8X';
  const rest = bytes.subarray(isExtended ? first.end : WEBP_CHUNKS_START);
  const { size, alpha } = probed.header;
  const extended = isExtended
    ? bytes.slice(first.start, first.end)
    : concatBytes([
        webpChunkHeader('VP8X', EXTENDED_LENGTH),
        Uint8Array.of(alpha ? VP8X_FLAG.alpha : 0, 0, 0, 0),
        littleEndian24(size.width - 1),
        littleEndian24(size.height - 1),
      ]);
  extended[8] = u8(extended, 8) | VP8X_FLAG.profile;
  const chunks = concatBytes([
    extended,
    webpChunkHeader('ICCP', profile.length),
    profile,
    new Uint8Array(profile.length % 2),
    rest,
  ]);
  return concatBytes([riffHeader(chunks.length), chunks]);
}

function webpChunkHeader(type: string, length: number): Uint8Array {
  const header = concatBytes([fromLatin1(type), new Uint8Array(4)]);
  new DataView(header.buffer).setUint32(4, length, true);
  return header;
}

function littleEndian24(value: number): Uint8Array {
  return Uint8Array.of(value & 0xff, (value >> 8) & 0xff, value >> 16);
}
