/** Files of the formats that the fixtures of the image engine do not make, written byte by byte. */

export const text = (value: string): Buffer => Buffer.from(value, 'latin1');

export function le16(value: number): Buffer {
  return Buffer.of(value & 255, (value >> 8) & 255);
}

export function le32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value >>> 0);
  return bytes;
}

export function be32(value: number): Buffer {
  return Buffer.from(le32(value).toReversed());
}

export function be16(value: number): Buffer {
  return Buffer.from(le16(value).toReversed());
}

export function riffChunk(type: string, data: Uint8Array): Buffer {
  return Buffer.concat([text(type), le32(data.length), data, Buffer.alloc(data.length % 2)]);
}

export function webpFile(...chunks: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat([text('WEBP'), ...chunks]);
  return Buffer.concat([text('RIFF'), le32(body.length), body]);
}

/** The chunks of a WebP by their types. */
export function riffChunks(webp: Uint8Array): { readonly type: string; readonly data: Buffer }[] {
  const bytes = Buffer.from(webp);
  const chunks: { readonly type: string; readonly data: Buffer }[] = [];
  let at = 12;
  while (at + 8 <= bytes.length) {
    const length = bytes.readUInt32LE(at + 4);
    chunks.push({
      type: bytes.toString('latin1', at, at + 4),
      data: bytes.subarray(at + 8, at + 8 + length),
    });
    at += 8 + length + (length % 2);
  }
  return chunks;
}

export interface BmpParts {
  readonly headerLength?: number;
  readonly width: number;
  readonly height: number;
  readonly depth?: number;
  readonly compression?: number;
  readonly alphaMask?: number;
}

/** The headers of a BMP. */
export function bmpFile(parts: BmpParts): Buffer {
  return Buffer.concat([text('BM'), Buffer.alloc(12), bitmapInfo(parts), Buffer.alloc(64)]);
}

export function bitmapInfo(parts: BmpParts): Buffer {
  const length = parts.headerLength ?? 40;
  const depth = parts.depth ?? 24;
  if (length === 12) {
    const fields = [parts.width, parts.height, 1, depth].map(le16);
    return Buffer.concat([le32(12), ...fields]);
  }
  const info = Buffer.alloc(length);
  le32(length).copy(info, 0);
  le32(parts.width).copy(info, 4);
  le32(parts.height).copy(info, 8);
  le16(1).copy(info, 12);
  if (length >= 16) {
    le16(depth).copy(info, 14);
  }
  le32(parts.compression ?? 0).copy(info, 16);
  le32(parts.alphaMask ?? 0).copy(info, 52);
  return info;
}

export interface IconPart {
  readonly width: number;
  readonly height: number;
  readonly depth?: number;
  readonly data: Uint8Array;
}

export function iconFile(kind: 'ico' | 'cur', parts: readonly IconPart[]): Buffer {
  let at = 6 + parts.length * 16;
  const entries = parts.map(({ width, height, depth, data }) => {
    const head = Buffer.of(width & 255, height & 255, 0, 0, 1, 0);
    const entry = Buffer.concat([head, le16(depth ?? 32), le32(data.length), le32(at)]);
    at += data.length;
    return entry;
  });
  return Buffer.concat([
    le16(0),
    le16(kind === 'ico' ? 1 : 2),
    le16(parts.length),
    ...entries,
    ...parts.map(({ data }) => data),
  ]);
}

/** Fields of a TIFF's directory: SHORTs, of which up to two stand in the field itself. */
export type TiffFields = Readonly<Record<number, readonly number[]>>;

export interface TiffParts {
  readonly littleEndian?: boolean;
  readonly pages: readonly TiffFields[];
  /** Bytes between the header and the first directory. */
  readonly gap?: number;
}

export function tiffFile({ littleEndian = true, pages, gap = 0 }: TiffParts): Buffer {
  const u16 = littleEndian ? le16 : be16;
  const u32 = littleEndian ? le32 : be32;
  const parts = [text(littleEndian ? 'II' : 'MM'), u16(42), u32(8 + gap), Buffer.alloc(gap)];
  let at = 8 + gap;
  for (const [index, fields] of pages.entries()) {
    const entries = Object.entries(fields);
    const end = at + 2 + entries.length * 12 + 4;
    const values: Buffer[] = [];
    let valueAt = end;
    parts.push(u16(entries.length));
    for (const [tag, numbers] of entries) {
      const value = Buffer.concat(numbers.map(u16));
      parts.push(u16(Number(tag)), u16(3), u32(numbers.length));
      if (value.length <= 4) {
        parts.push(Buffer.concat([value, Buffer.alloc(4 - value.length)]));
      } else {
        parts.push(u32(valueAt));
        values.push(value);
        valueAt += value.length;
      }
    }
    parts.push(u32(index + 1 < pages.length ? valueAt : 0), ...values);
    at = valueAt;
  }
  return Buffer.concat(parts);
}

export function box(type: string, ...data: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(data);
  return Buffer.concat([be32(body.length + 8), text(type), body]);
}

export function fullBox(type: string, version: number, ...data: readonly Uint8Array[]): Buffer {
  return box(type, Buffer.of(version, 0, 0, 0), ...data);
}

export interface HeifParts {
  readonly brands?: readonly string[];
  /** Codec of each item, the first being the primary one. */
  readonly items?: readonly string[];
  readonly hiddenItems?: readonly number[];
  /** Properties of the primary item, in their order. */
  readonly properties?: readonly Uint8Array[];
  /** Properties of the second item. */
  readonly secondProperties?: readonly Uint8Array[];
  /** Whole boxes inside `iref`. */
  readonly references?: readonly Uint8Array[];
  /** Boxes between `ftyp` and `meta`. */
  readonly between?: readonly Uint8Array[];
}

export const ispe = (width: number, height: number): Buffer =>
  fullBox('ispe', 0, be32(width), be32(height));
export const irot = (turns: number): Buffer => box('irot', Buffer.of(turns));
export const imir = (axis: number): Buffer => box('imir', Buffer.of(axis));

/** A reference from one item to others. */
export function reference(type: string, from: number, ...to: readonly number[]): Buffer {
  return box(type, be16(from), be16(to.length), ...to.map(be16));
}

export function heifFile(parts: HeifParts): Buffer {
  const [major = 'avif', ...compatible] = parts.brands ?? ['avif', 'mif1'];
  const properties = parts.properties ?? [ispe(30, 20)];
  const second = parts.secondProperties ?? [];
  const items = parts.items ?? ['av01'];
  const infes = items.map((type, index) => {
    const flags = parts.hiddenItems?.includes(index + 1) === true ? 1 : 0;
    const head = Buffer.of(2, 0, 0, flags);
    return box('infe', head, be16(index + 1), be16(0), text(type), Buffer.of(0));
  });
  const numbers = (from: number, count: number): Buffer =>
    Buffer.of(count, ...Array.from({ length: count }, (_, index) => from + index));
  const ipma = fullBox(
    'ipma',
    0,
    be32(2),
    be16(1),
    numbers(1, properties.length),
    be16(2),
    numbers(1 + properties.length, second.length),
  );
  const meta = fullBox(
    'meta',
    0,
    fullBox('pitm', 0, be16(1)),
    fullBox('iinf', 0, be16(items.length), ...infes),
    fullBox('iref', 0, ...(parts.references ?? [])),
    box('iprp', box('ipco', ...properties, ...second), ipma),
  );
  return Buffer.concat([
    box('ftyp', text(major), be32(0), ...compatible.map(text)),
    ...(parts.between ?? []),
    meta,
  ]);
}
