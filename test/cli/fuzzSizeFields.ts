/** Writes a value into a field of a header, cut to as many bytes as the field has. */
export type SetField = (value: number) => void;

/** The fields for width and height in the header of a file; none where its format is not known. */
export function sizeFields(bytes: Buffer): readonly SetField[] {
  const magic = bytes.toString('latin1', 0, 4);
  switch (magic) {
    case '\x89PNG':
      return fields(bytes, 'BE', 4, [16, 20]);
    case 'GIF8':
      return fields(bytes, 'LE', 2, [6, 8]);
    case 'RIFF':
      return webpFields(bytes);
    case 'II*\0':
    case 'MM\0*':
      return tiffFields(bytes, magic === 'MM\0*' ? 'BE' : 'LE');
    case '\0\0\x01\0':
    case '\0\0\x02\0':
      return fields(bytes, 'LE', 4, iconBitmapOffsets(bytes));
  }
  if (magic.startsWith('\xff\xd8')) {
    return jpegFields(bytes);
  }
  if (magic.startsWith('BM')) {
    return fields(bytes, 'LE', 4, [18, 22]);
  }
  const ispe = bytes.indexOf('ispe', 0, 'latin1');
  if (ispe !== -1) {
    // A full box: version and flags come first.
    return fields(bytes, 'BE', 4, [ispe + 8, ispe + 12]);
  }
  return svgFields(bytes);
}

function fields(
  bytes: Buffer,
  order: 'BE' | 'LE',
  width: number,
  offsets: readonly number[],
): readonly SetField[] {
  return offsets
    .filter((at) => at >= 0 && at + width <= bytes.length)
    .map((at) => (value) => {
      const cut = value % 256 ** width;
      if (order === 'BE') {
        bytes.writeUIntBE(cut, at, width);
      } else {
        bytes.writeUIntLE(cut, at, width);
      }
    });
}

/** The extended header holds the canvas less one; the others the size, 14 bits each. */
function webpFields(bytes: Buffer): readonly SetField[] {
  switch (bytes.toString('latin1', 12, 16)) {
    case 'VP8X':
      return fields(bytes, 'LE', 3, [24, 27]);
    case 'VP8 ':
      return fields(bytes, 'LE', 2, [26, 28]);
    default:
      return fields(bytes, 'LE', 4, [21]);
  }
}

/** Height stands before width in a frame header. */
function jpegFields(bytes: Buffer): readonly SetField[] {
  for (
    let at = 2;
    at + 9 <= bytes.length && bytes[at] === 0xff;
    at += 2 + bytes.readUInt16BE(at + 2)
  ) {
    const marker = bytes[at + 1] ?? 0;
    if (marker >= 0xc0 && marker <= 0xc2) {
      return fields(bytes, 'BE', 2, [at + 7, at + 5]);
    }
  }
  return [];
}

/** Tags 256 and 257 of the first directory, whose values stand eight bytes further on. */
function tiffFields(bytes: Buffer, order: 'BE' | 'LE'): readonly SetField[] {
  if (bytes.length < 10) {
    return [];
  }
  const read16 = (at: number): number =>
    order === 'BE' ? bytes.readUInt16BE(at) : bytes.readUInt16LE(at);
  const directory = order === 'BE' ? bytes.readUInt32BE(4) : bytes.readUInt32LE(4);
  for (let at = directory + 2; at + 24 <= bytes.length; at += 12) {
    if (read16(at) === 256) {
      return [at, at + 12].flatMap((entry) =>
        fields(bytes, order, read16(entry + 2) === 3 ? 2 : 4, [entry + 8]),
      );
    }
  }
  return [];
}

/** The bitmap of the first entry, which is what a decoder goes by. */
function iconBitmapOffsets(bytes: Buffer): readonly number[] {
  const data = bytes.length >= 22 ? bytes.readUInt32LE(18) : 0;
  return [data + 4, data + 8];
}

function svgFields(bytes: Buffer): readonly SetField[] {
  return ['width="', 'height="'].flatMap((name) => {
    const at = bytes.indexOf(name, 0, 'latin1') + name.length;
    const end = bytes.indexOf('"', at, 'latin1');
    // Without moving what follows, so as many digits as there are.
    return at < name.length || end <= at
      ? []
      : [
          (value: number): unknown =>
            bytes.write(`${value}`.padEnd(end - at).slice(0, end - at), at),
        ];
  });
}
