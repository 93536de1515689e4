import type {
  ContentBlockParam,
  ImageBlockParam,
} from '@anthropic-ai/sdk/resources/messages/messages';
import type { PreparedImage } from '../plan/preparedImage.ts';
import type { AttachedImage, Turn, UserTurn } from './conversation.ts';

/** A content block, and the image that it shows if it is one. */
export interface PlannedBlock {
  readonly block: ContentBlockParam;
  readonly image?: AttachedImage;
}

/** Gives the base64 text of a prepared image's bytes, by their SHA-256. */
export type Base64Source = (sha256: string) => string;

/**
 * What a turn says to Claude; nothing for one that has nothing to say. `next` is the turn after it,
 * which tells whether a question was refused.
 */
export function turnContent(
  turn: Turn,
  next: Turn | undefined,
  base64: Base64Source,
): readonly PlannedBlock[] {
  return turn.role === 'user'
    ? userBlocks(turn, wasRefused(next), base64)
    : textBlocks(turn.status === 'waiting' ? '' : turn.text);
}

/** A name can hold line breaks, and with them pretend to be a text of its own. */
export function oneLine(name: string): string {
  return name.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ');
}

/**
 * The text without halves of characters, which a cut through an emoji leaves and the API refuses with
 * all else. As `toWellFormed`, which is younger than what the core is written for.
 */
export function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, '\uFFFD');
}

/**
 * The API asks to take a refused question out of the conversation, or it goes on refusing (Claude
 * docs, "Handling stop reasons"). Its images stay, so that a reworded question still knows them.
 */
function wasRefused(answer: Turn | undefined): boolean {
  return answer?.role === 'assistant' && answer.status === 'refused';
}

function userBlocks(
  turn: UserTurn,
  refused: boolean,
  base64: Base64Source,
): readonly PlannedBlock[] {
  const images = turn.images.flatMap((image) => imageBlocks(image, turn.labelled, base64));
  return refused ? images : [...images, ...textBlocks(turn.text)];
}

/** An image with what introduces it, or the line that says why its place is empty. */
function imageBlocks(
  image: AttachedImage,
  labelled: boolean,
  base64: Base64Source,
): readonly PlannedBlock[] {
  const name = oneLine(image.name);
  const { replaces } = image;
  if (image.state !== 'ready' || !image.prepared) {
    return textBlocks(
      image.state === 'removed'
        ? `Image ${image.number} (${name}) was removed from this conversation by the user.`
        : `Image ${image.number} (${name}) is left out: it could not be sent.`,
    );
  }
  const block = pictureBlock(image, image.prepared, base64);
  const instead =
    replaces === undefined
      ? ''
      : ` (in place of ${oneLine(replaces)}, which earlier answers are about)`;
  const label = `Image ${image.number}: ${name}`;
  if (image.tiles) {
    return [...textBlocks(`${label}${instead}${tilesFollow(image.tiles.length)}`), block].concat(
      tileBlocks(image, image.tiles, label, base64),
    );
  }
  return labelled || instead !== '' ? [...textBlocks(`${label}${instead}`), block] : [block];
}

/** Says of a picture what comes after it, so that its parts are not taken for other pictures. */
function tilesFollow(count: number): string {
  return `, whole; then in ${count} overlapping parts with more detail, row by row from the top left`;
}

function tileBlocks(
  image: AttachedImage,
  tiles: readonly PreparedImage[],
  label: string,
  base64: Base64Source,
): readonly PlannedBlock[] {
  return tiles.flatMap((tile, index) => [
    ...textBlocks(`${label}, part ${index + 1} of ${tiles.length}`),
    pictureBlock(image, tile, base64),
  ]);
}

function pictureBlock(
  image: AttachedImage,
  picture: PreparedImage,
  base64: Base64Source,
): PlannedBlock {
  return { block: { type: 'image', source: sourceOf(picture, base64) }, image };
}

function sourceOf(
  { url, mediaType, sha256 }: PreparedImage,
  base64: Base64Source,
): ImageBlockParam['source'] {
  return url === undefined
    ? { type: 'base64', media_type: mediaType, data: base64(sha256) }
    : { type: 'url', url };
}

/** The API refuses text blocks that are empty or blank. */
function textBlocks(text: string): readonly PlannedBlock[] {
  return text.trim() === '' ? [] : [{ block: { type: 'text', text: wellFormed(text) } }];
}
