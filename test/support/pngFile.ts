import { crc32, deflateSync } from 'node:zlib';

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** A grey PNG file of any size, made without holding its pixels: `grey(x, y)` gives 0 to 255. */
export function greyPng(
  width: number,
  height: number,
  grey: (x: number, y: number) => number = (x, y) => (x ^ y) & 0xff,
): Buffer {
  const rows = Buffer.alloc((width + 1) * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      rows[y * (width + 1) + 1 + x] = grey(x, y);
    }
  }
  return pngFile(header(width, height, 8), deflateSync(rows));
}

/** A PNG file of one shade of one bit a pixel: a few kilobytes, whatever its size. */
export function blankPng(width: number, height: number): Buffer {
  return pngFile(
    header(width, height, 1),
    deflateSync(Buffer.alloc((Math.ceil(width / 8) + 1) * height)),
  );
}

function header(width: number, height: number, bitDepth: number): Buffer {
  const data = Buffer.alloc(13);
  data.writeUInt32BE(width, 0);
  data.writeUInt32BE(height, 4);
  data[8] = bitDepth;
  return data;
}

function pngFile(ihdr: Buffer, idat: Buffer): Buffer {
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', ihdr),
    chunk('IDAT', idat),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length, 0);
  body.copy(framed, 4);
  framed.writeUInt32BE(crc32(body), body.length + 4);
  return framed;
}
