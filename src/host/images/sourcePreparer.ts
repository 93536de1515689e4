import type { LogOutputChannel } from 'vscode';
import { fetchesImages } from '../../claude/fetchesImages.ts';
import type { AttachedImage } from '../../core/conversation/conversation.ts';
import type { ImageFailure } from '../../core/failure.ts';
import { continuedNotes } from '../../core/plan/continuedNotes.ts';
import { isTooLong } from '../../core/plan/imageShare.ts';
import type { PreparedImageBytes } from '../../core/plan/preparedImage.ts';
import { success, type Result } from '../../core/result.ts';
import type { ImagePreparer } from '../../imaging/prepareImage.ts';
import type { BlobStore } from '../conversation/blobStore.ts';
import { logFailure, logUnexpected } from '../log.ts';
import { readSettings } from '../settings/settings.ts';
import { imageLabels } from '../wording/imageLabels.ts';
import { imageNotice } from '../wording/wording.ts';
import type { ImageSource, Recipe, SourceBytes } from './imageSource.ts';
import { preparedByAddress } from './preparedByAddress.ts';

export interface PreparingServices {
  readonly blobs: BlobStore;
  readonly preparer: Pick<ImagePreparer, 'prepare'>;
  readonly log: LogOutputChannel;
  /** Whether the server at a base URL fetches images itself; a test's own may say so of another. */
  readonly fetchesImages?: (baseUrl: string) => boolean;
}

type Prepared = Result<PreparedImageBytes, ImageFailure>;

/** Reads attached images and makes of them what goes with a request. */
export class SourcePreparer {
  readonly #services: PreparingServices;
  readonly #imagesInRequest: () => number;

  /** `imagesInRequest` is asked whenever it matters, as it changes while an image is prepared. */
  constructor(services: PreparingServices, imagesInRequest: () => number) {
    this.#services = services;
    this.#imagesInRequest = imagesInRequest;
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
      read.value,
      { ...source.recipe, base64Limit },
      signal,
    );
    signal.throwIfAborted();
    if (!prepared.ok) {
      return this.#failed(located, prepared.error);
    }
    const { image: result, bytes } = prepared.value;
    await this.#services.blobs.put(result.sha256, bytes);
    signal.throwIfAborted();
    const labels = imageLabels(result, readSettings().model);
    return { ...located, state: 'ready', prepared: result, labels };
  }

  /** Prepares until what it was prepared for still holds by then. */
  async #prepareBytes(
    { bytes, url, earlierNotes }: SourceBytes,
    recipe: Recipe & { readonly base64Limit: number },
    signal: AbortSignal,
  ): Promise<Prepared> {
    const { preparer, fetchesImages: isFetching = fetchesImages } = this.#services;
    for (;;) {
      const { model, detail, baseUrl } = readSettings();
      const imagesInRequest = this.#imagesInRequest();
      const target = { model, detail, imagesInRequest, ...recipe };
      const byAddress =
        url !== undefined && isFetching(baseUrl)
          ? preparedByAddress(bytes, url, target)
          : undefined;
      const prepared = byAddress
        ? success(byAddress)
        : await preparer.prepare(bytes, target, signal);
      const settings = readSettings();
      if (settings.model !== model || settings.detail !== detail) {
        continue;
      }
      if (!prepared.ok) {
        return prepared;
      }
      const { image } = prepared.value;
      // Others may have been attached meanwhile.
      if (!isTooLong(image, this.#imagesInRequest())) {
        const made = recipe.reencode
          ? [...image.notes, { kind: 'reencoded' } as const]
          : image.notes;
        const notes = earlierNotes ? continuedNotes(earlierNotes, made) : made;
        return success({ ...prepared.value, image: { ...image, notes } });
      }
    }
  }

  #failed(image: AttachedImage, failure: ImageFailure): AttachedImage {
    logFailure(this.#services.log, 'Image not prepared', failure);
    return { ...image, state: 'failed', notice: imageNotice(image.name, failure) };
  }
}

/** Rejects when the signal aborts; settles in no other way. */
function rejection(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}
