import { crc32, deflateSync } from 'node:zlib';
import { PNG_SIGNATURE } from '../../core/formats/pngHeader.ts';
import { dropAlpha } from '../bitmap.ts';
import type { Bitmap } from '../bitmap.ts';

/** Colour types of the PNG specification. */
const RGB = 2;
const RGBA = 6;
/**
 * For zlib. On screenshots level 6 takes twice the time for 6 % fewer bytes, and bytes cost nothing:
 * Claude counts pixels. More memory and larger pieces spare a third of the time that is left.
 */
const DEFLATE = { level: 1, memLevel: 9, chunkSize: 1024 * 1024 } as const;

/**
 * Writes a PNG of 8 bits without row filters, which drawings and screenshots compress best without.
 * pngjs, which jimp uses, takes six times as long: it filters every row in five ways to choose one.
 */
export function encodePng({ data, width, height }: Bitmap, opaque: boolean): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, opaque ? RGB : RGBA], 8);
  return Buffer.concat([
    Buffer.from(PNG_SIGNATURE, 'latin1'),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows(data, width, height, opaque), DEFLATE)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** The pixels with the filter type "none" in front of every row. */
function rows(data: Buffer, width: number, height: number, opaque: boolean): Buffer {
  const rowLength = width * (opaque ? 3 : 4);
  const pixels = opaque ? Buffer.allocUnsafeSlow(rowLength * height) : data;
  if (opaque) {
    dropAlpha(data, pixels);
  }
  const filtered = Buffer.allocUnsafeSlow((1 + rowLength) * height);
  for (let y = 0; y < height; y += 1) {
    const at = y * (1 + rowLength);
    filtered[at] = 0;
    pixels.copy(filtered, at + 1, y * rowLength, (y + 1) * rowLength);
  }
  return filtered;
}

function chunk(type: string, data: Buffer): Buffer {
  const whole = Buffer.alloc(data.length + 12);
  whole.writeUInt32BE(data.length, 0);
  whole.write(type, 4, 'latin1');
  data.copy(whole, 8);
  whole.writeUInt32BE(crc32(whole.subarray(4, data.length + 8)), data.length + 8);
  return whole;
}
