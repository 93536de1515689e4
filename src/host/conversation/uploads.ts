import { createHash } from 'node:crypto';
import type { ClaudeFiles, KeptFile } from '../../claude/files.ts';
import type { FilesFailure, RequestFailure } from '../../core/failure.ts';
import type { PreparedImage } from '../../core/plan/preparedImage.ts';
import { failed, success, type Result } from '../../core/result.ts';
import { abortable } from '../abortable.ts';
import { Lanes } from '../images/lanes.ts';
import { systemCode } from '../storage/systemError.ts';
import { uploadName } from './uploadName.ts';
import type { UploadRecord, UploadStore } from './uploadStore.ts';

/** The Files API of a server for a key. */
export interface FilesConnection {
  readonly files: Pick<ClaudeFiles, 'baseUrl' | 'upload' | 'list' | 'missing' | 'delete'>;
  readonly keyFingerprint: string;
}

export interface UploadServices {
  readonly store: Pick<UploadStore, 'all' | 'change'>;
  /** The bytes of a prepared image by their SHA-256. */
  readonly bytes: (sha256: string) => Promise<Uint8Array | undefined>;
  readonly log: { info(line: string): void; warn(line: string): void };
}

type Uploadable = Pick<PreparedImage, 'sha256' | 'mediaType' | 'byteLength'>;

const AT_ONCE = 4;
const FINGERPRINT_DIGITS = 12;

/** A file that is about to expire may be gone by the time that the request has come through. */
const EXPIRY_MARGIN_MS = 5 * 60_000;

export function filesConnection(files: FilesConnection['files'], apiKey: string): FilesConnection {
  const digest = createHash('sha256').update(apiKey).digest('hex');
  return { files, keyFingerprint: digest.slice(0, FINGERPRINT_DIGITS) };
}

/** The images that servers keep: each is uploaded once, and known again in the next window. */
export class Uploads {
  readonly #services: UploadServices;
  /** What this window has uploaded, also where it cannot be written down. */
  readonly #own = new Map<string, UploadRecord>();
  readonly #underWay = new Map<string, Promise<Result<UploadRecord, FilesFailure>>>();
  /** Base URLs of servers that keep no files: until the window closes, they are not asked again. */
  readonly #without = new Set<string>();

  constructor(services: UploadServices) {
    this.#services = services;
  }

  /**
   * The ids of the images by their SHA-256, after an upload of those that the server does not keep
   * yet. One that could not be uploaded has none; only a key that is refused makes the whole fail.
   * Rejects with the reason of the signal.
   */
  async provide(
    images: readonly Uploadable[],
    connection: FilesConnection,
    signal: AbortSignal,
  ): Promise<Result<ReadonlyMap<string, string>, RequestFailure>> {
    const ids = new Map<string, string>();
    if (this.#without.has(connection.files.baseUrl)) {
      return success(ids);
    }
    const known = await this.records(connection);
    const deadline = Date.now() + EXPIRY_MARGIN_MS;
    const wanted = new Map(images.map((image) => [image.sha256, image]));
    for (const { sha256, fileId, expiresAt = Infinity } of known) {
      if (wanted.has(sha256) && !ids.has(sha256) && expiresAt > deadline) {
        ids.set(sha256, fileId);
      }
    }
    const missing = [...wanted.values()].filter(({ sha256 }) => !ids.has(sha256));
    const lanes = new Lanes(AT_ONCE);
    const failures: FilesFailure[] = [];
    await Promise.all(
      missing.map(async (image) =>
        lanes.run(async () => {
          signal.throwIfAborted();
          // What failed for one, such as the network or a quota, would fail for the others.
          const bytes = failures.length > 0 ? undefined : await this.#services.bytes(image.sha256);
          if (!bytes) {
            return;
          }
          const uploaded = await this.#uploadOnce(image, bytes, connection, signal);
          if (uploaded.ok) {
            ids.set(image.sha256, uploaded.value.fileId);
          } else {
            failures.push(uploaded.error);
          }
        }),
      ),
    );
    signal.throwIfAborted();
    return this.#afterFailures(failures, ids, connection);
  }

  /** What is known of the uploads for a key, in the same order each time. */
  async records({ files, keyFingerprint }: FilesConnection): Promise<readonly UploadRecord[]> {
    const all = await this.allRecords();
    return all.filter(
      (record) => record.baseUrl === files.baseUrl && record.keyFingerprint === keyFingerprint,
    );
  }

