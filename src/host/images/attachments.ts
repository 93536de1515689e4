import {
  allImages,
  imagesInRequest,
  sentImages,
  type AttachedImage,
  type Conversation,
  type ImageLabels,
} from '../../core/conversation/conversation.ts';
import type { ConversationEvent } from '../../core/conversation/conversationEvent.ts';
import { imagesBase64Length } from '../../core/conversation/request.ts';
import { countedFor, pictureCount } from '../../core/conversation/pictures.ts';
import { mostImages } from '../../core/plan/imageShare.ts';
import { modelOf } from '../../core/plan/models.ts';
import type { Detail, DetailChoice } from '../../core/plan/plan.ts';
import type { RequestImages } from '../conversation/requestImages.ts';
import { Disposable } from '../disposable.ts';
import { readSettings } from '../settings/settings.ts';
import { largerThan } from '../../core/conversation/waysOut.ts';
import {
  sentAsBeforeNotice,
  shortenedImagesNotice,
  smallerImagesNotice,
  tooManyImagesNotice,
} from '../wording/attachmentWording.ts';
import { imageLabels } from '../wording/imageLabels.ts';
import { freePlaces, plannedCount, takenImages, tooLongAmong } from './imagePlaces.ts';
import {
  sourceOfUri,
  withoutAddress,
  type ImageSource,
  type Recipe,
  type SourceOf,
} from './imageSource.ts';
import { Preparations } from './preparations.ts';
import { sourceOfPrepared, sourceOfSent, sourceOfSentOrOriginal } from './preparedSource.ts';
import { shownName } from './shownName.ts';
import { SourcePreparer, type PreparingServices } from './sourcePreparer.ts';

export interface AttachmentServices extends PreparingServices {
  /** How an image is read again; a test's own may fetch from the machine itself. */
  readonly sourceOf?: SourceOf;
  /** Which images of a conversation take no bytes of a request. */
  readonly requestImages: Pick<RequestImages, 'fileIdIn'>;
}

/** The conversation whose images these are. */
export interface AttachmentHolder {
  readonly state: () => Conversation;
  readonly emit: (event: ConversationEvent) => void;
}

/** An image that is to be prepared, and what from. */
interface Unprepared {
  readonly image: AttachedImage;
  readonly source: ImageSource;
  /** As it was sent: it is so again when the preparation fails. */
  readonly former?: AttachedImage;
}

const NO_LABELS: ImageLabels = { details: '', notes: [] };

/** Gets a conversation's images ready, each with a way to call it off. */
export class Attachments extends Disposable {
  readonly #services: AttachmentServices;
  readonly #holder: AttachmentHolder;
  readonly #preparer: SourcePreparer;
  readonly #preparations = new Preparations();
  /** Sent images in whose place another came that was in no request since. */
  readonly #unseen = new Set<string>();

  constructor(services: AttachmentServices, holder: AttachmentHolder) {
    super();
    this.#services = services;
    this.#holder = holder;
    this.#preparer = new SourcePreparer(services, (imageId) => this.#otherPictures(imageId));
  }

  /**
   * Attaches as many of the images as the conversation takes, in their order, and says so when some
   * are left out, of which there may be `more` than the sources. They are there at once and get ready
   * one after another, so that the bytes of one or two are in memory at a time; in the `detail` given,
   * else in that of the settings. Settles with their ids when each is ready, has failed or was removed.
   */
  async attach(
    sources: readonly ImageSource[],
    more = 0,
    detail?: DetailChoice,
  ): Promise<readonly string[]> {
    const { model } = readSettings();
    const free = freePlaces(this.#holder.state(), model);
    const leftOut = Math.max(sources.length - free, 0) + more;
    if (leftOut > 0) {
      const notice = tooManyImagesNotice(mostImages(modelOf(model)), leftOut);
      this.#holder.emit({ type: 'noticeShown', notice });
    }
    const attached = sources.slice(0, free).map((source): Unprepared => {
      const image: AttachedImage = {
        id: crypto.randomUUID(),
        ...attachedFrom(source),
        ...(detail && { detail }),
      };
      this.#holder.emit({ type: 'imageAttached', image });
      return { image, source };
    });
    await this.#prepare([...attached, ...this.#attachedTooLong()]);
    return attached.map(({ image }) => image.id);
  }

  /**
   * Puts another image in the place of one, which keeps its id and number. Settles when it is ready,
   * has failed or was removed.
   */
  async replace(image: AttachedImage, source: ImageSource): Promise<void> {
    const { id, number } = image;
    // One that was in no request is nothing that Claude, or the history, has to know of.
    const replaces = this.#unseen.has(id) ? image.replaces : image.name;
    const replacement: AttachedImage = {
      id,
      ...attachedFrom(source),
      ...(number !== undefined && { number, ...(replaces !== undefined && { replaces }) }),
    };
    if (number !== undefined) {
      this.#unseen.add(id);
    }
    this.#holder.emit({ type: 'imageUpdated', image: replacement });
    await this.#prepare([{ image: replacement, source }]);
  }

  /**
   * Attaches an image again to the next message, in the same detail: from its original, or from what
   * was made of it where that is gone. Answers the id at once, or `undefined` when there is no room.
   */
  attachAgain(image: AttachedImage): string | undefined {
    const { blobs, sourceOf = sourceOfUri } = this.#services;
    const before = this.#holder.state().attachments.length;
    const source = sourceOfPrepared(image, blobs, sourceOf);
    void this.attach([source], 0, image.detail);
    return this.#holder.state().attachments[before]?.id;
  }

  /**
   * Prepares an image that is attached and not sent in a detail of its own, or again in that of the
   * settings. Settles when it is ready, has failed or was removed.
   */
  async setDetail(image: AttachedImage, detail: DetailChoice | undefined): Promise<void> {
    const { detail: _, ...rest } = image;
    await this.prepareAgain([{ ...rest, ...(detail && { detail }) }]);
  }

  /** Goes on with what an earlier window was preparing when it died: sent images from what was sent. */
  async resume(): Promise<void> {
    const images = allImages(this.#holder.state()).filter(({ state }) => state === 'preparing');
    const { blobs } = this.#services;
    await this.#prepare([
      ...this.#again(images.filter(isSent), (image) => sourceOfSent(image, blobs)),
      ...this.#fromOriginals(images.filter((image) => !isSent(image))),
    ]);
  }

