import { base64Length } from '../bytes.ts';
import type { Model } from '../plan/models.ts';
import type { PreparedImage } from '../plan/preparedImage.ts';
import { imageTokens } from '../plan/visualTokens.ts';
import type { AttachedImage } from './conversation.ts';
import type { ImageSources } from './turnContent.ts';

/** All that goes with a request for an image, in its order: the whole, and its tiles where it has any. */
export function picturesOf({
  prepared,
  tiles = [],
}: Pick<AttachedImage, 'prepared' | 'tiles'>): readonly PreparedImage[] {
  return prepared ? [prepared, ...tiles] : [];
}

/** Visual tokens of an image with its tiles; 0 until it is prepared. */
export function imageTokenSum(image: Pick<AttachedImage, 'prepared' | 'tiles'>): number {
  return picturesOf(image).reduce((sum, { tokens }) => sum + tokens, 0);
}

/**
 * An image with the visual tokens that a model counts for it as it was sent: what is larger than its
 * tier the API shrinks itself. The same object when they are what they were.
 */
export function countedFor(image: AttachedImage, model: Model): AttachedImage {
  const { prepared, tiles } = image;
  const counted = (picture: PreparedImage): PreparedImage => ({
    ...picture,
    tokens: imageTokens(picture, model),
  });
  const after: AttachedImage = {
    ...image,
    ...(prepared && { prepared: counted(prepared) }),
    ...(tiles && { tiles: tiles.map(counted) }),
  };
  const before = picturesOf(image);
  const isSame = picturesOf(after).every(({ tokens }, index) => tokens === before[index]?.tokens);
  return isSame ? image : after;
}

/** Bytes of base64 text of an image with its tiles, but for what the API fetches itself or keeps as a file. */
export function imageBase64Sum(
  image: Pick<AttachedImage, 'prepared' | 'tiles'>,
  fileId?: ImageSources['fileId'],
): number {
  return picturesOf(image)
    .filter(({ url, sha256 }) => url === undefined && fileId?.(sha256) === undefined)
    .reduce((sum, { byteLength }) => sum + base64Length(byteLength), 0);
}

/**
 * What images count for in a request, where every tile is an image of its own to the API. One that
 * is being prepared counts for one at least; one that cannot be sent for none.
 */
export function pictureCount(images: readonly AttachedImage[]): number {
  return images
    .filter(({ state }) => state === 'ready' || state === 'preparing')
    .reduce((sum, image) => sum + Math.max(picturesOf(image).length, 1), 0);
}
