import { hasText, latin1, u8, u16be, u32be } from '../bytes.ts';
import { heifItems, heifReferences, itemProperties, primaryItemId } from './heifItems.ts';
import type { HeifItem, HeifReference } from './heifItems.ts';
import { needMoreBytes, probeFailed, turnSize } from './imageHeader.ts';
import type { Aperture, ColourSpace, Orientation, ProbeResult, Size } from './imageHeader.ts';
import { childrenOf, findBox, readBox } from './isoBoxes.ts';
import type { IsoBox } from './isoBoxes.ts';

/** Reads the headers of AVIF and HEIC: the properties of the primary item, or of the first track. */

type HeifFormat = 'avif' | 'heic';

const FORMATS: Readonly<Record<string, HeifFormat>> = { av01: 'avif', hvc1: 'heic', hev1: 'heic' };
/** Items that are made of others. */
const DERIVED = new Set(['grid', 'iovl', 'iden', 'tmap']);
/** Alpha, depth and a gain map are three; a picture with more is made to keep a reader busy. */
const MOST_AUXILIARIES = 8;
const LONGEST_EDGE = 2 ** 31 - 1;

export function probeHeif(bytes: Uint8Array): ProbeResult {
  let at = 0;
  let meta: IsoBox | undefined;
  let movie: IsoBox | undefined;
  for (;;) {
    const box = readBox(bytes, at, bytes.length);
    if (!box || (box.type === 'meta' && box.end > bytes.length)) {
      const needed = box ? box.end : at + 16;
      if (meta || movie) {
        break;
      }
      return Number.isFinite(needed) && needed > bytes.length
        ? needMoreBytes(needed)
        : damaged('no pictures listed');
    }
    if (box.type === 'meta') {
      meta ??= box;
    } else if (box.type === 'moov') {
      if (box.end > bytes.length && !meta) {
        return Number.isFinite(box.end) ? needMoreBytes(box.end) : damaged('movie without end');
      }
      movie ??= box.end <= bytes.length ? box : undefined;
    }
    at = box.end;
  }
  const fromItems = meta && readItems(bytes, childrenOf(bytes, meta, 4), movie);
  return fromItems ?? (movie ? readTrack(bytes, movie) : damaged('no primary picture'));
}

/** What the primary item says; `undefined` when there is none. */
function readItems(
  bytes: Uint8Array,
  meta: readonly IsoBox[],
  movie: IsoBox | undefined,
): ProbeResult | undefined {
  const id = primaryItemId(bytes, meta);
  const items = heifItems(bytes, meta);
  const primary = items.find((item) => item.id === id);
  if (id === undefined || !primary) {
    return undefined;
  }
  const references = heifReferences(bytes, meta);
  const format = formatOf(primary, items, references);
  if (typeof format !== 'string') {
    return format;
  }
  const properties = itemProperties(bytes, meta, primary.id);
  const extents = properties.find(({ type }) => type === 'ispe');
  const stored = extents && {
    width: u32be(bytes, extents.dataStart + 4),
    height: u32be(bytes, extents.dataStart + 8),
  };
  if (!stored || !isSensible(stored)) {
    return damaged(stored ? `size ${stored.width}x${stored.height}` : 'no size');
  }
  const clap = properties.find(({ type }) => type === 'clap');
  const aperture = clap && cleanAperture(bytes, clap, stored);
  const { width, height } = aperture?.part ?? stored;
  const orientation = orientationOf(bytes, properties);
  const auxiliaries = references.filter(({ type, to }) => type === 'auxl' && to.includes(id));
  const alpha = auxiliaries
    .slice(0, MOST_AUXILIARIES)
    .some(({ from }) =>
      itemProperties(bytes, meta, from).some((property) => isAlpha(bytes, property)),
    );
  const frames = movie
    ? countSamples(bytes, movie)
    : isSequence(bytes)
      ? undefined
      : countPictures(items, references);
  return {
    kind: 'header',
    header: {
      format,
      size: turnSize({ width, height }, orientation),
      orientation,
      ...(aperture && { aperture }),
      ...samplesOf(bytes, properties),
      lossy: true,
      progressive: false,
      ...(frames !== undefined && { frames }),
      alpha,
    },
  };
}

