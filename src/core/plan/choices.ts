import type { ImageHeader, Size } from '../formats/imageHeader.ts';
import { plannedImages } from './imageShare.ts';
import { modelOf } from './models.ts';
import { planImage } from './plan.ts';
import type { Detail, DetailChoice, ImageTarget } from './plan.ts';
import type { TileOffer } from './tiles.ts';
import { imageTokens } from './visualTokens.ts';

/** A way to send an image, and what it comes to. */
export interface PlannedChoice {
  readonly choice: DetailChoice;
  /** Of the whole picture as sent, in pixels. */
  readonly size: Size;
  /** Parts that go beside the whole; 0 for all but tiles. */
  readonly tiles: number;
  /** Visual tokens, of the parts too. */
  readonly tokens: number;
}

/** A picture in parts: what to prepare it for, and the parts. */
export interface TilesPlan {
  readonly target: ImageTarget;
  /** Of the whole picture, which goes first, in pixels. */
  readonly whole: Size;
  readonly offer: TileOffer;
}

/** What decides how an image is sent, but for its detail and the number of images. */
export type ChoiceTarget = Omit<ImageTarget, 'detail' | 'imagesInRequest'>;

const DETAILS: readonly Detail[] = ['native', 'standard', 'low'];

/**
 * The ways to send an image beside so many other pictures of the request, from its header alone:
 * each detail, and tiles where they are offered. None for an image that is refused.
 */
export function planChoices(
  header: ImageHeader,
  byteLength: number,
  target: ChoiceTarget,
  otherPictures: number,
): readonly PlannedChoice[] {
  const model = modelOf(target.model);
  const imagesInRequest = plannedImages(otherPictures + 1);
  const choices = DETAILS.flatMap((choice): readonly PlannedChoice[] => {
    const plan = planImage(header, byteLength, { ...target, detail: choice, imagesInRequest });
    if (plan.kind === 'refuse') {
      return [];
    }
    const size = plan.kind === 'keep' ? header.size : plan.steps[0].size;
    return [{ choice, size, tiles: 0, tokens: imageTokens(size, model) }];
  });
  const tiled = planTiles(header, byteLength, target, otherPictures);
  return tiled
    ? [
        ...choices,
        {
          choice: 'tiles',
          size: tiled.whole,
          tiles: tiled.offer.tiles.length,
          tokens: imageTokens(tiled.whole, model) + tiled.offer.tokens,
        },
      ]
    : choices;
}

/**
 * The plan for the whole of a picture and its tiles, all of them counted as images of the request;
 * `undefined` where no tiles are offered.
 */
export function planTiles(
  header: ImageHeader,
  byteLength: number,
  target: ChoiceTarget,
  otherPictures: number,
): TilesPlan | undefined {
  let imagesInRequest = plannedImages(otherPictures + 1);
  for (;;) {
    const tiled: ImageTarget = { ...target, detail: 'native', imagesInRequest };
    const plan = planImage(header, byteLength, tiled);
    if (plan.kind !== 'transcode' || !plan.tiles) {
      return undefined;
    }
    const needed = plannedImages(otherPictures + 1 + plan.tiles.tiles.length);
    if (needed <= imagesInRequest) {
      return { target: tiled, whole: plan.steps[0].size, offer: plan.tiles };
    }
    // More images, smaller edges, and with these perhaps more tiles: it ends where both stay.
    imagesInRequest = needed;
  }
}
