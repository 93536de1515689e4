import type { Size } from '../../src/core/formats/imageHeader.ts';

/** A drawing that starts as drawing programs start theirs. */
export const SVG_FILE = Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>
<!-- Drawn by hand -->
<svg xmlns="http://www.w3.org/2000/svg" width="640" height="480" viewBox="0 0 640 480">
  <circle cx="320" cy="240" r="200" fill="#007acc"/>
</svg>
`);

/** A black BMP of 24 bits. */
export function bmpFile({ width, height }: Size): Buffer {
  const header = Buffer.alloc(54);
  const rowLength = Math.ceil((width * 3) / 4) * 4;
  header.write('BM', 'latin1');
  header.writeUInt32LE(54 + rowLength * height, 2);
  header.writeUInt32LE(54, 10);
  header.writeUInt32LE(40, 14);
  header.writeInt32LE(width, 18);
  header.writeInt32LE(height, 22);
  header.writeUInt16LE(1, 26);
  header.writeUInt16LE(24, 28);
  return Buffer.concat([header, Buffer.alloc(rowLength * height)]);
}

/** An icon of one size, 256 by 256 pixels. */
export function icoFile(png: Buffer): Buffer {
  const header = Buffer.alloc(22);
  header.writeUInt16LE(1, 2);
  header.writeUInt16LE(1, 4);
  header.writeUInt16LE(1, 10);
  header.writeUInt16LE(32, 12);
  header.writeUInt32LE(png.length, 14);
  header.writeUInt32LE(22, 18);
  return Buffer.concat([header, png]);
}
