// AssemblyScript, compiled to WebAssembly: baseline JPEG (ITU-T T.81) of half the colour resolution
// in both directions, 16 rows of pixels at a time: colour conversion, cosine transform, quantisation
// and Huffman codes. Every sample on the way has two fraction bits. A block is 64 words of 16 bits,
// of samples row by row, of coefficients column by column: the transform leaves them so.

import { interleaveHigh, interleaveLow, transform, transpose } from './jpegTransform';

const BLOCK_BYTES: usize = 128;
const ROW_BYTES: usize = 16;
/** Pixels along the edge of a unit of four blocks of luma and one of each colour difference. */
const UNIT_EDGE: usize = 16;
const UNIT_BYTES: usize = UNIT_EDGE * 4;
const BLOCKS: usize = memory.data(768, 16);
const BLUE_DIFFERENCE: usize = BLOCKS + 4 * BLOCK_BYTES;
const RED_DIFFERENCE: usize = BLOCKS + 5 * BLOCK_BYTES;

/** Where the memory begins that is for pixels and output. */
export const heap: usize = (__heap_base + 15) & ~15;
/**
 * To be written by the caller, for luma and for colour: for each coefficient 32768 divided by its
 * quantiser and 16384, words of 16 bits; from `DC_CODES` on the Huffman codes by the size of a
 * difference, from `AC_CODES` on by the run of zeros (times 16) and the size of what follows. A code
 * has room for so many bits at its end, and stands above five bits that tell the length of both.
 */
export const lumaTables: usize = memory.data(1344, 16);
export const colourTables: usize = memory.data(1344, 16);
const DC_CODES: usize = 256;
const AC_CODES: usize = 320;
/** By the caller too, a byte for each place in zigzag order: where in a block that coefficient lies. */
export const zigzag: usize = memory.data(64, 16);
/** For each column of a block and each set of its coefficients: their places, a bit each. */
const PLACES: usize = memory.data(16384, 16);
const PLACES_OF_COLUMN: usize = 2048;

const LENGTH_BITS: u32 = 5;
const LENGTH_MASK: u32 = 31;
const END_OF_BLOCK: usize = 0;
const SIXTEEN_ZEROS: usize = 0xf0;
const LONGEST_RUN: i32 = 15;
const LAST_PLACE: u64 = (<u64>1) << 63;

/** What of the file is not written yet: the lowest `pendingBits` (under 32). */
let pending: u64 = 0;
let pendingBits: i32 = 0;
let end: usize = 0;
let lastLuma: i32 = 0;
let lastBlue: i32 = 0;
let lastRed: i32 = 0;

/** Begins a picture whose tables are there. */
export function start(): void {
  pending = 0;
  pendingBits = 0;
  lastLuma = 0;
  lastBlue = 0;
  lastRed = 0;
  memory.fill(PLACES, 0, 8 * PLACES_OF_COLUMN);
  for (let place: usize = 0; place < 64; place++) {
    const coefficient = <usize>load<u8>(zigzag + place) >> 1;
    const places = PLACES + (coefficient >> 3) * PLACES_OF_COLUMN;
    for (let set: usize = 0; set < 256; set++) {
      if ((set >> (coefficient & 7)) & 1) {
        const at = places + (set << 3);
        store<u64>(at, load<u64>(at) | ((<u64>1) << place));
      }
    }
  }
}

/**
 * Encodes 16 rows of RGBA, each of `units` times 16 pixels, and returns where the bytes end that it
 * has written from `to` on: 2496 at most for a unit (of six blocks of 64 coefficients at 26 bits,
 * each byte of which may need a zero after it), and 8 of the rows before.
 */
export function encodeRows(rgba: usize, units: usize, to: usize): usize {
  const stride = units * UNIT_BYTES;
  end = to;
  for (let unit: usize = 0; unit < units; unit++) {
    convert(rgba + unit * UNIT_BYTES, stride);
    for (let block: usize = 0; block < 4; block++) {
      lastLuma = encodeBlock(BLOCKS + block * BLOCK_BYTES, lumaTables, lastLuma);
    }
    lastBlue = encodeBlock(BLUE_DIFFERENCE, colourTables, lastBlue);
    lastRed = encodeBlock(RED_DIFFERENCE, colourTables, lastRed);
  }
  return end;
}

/** Writes what is left of the picture, 8 bytes at most, filled up with ones (T.81, F.1.2.3). */
export function finish(to: usize): usize {
  end = to;
  const padding = -pendingBits & 7;
  pending = (pending << padding) | ((1 << padding) - 1);
  for (let bits = pendingBits + padding - 8; bits >= 0; bits -= 8) {
    end = writeByte(end, <u32>(pending >> bits));
  }
  return end;
}

// Colour conversion (ITU-T T.871, 7): weights with 15 fraction bits, of red and blue and of green.

