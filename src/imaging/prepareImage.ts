import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { ImageFailure } from '../core/failure.ts';
import type { ImageHeader } from '../core/imageHeader.ts';
import type { MediaType } from '../core/mediaType.ts';
import { modelOf } from '../core/models.ts';
import { planImage, transcodeNotes } from '../core/plan.ts';
import type { ImageTarget, Plan } from '../core/plan.ts';
import type { PreparationNote, PreparedImageBytes } from '../core/preparedImage.ts';
import { probeWhole } from '../core/probe.ts';
import { failed, success } from '../core/result.ts';
import type { Result } from '../core/result.ts';
import { stripMetadata } from '../core/strip.ts';
import { imageTokens } from '../core/visualTokens.ts';
import { WorkerClient } from './workerClient.ts';
import type { WorkerClientOptions } from './workerClient.ts';

interface Draft {
  readonly bytes: Uint8Array;
  readonly mediaType: MediaType;
  readonly notes: readonly PreparationNote[];
}

/** Turns the bytes of a file into the bytes of a request. */
export class ImagePreparer {
  readonly #worker: WorkerClient;

  constructor(options: WorkerClientOptions) {
    this.#worker = new WorkerClient(options);
  }

  /**
   * Prepares a whole file for a model: upright, without metadata, within the model's limits. An
   * image that fits keeps its bytes; only others are decoded, in a thread. `bytes` stay untouched.
   * Rejects only with the signal's reason.
   */
  async prepare(
    bytes: Uint8Array,
    target: ImageTarget,
    signal: AbortSignal,
  ): Promise<Result<PreparedImageBytes, ImageFailure>> {
    signal.throwIfAborted();
    const probed = probeWhole(bytes);
    if (!probed.ok) {
      return probed;
    }
    const header = probed.value;
    // Before the walk through the file: what is refused for its header needs none.
    const firstPlan = planImage(header, bytes.length, target);
    if (firstPlan.kind === 'refuse') {
      return failed(firstPlan.failure);
    }
    const stripped = stripMetadata(bytes, header.format, crc32);
    if (!stripped.ok) {
      return stripped;
    }
    const plan = planImage(header, stripped.value.bytes.length, target);
    const draft = await this.#carryOut(plan, header, stripped.value.bytes, signal);
    if (!draft.ok) {
      return draft;
    }
    const notes: readonly PreparationNote[] = stripped.value.metadataRemoved
      ? [...draft.value.notes, { kind: 'metadataRemoved' }]
      : draft.value.notes;
    return describe({ ...draft.value, notes }, target);
  }

  dispose(): void {
    this.#worker.dispose();
  }

  async #carryOut(
    plan: Plan,
    header: ImageHeader,
    bytes: Uint8Array,
    signal: AbortSignal,
  ): Promise<Result<Draft, ImageFailure>> {
    switch (plan.kind) {
      case 'refuse':
        return failed(plan.failure);
      case 'keep':
        return success({ bytes, mediaType: plan.mediaType, notes: plan.notes });
      case 'transcode': {
        const output = await this.#worker.run(
          {
            // A copy, since it is transferred: the caller's buffer is not ours to empty.
            bytes: Uint8Array.from(bytes),
            format: header.format,
            orientation: header.orientation,
            encodings: plan.encodings,
            base64Limit: plan.base64Limit,
          },
          signal,
        );
        return output.ok
          ? success({
              bytes: output.value.bytes,
              mediaType: output.value.encoding.mediaType,
              notes: transcodeNotes(header, output.value.encoding, output.value.flattened),
            })
          : output;
      }
    }
  }
}

/** Describes the bytes by reading them again: what the user is shown is what is sent. */
function describe(
  { bytes, mediaType, notes }: Draft,
  target: ImageTarget,
): Result<PreparedImageBytes, ImageFailure> {
  const probed = probeWhole(bytes);
  if (!probed.ok) {
    return failed({
      kind: 'preparationCrashed',
      detail: `unreadable output: ${probed.error.kind}`,
    });
  }
  const { width, height } = probed.value.size;
  return success({
    image: {
      sha256: createHash('sha256').update(bytes).digest('hex'),
      mediaType,
      width,
      height,
      byteLength: bytes.length,
      tokens: imageTokens(probed.value.size, modelOf(target.model)),
      notes,
    },
    bytes,
  });
}
