import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { crc32 } from 'node:zlib';
import { decodeMemory } from '../core/plan/decodeMemory.ts';
import type { ImageFailure } from '../core/failure.ts';
import { isKeepable } from '../core/formats/formats.ts';
import type { ImageHeader } from '../core/formats/imageHeader.ts';
import type { MediaType } from '../core/plan/mediaType.ts';
import { modelOf } from '../core/plan/models.ts';
import { encodingSteps, planImage } from '../core/plan/plan.ts';
import type { ImageTarget, Plan, TranscodePlan } from '../core/plan/plan.ts';
import { transcodeNotes } from '../core/plan/preparationNotes.ts';
import type {
  PreparationNote,
  PreparedImage,
  PreparedImageBytes,
} from '../core/plan/preparedImage.ts';
import { probeWhole } from '../core/formats/probe.ts';
import { failed, success } from '../core/result.ts';
import type { Result } from '../core/result.ts';
import { stripMetadata } from '../core/formats/strip.ts';
import { imageTokens, withLongEdge } from '../core/plan/visualTokens.ts';
import type { PictureJob, TranscodedPicture, TranscodeOutput } from './transcode.ts';
import { WorkerPool } from './workerPool.ts';
import type { WorkerPoolOptions } from './workerPool.ts';

/** Longest time for a drawing: few bytes of one can ask for any amount of work. */
const DRAWING_SECONDS = 10;

/** A picture of an image, to be looked at. */
export interface Thumbnail {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly mediaType: MediaType;
}

const THUMBNAIL_QUALITY = 80;
/** Of photographs that are shown whole: what it loses cannot be seen. */
const WHOLE_QUALITY = 95;

const NEVER_ABORTED = new AbortController().signal;

/** A file that was read and planned, before anything is decoded. */
interface PlannedImage {
  readonly header: ImageHeader;
  readonly plan: Exclude<Plan, { readonly kind: 'refuse' }>;
  readonly fileLength: number;
  /** Without metadata, where the format can be sent. */
  readonly bytes: Uint8Array;
  readonly metadataRemoved: boolean;
}

/** Turns the bytes of a file into the bytes of a request. */
export class ImagePreparer {
  readonly #pool: WorkerPool;
  #lastTurn: Promise<void> = Promise.resolve();

  constructor(options: WorkerPoolOptions) {
    this.#pool = new WorkerPool(options);
  }

  /**
   * Prepares a whole file for a model: upright, without metadata, within the model's limits. An
   * image that fits keeps its bytes, the caller's own where nothing had to be removed; only others
   * are decoded, in a thread. `bytes` must not change until the promise settles. Rejects only with the signal's reason.
   */
  async prepare(
    bytes: Uint8Array,
    target: ImageTarget,
    signal: AbortSignal,
  ): Promise<Result<PreparedImageBytes, ImageFailure>> {
    await this.#takeTurn();
    signal.throwIfAborted();
    const planned = planFile(bytes, target);
    if (!planned.ok) {
      return planned;
    }
    const { plan } = planned.value;
    if (plan.kind === 'keep') {
      const { mediaType, notes } = plan;
      return describe(
        planned.value.bytes,
        mediaType,
        withMetadataNote(planned.value, notes),
        target,
      );
    }
    const output = await this.#transcode(planned.value, plan, [{ steps: plan.steps }], signal);
    if (!output.ok) {
      return output;
    }
    const [picture] = output.value.pictures;
    return picture
      ? describePicture(planned.value, plan, picture, output.value, target)
      : failed({ kind: 'preparationCrashed', detail: 'no picture came back' });
  }

