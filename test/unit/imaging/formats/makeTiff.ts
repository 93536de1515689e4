/** TIFF files for tests, written byte by byte. */

export interface Field {
  readonly tag: number;
  readonly values: readonly number[];
}

/** A TIFF of one strip, or of one a plane, with fields of 16 bits. */
export function makeTiff(
  fields: readonly Field[],
  strips: readonly Uint8Array[],
  little = true,
): Buffer {
  const offsets = strips.map((_, index) =>
    strips.slice(0, index).reduce((at, strip) => at + strip.length, 8),
  );
  const all = [
    ...fields,
    { tag: 273, values: offsets },
    { tag: 279, values: strips.map((strip) => strip.length) },
  ].toSorted((one, other) => one.tag - other.tag);
  const directoryAt = 8 + strips.reduce((sum, strip) => sum + strip.length, 0);
  const valuesAt = directoryAt + 2 + all.length * 12 + 4;
  const file = Buffer.alloc(valuesAt + all.reduce((sum, { values }) => sum + values.length * 2, 0));
  const u16 = (value: number, at: number): unknown =>
    little ? file.writeUInt16LE(value, at) : file.writeUInt16BE(value, at);
  const u32 = (value: number, at: number): unknown =>
    little ? file.writeUInt32LE(value, at) : file.writeUInt32BE(value, at);
  file.write(little ? 'II' : 'MM', 'latin1');
  u16(42, 2);
  u32(directoryAt, 4);
  Buffer.concat(strips).copy(file, 8);
  u16(all.length, directoryAt);
  let end = valuesAt;
  for (const [index, { tag, values }] of all.entries()) {
    const entry = directoryAt + 2 + index * 12;
    u16(tag, entry);
    u16(3, entry + 2);
    u32(values.length, entry + 4);
    if (values.length > 2) {
      u32(end, entry + 8);
    }
    for (const [place, value] of values.entries()) {
      u16(value, (values.length > 2 ? end : entry + 8) + place * 2);
    }
    end += values.length > 2 ? values.length * 2 : 0;
  }
  return file;
}

export function fieldsOf(width: number, bits: readonly number[], photometric: number): Field[] {
  return [
    { tag: 256, values: [width] },
    { tag: 257, values: [1] },
    { tag: 258, values: bits },
    { tag: 259, values: [1] },
    { tag: 262, values: [photometric] },
    { tag: 277, values: [bits.length] },
    { tag: 278, values: [1] },
  ];
}

export const asDeflate = (field: Field): Field =>
  field.tag === 259 ? { tag: 259, values: [8] } : field;
