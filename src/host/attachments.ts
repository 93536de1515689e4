import { Uri, type LogOutputChannel } from 'vscode';
import {
  allImages,
  type AttachedImage,
  type Conversation,
  type ImageLabels,
} from '../core/conversation.ts';
import type { ConversationEvent } from '../core/conversationEvent.ts';
import type { ImageFailure } from '../core/failure.ts';
import { MANY_IMAGES } from '../core/limits.ts';
import type { PreparedImageBytes } from '../core/preparedImage.ts';
import { failed, type Result } from '../core/result.ts';
import type { ImagePreparer } from '../imaging/prepareImage.ts';
import type { BlobStore } from './blobStore.ts';
import { Disposable } from './disposable.ts';
import { imageLabels } from './imageLabels.ts';
import { fileName, readImage } from './intake.ts';
import { logFailure, logUnexpected } from './log.ts';
import { readSettings } from './settings.ts';
import { imageNotice } from './wording.ts';

export interface AttachmentServices {
  readonly blobs: BlobStore;
  readonly preparer: Pick<ImagePreparer, 'prepare'>;
  readonly log: LogOutputChannel;
}

const NO_LABELS: ImageLabels = { details: '', notes: [] };

/** Gets a conversation's images ready, each with a way to call it off. */
export class Attachments extends Disposable {
  readonly #services: AttachmentServices;
  readonly #emit: (event: ConversationEvent) => void;
  readonly #preparations = new Map<string, AbortController>();

  constructor(services: AttachmentServices, emit: (event: ConversationEvent) => void) {
    super();
    this.#services = services;
    this.#emit = emit;
  }

  /**
   * Attaches the images at once, in their order, and prepares them one after another, so that the
   * bytes of one of them are in memory at a time. Settles with their ids when each is ready, has
   * failed or was removed.
   */
  async attach(uris: readonly Uri[]): Promise<readonly string[]> {
    const preparations = uris.map((uri) => {
      const image: AttachedImage = {
        id: crypto.randomUUID(),
        name: fileName(uri),
        uri: uri.toString(),
        state: 'preparing',
        labels: NO_LABELS,
      };
      this.#emit({ type: 'imageAttached', image });
      return { image, uri, signal: this.#begin(image.id) };
    });
    for (const { image, uri, signal } of preparations) {
      await this.#prepare(image, uri, signal);
    }
    return preparations.map(({ image }) => image.id);
  }

  /** Prepares unsent images again, for a model that may count and cost otherwise. */
  async prepareAgain(images: readonly AttachedImage[]): Promise<void> {
    for (const { id, name, uri } of images) {
      if (uri !== undefined) {
        const image: AttachedImage = { id, name, uri, state: 'preparing', labels: NO_LABELS };
        this.#preparations.get(id)?.abort();
        const signal = this.#begin(id);
        this.#emit({ type: 'imageUpdated', image });
        await this.#prepare(image, Uri.parse(uri, true), signal);
      }
    }
  }

  remove(imageId: string): void {
    this.#preparations.get(imageId)?.abort();
    this.#emit({ type: 'imageRemoved', imageId });
  }

  override dispose(): void {
    for (const preparation of this.#preparations.values()) {
      preparation.abort();
    }
    super.dispose();
  }

  #begin(imageId: string): AbortSignal {
    const preparation = new AbortController();
    this.#preparations.set(imageId, preparation);
    return preparation.signal;
  }

  async #prepare(image: AttachedImage, uri: Uri, signal: AbortSignal): Promise<void> {
    const { model } = readSettings();
    let prepared: Result<PreparedImageBytes, ImageFailure>;
    try {
      signal.throwIfAborted();
      // A provider that never answers must not hold up the images behind this one.
      const read = await Promise.race([readImage(uri), rejection(signal)]);
      prepared = read.ok
        ? await this.#services.preparer.prepare(
            read.value,
            { model, imagesInRequest: MANY_IMAGES },
            signal,
          )
        : read;
    } catch (error) {
      if (signal.aborted) {
        return;
      }
      logUnexpected(this.#services.log, 'Image not prepared', error);
      const detail = error instanceof Error ? error.name : typeof error;
      prepared = failed({ kind: 'preparationCrashed', detail });
    } finally {
      if (this.#preparations.get(image.id)?.signal === signal) {
        this.#preparations.delete(image.id);
      }
    }
    if (!signal.aborted) {
      this.#emit({ type: 'imageUpdated', image: this.#outcome(image, model, prepared) });
    }
  }

  #outcome(
    image: AttachedImage,
    model: string,
    prepared: Result<PreparedImageBytes, ImageFailure>,
  ): AttachedImage {
    if (!prepared.ok) {
      logFailure(this.#services.log, 'Image not prepared', prepared.error);
      return { ...image, state: 'failed', notice: imageNotice(image.name, prepared.error) };
    }
    const { image: result, bytes } = prepared.value;
    this.#services.blobs.put(result.sha256, bytes);
    return { ...image, state: 'ready', prepared: result, labels: imageLabels(result, model) };
  }
}

/** Rejects when the signal aborts; settles in no other way. */
function rejection(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

/** How many more images a conversation takes: beyond these the API allows only smaller ones. */
export function freePlaces(conversation: Conversation): number {
  return Math.max(MANY_IMAGES - allImages(conversation).length, 0);
}
