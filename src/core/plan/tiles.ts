import type { Size } from '../formats/imageHeader.ts';
import { SMALL_EDGE } from './limits.ts';
import type { Model } from './models.ts';
import { fitsTier, fitToTierAndEdge, visualTokens, withLongEdge } from './visualTokens.ts';

/** A part of the picture as seen, in pixels of the original. */
export interface Tile extends Size {
  readonly left: number;
  readonly top: number;
}

/** A tile with the size at which it is sent: its own, unless `MAX_TILES` of those do not suffice. */
export interface OfferedTile extends Tile {
  readonly sent: Size;
}

/** A picture in overlapping parts that keep its small print, beside what the whole would cost. */
export interface TileOffer {
  /** Row by row, each from left to right. Together they cover every pixel. */
  readonly tiles: readonly OfferedTile[];
  /** Visual tokens of all tiles. */
  readonly tokens: number;
  /** Visual tokens of the whole picture, shrunk. */
  readonly wholeTokens: number;
}

/** What decides whether tiles are offered. */
export interface TileThresholds {
  /** Offered when the whole picture would be scaled below this. */
  readonly scale: number;
  /** Offered when the long edge is more than so many times the short one. */
  readonly aspect: number;
  /** Offered when the short edge has at least so many pixels: less holds no page of text. */
  readonly shortEdge: number;
}

/** Half the size leaves 12 px text with 6 px, where letters run together. */
const THRESHOLDS: TileThresholds = { scale: 0.5, aspect: 2.5, shortEdge: SMALL_EDGE };

/** As many images as a request takes before the API lowers its limit on edges. */
export const MAX_TILES = 20;
/** Part of a tile's long edge that the next tile shows again. */
const OVERLAP = 0.1;
/** Pixels: two lines of ordinary text, so that one of the tiles shows any line whole. */
const MIN_OVERLAP = 56;

/**
 * Offers tiles for a tall or wide picture of which `fitted`, the size of the whole within the tier
 * and `maxEdge` (pixels), would lose the small print. They are as few as possible, evenly spread,
 * and span the short edge where that fits, so that no line of text is cut. Where more than
 * `MAX_TILES` were needed they are larger parts, shrunk as little as that takes; if even those were
 * scaled below the threshold there is no offer, since they would lose what they are for.
 */
export function offerTiles(
  size: Size,
  fitted: Size,
  model: Pick<Model, 'tier' | 'tokenRule'>,
  maxEdge: number,
  thresholds: TileThresholds = THRESHOLDS,
): TileOffer | undefined {
  const longEdge = Math.max(size.width, size.height);
  const shortEdge = Math.min(size.width, size.height);
  const scale = Math.max(fitted.width, fitted.height) / longEdge;
  if (
    scale >= thresholds.scale ||
    longEdge / shortEdge <= thresholds.aspect ||
    shortEdge < thresholds.shortEdge
  ) {
    return undefined;
  }
  const fits: Fits = (tile) =>
    fitsTier(tile, model.tier) && tile.width <= maxEdge && tile.height <= maxEdge;
  const smallest = withLongEdge(size, Math.ceil(longEdge * thresholds.scale));
  const grid = largestGrid(size, smallest, fits);
  if (grid === undefined) {
    return undefined;
  }
  const tiles = gridTiles(grid).map((tile): OfferedTile => {
    const original = onOriginal(tile, grid.size, size);
    const { width, height } = original;
    return { ...original, sent: fitToTierAndEdge({ width, height }, model.tier, maxEdge) };
  });
  const tokens = tiles.map(({ sent }) => visualTokens(sent, model.tokenRule));
  return {
    tiles,
    tokens: tokens.reduce((sum, count) => sum + count, 0),
    wholeTokens: visualTokens(fitted, model.tokenRule),
  };
}

type Fits = (tile: Size) => boolean;

/** How one edge is cut: into so many pieces of so many pixels, which overlap. */
interface Cut {
  readonly count: number;
  readonly length: number;
}

/** How the short edge and the long edge are cut. */
interface Cuts {
  readonly across: Cut;
  readonly along: Cut;
}

/** How a picture of this size is cut. */
interface Grid {
  readonly size: Size;
  readonly columns: Cut;
  readonly rows: Cut;
}