/** The codec of the primary item, or of what it is made of. */
function formatOf(
  primary: HeifItem,
  items: readonly HeifItem[],
  references: readonly HeifReference[],
): HeifFormat | ProbeResult {
  const partIds = references.find(({ type, from }) => type === 'dimg' && from === primary.id)?.to;
  const part = DERIVED.has(primary.type) ? items.find(({ id }) => id === partIds?.[0]) : primary;
  // Of a derived picture made of derived ones, the codec of any item tells.
  const type =
    part && DERIVED.has(part.type) ? items.find((item) => FORMATS[item.type])?.type : part?.type;
  const format = FORMATS[type ?? ''];
  return format ?? probeFailed({ kind: 'formatUnsupported', format: codecName(type) });
}

function codecName(type: string | undefined): string {
  const names: Readonly<Record<string, string>> = {
    avc1: 'HEIF with AVC',
    jpeg: 'HEIF with JPEG',
    j2k1: 'HEIF with JPEG 2000',
    vvc1: 'HEIF with VVC',
    unci: 'uncompressed HEIF',
  };
  return names[type ?? ''] ?? 'HEIF of an unknown codec';
}

function isSensible({ width, height }: Size): boolean {
  return width > 0 && height > 0 && width <= LONGEST_EDGE && height <= LONGEST_EDGE;
}

/**
 * The part that is to be seen; `undefined` when it is the whole picture, or no part of it. The box
 * has two edges and how far the part's centre lies from the picture's, each as a signed numerator
 * and a denominator (ISO/IEC 14496-12, section 12.1.4).
 */
function cleanAperture(bytes: Uint8Array, clap: IsoBox, stored: Size): Aperture | undefined {
  const ratio = (at: number): number =>
    (u32be(bytes, clap.dataStart + at) | 0) / u32be(bytes, clap.dataStart + at + 4);
  const width = Math.round(ratio(0));
  const height = Math.round(ratio(8));
  const left = Math.floor(ratio(16) + (stored.width - width) / 2);
  const top = Math.floor(ratio(24) + (stored.height - height) / 2);
  const isWithin =
    left >= 0 && top >= 0 && left + width <= stored.width && top + height <= stored.height;
  const isWhole = width === stored.width && height === stored.height;
  return isSensible({ width, height }) && isWithin && !isWhole
    ? { stored, part: { left, top, width, height } }
    : undefined;
}

/** What an orientation becomes when the picture is then turned or mirrored once more. */
const THEN_TURNED_LEFT = [1, 8, 5, 6, 7, 4, 1, 2, 3] as const;
const THEN_MIRRORED_LEFT_RIGHT = [1, 2, 1, 4, 3, 6, 5, 8, 7] as const;
const THEN_MIRRORED_TOP_BOTTOM = [1, 4, 3, 2, 1, 8, 7, 6, 5] as const;

/**
 * `irot` and `imir` in the order of the file, as one EXIF orientation. `irot` counts quarter turns
 * to the left; the axis of `imir` is 0 when top and bottom change places, 1 for left and right.
 */
function orientationOf(bytes: Uint8Array, properties: readonly IsoBox[]): Orientation {
  let orientation: Orientation = 1;
  for (const { type, dataStart } of properties) {
    const value = u8(bytes, dataStart);
    if (type === 'irot') {
      for (let turn = 0; turn < (value & 3); turn += 1) {
        orientation = THEN_TURNED_LEFT[orientation];
      }
    } else if (type === 'imir') {
      orientation = ((value & 1) === 1 ? THEN_MIRRORED_LEFT_RIGHT : THEN_MIRRORED_TOP_BOTTOM)[
        orientation
      ];
    }
  }
  return orientation;
}

function isAlpha(bytes: Uint8Array, { type, dataStart, end }: IsoBox): boolean {
  const urn = latin1(bytes, dataStart + 4, Math.min(end - dataStart - 4, 64));
  return type === 'auxC' && (urn.includes('auxiliary:alpha') || urn.includes('hevc:2015:auxid:1'));
}

