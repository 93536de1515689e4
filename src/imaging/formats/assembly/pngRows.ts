// AssemblyScript, compiled to WebAssembly: what is done to every byte of a PNG. Rows are read and
// written up to 16 bytes beyond their end.

/**
 * Undoes the filter of a row (PNG specification, section 9): reads `from`, writes `to`. `above` is
 * the finished row before it, `pixelBytes` the distance to the byte on the left, 1 to 8.
 */
export function unfilterRow(
  filter: i32,
  from: usize,
  above: usize,
  to: usize,
  byteLength: usize,
  pixelBytes: usize,
): void {
  if (filter == 0) {
    memory.copy(to, from, byteLength);
  } else if (filter == 2) {
    for (let at: usize = 0; at < byteLength; at += 16) {
      v128.store(to + at, i8x16.add(v128.load(from + at), v128.load(above + at)));
    }
  } else if (pixelBytes == 3 || pixelBytes == 4) {
    unfilterPixels(filter, from, above, to, byteLength, pixelBytes);
  } else {
    unfilterBytes(filter, from, above, to, byteLength, pixelBytes);
  }
}

/** Four bytes at once; with three to a pixel the fourth is written over by the next pixel. */
function unfilterPixels(
  filter: i32,
  from: usize,
  above: usize,
  to: usize,
  byteLength: usize,
  pixelBytes: usize,
): void {
  let left = i32x4.splat(0);
  if (filter == 1) {
    for (let at: usize = 0; at < byteLength; at += pixelBytes) {
      left = i8x16.add(left, v128.load32_zero(from + at));
      store<u32>(to + at, i32x4.extract_lane(left, 0));
    }
  } else if (filter == 3) {
    for (let at: usize = 0; at < byteLength; at += pixelBytes) {
      const up = v128.load32_zero(above + at);
      // avgr_u rounds up, the filter rounds down: take off the odd bit.
      const odd = v128.and(v128.xor(left, up), i8x16.splat(1));
      const average = i8x16.sub(i8x16.avgr_u(left, up), odd);
      left = i8x16.add(average, v128.load32_zero(from + at));
      store<u32>(to + at, i32x4.extract_lane(left, 0));
    }
  } else {
    const byteMask = i16x8.splat(0xff);
    let upperLeft = i16x8.splat(0);
    for (let at: usize = 0; at < byteLength; at += pixelBytes) {
      const up = i16x8.extend_low_i8x16_u(v128.load32_zero(above + at));
      const raw = i16x8.extend_low_i8x16_u(v128.load32_zero(from + at));
      const towardsLeft = i16x8.sub(up, upperLeft);
      const towardsUp = i16x8.sub(left, upperLeft);
      const toLeft = i16x8.abs(towardsLeft);
      const toUp = i16x8.abs(towardsUp);
      const toUpperLeft = i16x8.abs(i16x8.add(towardsLeft, towardsUp));
      const least = i16x8.min_s(toUpperLeft, i16x8.min_s(toLeft, toUp));
      const upOrUpperLeft = v128.bitselect(up, upperLeft, i16x8.eq(toUp, least));
      const nearest = v128.bitselect(left, upOrUpperLeft, i16x8.eq(toLeft, least));
      left = v128.and(i16x8.add(nearest, raw), byteMask);
      store<u32>(to + at, i32x4.extract_lane(i8x16.narrow_i16x8_u(left, left), 0));
      upperLeft = up;
    }
  }
}

function unfilterBytes(
  filter: i32,
  from: usize,
  above: usize,
  to: usize,
  byteLength: usize,
  pixelBytes: usize,
): void {
  for (let at: usize = 0; at < byteLength; at++) {
    const hasLeft = at >= pixelBytes;
    const left: i32 = hasLeft ? load<u8>(to + at - pixelBytes) : 0;
    const up: i32 = load<u8>(above + at);
    let guess = left;
    if (filter == 3) {
      guess = (left + up) >> 1;
    } else if (filter == 4) {
      guess = paeth(left, up, hasLeft ? load<u8>(above + at - pixelBytes) : 0);
    }
    store<u8>(to + at, load<u8>(from + at) + <u8>guess);
  }
}

function paeth(left: i32, up: i32, upperLeft: i32): i32 {
  const toLeft = abs(up - upperLeft);
  const toUp = abs(left - upperLeft);
  const toUpperLeft = abs(left + up - 2 * upperLeft);
  return toLeft <= toUp && toLeft <= toUpperLeft ? left : toUp <= toUpperLeft ? up : upperLeft;
}

/** Opaque RGBA from RGB. */
export function rgbToRgba(rgb: usize, rgba: usize, width: i32): void {
  const opaque = i32x4.splat(0xff000000);
  const end = rgba + ((<usize>width) << 2);
  for (; rgba < end; rgba += 16, rgb += 12) {
    const pixels = v128.load(rgb);
    const spread = i8x16.shuffle(
      pixels,
      opaque,
      0,
      1,
      2,
      19,
      3,
      4,
      5,
      19,
      6,
      7,
      8,
      19,
      9,
      10,
      11,
      19,
    );
    v128.store(rgba, spread);
  }
}

/** RGBA from one byte a pixel, by a table of 256 of them. */
export function lookUp(row: usize, table: usize, rgba: usize, width: i32): void {
  for (let x: usize = 0; x < <usize>width; x++) {
    store<u32>(rgba + (x << 2), load<u32>(table + ((<usize>load<u8>(row + x)) << 2)));
  }
}
