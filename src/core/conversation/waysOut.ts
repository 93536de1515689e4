import type { ExcessFailure } from '../failure.ts';
import { modelOf } from '../plan/models.ts';
import { DETAIL_EDGES, type Detail } from '../plan/plan.ts';
import { fitToTierAndEdge, imageTokens } from '../plan/visualTokens.ts';
import { imagesInRequest, type AttachedImage, type Conversation } from './conversation.ts';
import { picturesOf } from './pictures.ts';
import { promptTokens, tokensOf, turnTokens } from './promptTokens.ts';
import { base64Of } from './requestPlan.ts';
import type { ImageSources } from './turnContent.ts';

/** What can be done when a request holds more than may be. */
export interface WaysOut {
  /** Images prepared anew at less detail. */
  readonly smaller?: SmallerImages;
  /** As many of the oldest images as have to be left out. */
  readonly images: readonly AttachedImage[];
  /** Ids of as many of the oldest questions as have to be left out; never the last one. */
  readonly turns: readonly string[];
}

export interface SmallerImages {
  readonly detail: Exclude<Detail, 'native'>;
  readonly images: readonly AttachedImage[];
  /** Visual tokens that every later request has less. */
  readonly tokensSaved: number;
}

/** Bytes of base64 that an image takes of a request. */
type BytesOf = (image: AttachedImage) => number;

/** Where the server does not say how much is too much, this part of the whole goes. */
const UNKNOWN_PART = 0.25;

/**
 * The ways out of an excess. A way is there when it is enough by itself; when none is, each is there
 * that helps at all, and the next plan or answer tells what is left to do. Images with a `fileId` take
 * no bytes. Pure.
 */
export function waysOut(
  conversation: Conversation,
  excess: ExcessFailure,
  model: string,
  fileId?: ImageSources['fileId'],
): WaysOut {
  const images = imagesInRequest(conversation);
  const bytesOf = (image: AttachedImage): number => base64Of(image, fileId);
  const over = excessIn(conversation, excess, model, bytesOf);
  const ofImage = (image: AttachedImage): number => weightOf(image, excess, bytesOf);
  const exchanges = exchangesOf(conversation).map(({ id, images: shown, tokens }) => ({
    id,
    weight:
      excess.kind === 'promptTooLong'
        ? tokens
        : shown.reduce((sum, image) => sum + ofImage(image), 0),
  }));
  const weighing = images.filter((image) => ofImage(image) > 0);
  const fewer = oldest(weighing, ofImage, over);
  const shorter = oldest(exchanges.slice(0, -1), ({ weight }) => weight, over);
  const smaller =
    excess.kind === 'tooManyImages'
      ? undefined
      : smallerImages(images, excess, { model, over, bytesOf });
  const anyEnough = fewer.isEnough || shorter.isEnough || smaller?.isEnough === true;
  return {
    ...(smaller && (smaller.isEnough || !anyEnough) && { smaller: smaller.way }),
    images: fewer.isEnough || !anyEnough ? fewer.items : [],
    turns: (shorter.isEnough || !anyEnough ? shorter.items : []).map(({ id }) => id),
  };
}

/**
 * All images of the next request that are larger than at less detail, at the first detail that takes
 * away so much; at the lowest when none does. `undefined` when none is larger.
 */
function smallerImages(
  images: readonly AttachedImage[],
  excess: ExcessFailure,
  {
    model,
    over,
    bytesOf,
  }: { readonly model: string; readonly over: number; readonly bytesOf: BytesOf },
): { readonly way: SmallerImages; readonly isEnough: boolean } | undefined {
  let last: { readonly way: SmallerImages; readonly isEnough: boolean } | undefined;
  for (const detail of ['standard', 'low'] as const) {
    const larger = largerThan(images, detail, model);
    if (larger.length > 0) {
      const tokensSaved = sumOf(
        larger,
        (image) => tokensOf(image) - tokensAt(image, detail, model),
      );
      const saved =
        excess.kind === 'promptTooLong'
          ? tokensSaved
          : sumOf(larger, (image) => bytesOf(image) * (1 - shareAt(image, detail, model)));
      last = { way: { detail, images: larger, tokensSaved }, isEnough: saved >= over };
      if (last.isEnough) {
        return last;
      }
    }
  }
  return last;
}

