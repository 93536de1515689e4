import { latin1, u8, u16be, u32be } from '../bytes.ts';

/** Walks the boxes of ISO base media files (ISO/IEC 14496-12, section 4.2). */

export interface IsoBox {
  readonly type: string;
  readonly start: number;
  readonly dataStart: number;
  /** One past the box; may lie beyond the bytes. */
  readonly end: number;
}

/** The box at `at`, or `undefined` when its header does not fit before `limit` or is senseless. */
export function readBox(bytes: Uint8Array, at: number, limit: number): IsoBox | undefined {
  if (at + 8 > limit) {
    return undefined;
  }
  const short = u32be(bytes, at);
  const type = latin1(bytes, at + 4, 4);
  if (short === 1) {
    const length = u32be(bytes, at + 8) * 2 ** 32 + u32be(bytes, at + 12);
    return at + 16 > limit || length < 16
      ? undefined
      : { type, start: at, dataStart: at + 16, end: at + length };
  }
  if (short !== 0 && short < 8) {
    return undefined;
  }
  // A length of zero: up to the end of the file.
  return { type, start: at, dataStart: at + 8, end: short === 0 ? Infinity : at + short };
}

/** More boxes beside each other than any file has: what is longer is made to keep a reader busy. */
const MOST_BOXES = 65_536;

/** The boxes between `from` and `to`; stops at one that does not fit. */
export function boxesIn(bytes: Uint8Array, from: number, to: number): IsoBox[] {
  const boxes: IsoBox[] = [];
  const limit = Math.min(to, bytes.length);
  let at = from;
  for (;;) {
    const box = readBox(bytes, at, limit);
    if (!box || box.end > limit || boxes.length === MOST_BOXES) {
      return boxes;
    }
    boxes.push(box);
    at = box.end;
  }
}

export function childrenOf(bytes: Uint8Array, box: IsoBox, skip = 0): IsoBox[] {
  return boxesIn(bytes, box.dataStart + skip, box.end);
}

/** The first box of a path of types, each inside the one before. */
export function findBox(
  bytes: Uint8Array,
  within: IsoBox,
  ...path: readonly string[]
): IsoBox | undefined {
  let box: IsoBox | undefined = within;
  for (const type of path) {
    box = box && childrenOf(bytes, box).find((child) => child.type === type);
  }
  return box;
}

/** The header of a full box: its version, and the flags that follow in three bytes. */
export function fullBox(
  bytes: Uint8Array,
  box: IsoBox,
): { readonly version: number; readonly flags: number; readonly dataStart: number } {
  return {
    version: u8(bytes, box.dataStart),
    flags: u32be(bytes, box.dataStart) & 0xffffff,
    dataStart: box.dataStart + 4,
  };
}

/** A whole number of two or four bytes, as item ids are by the version of their box. */
export function itemId(bytes: Uint8Array, at: number, wide: boolean): number {
  return wide ? u32be(bytes, at) : u16be(bytes, at);
}
