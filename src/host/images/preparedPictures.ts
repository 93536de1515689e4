import { mostImages, plannedImages } from '../../core/plan/imageShare.ts';
import type { ImageFailure } from '../../core/failure.ts';
import { probeWhole } from '../../core/formats/probe.ts';
import { planTiles, type ChoiceTarget } from '../../core/plan/choices.ts';
import { continuedNotes } from '../../core/plan/continuedNotes.ts';
import { modelOf } from '../../core/plan/models.ts';
import type { ImageTarget } from '../../core/plan/plan.ts';
import type { PreparedImageBytes } from '../../core/plan/preparedImage.ts';
import { success, type Result } from '../../core/result.ts';
import type { ImagePreparer } from '../../imaging/prepareImage.ts';
import type { SourceBytes } from './imageSource.ts';

/** What was made of an image: the whole, and its tiles, which may be none. */
export interface PreparedPictures {
  readonly whole: PreparedImageBytes;
  readonly tiles: readonly PreparedImageBytes[];
}

type Prepared = Result<PreparedPictures, ImageFailure>;

/**
 * Prepares an image with its tiles beside so many other pictures of the request: of its original, or
 * again each of those that were made of it before. `undefined` where there is none to be had, or no
 * room for them among the images of a request. As `ImagePreparer.prepare` otherwise.
 */
export async function prepareWithTiles(
  preparer: Pick<ImagePreparer, 'prepare' | 'prepareTiles'>,
  source: SourceBytes,
  target: ChoiceTarget & { readonly base64Limit: number },
  otherPictures: number,
  signal: AbortSignal,
): Promise<Prepared | undefined> {
  const room = mostImages(modelOf(target.model)) - otherPictures;
  const { bytes, earlierTiles = [] } = source;
  if (earlierTiles.length > 0) {
    return earlierTiles.length < room
      ? prepareAgain(preparer, [source, ...earlierTiles], target, otherPictures, signal)
      : undefined;
  }
  const probed = probeWhole(bytes);
  const plan = probed.ok ? planTiles(probed.value, bytes.length, target, otherPictures) : undefined;
  if (!plan || plan.offer.tiles.length >= room) {
    return undefined;
  }
  const shared = withShare(plan.target, target.base64Limit, plan.offer.tiles.length + 1);
  const whole = await preparer.prepare(bytes, shared, signal);
  if (!whole.ok) {
    return whole;
  }
  const tiles = await preparer.prepareTiles(bytes, shared, signal);
  return tiles.ok ? success({ whole: whole.value, tiles: tiles.value }) : tiles;
}

async function prepareAgain(
  preparer: Pick<ImagePreparer, 'prepare'>,
  [first, ...rest]: readonly [SourceBytes, ...(readonly SourceBytes[])],
  target: ChoiceTarget & { readonly base64Limit: number },
  otherPictures: number,
  signal: AbortSignal,
): Promise<Prepared> {
  const pictures = rest.length + 1;
  const shared = withShare(
    { ...target, detail: 'native', imagesInRequest: plannedImages(otherPictures + pictures) },
    target.base64Limit,
    pictures,
  );
  const whole = await preparer.prepare(first.bytes, shared, signal);
  if (!whole.ok) {
    return whole;
  }
  const tiles: PreparedImageBytes[] = [];
  for (const { bytes, earlierNotes = [] } of rest) {
    const tile = await preparer.prepare(bytes, shared, signal);
    if (!tile.ok) {
      return tile;
    }
    const { image } = tile.value;
    const notes = continuedNotes(earlierNotes, image.notes);
    tiles.push({ ...tile.value, image: { ...image, notes } });
  }
  return success({ whole: whole.value, tiles });
}

/** All pictures of an image have equal parts of what it may take. */
function withShare(target: ImageTarget, base64Limit: number, pictures: number): ImageTarget {
  return { ...target, base64Limit: Math.floor(base64Limit / pictures) };
}
