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

/** How an image gets into a request. */
export interface ImageSources {
  readonly base64: Base64Source;
  /**
   * The id under which the server keeps the image of that SHA-256, if it does. While a conversation
   * goes on, the answer for an image must not change without need: the prompt cache is lost with it.
   */
  readonly fileId?: (sha256: string) => string | undefined;
}

/**
 * What a turn says to Claude; nothing for one that has nothing to say. `next` is the turn after it,
 * which tells whether a question was refused.
 */
export function turnContent(
  turn: Turn,
  next: Turn | undefined,
  sources: ImageSources,
): readonly PlannedBlock[] {
  return turn.role === 'user'
    ? userBlocks(turn, wasRefused(next), sources)
    : textBlocks(turn.status === 'waiting' ? '' : turn.text);
}

/** The line in the place of questions that are left out, with their images and answers. */
export function leftOutLine(questions: readonly UserTurn[]): PlannedBlock {
  const images = questions.flatMap((turn) => turn.images);
  const numbers = images.map(({ number, name }) => `Image ${number} (${oneLine(name)})`);
  const what =
    questions.length === 1
      ? 'One question and its answer are'
      : `${questions.length} questions and their answers are`;
  const shown = numbers.length === 0 ? '' : `, and with them ${numbers.join(', ')}`;
  return {
    block: {
      type: 'text',
      text: wellFormed(`${what} left out here by the user${shown}.`),
    },
  };
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
  sources: ImageSources,
): readonly PlannedBlock[] {
  const images = turn.images.flatMap((image) => imageBlocks(image, turn.labelled, sources));
  return refused ? images : [...images, ...textBlocks(turn.text)];
}

/** An image with what introduces it, or the line that says why its place is empty. */
function imageBlocks(
  image: AttachedImage,
  labelled: boolean,
  sources: ImageSources,
): readonly PlannedBlock[] {
  const name = oneLine(image.name);
  const { replaces } = image;
  if (image.state !== 'ready' || !image.prepared) {
    return textBlocks(
      image.state === 'removed'
        ? `Image ${image.number} (${name}) was removed from this conversation by the user.`
        : `Image ${image.number} (${name}) is left out${image.leftOut ? ' by the user, to make room' : ': it could not be sent'}.`,
    );
  }
  const block = pictureBlock(image, image.prepared, sources);
  const instead =
    replaces === undefined
      ? ''
      : ` (in place of ${oneLine(replaces)}, which earlier answers are about)`;
  const label = `Image ${image.number}: ${name}`;
  if (image.tiles) {
    return [...textBlocks(`${label}${instead}${tilesFollow(image.tiles.length)}`), block].concat(
      tileBlocks(image, image.tiles, label, sources),
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
  sources: ImageSources,
): readonly PlannedBlock[] {
  return tiles.flatMap((tile, index) => [
    ...textBlocks(`${label}, part ${index + 1} of ${tiles.length}`),
    pictureBlock(image, tile, sources),
  ]);
}

function pictureBlock(
  image: AttachedImage,
  picture: PreparedImage,
  sources: ImageSources,
): PlannedBlock {
  return { block: { type: 'image', source: sourceOf(picture, sources) }, image };
}

function sourceOf(
  { url, mediaType, sha256 }: PreparedImage,
  { base64, fileId }: ImageSources,
): ImageBlockParam['source'] {
  if (url !== undefined) {
    return { type: 'url', url };
  }
  const id = fileId?.(sha256);
  return id === undefined
    ? { type: 'base64', media_type: mediaType, data: base64(sha256) }
    : { type: 'file', file_id: id };
}

/** The API refuses text blocks that are empty or blank. */
function textBlocks(text: string): readonly PlannedBlock[] {
  return text.trim() === '' ? [] : [{ block: { type: 'text', text: wellFormed(text) } }];
}