/** The images that a detail would make smaller. */
export function largerThan(
  images: readonly AttachedImage[],
  detail: Detail,
  model: string,
): readonly AttachedImage[] {
  return images.filter((image) => shareAt(image, detail, model) < 1);
}

/** By how much the request is too large, in the measure of the excess and of the estimates here. */
function excessIn(
  conversation: Conversation,
  excess: ExcessFailure,
  model: string,
  bytesOf: BytesOf,
): number {
  switch (excess.kind) {
    case 'tooManyImages':
      return excess.count - excess.limit;
    case 'requestTooLarge': {
      const { bytes, limit } = excess;
      return bytes === undefined || limit === undefined
        ? sumOf(imagesInRequest(conversation), bytesOf) * UNKNOWN_PART
        : bytes - limit;
    }
    case 'promptTooLong': {
      const { tokens, limit } = excess;
      const estimated = promptTokens(conversation, { model });
      const part =
        tokens === undefined || limit === undefined ? UNKNOWN_PART : (tokens - limit) / tokens;
      return estimated * part;
    }
  }
}

function weightOf(image: AttachedImage, { kind }: ExcessFailure, bytesOf: BytesOf): number {
  switch (kind) {
    case 'tooManyImages':
      return picturesOf(image).length;
    case 'requestTooLarge':
      return bytesOf(image);
    case 'promptTooLong':
      return tokensOf(image);
  }
}

/** What a question takes of a request, with its images and its answer. */
interface Exchange {
  readonly id: string;
  readonly images: readonly AttachedImage[];
  readonly tokens: number;
}

function exchangesOf({ turns }: Conversation): readonly Exchange[] {
  return turns.flatMap((turn, index): readonly Exchange[] => {
    if (turn.role !== 'user' || turn.leftOut) {
      return [];
    }
    const answer = turns[index + 1];
    const answered = answer?.role === 'assistant' ? turnTokens(answer) : 0;
    const images = turn.images.filter(({ state }) => state === 'ready');
    return [{ id: turn.id, images, tokens: turnTokens(turn) + answered }];
  });
}

interface Oldest<Item> {
  readonly items: readonly Item[];
  readonly isEnough: boolean;
}

/** As many from the beginning as weigh that much together; all that weigh anything when it takes more. */
function oldest<Item>(
  items: readonly Item[],
  weight: (item: Item) => number,
  over: number,
): Oldest<Item> {
  const taken: Item[] = [];
  let sum = 0;
  for (const item of items) {
    if (sum >= over && taken.length > 0) {
      break;
    }
    taken.push(item);
    sum += weight(item);
  }
  return sum > 0 ? { items: taken, isEnough: sum >= over } : { items: [], isEnough: false };
}

/** Which part of its pixels an image keeps at a detail. */
function shareAt({ prepared }: AttachedImage, detail: Detail, model: string): number {
  if (!prepared) {
    return 1;
  }
  const { width, height } = fitToTierAndEdge(prepared, modelOf(model).tier, DETAIL_EDGES[detail]);
  return (width * height) / (prepared.width * prepared.height);
}

function tokensAt({ prepared }: AttachedImage, detail: Detail, model: string): number {
  if (!prepared) {
    return 0;
  }
  const known = modelOf(model);
  return imageTokens(fitToTierAndEdge(prepared, known.tier, DETAIL_EDGES[detail]), known);
}

function sumOf<Item>(items: readonly Item[], value: (item: Item) => number): number {
  return items.reduce((sum, item) => sum + value(item), 0);
}