/** The grid of the picture, or of the largest smaller copy of it that `MAX_TILES` can cover. */
function largestGrid(size: Size, smallest: Size, fits: Fits): Grid | undefined {
  const whole = cutPicture(size, fits);
  if (whole) {
    return whole;
  }
  let best = cutPicture(smallest, fits);
  let enough = Math.max(smallest.width, smallest.height);
  let tooLarge = Math.max(size.width, size.height);
  while (best && tooLarge - enough > 1) {
    const middle = Math.floor((enough + tooLarge) / 2);
    const grid = cutPicture(withLongEdge(size, middle), fits);
    if (grid) {
      best = grid;
      enough = middle;
    } else {
      tooLarge = middle;
    }
  }
  return best;
}

/** The fewest tiles at native resolution; lines of text are cut in two only where they must be. */
function cutPicture(size: Size, fits: Fits): Grid | undefined {
  const short = Math.min(size.width, size.height);
  const long = Math.max(size.width, size.height);
  const overlap = overlapOf(longestEdge(1, long, fits));
  const uncut = cutToFit(long, { count: 1, length: short }, fits);
  const [best] = uncut
    ? [uncut]
    : Array.from({ length: MAX_TILES }, (_, index) => cutInto(short, index + 1, overlap))
        .map((across) => cutToFit(long, across, fits))
        .filter((cuts) => cuts !== undefined)
        .toSorted((a, b) => tileCount(a) - tileCount(b));
  if (!best || tileCount(best) > MAX_TILES) {
    return undefined;
  }
  const { across, along } = best;
  return size.height >= size.width
    ? { size, columns: across, rows: along }
    : { size, columns: along, rows: across };
}

function tileCount({ across, along }: Cuts): number {
  return across.count * along.count;
}

/** Cuts the long edge into as few pieces as fit beside a piece of the short edge, if any do. */
function cutToFit(long: number, across: Cut, fits: Fits): Cuts | undefined {
  const longest = longestEdge(across.length, long, fits);
  if (longest === long) {
    return { across, along: { count: 1, length: long } };
  }
  const overlap = overlapOf(Math.max(across.length, longest));
  return longest <= overlap
    ? undefined
    : {
        across,
        along: cutInto(long, Math.ceil((long - overlap) / (longest - overlap)), overlap),
      };
}

/** So many pieces, no longer than it takes for each to overlap the next. */
function cutInto(edge: number, count: number, overlap: number): Cut {
  return { count, length: Math.ceil((edge + (count - 1) * overlap) / count) };
}

function overlapOf(longEdge: number): number {
  return Math.max(Math.ceil(longEdge * OVERLAP), MIN_OVERLAP);
}

/** The longest edge, up to `limit`, of a tile that fits with its other edge at `other`; 0 for none. */
function longestEdge(other: number, limit: number, fits: Fits): number {
  let fitting = 0;
  let tooLong = limit + 1;
  while (tooLong - fitting > 1) {
    const middle = Math.floor((fitting + tooLong) / 2);
    if (fits({ width: other, height: middle })) {
      fitting = middle;
    } else {
      tooLong = middle;
    }
  }
  return fitting;
}

function gridTiles({ size, columns, rows }: Grid): readonly Tile[] {
  return starts(size.height, rows).flatMap((top) =>
    starts(size.width, columns).map((left) => ({
      left,
      top,
      width: columns.length,
      height: rows.length,
    })),
  );
}

/** Where the pieces begin, evenly spread from the start of the edge to its end. */
function starts(edge: number, { count, length }: Cut): readonly number[] {
  return Array.from({ length: count }, (_, index) =>
    count === 1 ? 0 : Math.floor((index * (edge - length)) / (count - 1)),
  );
}

/** The tile of a smaller copy on the original, outwards to whole pixels. */
function onOriginal(tile: Tile, copy: Size, original: Size): Tile {
  const across = original.width / copy.width;
  const down = original.height / copy.height;
  const left = Math.floor(tile.left * across);
  const top = Math.floor(tile.top * down);
  const right = Math.min(Math.ceil((tile.left + tile.width) * across), original.width);
  const bottom = Math.min(Math.ceil((tile.top + tile.height) * down), original.height);
  return { left, top, width: right - left, height: bottom - top };
}