  /**
   * Prepares images again, for settings under which they may count and cost otherwise: from their
   * originals, or from what was made of them where that is gone.
   */
  async prepareAgain(images: readonly AttachedImage[]): Promise<void> {
    await this.#prepare(this.#fromOriginals(images));
  }

  /**
   * Prepares sent images for the request that goes now which the API would refuse among so many. What
   * is attached and not sent does not count, since it may never go. What a model looks at less of than
   * was sent stays: the API shrinks it itself, and other bytes would be lost to the cache.
   */
  async fitSent(): Promise<void> {
    this.countSent();
    const state = this.#holder.state();
    const count = plannedCount(takenImages({ ...state, attachments: [] }));
    const tooLong = tooLongAmong(imagesInRequest(state), count);
    if (tooLong.length > 0) {
      this.#holder.emit({ type: 'noticeShown', notice: smallerImagesNotice(tooLong.length) });
      await this.#prepareSentAgain(tooLong, {});
    }
  }

  /** Counts the tokens of sent images, and words their cost, for the model that is set now. */
  countSent(): void {
    const { model } = readSettings();
    const ready = sentImages(this.#holder.state()).filter(({ state }) => state === 'ready');
    for (const image of ready) {
      const counted = countedFor(image, modelOf(model));
      const labels = imageLabels(counted, model);
      if (counted !== image || labels.details !== image.labels.details) {
        this.#holder.emit({ type: 'imageUpdated', image: { ...counted, labels } });
      }
    }
  }

  /**
   * Prepares sent images again that have a longer edge than a server takes. False when there are none.
   * Settles when each is ready, has failed or was removed.
   */
  async shortenSent(maxEdge: number): Promise<boolean> {
    const long = imagesInRequest(this.#holder.state()).filter(
      ({ prepared }) => prepared && Math.max(prepared.width, prepared.height) > maxEdge,
    );
    if (long.length > 0) {
      const notice = shortenedImagesNotice(long.length, maxEdge);
      this.#holder.emit({ type: 'noticeShown', notice });
    }
    await this.#prepareSentAgain(long, { maxEdge });
    return long.length > 0;
  }

  /** Prepares sent images again that have more than a detail. Settles as `shortenSent`. */
  async sendSmaller(detail: Detail): Promise<void> {
    const images = imagesInRequest(this.#holder.state());
    const larger = largerThan(images, detail, readSettings().model);
    await this.#prepareSentAgain(larger, { detail });
  }

  /** Prepares images that the API refused in a safer form. Settles as `shortenSent`. */
  async reencode(imageIds: readonly string[]): Promise<void> {
    const images = sentImages(this.#holder.state()).filter(
      ({ id, state }) => imageIds.includes(id) && state !== 'removed',
    );
    await this.#prepareSentAgain(images, { detail: 'standard', reencode: true });
  }

  /** From what was sent: an original may be another picture by now. */
  async #prepareSentAgain(images: readonly AttachedImage[], recipe: Recipe): Promise<void> {
    const { blobs, sourceOf = sourceOfUri } = this.#services;
    await this.#prepare(
      this.#again(images, (image) => {
        return recipe.reencode
          ? { ...withoutAddress(sourceOfSentOrOriginal(image, blobs, sourceOf)), recipe }
          : { ...sourceOfSent(image, blobs), recipe };
      }),
    );
  }

  /**
   * Prepares sent images as bytes that went by their address, from what was fetched of them here.
   * False when there are none. Settles when each is ready, has failed or was removed.
   */
  async sendBytesInstead(): Promise<boolean> {
    const byAddress = sentImages(this.#holder.state()).filter(
      ({ state, prepared }) => state === 'ready' && prepared?.url !== undefined,
    );
    const { blobs } = this.#services;
    await this.#prepare(
      this.#again(byAddress, (image) => withoutAddress(sourceOfSent(image, blobs))),
    );
    return byAddress.length > 0;
  }

  /** The sent images that are ready go with a request. */
  goWithRequest(): void {
    for (const { id, state } of sentImages(this.#holder.state())) {
      if (state === 'ready') {
        this.#unseen.delete(id);
      }
    }
  }

  remove(imageId: string): void {
    this.#preparations.callOff(imageId);
    this.#holder.emit({ type: 'imageRemoved', imageId });
  }

  /** Calls off what is prepared for images that went with their turns. */
  callOffGone(): void {
    const images = allImages(this.#holder.state());
    this.#preparations.callOffAllBut(new Set(images.map(({ id }) => id)));
  }

  override dispose(): void {
    this.#preparations.callOffAllBut(new Set());
    super.dispose();
  }

  /** Attached images that became too long for the API because there are more images now. */
  #attachedTooLong(): readonly Unprepared[] {
    const tooLong = tooLongAmong(this.#holder.state().attachments, this.#imagesInRequest());
    if (tooLong.length > 0) {
      this.#holder.emit({ type: 'noticeShown', notice: smallerImagesNotice(tooLong.length) });
    }
    return this.#fromOriginals(tooLong);
  }

  #fromOriginals(images: readonly AttachedImage[]): readonly Unprepared[] {
    const { blobs, sourceOf = sourceOfUri } = this.#services;
    return this.#again(images, (image) =>
      // One that was sent is to stay the picture that it was.
      image.number !== undefined && image.original
        ? sourceOfSentOrOriginal(image, blobs, sourceOf)
        : sourceOfPrepared(image, blobs, sourceOf),
    );
  }

  /** Shows images as being prepared anew. What was made of them stays until something else has been. */
  #again(
    images: readonly AttachedImage[],
    sourceOf: (image: AttachedImage) => ImageSource,
  ): readonly Unprepared[] {
    return images.map((image) => {
      const { notice: _, leftOut: __, inline: ___, ...rest } = image;
      const preparing: AttachedImage = { ...rest, state: 'preparing', labels: NO_LABELS };
      this.#holder.emit({ type: 'imageUpdated', image: preparing });
      return { image: preparing, source: sourceOf(image), ...(isSent(image) && { former: image }) };
    });
  }

  async #prepare(images: readonly Unprepared[]): Promise<void> {
    const begun = images.map((unprepared) => ({
      ...unprepared,
      preparation: this.#preparations.begin(unprepared.image.id),
    }));
    const used = (): number => {
      const state = this.#holder.state();
      return imagesBase64Length(state, this.#services.requestImages.fileIdIn(state.id));
    };
    await Promise.all(
      begun.map(async ({ image, source, former, preparation }) =>
        this.#preparations.run(preparation, used, async (base64Limit) => {
          const { signal } = preparation.controller;
          const bare = withoutPictures(image);
          const done = await this.#preparer.prepare(bare, source, base64Limit, signal);
          if (done) {
            const kept = done.state === 'failed' && former ? asItWas(former, done) : done;
            this.#holder.emit({ type: 'imageUpdated', image: kept });
          }
        }),
      ),
    );
  }

  #imagesInRequest(): number {
    return plannedCount(takenImages(this.#holder.state()));
  }

  #otherPictures(imageId: string): number {
    return pictureCount(allImages(this.#holder.state()).filter(({ id }) => id !== imageId));
  }
}

/** Whether it was sent as it was made. */
function isSent({ number, prepared }: AttachedImage): boolean {
  return number !== undefined && prepared !== undefined;
}

function withoutPictures(image: AttachedImage): AttachedImage {
  const { prepared: _, tiles: __, ...rest } = image;
  return rest;
}

/** An image that was sent, and goes on as that: it could not be prepared anew, as `failed` tells. */
function asItWas(former: AttachedImage, failed: AttachedImage): AttachedImage {
  if (former.state === 'failed') {
    return { ...former, ...(failed.notice && { notice: failed.notice }) };
  }
  const { prepared } = former;
  if (prepared?.url !== undefined) {
    // It may be prepared because the server does not take addresses.
    return { ...failed, prepared };
  }
  const labels = imageLabels(former, readSettings().model);
  return { ...former, state: 'ready', labels, notice: sentAsBeforeNotice(failed.notice) };
}

/** What is known of an image before it is read. */
function attachedFrom({ name, uri }: ImageSource): Omit<AttachedImage, 'id'> {
  return {
    name: shownName(name),
    ...(uri !== undefined && { uri }),
    state: 'preparing',
    labels: NO_LABELS,
  };
}