const COLOUR_BITS: i32 = 15;
const EVEN_BYTES: v128 = i32x4.splat(0x00ff00ff);
const LUMA_RED_BLUE: v128 = i16x8(9798, 3735, 9798, 3735, 9798, 3735, 9798, 3735);
const LUMA_GREEN: v128 = i16x8(19235, 0, 19235, 0, 19235, 0, 19235, 0);
const BLUE_RED_BLUE: v128 = i16x8(-5529, 16384, -5529, 16384, -5529, 16384, -5529, 16384);
const BLUE_GREEN: v128 = i16x8(-10855, 0, -10855, 0, -10855, 0, -10855, 0);
const RED_RED_BLUE: v128 = i16x8(16384, -2664, 16384, -2664, 16384, -2664, 16384, -2664);
const RED_GREEN: v128 = i16x8(-13720, 0, -13720, 0, -13720, 0, -13720, 0);
/** A pixel has no fraction bits yet. */
const LUMA_SHIFT: i32 = COLOUR_BITS - 2;
const LUMA_BIAS: i32 = (1 << (LUMA_SHIFT - 1)) - (128 << COLOUR_BITS);
/** The sum of four pixels is their mean with two fraction bits. */
const COLOUR_BIAS: i32 = 1 << (COLOUR_BITS - 1);

/** Makes the six blocks of a unit out of its pixels. */
function convert(rgba: usize, stride: usize): void {
  for (let y: usize = 0; y < UNIT_EDGE; y += 2) {
    // Two blocks side by side, the second two below them.
    const luma = BLOCKS + (y >> 3) * 2 * BLOCK_BYTES + (y & 7) * ROW_BYTES;
    const colour = (y >> 1) * ROW_BYTES;
    const row = rgba + y * stride;
    for (let half: usize = 0; half < 2; half++) {
      const at = row + half * (UNIT_BYTES / 2);
      const upper0 = v128.load(at);
      const upper1 = v128.load(at, 16);
      const lower0 = v128.load(at + stride);
      const lower1 = v128.load(at + stride, 16);
      const to = luma + half * BLOCK_BYTES;
      v128.store(to, i16x8.narrow_i32x4_s(lumaOf(upper0), lumaOf(upper1)));
      v128.store(to, i16x8.narrow_i32x4_s(lumaOf(lower0), lumaOf(lower1)), ROW_BYTES);
      const redBlue = addNeighbours(
        i16x8.add(v128.and(upper0, EVEN_BYTES), v128.and(lower0, EVEN_BYTES)),
        i16x8.add(v128.and(upper1, EVEN_BYTES), v128.and(lower1, EVEN_BYTES)),
      );
      const green = addNeighbours(
        i16x8.add(i16x8.shr_u(upper0, 8), i16x8.shr_u(lower0, 8)),
        i16x8.add(i16x8.shr_u(upper1, 8), i16x8.shr_u(lower1, 8)),
      );
      const blue = difference(redBlue, green, BLUE_RED_BLUE, BLUE_GREEN);
      const red = difference(redBlue, green, RED_RED_BLUE, RED_GREEN);
      const both = i16x8.narrow_i32x4_s(blue, red);
      v128.store64_lane(BLUE_DIFFERENCE + colour + half * 8, both, 0);
      v128.store64_lane(RED_DIFFERENCE + colour + half * 8, both, 1);
    }
  }
}

/** Of four pixels, in 32 bits. */
function lumaOf(rgba: v128): v128 {
  const sum = i32x4.add(
    i32x4.dot_i16x8_s(v128.and(rgba, EVEN_BYTES), LUMA_RED_BLUE),
    i32x4.dot_i16x8_s(i16x8.shr_u(rgba, 8), LUMA_GREEN),
  );
  return i32x4.shr_s(i32x4.add(sum, i32x4.splat(LUMA_BIAS)), LUMA_SHIFT);
}

/** The sums of two pixels each, of eight that are two words each. */
function addNeighbours(first: v128, second: v128): v128 {
  return i16x8.add(
    i32x4.shuffle(first, second, 0, 2, 4, 6),
    i32x4.shuffle(first, second, 1, 3, 5, 7),
  );
}

/** A colour difference of four sums of four pixels, in 32 bits. */
function difference(redBlue: v128, green: v128, weights: v128, greenWeights: v128): v128 {
  const sum = i32x4.add(
    i32x4.dot_i16x8_s(redBlue, weights),
    i32x4.dot_i16x8_s(green, greenWeights),
  );
  return i32x4.shr_s(i32x4.add(sum, i32x4.splat(COLOUR_BIAS)), COLOUR_BITS);
}

/** Of a quantised value: 5 of the coefficient and 15 of what it is multiplied with. */
const QUANTISED_BITS: i32 = 20;

