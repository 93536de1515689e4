import type { LogOutputChannel, Uri } from 'vscode';
import {
  allImages,
  type AttachedImage,
  type Conversation,
  type ConversationEvent,
} from '../core/conversation.ts';
import type { ImageFailure } from '../core/failure.ts';
import { MANY_IMAGES } from '../core/limits.ts';
import type { PreparedImageBytes } from '../core/preparedImage.ts';
import type { Result } from '../core/result.ts';
import type { ImagePreparer } from '../imaging/prepareImage.ts';
import type { BlobStore } from './blobStore.ts';
import { Disposable } from './disposable.ts';
import { imageLabels } from './imageLabels.ts';
import { fileName, readImage } from './intake.ts';
import { errorMessage, logFailure } from './log.ts';
import { readSettings } from './settings.ts';
import { imageNotice } from './wording.ts';

export interface AttachmentServices {
  readonly blobs: BlobStore;
  readonly preparer: Pick<ImagePreparer, 'prepare'>;
  readonly log: LogOutputChannel;
}

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
   * bytes of one of them are in memory at a time. Settles when each is ready or has failed.
   */
  async attach(uris: readonly Uri[]): Promise<void> {
    const preparations = uris.map((uri) => {
      const image: AttachedImage = {
        id: crypto.randomUUID(),
        name: fileName(uri),
        uri: uri.toString(),
        state: 'preparing',
        labels: { details: '', notes: [] },
      };
      this.#emit({ type: 'imageAttached', image });
      return { image, uri, signal: this.#begin(image.id) };
    });
    for (const { image, uri, signal } of preparations) {
      await this.#prepare(image, uri, signal);
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
      const read = signal.aborted ? undefined : await readImage(uri);
      if (!read || signal.aborted) {
        return;
      }
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
      this.#services.log.error(error instanceof Error ? error : String(error));
      const detail = errorMessage(error);
      prepared = { ok: false, error: { kind: 'preparationCrashed', detail } };
    } finally {
      this.#preparations.delete(image.id);
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

/** How many more images a conversation takes: beyond these the API allows only smaller ones. */
export function freePlaces(conversation: Conversation): number {
  return Math.max(MANY_IMAGES - allImages(conversation).length, 0);
}