  /**
   * Prepares the tiles that the plan of a picture offers, in their order; none when it offers none.
   * As `prepare` otherwise.
   */
  async prepareTiles(
    bytes: Uint8Array,
    target: ImageTarget,
    signal: AbortSignal,
  ): Promise<Result<readonly PreparedImageBytes[], ImageFailure>> {
    await this.#takeTurn();
    signal.throwIfAborted();
    const planned = planFile(bytes, target);
    if (!planned.ok) {
      return planned;
    }
    const { plan, header } = planned.value;
    const offered = plan.kind === 'transcode' ? (plan.tiles?.tiles ?? []) : [];
    const jobs = offered.map((tile): PictureJob => ({
      crop: tile,
      steps: encodingSteps(header, tile.sent),
    }));
    const [first, ...others] = jobs;
    if (plan.kind !== 'transcode' || !first) {
      return success([]);
    }
    const output = await this.#transcode(planned.value, plan, [first, ...others], signal);
    if (!output.ok) {
      return output;
    }
    const images: PreparedImageBytes[] = [];
    for (const [index, picture] of output.value.pictures.entries()) {
      const { crop, steps } = jobs[index] ?? first;
      const image = describePicture(
        // How much smaller than the whole file a part of it is says nothing.
        { ...planned.value, fileLength: 0, header: { ...header, size: crop ?? header.size } },
        { steps, resizedFor: 'tier' },
        picture,
        output.value,
        target,
      );
      if (!image.ok) {
        return image;
      }
      images.push(image.value);
    }
    return success(images);
  }

  /**
   * Draws a prepared image small, in a thread, with no edge longer than `longEdge` pixels; one that
   * is smaller keeps its size. `bytes` must not change until the promise settles.
   */
  async drawThumbnail(
    bytes: Uint8Array,
    longEdge: number,
  ): Promise<Result<Thumbnail, ImageFailure>> {
    const probed = probeWhole(bytes);
    if (!probed.ok) {
      return probed;
    }
    const header = probed.value;
    const { width, height } = header.size;
    const size = withLongEdge(header.size, Math.min(longEdge, Math.max(width, height)));
    const drawn = await this.#pool.run(
      {
        bytes,
        header,
        pictures: [{ steps: [{ kind: 'lossy', size, quality: THUMBNAIL_QUALITY }] }],
        base64Limit: Infinity,
      },
      { memory: decodeMemory(header, size, bytes.length) },
      NEVER_ABORTED,
    );
    if (!drawn.ok) {
      return drawn;
    }
    const [picture] = drawn.value.pictures;
    return picture
      ? success({ bytes: picture.bytes, mediaType: picture.mediaType })
      : failed({ kind: 'preparationCrashed', detail: 'no picture came back' });
  }

  /**
   * Draws a whole file, as seen, as something that every browser shows: in its own size, or with no
   * more than `maxPixels`. Drawings lose nothing by it. `bytes` must not change until the promise
   * settles. Rejects only with the signal's reason.
   */
  async drawWhole(
    bytes: Uint8Array,
    maxPixels: number,
    signal: AbortSignal,
  ): Promise<Result<Thumbnail, ImageFailure>> {
    // As for sending: what is refused there is not decoded here either.
    const planned = planFile(bytes, { model: '', imagesInRequest: 1 });
    if (!planned.ok) {
      return planned;
    }
    const { header } = planned.value;
    const { width, height } = header.size;
    const part = Math.min(Math.sqrt(maxPixels / (width * height)), 1);
    const size = withLongEdge(header.size, Math.max(Math.floor(Math.max(width, height) * part), 1));
    const drawn = await this.#pool.run(
      {
        bytes: planned.value.bytes,
        header,
        pictures: [
          {
            steps: [
              { kind: 'lossless', size },
              { kind: 'lossy', size, quality: WHOLE_QUALITY },
            ],
          },
        ],
        base64Limit: Infinity,
      },
      {
        memory: decodeMemory(header, size, bytes.length),
        ...(header.format === 'svg' && { seconds: DRAWING_SECONDS }),
      },
      signal,
    );
    if (!drawn.ok) {
      return drawn;
    }
    const [picture] = drawn.value.pictures;
    return picture
      ? success({ bytes: picture.bytes, mediaType: picture.mediaType })
      : failed({ kind: 'preparationCrashed', detail: 'no picture came back' });
  }

  dispose(): void {
    this.#pool.dispose();
  }

  /**
   * Comes back in a turn of the event loop of its own: to plan ten photographs in one would leave
   * the caller's thread no time for anything else.
   */
  async #takeTurn(): Promise<void> {
    const turn = this.#lastTurn.then(() => setImmediate());
    this.#lastTurn = turn;
    await turn;
  }

  async #transcode(
    { header, bytes }: PlannedImage,
    plan: TranscodePlan,
    pictures: readonly [PictureJob, ...PictureJob[]],
    signal: AbortSignal,
  ): Promise<Result<TranscodeOutput, ImageFailure>> {
    const memory = pictures[0].crop ? decodeMemory(header, header.size, bytes.length) : plan.memory;
    return await this.#pool.run(
      { bytes, header, pictures, base64Limit: plan.base64Limit },
      { memory, ...(header.format === 'svg' && { seconds: DRAWING_SECONDS }) },
      signal,
    );
  }
}

