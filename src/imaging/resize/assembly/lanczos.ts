// AssemblyScript, compiled to WebAssembly: the inner loops of a separable resize. Pixels are
// four bytes each. Weights are 16-bit fixed point, two to a 32-bit word, for two rows or two
// pixels at a time; a last odd one is paired with a weight of zero.

/** Fraction bits of a weight; their sum is `1 << WEIGHT_BITS`. */
const WEIGHT_BITS: i32 = 14;
const HALF: i32 = 1 << (WEIGHT_BITS - 1);

/**
 * Adds up weighted rows to one row. `rows` points to the addresses of `2 * pairs` rows, each of
 * `byteLength` bytes rounded up to 16.
 */
export function addRows(
  to: usize,
  rows: usize,
  weights: usize,
  pairs: i32,
  byteLength: usize,
): void {
  for (let at: usize = 0; at < byteLength; at += 16) {
    let sum0 = i32x4.splat(HALF);
    let sum1 = i32x4.splat(HALF);
    let sum2 = i32x4.splat(HALF);
    let sum3 = i32x4.splat(HALF);
    for (let pair = 0; pair < pairs; pair++) {
      const first = v128.load(<usize>load<u32>(rows + ((<usize>pair) << 3)) + at);
      const second = v128.load(<usize>load<u32>(rows + ((<usize>pair) << 3), 4) + at);
      const weight = v128.load32_splat(weights + ((<usize>pair) << 2));
      const low = i8x16.shuffle(
        first,
        second,
        0,
        16,
        1,
        17,
        2,
        18,
        3,
        19,
        4,
        20,
        5,
        21,
        6,
        22,
        7,
        23,
      );
      const high = i8x16.shuffle(
        first,
        second,
        8,
        24,
        9,
        25,
        10,
        26,
        11,
        27,
        12,
        28,
        13,
        29,
        14,
        30,
        15,
        31,
      );
      sum0 = i32x4.add(sum0, i32x4.dot_i16x8_s(i16x8.extend_low_i8x16_u(low), weight));
      sum1 = i32x4.add(sum1, i32x4.dot_i16x8_s(i16x8.extend_high_i8x16_u(low), weight));
      sum2 = i32x4.add(sum2, i32x4.dot_i16x8_s(i16x8.extend_low_i8x16_u(high), weight));
      sum3 = i32x4.add(sum3, i32x4.dot_i16x8_s(i16x8.extend_high_i8x16_u(high), weight));
    }
    const even = i16x8.narrow_i32x4_s(
      i32x4.shr_s(sum0, WEIGHT_BITS),
      i32x4.shr_s(sum1, WEIGHT_BITS),
    );
    const odd = i16x8.narrow_i32x4_s(
      i32x4.shr_s(sum2, WEIGHT_BITS),
      i32x4.shr_s(sum3, WEIGHT_BITS),
    );
    v128.store(to + at, i8x16.narrow_i16x8_u(even, odd));
  }
}

/**
 * Resizes one row to `width` pixels. For each of them `starts` has the byte at which its first
 * source pixel lies and `weights` has `2 * quads` words. The row is read up to 16 bytes beyond.
 */
export function shrinkRow(
  to: usize,
  row: usize,
  starts: usize,
  weights: usize,
  quads: i32,
  width: i32,
): void {
  const zero = i32x4.splat(0);
  for (let x = 0; x < width; x++) {
    let from = row + <usize>load<u32>(starts + ((<usize>x) << 2));
    let sum0 = i32x4.splat(HALF);
    let sum1 = zero;
    for (let quad = 0; quad < quads; quad++) {
      const pixels = v128.load(from);
      const first = i8x16.shuffle(
        pixels,
        zero,
        0,
        16,
        4,
        16,
        1,
        16,
        5,
        16,
        2,
        16,
        6,
        16,
        3,
        16,
        7,
        16,
      );
      const second = i8x16.shuffle(
        pixels,
        zero,
        8,
        16,
        12,
        16,
        9,
        16,
        13,
        16,
        10,
        16,
        14,
        16,
        11,
        16,
        15,
        16,
      );
      sum0 = i32x4.add(sum0, i32x4.dot_i16x8_s(first, v128.load32_splat(weights)));
      sum1 = i32x4.add(sum1, i32x4.dot_i16x8_s(second, v128.load32_splat(weights, 4)));
      weights += 8;
      from += 16;
    }
    const sum = i32x4.shr_s(i32x4.add(sum0, sum1), WEIGHT_BITS);
    const words = i16x8.narrow_i32x4_s(sum, sum);
    store<u32>(to + ((<usize>x) << 2), i32x4.extract_lane(i8x16.narrow_i16x8_u(words, words), 0));
  }
}