/** Quantises a block in place and returns which of the places in zigzag order are not zero. */
function quantise(block: usize, reciprocals: usize): u64 {
  let places: u64 = 0;
  for (let column: usize = 0; column < 8; column += 2) {
    const at = block + column * ROW_BYTES;
    const factors = reciprocals + column * 2 * ROW_BYTES;
    const first = divide(v128.load(at), v128.load(factors), v128.load(factors, 16));
    const second = divide(v128.load(at, 16), v128.load(factors, 32), v128.load(factors, 48));
    v128.store(at, first);
    v128.store(at, second, 16);
    const values = i8x16.narrow_i16x8_s(first, second);
    const sets = <usize>i8x16.bitmask(i8x16.ne(values, i8x16.splat(0)));
    const table = PLACES + column * PLACES_OF_COLUMN;
    places |= load<u64>(table + ((sets & 255) << 3));
    places |= load<u64>(table + PLACES_OF_COLUMN + ((sets >> 8) << 3));
  }
  return places;
}

/** Rounded: 32 times the 16384 that alternates with the factors is the half of a quantised value. */
function divide(coefficients: v128, low: v128, high: v128): v128 {
  const one = i16x8.splat(32);
  return i16x8.narrow_i32x4_s(
    i32x4.shr_s(i32x4.dot_i16x8_s(interleaveLow(coefficients, one), low), QUANTISED_BITS),
    i32x4.shr_s(i32x4.dot_i16x8_s(interleaveHigh(coefficients, one), high), QUANTISED_BITS),
  );
}

/**
 * Encodes a block of samples (T.81, F.1.2) and returns its mean, the next one's prediction. Samples
 * of 8 bits cannot give values that have no code: 10 bits, or 11 of a difference, are enough.
 */
function encodeBlock(block: usize, tables: usize, prediction: i32): i32 {
  transform(block);
  transpose(block);
  transform(block);
  let places = quantise(block, tables) >> 1;
  let to = end;
  let bits = pending;
  let count = pendingBits;

  const mean = <i32>load<i16>(block);
  const change = mean - prediction;
  const changeSize = sizeOf(change);
  const changeCode = load<u32>(tables + DC_CODES + (changeSize << 2));
  bits = append(bits, changeCode, change, changeSize);
  count += changeCode & LENGTH_MASK;
  if (count >= 32) {
    count -= 32;
    to = writeWord(to, <u32>(bits >> count));
  }

  const codes = tables + AC_CODES;
  let place = zigzag + 1;
  while (places != 0) {
    let run = <i32>ctz(places);
    place += run;
    places = (places >> run) >> 1;
    while (run > LONGEST_RUN) {
      run -= LONGEST_RUN + 1;
      const zeros = load<u32>(codes + (SIXTEEN_ZEROS << 2));
      bits = append(bits, zeros, 0, 0);
      count += zeros & LENGTH_MASK;
      if (count >= 32) {
        count -= 32;
        to = writeWord(to, <u32>(bits >> count));
      }
    }
    const value = <i32>load<i16>(block + <usize>load<u8>(place));
    place++;
    const size = sizeOf(value);
    const code = load<u32>(codes + (((<usize>run) << 6) | (size << 2)));
    bits = append(bits, code, value, size);
    count += code & LENGTH_MASK;
    if (count >= 32) {
      count -= 32;
      to = writeWord(to, <u32>(bits >> count));
    }
  }

  if (place < zigzag + 64) {
    const code = load<u32>(codes + (END_OF_BLOCK << 2));
    bits = append(bits, code, 0, 0);
    count += code & LENGTH_MASK;
    if (count >= 32) {
      count -= 32;
      to = writeWord(to, <u32>(bits >> count));
    }
  }
  end = to;
  pending = bits;
  pendingBits = count;
  return mean;
}

/** How many bits a value takes after its code (T.81, F.1.2.1.1). */
function sizeOf(value: i32): u32 {
  return 32 - clz(abs(value));
}

/** The bits before, a code and the bits of a value; of a negative one those of the one below it. */
function append(bits: u64, code: u32, value: i32, size: u32): u64 {
  const ones: u32 = (1 << size) - 1;
  const both = (code >> LENGTH_BITS) | (<u32>(value + (value >> 31)) & ones);
  return (bits << (code & LENGTH_MASK)) | both;
}

/** Writes four bytes, the highest first, and returns where they end. */
function writeWord(to: usize, word: u32): usize {
  const hasMarker = word & ~(word + 0x01010101) & 0x80808080;
  if (hasMarker) {
    to = writeByte(to, word >> 24);
    to = writeByte(to, word >> 16);
    to = writeByte(to, word >> 8);
    return writeByte(to, word);
  }
  store<u32>(to, bswap(word));
  return to + 4;
}

/** Writes the lowest byte; a zero after 255 tells it from a marker (T.81, F.1.2.3). */
function writeByte(to: usize, byte: u32): usize {
  store<u8>(to, byte);
  if ((byte & 255) == 255) {
    store<u8>(to, 0, 1);
    return to + 2;
  }
  return to + 1;
}
