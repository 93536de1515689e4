import type { LogOutputChannel } from 'vscode';
import {
  allImages,
  type AttachedImage,
  type Conversation,
  type ImageLabels,
} from '../../core/conversation/conversation.ts';
import type { ConversationEvent } from '../../core/conversation/conversationEvent.ts';
import { continuedNotes } from '../../core/plan/continuedNotes.ts';
import type { ImageFailure } from '../../core/failure.ts';
import { base64Share, isTooLong, mostImages, plannedImages } from '../../core/plan/imageShare.ts';
import { modelOf } from '../../core/plan/models.ts';
import type { PreparedImageBytes } from '../../core/plan/preparedImage.ts';
import { imagesBase64Length } from '../../core/conversation/request.ts';
import { success, type Result } from '../../core/result.ts';
import type { ImagePreparer } from '../../imaging/prepareImage.ts';
import { smallerImagesNotice, tooManyImagesNotice } from '../wording/attachmentWording.ts';
import type { BlobStore } from '../conversation/blobStore.ts';
import { Disposable } from '../disposable.ts';
import { imageLabels } from '../wording/imageLabels.ts';
import { sourceOfUri, type ImageSource, type SourceBytes, type SourceOf } from './imageSource.ts';
import { Lanes } from './lanes.ts';
import { logFailure, logUnexpected } from '../log.ts';
import { preparedByAddress } from './preparedByAddress.ts';
import { sourceOfPrepared, sourceOfSent } from './preparedSource.ts';
import { readSettings } from '../settings/settings.ts';
import { imageNotice } from '../wording/wording.ts';

export interface AttachmentServices {
  readonly blobs: BlobStore;
  readonly preparer: Pick<ImagePreparer, 'prepare'>;
  readonly log: LogOutputChannel;
  /** How an image is read again; a test's own may fetch from the machine itself. */
  readonly sourceOf?: SourceOf;
}

/** The conversation whose images these are. */
export interface AttachmentHolder {
  readonly state: () => Conversation;
  readonly emit: (event: ConversationEvent) => void;
}

/** An image on its way, which can be called off. */
interface Preparation {
  readonly controller: AbortController;
  /** Bytes of base64 that are promised to it from when it is its turn. */
  promised: number | undefined;
}

type Prepared = Result<PreparedImageBytes, ImageFailure>;

const NO_LABELS: ImageLabels = { details: '', notes: [] };
/** As many images are read and prepared at once as the preparer has threads. */
const AT_ONCE = 2;

/** Gets a conversation's images ready, each with a way to call it off. */
export class Attachments extends Disposable {
  readonly #services: AttachmentServices;
  readonly #holder: AttachmentHolder;
  readonly #preparations = new Map<string, Preparation>();
  readonly #lanes = new Lanes(AT_ONCE);

  constructor(services: AttachmentServices, holder: AttachmentHolder) {
    super();
    this.#services = services;
    this.#holder = holder;
  }

  /**
   * Attaches as many of the images as the conversation takes, in their order, and says so when some
   * are left out. They are there at once and get ready one after another, so that the bytes of one or
   * two are in memory at a time. Settles with their ids when each is ready, has failed or was removed.
   */
  async attach(sources: readonly ImageSource[]): Promise<readonly string[]> {
    const { model } = readSettings();
    const free = freePlaces(this.#holder.state(), model);
    if (sources.length > free) {
      const notice = tooManyImagesNotice(mostImages(modelOf(model)), sources.length - free);
      this.#holder.emit({ type: 'noticeShown', notice });
    }
    const attached = sources.slice(0, free).map((source) => {
      const image: AttachedImage = {
        id: crypto.randomUUID(),
        name: source.name,
        ...(source.uri !== undefined && { uri: source.uri }),
        state: 'preparing',
        labels: NO_LABELS,
      };
      this.#holder.emit({ type: 'imageAttached', image });
      return { image, source };
    });
    await Promise.all([
      ...attached.map(({ image, source }) => this.#prepare(image, source)),
      this.#shortenEdges(),
    ]);
    return attached.map(({ image }) => image.id);
  }

  /**
   * Puts another image in the place of one, which keeps its id and number. Settles when it is ready,
   * has failed or was removed.
   */
  async replace(image: AttachedImage, source: ImageSource): Promise<void> {
    const { id, number } = image;
    const replacement: AttachedImage = {
      id,
      name: source.name,
      ...(source.uri !== undefined && { uri: source.uri }),
      ...(number !== undefined && { number, replaces: image.name }),
      state: 'preparing',
      labels: NO_LABELS,
    };
    this.#holder.emit({ type: 'imageUpdated', image: replacement });
    await this.#prepare(replacement, source);
  }

  /**
   * Prepares images again, for settings under which they may count and cost otherwise: from their
   * originals, or from what was made of them where that is gone.
   */
  async prepareAgain(images: readonly AttachedImage[]): Promise<void> {
    const sourceOf = this.#services.sourceOf ?? sourceOfUri;
    await this.#again(images, (image) => sourceOfPrepared(image, this.#services.blobs, sourceOf));
  }

  remove(imageId: string): void {
    this.#preparations.get(imageId)?.controller.abort();
    this.#holder.emit({ type: 'imageRemoved', imageId });
  }

  override dispose(): void {
    for (const { controller } of this.#preparations.values()) {
      controller.abort();
    }
    super.dispose();
  }

  /**
   * Prepares what became too long for the API because there are more images now. An image that was
   * sent is made from what was sent: its original may be another picture by now.
   */
  async #shortenEdges(): Promise<void> {
    const state = this.#holder.state();
    const imagesInRequest = this.#imagesInRequest();
    const tooLong = (images: readonly AttachedImage[]): readonly AttachedImage[] =>
      images.filter(
        ({ state: status, prepared }) =>
          status === 'ready' && prepared && isTooLong(prepared, imagesInRequest),
      );
    const attached = tooLong(state.attachments);
    const sent = tooLong(allImages(state)).filter((image) => !attached.includes(image));
    const count = attached.length + sent.length;
    if (count > 0) {
      this.#holder.emit({ type: 'noticeShown', notice: smallerImagesNotice(count) });
      await Promise.all([
        this.#again(sent, (image) => sourceOfSent(image, this.#services.blobs)),
        this.prepareAgain(attached),
      ]);
    }
  }

  async #again(
    images: readonly AttachedImage[],
    sourceOf: (image: AttachedImage) => ImageSource,
  ): Promise<void> {
    await Promise.all(
      images.map(async (image) => {
        const { prepared: _, notice: __, ...rest } = image;
        const preparing: AttachedImage = { ...rest, state: 'preparing', labels: NO_LABELS };
        this.#holder.emit({ type: 'imageUpdated', image: preparing });
        await this.#prepare(preparing, sourceOf(image));
      }),
    );
  }

