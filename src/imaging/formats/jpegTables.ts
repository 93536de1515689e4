/** The natural place of each coefficient in the zigzag order (ITU-T T.81, figure A.6). */
export const ZIGZAG: readonly number[] = [
  0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20,
  13, 6, 7, 14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52,
  45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
];

/** Of a JPEG's Huffman code: how many codes have 1 to 16 bits, and what they stand for, in order. */
export interface HuffmanTable {
  readonly counts: Uint8Array;
  readonly values: Uint8Array;
}

/** What one kind of component is quantised and encoded with. */
export interface ComponentTables {
  /** Quantisers at quality 50, in natural order. */
  readonly quantisers: readonly number[];
  readonly dc: HuffmanTable;
  readonly ac: HuffmanTable;
}

/** ITU-T T.81, tables K.1, K.3 and K.5. */
export const LUMA: ComponentTables = {
  quantisers: [
    16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56,
    14, 17, 22, 29, 51, 87, 80, 62, 18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113,
    92, 49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99,
  ],
  dc: huffmanTable('00010501010101010100000000000000', '000102030405060708090a0b'),
  ac: huffmanTable(
    '0002010303020403050504040000017d',
    '01020300041105122131410613516107227114328191a1082342b1c11552d1f02433627282090a161718191a2526' +
      '2728292a3435363738393a434445464748494a535455565758595a636465666768696a737475767778797a8384' +
      '85868788898a92939495969798999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4' +
      'd5d6d7d8d9dae1e2e3e4e5e6e7e8e9eaf1f2f3f4f5f6f7f8f9fa',
  ),
};

/** ITU-T T.81, tables K.2, K.4 and K.6. */
export const COLOUR: ComponentTables = {
  quantisers: [
    17, 18, 24, 47, 99, 99, 99, 99, 18, 21, 26, 66, 99, 99, 99, 99, 24, 26, 56, 99, 99, 99, 99, 99,
    47, 66, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
    99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
  ],
  dc: huffmanTable('00030101010101010101010000000000', '000102030405060708090a0b'),
  ac: huffmanTable(
    '00020102040403040705040400010277',
    '000102031104052131061241510761711322328108144291a1b1c109233352f0156272d10a162434e125f11718' +
      '191a262728292a35363738393a434445464748494a535455565758595a636465666768696a737475767778797a' +
      '82838485868788898a92939495969798999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9ca' +
      'd2d3d4d5d6d7d8d9dae2e3e4e5e6e7e8e9eaf2f3f4f5f6f7f8f9fa',
  ),
};

function huffmanTable(counts: string, values: string): HuffmanTable {
  return { counts: Buffer.from(counts, 'hex'), values: Buffer.from(values, 'hex') };
}

/** The quantisers of a quality from 1 to 100, scaled as the Independent JPEG Group does it. */
export function quantisersFor(quality: number, { quantisers }: ComponentTables): Uint8Array {
  const percent = quality < 50 ? 5000 / quality : 200 - quality * 2;
  return Uint8Array.from(quantisers, (base) =>
    Math.min(Math.max(Math.floor((base * Math.floor(percent) + 50) / 100), 1), 255),
  );
}

/** A code of `length` bits for each value of a table (T.81, annex C). */
export function* huffmanCodes({
  counts,
  values,
}: HuffmanTable): Generator<{ value: number; code: number; length: number }> {
  let code = 0;
  let next = 0;
  for (const [shorter, count] of counts.entries()) {
    for (const value of values.subarray(next, next + count)) {
      yield { value, code, length: shorter + 1 };
      code += 1;
    }
    next += count;
    code *= 2;
  }
}
