import { latin1, u8, u16be } from '../bytes.ts';
import { boxesIn, childrenOf, findBox, fullBox, itemId } from './isoBoxes.ts';
import type { IsoBox } from './isoBoxes.ts';

/** Reads the items of a HEIF file's `meta` box (ISO/IEC 23008-12): which pictures it has. */

export interface HeifItem {
  readonly id: number;
  /** The codec, such as `hvc1`, or `grid` of pictures. */
  readonly type: string;
  readonly hidden: boolean;
  /** Where in the bytes the four letters of the type are. */
  readonly typeAt: number;
}

export interface HeifReference {
  readonly type: string;
  readonly from: number;
  readonly to: readonly number[];
}

export function primaryItemId(bytes: Uint8Array, meta: readonly IsoBox[]): number | undefined {
  const box = meta.find(({ type }) => type === 'pitm');
  if (!box) {
    return undefined;
  }
  const { version, dataStart } = fullBox(bytes, box);
  return itemId(bytes, dataStart, version > 0);
}

export function heifItems(bytes: Uint8Array, meta: readonly IsoBox[]): HeifItem[] {
  const box = meta.find(({ type }) => type === 'iinf');
  if (!box) {
    return [];
  }
  const { version, dataStart } = fullBox(bytes, box);
  const entries = boxesIn(bytes, dataStart + (version === 0 ? 2 : 4), box.end);
  return entries
    .filter(({ type }) => type === 'infe')
    .map((entry) => {
      const info = fullBox(bytes, entry);
      const wide = info.version > 2;
      const typeAt = info.dataStart + (wide ? 4 : 2) + 2;
      return {
        id: itemId(bytes, info.dataStart, wide),
        type: info.version < 2 ? '' : latin1(bytes, typeAt, 4),
        hidden: (info.flags & 1) === 1,
        typeAt,
      };
    });
}

/** The items, of the file and of its tracks, that describe pictures: EXIF, and XMP as `mime`. */
export function metadataItems(bytes: Uint8Array): HeifItem[] {
  const file = boxesIn(bytes, 0, bytes.length);
  const tracks = file
    .filter(({ type }) => type === 'moov')
    .flatMap((movie) => childrenOf(bytes, movie).filter(({ type }) => type === 'trak'))
    .flatMap((track) => childrenOf(bytes, track));
  return [...file, ...tracks]
    .filter(({ type }) => type === 'meta')
    .flatMap((meta) => heifItems(bytes, childrenOf(bytes, meta, 4)))
    .filter(({ type }) => type === 'Exif' || type === 'mime');
}

export function heifReferences(bytes: Uint8Array, meta: readonly IsoBox[]): HeifReference[] {
  const box = meta.find(({ type }) => type === 'iref');
  if (!box) {
    return [];
  }
  const { version, dataStart } = fullBox(bytes, box);
  const wide = version > 0;
  const width = wide ? 4 : 2;
  return boxesIn(bytes, dataStart, box.end).map((reference) => {
    const listAt = reference.dataStart + width + 2;
    const room = Math.max(0, Math.floor((reference.end - listAt) / width));
    const length = Math.min(u16be(bytes, reference.dataStart + width), room);
    return {
      type: reference.type,
      from: itemId(bytes, reference.dataStart, wide),
      to: Array.from({ length }, (_, index) => itemId(bytes, listAt + index * width, wide)),
    };
  });
}

/** The properties of an item, in the order in which they are to be applied. */
export function itemProperties(
  bytes: Uint8Array,
  meta: readonly IsoBox[],
  wanted: number,
): IsoBox[] {
  const iprp = meta.find(({ type }) => type === 'iprp');
  const container = iprp && findBox(bytes, iprp, 'ipco');
  if (!container) {
    return [];
  }
  const properties = childrenOf(bytes, container);
  return childrenOf(bytes, iprp)
    .filter(({ type }) => type === 'ipma')
    .flatMap((box) => associations(bytes, box, wanted))
    .map((index) => properties[index - 1])
    .filter((property) => property !== undefined);
}

/** Numbers of the properties that an `ipma` box gives to an item, counted from 1. */
function associations(bytes: Uint8Array, box: IsoBox, wanted: number): number[] {
  const { version, flags, dataStart } = fullBox(bytes, box);
  const idLength = version > 0 ? 4 : 2;
  const wide = (flags & 1) === 1;
  let at = dataStart + 4;
  while (at + idLength + 1 <= box.end) {
    const id = itemId(bytes, at, version > 0);
    const length = u8(bytes, at + idLength);
    at += idLength + 1;
    if (id === wanted) {
      return Array.from({ length }, (_, index) =>
        wide ? u16be(bytes, at + index * 2) & 0x7fff : u8(bytes, at + index) & 0x7f,
      );
    }
    at += length * (wide ? 2 : 1);
  }
  return [];
}
