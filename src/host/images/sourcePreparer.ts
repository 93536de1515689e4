import type { LogOutputChannel } from 'vscode';
import { fetchesImages } from '../../claude/fetchesImages.ts';
import type { AttachedImage } from '../../core/conversation/conversation.ts';
import type { ImageFailure } from '../../core/failure.ts';
import { continuedNotes } from '../../core/plan/continuedNotes.ts';
import { isTooLong, plannedImages } from '../../core/plan/imageShare.ts';
import type { Detail, DetailChoice, ImageTarget } from '../../core/plan/plan.ts';
import type { PreparationNote, PreparedImageBytes } from '../../core/plan/preparedImage.ts';
import { success, type Result } from '../../core/result.ts';
import type { ImagePreparer } from '../../imaging/prepareImage.ts';
import type { BlobStore } from '../conversation/blobStore.ts';
import { logFailure, logUnexpected } from '../log.ts';
import { readSettings } from '../settings/settings.ts';
import { imageLabels } from '../wording/imageLabels.ts';
import { imageNotice } from '../wording/wording.ts';
import type { ImageSource, Recipe, SourceBytes } from './imageSource.ts';
import { originalImage } from './originalImage.ts';
import { preparedByAddress } from './preparedByAddress.ts';
import { prepareWithTiles, type PreparedPictures } from './preparedPictures.ts';

export interface PreparingServices {
  readonly blobs: BlobStore;
  readonly preparer: Pick<ImagePreparer, 'prepare' | 'prepareTiles'>;
  readonly log: LogOutputChannel;
  /** Whether the server at a base URL fetches images itself; a test's own may say so of another. */
  readonly fetchesImages?: (baseUrl: string) => boolean;
}

type Prepared = Result<PreparedPictures, ImageFailure>;

/** Reads attached images and makes of them what goes with a request. */
export class SourcePreparer {
  readonly #services: PreparingServices;
  readonly #otherPictures: (imageId: string) => number;

  /**
   * `otherPictures` tells how many pictures a request has beside those of an image; it is asked
   * whenever that matters, as it changes while an image is prepared.
   */
  constructor(services: PreparingServices, otherPictures: (imageId: string) => number) {
    this.#services = services;
    this.#otherPictures = otherPictures;
  }