/** Reads the header, plans, and takes the metadata out; all of it without decoding. */
function planFile(bytes: Uint8Array, target: ImageTarget): Result<PlannedImage, ImageFailure> {
  const probed = probeWhole(bytes);
  if (!probed.ok) {
    return probed;
  }
  const header = probed.value;
  const fileLength = bytes.length;
  // Before the walk through the file: what is refused for its header needs none.
  const firstPlan = planImage(header, fileLength, target);
  if (firstPlan.kind === 'refuse') {
    return failed(firstPlan.failure);
  }
  if (!isKeepable(header.format)) {
    return success({ header, plan: firstPlan, fileLength, bytes, metadataRemoved: false });
  }
  const stripped = stripMetadata(bytes, header.format, crc32);
  if (!stripped.ok) {
    return stripped;
  }
  const { metadataRemoved } = stripped.value;
  // Again: an image may fit only without its metadata.
  const plan = planImage(header, stripped.value.bytes.length, target);
  return plan.kind === 'refuse'
    ? failed(plan.failure)
    : success({ header, plan, fileLength, bytes: stripped.value.bytes, metadataRemoved });
}

function describePicture(
  planned: PlannedImage,
  plan: Pick<TranscodePlan, 'steps' | 'resizedFor' | 'tiles'>,
  picture: TranscodedPicture,
  output: TranscodeOutput,
  target: ImageTarget,
): Result<PreparedImageBytes, ImageFailure> {
  const { bytes, mediaType, size } = picture;
  const notes = transcodeNotes(planned.header, planned.fileLength, plan, {
    ...output,
    mediaType,
    size,
    byteLength: bytes.length,
  });
  return describe(bytes, mediaType, withMetadataNote(planned, notes), target);
}

function withMetadataNote(
  { metadataRemoved }: PlannedImage,
  notes: readonly PreparationNote[],
): readonly PreparationNote[] {
  return metadataRemoved ? [...notes, { kind: 'metadataRemoved' }] : notes;
}

/** Describes the bytes by reading them again: what the user is shown is what is sent. */
function describe(
  bytes: Uint8Array,
  mediaType: MediaType,
  notes: readonly PreparationNote[],
  target: ImageTarget,
): Result<PreparedImageBytes, ImageFailure> {
  const probed = probeWhole(bytes);
  if (!probed.ok) {
    const detail = `unreadable output: ${probed.error.kind}`;
    return failed({ kind: 'preparationCrashed', detail });
  }
  const { width, height } = probed.value.size;
  const image: PreparedImage = {
    sha256: createHash('sha256').update(bytes).digest('hex'),
    mediaType,
    width,
    height,
    byteLength: bytes.length,
    tokens: imageTokens(probed.value.size, modelOf(target.model)),
    notes,
  };
  return success({ image, bytes });
}
