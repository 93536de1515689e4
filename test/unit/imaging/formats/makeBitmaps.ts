/** BMP files and icons for tests, written byte by byte. */

export interface DibParts {
  readonly width: number;
  /** As the header has it: negative from the top down. */
  readonly height: number;
  readonly bits: number;
  readonly compression?: number;
  /** Blue, green, red of each colour. */
  readonly palette?: readonly (readonly number[])[];
  /** Red, green, blue and perhaps alpha. */
  readonly masks?: readonly number[];
  /** Of the header: 12 is that of OS/2, 40 the usual one, 108 one with masks inside. */
  readonly headerLength?: number;
  /** Rows as stored, with padding; or run lengths. */
  readonly pixels: Uint8Array;
}

/** Header, masks and palette of a bitmap. */
export function makeDib(parts: DibParts): Buffer {
  const headerLength = parts.headerLength ?? 40;
  const core = headerLength === 12;
  const header = Buffer.alloc(headerLength);
  header.writeUInt32LE(headerLength, 0);
  if (core) {
    header.writeUInt16LE(parts.width, 4);
    header.writeUInt16LE(parts.height, 6);
    header.writeUInt16LE(1, 8);
    header.writeUInt16LE(parts.bits, 10);
  } else {
    header.writeInt32LE(parts.width, 4);
    header.writeInt32LE(parts.height, 8);
    header.writeUInt16LE(1, 12);
    header.writeUInt16LE(parts.bits, 14);
    header.writeUInt32LE(parts.compression ?? 0, 16);
    header.writeUInt32LE(parts.palette?.length ?? 0, 32);
  }
  const masks = Buffer.alloc((parts.masks?.length ?? 0) * 4);
  for (const [index, mask] of (parts.masks ?? []).entries()) {
    masks.writeUInt32LE(mask, index * 4);
  }
  if (headerLength > 40) {
    masks.copy(header, 40);
  }
  const palette = (parts.palette ?? []).map((colour) =>
    Buffer.from(core ? colour : [...colour, 0]),
  );
  return Buffer.concat([header, headerLength > 40 ? Buffer.alloc(0) : masks, ...palette]);
}

export function makeBmp(parts: DibParts): Buffer {
  const dib = makeDib(parts);
  const head = Buffer.alloc(14);
  head.write('BM', 'latin1');
  head.writeUInt32LE(14 + dib.length + parts.pixels.length, 2);
  head.writeUInt32LE(14 + dib.length, 10);
  return Buffer.concat([head, dib, parts.pixels]);
}

export interface IconPart {
  readonly width: number;
  readonly height: number;
  readonly bits: number;
  readonly data: Uint8Array;
}

/** An icon (type 1) or a cursor (type 2). */
export function makeIcon(parts: readonly IconPart[], type: 1 | 2 = 1): Buffer {
  const directory = Buffer.alloc(6 + parts.length * 16);
  directory.writeUInt16LE(type, 2);
  directory.writeUInt16LE(parts.length, 4);
  let end = directory.length;
  for (const [index, { width, height, bits, data }] of parts.entries()) {
    const at = 6 + index * 16;
    directory.set([width % 256, height % 256], at);
    directory.writeUInt16LE(type === 1 ? bits : 0, at + 6);
    directory.writeUInt32LE(data.length, at + 8);
    directory.writeUInt32LE(end, at + 12);
    end += data.length;
  }
  return Buffer.concat([directory, ...parts.map(({ data }) => data)]);
}
