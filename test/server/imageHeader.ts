import type { Size } from './visualTokens.ts';

export type MediaType = 'image/jpeg' | 'image/png' | 'image/gif' | 'image/webp';

export const mediaTypes: readonly MediaType[] = [
  'image/jpeg',
  'image/png',
  'image/gif',
  'image/webp',
];

const pngSignature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** The format that the bytes themselves show; undefined when it is none of the four. */
export function sniff(bytes: Buffer): MediaType | undefined {
  if (bytes.subarray(0, 8).equals(pngSignature)) return 'image/png';
  if (bytes.subarray(0, 3).equals(Buffer.from([0xff, 0xd8, 0xff]))) return 'image/jpeg';
  const start = bytes.toString('latin1', 0, 12);
  if (start.startsWith('GIF87a') || start.startsWith('GIF89a')) return 'image/gif';
  if (start.startsWith('RIFF') && start.endsWith('WEBP')) return 'image/webp';
  return undefined;
}

/** Width and height in pixels as the header states them, metadata unread; throws on a broken header. */
export function headerSize(bytes: Buffer, mediaType: MediaType): Size {
  const size = readers[mediaType](bytes);
  if (size.width < 1 || size.height < 1) throw new RangeError('an image without pixels');
  return size;
}

const readers: Readonly<Record<MediaType, (bytes: Buffer) => Size>> = {
  'image/png': (bytes) => ({ width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) }),
  'image/gif': (bytes) => ({ width: bytes.readUInt16LE(6), height: bytes.readUInt16LE(8) }),
  'image/jpeg': jpegSize,
  'image/webp': webpSize,
};

function jpegSize(bytes: Buffer): Size {
  for (const segment of jpegSegments(bytes)) {
    // SOF0 to SOF15 without DHT (c4), JPG (c8) and DAC (cc), which share the range.
    const isFrame = segment.marker >= 0xc0 && segment.marker <= 0xcf;
    if (isFrame && ![0xc4, 0xc8, 0xcc].includes(segment.marker)) {
      return {
        height: bytes.readUInt16BE(segment.offset + 3),
        width: bytes.readUInt16BE(segment.offset + 5),
      };
    }
  }
  throw new RangeError('a JPEG without a frame header');
}

/** The marker segments up to the first scan; `offset` is that of the length field. */
function* jpegSegments(
  bytes: Buffer,
): Generator<{ readonly marker: number; readonly offset: number }> {
  let position = 2;
  while (position + 4 <= bytes.length) {
    if (bytes[position] !== 0xff) throw new RangeError('a JPEG with a broken segment');
    const marker = bytes.readUInt8(position + 1);
    // Fill bytes, and markers that stand alone (TEM, RSTn), have no length.
    if (marker === 0xff) position += 1;
    else if (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8)) position += 2;
    else {
      yield { marker, offset: position + 2 };
      if (marker === 0xda) return;
      position += 2 + bytes.readUInt16BE(position + 2);
    }
  }
}

function webpSize(bytes: Buffer): Size {
  const kind = bytes.toString('latin1', 12, 16);
  if (kind === 'VP8X') {
    return { width: bytes.readUIntLE(24, 3) + 1, height: bytes.readUIntLE(27, 3) + 1 };
  }
  if (kind === 'VP8L') {
    if (bytes.readUInt8(20) !== 0x2f) throw new RangeError('a WebP with a broken lossless header');
    const packed = bytes.readUInt32LE(21);
    return { width: (packed & 0x3fff) + 1, height: ((packed >>> 14) & 0x3fff) + 1 };
  }
  if (kind === 'VP8 ' && bytes.readUIntBE(23, 3) === 0x9d012a) {
    return { width: bytes.readUInt16LE(26) & 0x3fff, height: bytes.readUInt16LE(28) & 0x3fff };
  }
  throw new RangeError('a WebP without a picture');
}
