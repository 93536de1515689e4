/** What is needed to turn the samples of a PNG into RGBA. */
export interface PngColour {
  readonly bitDepth: number;
  /** 0 grey, 2 RGB, 3 palette, 4 grey and alpha, 6 RGBA. */
  readonly colourType: number;
  /** The `PLTE` chunk's data: RGB triples. */
  readonly palette: Uint8Array;
  /** The `tRNS` chunk's data: alphas of the palette, or the one transparent colour. */
  readonly transparency: Uint8Array;
}

const SAMPLES: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

/** Bits of one pixel in the file. */
export function bitsPerPixel({ bitDepth, colourType }: PngColour): number {
  return bitDepth * (SAMPLES[colourType] ?? 1);
}

/** Writes `width` pixels of an unfiltered row as RGBA into `rgba`, from its start. */
export type RowExpander = (row: Uint8Array, width: number, rgba: Uint8Array) => void;

/** Whether a pixel may be transparent. */
export function hasTransparency({ colourType, transparency }: PngColour): boolean {
  return colourType === 4 || colourType === 6 || transparency.length > 0;
}

/** The expander for what is neither plain RGB nor one byte a pixel. 16 bits are rounded to 8. */
export function rowExpander(colour: PngColour): RowExpander {
  if (colour.bitDepth < 8) {
    return indexedExpander(colour, smallTable(colour));
  }
  return colour.bitDepth === 8 ? bytesExpander(colour) : wordsExpander(colour);
}

/** RGBA of every value that one sample of grey or of palette can have. */
export function smallTable({ bitDepth, colourType, palette, transparency }: PngColour): Uint8Array {
  const values = 2 ** bitDepth;
  const table = new Uint8Array(values * 4);
  const transparentGrey = transparency.length < 2 ? -1 : word(transparency, 0);
  for (let value = 0; value < values; value += 1) {
    if (colourType === 3) {
      table.set(palette.subarray(value * 3, value * 3 + 3), value * 4);
      table[value * 4 + 3] = transparency[value] ?? 255;
    } else {
      table.fill(Math.round((value * 255) / (values - 1)), value * 4, value * 4 + 3);
      table[value * 4 + 3] = value === transparentGrey ? 0 : 255;
    }
  }
  return table;
}

function indexedExpander({ bitDepth }: PngColour, table: Uint8Array): RowExpander {
  const mask = 2 ** bitDepth - 1;
  return (row, width, rgba) => {
    for (let x = 0, bit = 0; x < width; x += 1, bit += bitDepth) {
      const value = ((row[bit >> 3] ?? 0) >> (8 - bitDepth - (bit & 7))) & mask;
      const from = value * 4;
      const to = x * 4;
      rgba[to] = table[from] ?? 0;
      rgba[to + 1] = table[from + 1] ?? 0;
      rgba[to + 2] = table[from + 2] ?? 0;
      rgba[to + 3] = table[from + 3] ?? 0;
    }
  };
}

/** 8 bits of RGB, RGBA, or grey and alpha. */
function bytesExpander({ colourType, transparency }: PngColour): RowExpander {
  if (colourType === 6) {
    return (row, width, rgba) => {
      rgba.set(row.subarray(0, width * 4));
    };
  }
  if (colourType === 4) {
    return (row, width, rgba) => {
      for (let x = 0; x < width; x += 1) {
        rgba.fill(row[x * 2] ?? 0, x * 4, x * 4 + 3);
        rgba[x * 4 + 3] = row[x * 2 + 1] ?? 0;
      }
    };
  }
  const transparent =
    transparency.length < 6
      ? -1
      : word(transparency, 0) * 0x10000 + word(transparency, 2) * 0x100 + word(transparency, 4);
  return (row, width, rgba) => {
    for (let x = 0, from = 0, to = 0; x < width; x += 1, from += 3, to += 4) {
      const red = row[from] ?? 0;
      const green = row[from + 1] ?? 0;
      const blue = row[from + 2] ?? 0;
      rgba[to] = red;
      rgba[to + 1] = green;
      rgba[to + 2] = blue;
      rgba[to + 3] = red * 0x10000 + green * 0x100 + blue === transparent ? 0 : 255;
    }
  };
}

function wordsExpander({ colourType, transparency }: PngColour): RowExpander {
  const samples = SAMPLES[colourType] ?? 1;
  const hasAlpha = colourType === 4 || colourType === 6;
  const colours = hasAlpha ? samples - 1 : samples;
  const keyed = !hasAlpha && transparency.length >= colours * 2;
  return (row, width, rgba) => {
    for (let x = 0; x < width; x += 1) {
      const from = x * samples * 2;
      let matches = keyed;
      for (let channel = 0; channel < 3; channel += 1) {
        const sample = Math.min(channel, colours - 1) * 2;
        const value = word(row, from + sample);
        rgba[x * 4 + channel] = toByte(value);
        matches &&= value === word(transparency, sample);
      }
      rgba[x * 4 + 3] = hasAlpha ? toByte(word(row, from + colours * 2)) : matches ? 0 : 255;
    }
  };
}

function word(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}

function toByte(value: number): number {
  return (value * 255 + 32_895) >> 16;
}