  /**
   * What is known of the uploads for any key: those of this window first, also where they could not be
   * written down. Another window may have uploaded the same image at the same time.
   */
  async allRecords(): Promise<readonly UploadRecord[]> {
    const kept = await this.#kept();
    const others = kept.filter(({ fileId }) =>
      [...this.#own.values()].every((own) => own.fileId !== fileId),
    );
    return [...this.#own.values(), ...others];
  }

  /** Forgets files that the server does not keep any more. */
  async forget(fileIds: readonly string[]): Promise<void> {
    if (fileIds.length === 0) {
      return;
    }
    const gone = new Set(fileIds);
    for (const [key, { fileId }] of this.#own) {
      if (gone.has(fileId)) {
        this.#own.delete(key);
      }
    }
    await this.#write((records) => records.filter(({ fileId }) => !gone.has(fileId)));
  }

  /** Writes down what another workspace has uploaded. */
  async takeOver(others: readonly UploadRecord[]): Promise<void> {
    if (others.length > 0) {
      const ids = new Set(others.map(({ fileId }) => fileId));
      await this.#write((all) => [...all.filter(({ fileId }) => !ids.has(fileId)), ...others]);
    }
  }

  /** Deletes files on the server. Answers why, for each that could not be deleted. */
  async delete(
    fileIds: readonly string[],
    { files }: FilesConnection,
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, FilesFailure>> {
    const lanes = new Lanes(AT_ONCE);
    const failures = new Map<string, FilesFailure>();
    await Promise.all(
      fileIds.map(async (id) =>
        lanes.run(async () => {
          const deleted = await files.delete(id, signal);
          if (deleted.ok) {
            this.#services.log.info(`Deleted ${id}`);
          } else {
            failures.set(id, deleted.error);
            this.#services.log.warn(`Not deleted ${id}: ${deleted.error.kind}`);
          }
        }),
      ),
    );
    await this.forget(fileIds.filter((id) => !failures.has(id)));
    return failures;
  }

  /** One upload for all who want the same image at the same time. */
  async #uploadOnce(
    image: Uploadable,
    bytes: Uint8Array,
    connection: FilesConnection,
    signal: AbortSignal,
  ): Promise<Result<UploadRecord, FilesFailure>> {
    const { files, keyFingerprint } = connection;
    const key = keyOf({ sha256: image.sha256, baseUrl: files.baseUrl, keyFingerprint });
    for (let other = this.#underWay.get(key); other; other = this.#underWay.get(key)) {
      const result = await abortable(other, signal);
      // Another conversation was stopped; this one goes on.
      if (result.ok || result.error.kind !== 'stopped') {
        return result;
      }
    }
    const own = this.#upload(image, bytes, connection, signal);
    this.#underWay.set(key, own);
    try {
      return await own;
    } finally {
      this.#underWay.delete(key);
    }
  }

  async #upload(
    image: Uploadable,
    bytes: Uint8Array,
    { files, keyFingerprint }: FilesConnection,
    signal: AbortSignal,
  ): Promise<Result<UploadRecord, FilesFailure>> {
    const { sha256, mediaType } = image;
    const name = uploadName(image);
    // A copy: what a request is made from must lie in memory of its own.
    const file = { name, mediaType, bytes: new Uint8Array(bytes) };
    const uploaded = await files.upload(file, signal);
    if (!uploaded.ok) {
      return uploaded;
    }
    const record = recordOf(sha256, uploaded.value, bytes.byteLength, {
      baseUrl: files.baseUrl,
      keyFingerprint,
    });
    this.#services.log.info(`Uploaded ${record.fileId} (${bytes.byteLength} bytes)`);
    this.#own.set(keyOf(record), record);
    const now = Date.now();
    // Another window may have uploaded it too: both are known until one is gone.
    const isKept = ({ fileId, expiresAt = Infinity }: UploadRecord): boolean =>
      fileId !== record.fileId && expiresAt > now + EXPIRY_MARGIN_MS;
    await this.#write((records) => [...records.filter(isKept), record]);
    return success(record);
  }

  #afterFailures(
    failures: readonly FilesFailure[],
    ids: ReadonlyMap<string, string>,
    { files: { baseUrl } }: FilesConnection,
  ): Result<ReadonlyMap<string, string>, RequestFailure> {
    for (const failure of failures) {
      if (failure.kind === 'keyRejected') {
        return failed(failure);
      }
      if (failure.kind === 'filesUnsupported') {
        this.#without.add(baseUrl);
      }
      this.#services.log.warn(`Images go with the request, upload failed: ${failure.kind}`);
    }
    return success(ids);
  }

  async #kept(): Promise<readonly UploadRecord[]> {
    try {
      return await this.#services.store.all();
    } catch (error) {
      this.#services.log.warn(
        `The list of uploads cannot be read: ${systemCode(error) ?? 'unexpected'}`,
      );
      return [];
    }
  }

  async #write(change: Parameters<UploadStore['change']>[0]): Promise<void> {
    try {
      await this.#services.store.change(change);
    } catch (error) {
      this.#services.log.warn(
        `The list of uploads cannot be written: ${systemCode(error) ?? 'unexpected'}`,
      );
    }
  }
}

function recordOf(
  sha256: string,
  { id, expiresAt }: KeptFile,
  byteLength: number,
  account: Pick<UploadRecord, 'baseUrl' | 'keyFingerprint'>,
): UploadRecord {
  return {
    sha256,
    fileId: id,
    ...account,
    byteLength,
    uploadedAt: Date.now(),
    ...(expiresAt !== undefined && { expiresAt }),
  };
}

function keyOf({
  sha256,
  baseUrl,
  keyFingerprint,
}: Pick<UploadRecord, 'sha256' | 'baseUrl' | 'keyFingerprint'>): string {
  return `${sha256} ${keyFingerprint} ${baseUrl}`;
}