/** Depth and colour by `pixi`, else by the configuration of the codec. */
function samplesOf(
  bytes: Uint8Array,
  properties: readonly IsoBox[],
): { readonly bitDepth: number; readonly colourSpace: ColourSpace } {
  const dataOf = (wanted: string): number | undefined =>
    properties.find(({ type }) => type === wanted)?.dataStart;
  const pixi = dataOf('pixi');
  const av1 = dataOf('av1C');
  const hevc = dataOf('hvcC');
  const av1Flags = av1 === undefined ? 0 : u8(bytes, av1 + 2);
  const isGrey =
    (pixi !== undefined && u8(bytes, pixi + 4) === 1) ||
    (av1Flags & 0x10) !== 0 ||
    (hevc !== undefined && (u8(bytes, hevc + 16) & 3) === 0);
  const codecDepth =
    hevc === undefined
      ? (av1Flags & 0x40) === 0
        ? 8
        : (av1Flags & 0x20) === 0
          ? 10
          : 12
      : (u8(bytes, hevc + 17) & 7) + 8;
  // Matrix 0 of `nclx` is the identity: the samples are red, green and blue.
  const isRgb = properties.some(
    ({ type, dataStart }) =>
      type === 'colr' && hasText(bytes, dataStart, 'nclx') && u16be(bytes, dataStart + 8) === 0,
  );
  return {
    bitDepth: (pixi === undefined ? 0 : u8(bytes, pixi + 5)) || codecDepth,
    colourSpace: isGrey ? 'grey' : isRgb ? 'rgb' : 'ycbcr',
  };
}

/** Pictures to be seen for themselves: not hidden, no tile, thumbnail, alpha or depth of another. */
function countPictures(items: readonly HeifItem[], references: readonly HeifReference[]): number {
  const helpers = new Set<number>();
  for (const { type, from, to } of references) {
    if (type === 'thmb' || type === 'auxl') {
      helpers.add(from);
    } else if (type === 'dimg') {
      to.forEach((id) => helpers.add(id));
    }
  }
  const pictures = items.filter(
    ({ id, type, hidden }) =>
      !hidden && !helpers.has(id) && (FORMATS[type] !== undefined || DERIVED.has(type)),
  );
  return Math.max(pictures.length, 1);
}

/** Whether the brands promise a track of pictures, which may lie beyond the bytes. */
function isSequence(bytes: Uint8Array): boolean {
  return /avis|msf1|hevc|hevx/.test(latin1(bytes, 8, Math.min(u32be(bytes, 0), 256) - 8));
}

const SAMPLE_TABLE = ['mdia', 'minf', 'stbl'] as const;

/** Pictures of a sequence's first track. */
function countSamples(bytes: Uint8Array, movie: IsoBox): number | undefined {
  const sizes = findBox(bytes, movie, 'trak', ...SAMPLE_TABLE, 'stsz');
  return sizes && Math.max(u32be(bytes, sizes.dataStart + 8), 1);
}

/** A sequence without a still picture. */
function readTrack(bytes: Uint8Array, movie: IsoBox): ProbeResult {
  const description = findBox(bytes, movie, 'trak', ...SAMPLE_TABLE, 'stsd');
  const sample = description && readBox(bytes, description.dataStart + 8, description.end);
  const format = FORMATS[sample?.type ?? ''];
  if (!sample || !format || sample.end > bytes.length) {
    return damaged('no track of pictures');
  }
  // A visual sample entry: 6 + 2 + 16 bytes, then the edges.
  const size = {
    width: u16be(bytes, sample.dataStart + 24),
    height: u16be(bytes, sample.dataStart + 26),
  };
  if (!isSensible(size)) {
    return damaged(`size ${size.width}x${size.height}`);
  }
  const frames = countSamples(bytes, movie) ?? 1;
  const samples = samplesOf(bytes, childrenOf(bytes, sample, 78));
  const common = { size, orientation: 1, lossy: true, progressive: false, alpha: false } as const;
  return { kind: 'header', header: { format, ...common, ...samples, frames } };
}

function damaged(detail: string): ProbeResult {
  return probeFailed({ kind: 'imageDamaged', format: 'HEIF', detail });
}