/** As `shrinkRow`, of three bytes a pixel; the result is opaque and has four. */
export function shrinkRgbRow(
  to: usize,
  row: usize,
  starts: usize,
  weights: usize,
  quads: i32,
  width: i32,
): void {
  const zero = i32x4.splat(0);
  for (let x = 0; x < width; x++) {
    let from = row + <usize>load<u32>(starts + ((<usize>x) << 2));
    let sum0 = i32x4.splat(HALF);
    let sum1 = zero;
    for (let quad = 0; quad < quads; quad++) {
      const pixels = v128.load(from);
      const first = i8x16.shuffle(
        pixels,
        zero,
        0,
        16,
        3,
        16,
        1,
        16,
        4,
        16,
        2,
        16,
        5,
        16,
        16,
        16,
        16,
        16,
      );
      const second = i8x16.shuffle(
        pixels,
        zero,
        6,
        16,
        9,
        16,
        7,
        16,
        10,
        16,
        8,
        16,
        11,
        16,
        16,
        16,
        16,
        16,
      );
      sum0 = i32x4.add(sum0, i32x4.dot_i16x8_s(first, v128.load32_splat(weights)));
      sum1 = i32x4.add(sum1, i32x4.dot_i16x8_s(second, v128.load32_splat(weights, 4)));
      weights += 8;
      from += 12;
    }
    const sum = i32x4.shr_s(i32x4.add(sum0, sum1), WEIGHT_BITS);
    const words = i16x8.narrow_i32x4_s(sum, sum);
    const colours = i32x4.extract_lane(i8x16.narrow_i16x8_u(words, words), 0);
    store<u32>(to + ((<usize>x) << 2), colours | 0xff000000);
  }
}

/** Multiplies the colours of a row by their alpha, in place. */
export function premultiplyRow(row: usize, width: i32): void {
  const end = row + ((<usize>width) << 2);
  for (let at = row; at < end; at += 4) {
    const alpha = <u32>load<u8>(at, 3);
    if (alpha != 255) {
      store<u8>(at, divideBy255(<u32>load<u8>(at) * alpha), 0);
      store<u8>(at, divideBy255(<u32>load<u8>(at, 1) * alpha), 1);
      store<u8>(at, divideBy255(<u32>load<u8>(at, 2) * alpha), 2);
    }
  }
}

/** Undoes `premultiplyRow`. */
export function unpremultiplyRow(row: usize, width: i32): void {
  const end = row + ((<usize>width) << 2);
  for (let at = row; at < end; at += 4) {
    const alpha = <u32>load<u8>(at, 3);
    if (alpha != 255 && alpha != 0) {
      store<u8>(at, restore(<u32>load<u8>(at), alpha), 0);
      store<u8>(at, restore(<u32>load<u8>(at, 1), alpha), 1);
      store<u8>(at, restore(<u32>load<u8>(at, 2), alpha), 2);
    }
  }
}

function divideBy255(value: u32): u8 {
  return <u8>((value * 257 + 32896) >> 16);
}

function restore(colour: u32, alpha: u32): u8 {
  return <u8>min((colour * 255 + (alpha >> 1)) / alpha, 255);
}