  /**
   * The image as it is ready, with its bytes stored, or has failed; `undefined` when it was called
   * off.
   */
  async prepare(
    image: AttachedImage,
    source: ImageSource,
    base64Limit: number,
    signal: AbortSignal,
  ): Promise<AttachedImage | undefined> {
    try {
      const done = await this.#outcome(image, source, base64Limit, signal);
      return signal.aborted ? undefined : done;
    } catch (error) {
      if (signal.aborted) {
        return undefined;
      }
      logUnexpected(this.#services.log, 'Image not prepared', error);
      const detail = error instanceof Error ? error.name : typeof error;
      return this.#failed(image, { kind: 'preparationCrashed', detail });
    }
  }

  /** Rejects when it is called off, and for a fault that nobody foresaw. */
  async #outcome(
    image: AttachedImage,
    source: ImageSource,
    base64Limit: number,
    signal: AbortSignal,
  ): Promise<AttachedImage> {
    signal.throwIfAborted();
    // A provider that never answers must not hold up the images behind this one.
    const read = await Promise.race([source.read(signal), rejection(signal)]);
    if (!read.ok) {
      return this.#failed(image, read.error);
    }
    const uri = read.value.uri ?? image.uri;
    const located: AttachedImage = { ...image, ...(uri !== undefined && { uri }) };
    const prepared = await this.#prepareBytes(
      image,
      read.value,
      { ...source.recipe, base64Limit },
      signal,
    );
    signal.throwIfAborted();
    if (!prepared.ok) {
      return this.#failed(located, prepared.error);
    }
    const { whole, tiles } = prepared.value;
    for (const { image: result, bytes } of [whole, ...tiles]) {
      await this.#services.blobs.put(result.sha256, bytes);
    }
    // What was made of an image before is not its original.
    const original = read.value.earlierNotes ? undefined : await originalImage(read.value.bytes);
    signal.throwIfAborted();
    const made: AttachedImage = {
      ...located,
      state: 'ready',
      prepared: whole.image,
      ...(tiles.length > 0 && { tiles: tiles.map((tile) => tile.image) }),
      ...(original && { original }),
    };
    return { ...made, labels: imageLabels(made, readSettings().model) };
  }

  /** Prepares until what it was prepared for still holds by then. */
  async #prepareBytes(
    { id, detail: chosen }: AttachedImage,
    source: SourceBytes,
    recipe: Recipe & { readonly base64Limit: number },
    signal: AbortSignal,
  ): Promise<Prepared> {
    for (;;) {
      const settings = readSettings();
      const { model } = settings;
      const detail = recipe.detail ?? detailOf(chosen, settings.detail);
      const others = this.#otherPictures(id);
      const tiled =
        chosen === 'tiles' && recipe.detail === undefined
          ? await prepareWithTiles(
              this.#services.preparer,
              source,
              { model, ...recipe },
              others,
              signal,
            )
          : undefined;
      const target = { model, ...recipe, detail, imagesInRequest: plannedImages(others + 1) };
      const prepared = tiled ?? (await this.#prepareWhole(source, target, signal));
      const now = readSettings();
      if (now.model !== model || (recipe.detail ?? detailOf(chosen, now.detail)) !== detail) {
        continue;
      }
      if (!prepared.ok) {
        return prepared;
      }
      const { whole, tiles } = prepared.value;
      const pictures = [whole, ...tiles];
      // Others may have been attached meanwhile.
      const count = plannedImages(this.#otherPictures(id) + pictures.length);
      if (!pictures.some(({ image }) => isTooLong(image, count))) {
        const made = recipe.reencode ? withNote(whole, { kind: 'reencoded' }) : whole;
        return success({ whole: withEarlierNotes(made, source), tiles });
      }
    }
  }

  /** Without tiles: its bytes, or its address where the API fetches it itself. */
  async #prepareWhole(
    { bytes, url }: SourceBytes,
    target: ImageTarget,
    signal: AbortSignal,
  ): Promise<Prepared> {
    const { preparer, fetchesImages: isFetching = fetchesImages } = this.#services;
    const byAddress =
      url !== undefined && isFetching(readSettings().baseUrl)
        ? preparedByAddress(bytes, url, target)
        : undefined;
    if (byAddress) {
      return success({ whole: byAddress, tiles: [] });
    }
    const prepared = await preparer.prepare(bytes, target, signal);
    return prepared.ok ? success({ whole: prepared.value, tiles: [] }) : prepared;
  }

  #failed(image: AttachedImage, failure: ImageFailure): AttachedImage {
    logFailure(this.#services.log, 'Image not prepared', failure);
    return { ...image, state: 'failed', notice: imageNotice(image.name, failure) };
  }
}

/** The detail of an image: its own, or that of the settings. Tiles go with a whole as large as it may be. */
function detailOf(chosen: DetailChoice | undefined, set: Detail): Detail {
  return chosen === 'tiles' ? 'native' : (chosen ?? set);
}

function withNote(prepared: PreparedImageBytes, note: PreparationNote): PreparedImageBytes {
  const { image } = prepared;
  return { ...prepared, image: { ...image, notes: [...image.notes, note] } };
}

function withEarlierNotes(
  prepared: PreparedImageBytes,
  { earlierNotes }: SourceBytes,
): PreparedImageBytes {
  const { image } = prepared;
  return earlierNotes
    ? { ...prepared, image: { ...image, notes: continuedNotes(earlierNotes, image.notes) } }
    : prepared;
}

/** Rejects when the signal aborts; settles in no other way. */
function rejection(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}
