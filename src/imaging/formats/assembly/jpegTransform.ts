// AssemblyScript, part of `jpegEncode.ts`: blocks of eight rows of eight words of 16 bits.

// The cosine transform (T.81, A.3.3) of eight rows or columns at once. `Ck` is the square root of
// two times the cosine of k * pi / 16, so that each pass multiplies by the square root of eight: a
// sample of 9 bits and 2 of fraction becomes a coefficient of 16, and 5 of them are fraction.

const COSINE_BITS: i32 = 13;
const C1: i16 = 11363;
const C2: i16 = 10703;
const C3: i16 = 9633;
const C5: i16 = 6436;
const C6: i16 = 4433;
const C7: i16 = 2260;
const EVEN_2: v128 = i16x8(C2, C6, C2, C6, C2, C6, C2, C6);
const EVEN_6: v128 = i16x8(C6, -C2, C6, -C2, C6, -C2, C6, -C2);
const ODD_1_OUTER: v128 = i16x8(C1, C7, C1, C7, C1, C7, C1, C7);
const ODD_1_INNER: v128 = i16x8(C3, C5, C3, C5, C3, C5, C3, C5);
const ODD_3_OUTER: v128 = i16x8(C3, -C5, C3, -C5, C3, -C5, C3, -C5);
const ODD_3_INNER: v128 = i16x8(-C7, -C1, -C7, -C1, -C7, -C1, -C7, -C1);
const ODD_5_OUTER: v128 = i16x8(C5, C3, C5, C3, C5, C3, C5, C3);
const ODD_5_INNER: v128 = i16x8(-C1, C7, -C1, C7, -C1, C7, -C1, C7);
const ODD_7_OUTER: v128 = i16x8(C7, -C1, C7, -C1, C7, -C1, C7, -C1);
const ODD_7_INNER: v128 = i16x8(-C5, C3, -C5, C3, -C5, C3, -C5, C3);

/** Transforms the columns of a block, in place. */
export function transform(block: usize): void {
  const row0 = v128.load(block);
  const row1 = v128.load(block, 16);
  const row2 = v128.load(block, 32);
  const row3 = v128.load(block, 48);
  const row4 = v128.load(block, 64);
  const row5 = v128.load(block, 80);
  const row6 = v128.load(block, 96);
  const row7 = v128.load(block, 112);
  const sum0 = i16x8.add(row0, row7);
  const sum1 = i16x8.add(row1, row6);
  const sum2 = i16x8.add(row2, row5);
  const sum3 = i16x8.add(row3, row4);
  const outer = i16x8.add(sum0, sum3);
  const inner = i16x8.add(sum1, sum2);
  v128.store(block, i16x8.add(outer, inner));
  v128.store(block, i16x8.sub(outer, inner), 64);
  const outerLess = i16x8.sub(sum0, sum3);
  const innerLess = i16x8.sub(sum1, sum2);
  const low = interleaveLow(outerLess, innerLess);
  const high = interleaveHigh(outerLess, innerLess);
  v128.store(block, rotate(low, high, EVEN_2), 32);
  v128.store(block, rotate(low, high, EVEN_6), 96);
  const less0 = i16x8.sub(row0, row7);
  const less1 = i16x8.sub(row1, row6);
  const less2 = i16x8.sub(row2, row5);
  const less3 = i16x8.sub(row3, row4);
  const outerLow = interleaveLow(less0, less3);
  const outerHigh = interleaveHigh(less0, less3);
  const innerLow = interleaveLow(less1, less2);
  const innerHigh = interleaveHigh(less1, less2);
  const odd1 = rotateBoth(outerLow, outerHigh, ODD_1_OUTER, innerLow, innerHigh, ODD_1_INNER);
  const odd3 = rotateBoth(outerLow, outerHigh, ODD_3_OUTER, innerLow, innerHigh, ODD_3_INNER);
  const odd5 = rotateBoth(outerLow, outerHigh, ODD_5_OUTER, innerLow, innerHigh, ODD_5_INNER);
  const odd7 = rotateBoth(outerLow, outerHigh, ODD_7_OUTER, innerLow, innerHigh, ODD_7_INNER);
  v128.store(block, odd1, 16);
  v128.store(block, odd3, 48);
  v128.store(block, odd5, 80);
  v128.store(block, odd7, 112);
}

/** Weighted sums of two rows, whose words alternate in `low` and `high`. */
function rotate(low: v128, high: v128, weights: v128): v128 {
  return descale(i32x4.dot_i16x8_s(low, weights), i32x4.dot_i16x8_s(high, weights));
}

/** As `rotate`, of two rows and two more. */
function rotateBoth(
  low: v128,
  high: v128,
  weights: v128,
  otherLow: v128,
  otherHigh: v128,
  otherWeights: v128,
): v128 {
  return descale(
    i32x4.add(i32x4.dot_i16x8_s(low, weights), i32x4.dot_i16x8_s(otherLow, otherWeights)),
    i32x4.add(i32x4.dot_i16x8_s(high, weights), i32x4.dot_i16x8_s(otherHigh, otherWeights)),
  );
}

function descale(low: v128, high: v128): v128 {
  const half = i32x4.splat(1 << (COSINE_BITS - 1));
  return i16x8.narrow_i32x4_s(
    i32x4.shr_s(i32x4.add(low, half), COSINE_BITS),
    i32x4.shr_s(i32x4.add(high, half), COSINE_BITS),
  );
}

export function interleaveLow(first: v128, second: v128): v128 {
  return i16x8.shuffle(first, second, 0, 8, 1, 9, 2, 10, 3, 11);
}

export function interleaveHigh(first: v128, second: v128): v128 {
  return i16x8.shuffle(first, second, 4, 12, 5, 13, 6, 14, 7, 15);
}

/** Makes rows of a block its columns, in place: three times its halves are interleaved. */
export function transpose(block: usize): void {
  for (let round = 0; round < 3; round++) {
    const row0 = v128.load(block);
    const row1 = v128.load(block, 16);
    const row2 = v128.load(block, 32);
    const row3 = v128.load(block, 48);
    const row4 = v128.load(block, 64);
    const row5 = v128.load(block, 80);
    const row6 = v128.load(block, 96);
    const row7 = v128.load(block, 112);
    v128.store(block, interleaveLow(row0, row4));
    v128.store(block, interleaveHigh(row0, row4), 16);
    v128.store(block, interleaveLow(row1, row5), 32);
    v128.store(block, interleaveHigh(row1, row5), 48);
    v128.store(block, interleaveLow(row2, row6), 64);
    v128.store(block, interleaveHigh(row2, row6), 80);
    v128.store(block, interleaveLow(row3, row7), 96);
    v128.store(block, interleaveHigh(row3, row7), 112);
  }
}