  async #prepare(image: AttachedImage, source: ImageSource): Promise<void> {
    this.#preparations.get(image.id)?.controller.abort();
    const preparation: Preparation = { controller: new AbortController(), promised: undefined };
    const { signal } = preparation.controller;
    this.#preparations.set(image.id, preparation);
    try {
      const done = await this.#lanes.run(async () => this.#outcome(image, source, preparation));
      if (!signal.aborted) {
        this.#holder.emit({ type: 'imageUpdated', image: done });
      }
    } catch (error) {
      if (signal.aborted) {
        return;
      }
      logUnexpected(this.#services.log, 'Image not prepared', error);
      const detail = error instanceof Error ? error.name : typeof error;
      const failure = { kind: 'preparationCrashed', detail } as const;
      this.#holder.emit({ type: 'imageUpdated', image: this.#failed(image, failure) });
    } finally {
      if (this.#preparations.get(image.id) === preparation) {
        this.#preparations.delete(image.id);
      }
    }
  }

  /** Rejects when it is called off, and for a fault that nobody foresaw. */
  async #outcome(
    image: AttachedImage,
    source: ImageSource,
    preparation: Preparation,
  ): Promise<AttachedImage> {
    const { signal } = preparation.controller;
    signal.throwIfAborted();
    preparation.promised = this.#share();
    // A provider that never answers must not hold up the images behind this one.
    const read = await Promise.race([source.read(signal), rejection(signal)]);
    if (!read.ok) {
      return this.#failed(image, read.error);
    }
    const { model } = readSettings();
    const uri = read.value.uri ?? image.uri;
    const located: AttachedImage = { ...image, ...(uri !== undefined && { uri }) };
    const prepared = await this.#prepareBytes(read.value, model, preparation.promised, signal);
    if (!prepared.ok) {
      return this.#failed(located, prepared.error);
    }
    const { image: result, bytes } = prepared.value;
    this.#services.blobs.put(result.sha256, bytes);
    return { ...located, state: 'ready', prepared: result, labels: imageLabels(result, model) };
  }

  async #prepareBytes(
    source: SourceBytes,
    model: string,
    base64Limit: number,
    signal: AbortSignal,
  ): Promise<Prepared> {
    const { bytes, url, earlierNotes } = source;
    const { detail } = readSettings();
    const imagesInRequest = this.#imagesInRequest();
    const target = { model, imagesInRequest, detail, base64Limit };
    const byAddress = url === undefined ? undefined : preparedByAddress(bytes, url, target);
    const prepared = byAddress
      ? success(byAddress)
      : await this.#services.preparer.prepare(bytes, target, signal);
    if (!prepared.ok) {
      return prepared;
    }
    const { image } = prepared.value;
    if (isTooLong(image, this.#imagesInRequest())) {
      // Others were attached meanwhile.
      return this.#prepareBytes(source, model, base64Limit, signal);
    }
    return earlierNotes
      ? success({
          ...prepared.value,
          image: { ...image, notes: continuedNotes(earlierNotes, image.notes) },
        })
      : prepared;
  }

  #failed(image: AttachedImage, failure: ImageFailure): AttachedImage {
    logFailure(this.#services.log, 'Image not prepared', failure);
    return { ...image, state: 'failed', notice: imageNotice(image.name, failure) };
  }

  #imagesInRequest(): number {
    const images = allImages(this.#holder.state());
    return plannedImages(
      images.filter(({ state }) => state === 'ready' || state === 'preparing').length,
    );
  }

  /** What is left of the request, in equal parts for all that are still to come. */
  #share(): number {
    const preparations = [...this.#preparations.values()].filter(
      ({ controller }) => !controller.signal.aborted,
    );
    const promised = preparations.reduce(
      (sum, preparation) => sum + (preparation.promised ?? 0),
      0,
    );
    const waiting = preparations.filter((preparation) => preparation.promised === undefined).length;
    return base64Share(imagesBase64Length(this.#holder.state()) + promised, waiting);
  }
}

/** Rejects when the signal aborts; settles in no other way. */
function rejection(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

/** How many more images a conversation with a model takes. */
export function freePlaces(conversation: Conversation, model: string): number {
  const taken = allImages(conversation).filter(({ state }) => state !== 'removed').length;
  return Math.max(mostImages(modelOf(model)) - taken, 0);
}
