import type { DeletedFile, FileMetadata } from '@anthropic-ai/sdk/resources/files';
import { ApiFailure, invalid } from './failure.ts';
import { mediaTypes, sniff } from './imageHeader.ts';
import type { Upload } from './multipart.ts';
import type { CutStep, ErrorStep } from './script.ts';

/** What a client can ask of the files. */
export type FileOperation = 'upload' | 'list' | 'get' | 'delete';

/** What the next such operation gets instead of being done; an upload if none is named. */
export type FileStep = (ErrorStep | Pick<CutStep, 'kind'> | { readonly kind: 'hold' }) & {
  readonly on?: FileOperation;
  /** For how many operations the step stands, retries included; 1 if absent. */
  readonly times?: number;
};

/** The files as tests see and command them. */
export interface PracticeFiles {
  /** In the order of their upload. */
  readonly kept: readonly FileMetadata[];
  /** Queues steps; each operation takes the next that is for it. */
  script(...steps: readonly FileStep[]): void;
  /** Lets the oldest operation go on that a step holds; throws when there is none. */
  release(): void;
  /** Lets a file expire now. */
  expire(id: string): void;
  /** How many bytes may be kept in all. */
  setQuota(bytes: number): void;
  /** Whether the server has files at all, or answers 404 and takes no such source. */
  setSupported(supported: boolean): void;
}

interface KeptFile {
  readonly metadata: FileMetadata;
  readonly bytes: Buffer;
}

/** Section 6 of the reference: 500 MB a file; an organization has 500 GB (API docs, "Files API"). */
const maxFile = 500 * 1024 * 1024;
const defaultQuota = 500 * 1024 ** 3;
const expirySeconds = { min: 3600, max: 7_776_000 };
const maxName = 255;
const maxIds = 100;
const pageFields = new Set(['limit', 'page', 'ids', 'ids[]']);
/** What the real API takes no file name with. */
const forbiddenInName = /[<>:"|?*\\/\p{Cc}]/u;

/** What the server keeps: images only. */
export class FileStore implements PracticeFiles {
  #files: KeptFile[] = [];
  #steps: FileStep[] = [];
  #held: (() => void)[] = [];
  #quota = defaultQuota;
  #supported = true;
  #count = 0;

  get kept(): readonly FileMetadata[] {
    return this.#files.map(({ metadata }) => metadata);
  }

  get isSupported(): boolean {
    return this.#supported;
  }

  script(...steps: readonly FileStep[]): void {
    for (const step of steps) {
      for (let count = 0; count < (step.times ?? 1); count += 1) this.#steps.push(step);
    }
  }

  release(): void {
    const letGo = this.#held.shift();
    if (letGo === undefined) throw new Error('no operation on files is held');
    letGo();
  }

  /** The next step for an operation; undefined where there is none. */
  take(operation: FileOperation): FileStep | undefined {
    const index = this.#steps.findIndex(({ on = 'upload' }) => on === operation);
    return index < 0 ? undefined : this.#steps.splice(index, 1)[0];
  }

  /** Settles when the test lets a held operation go on. */
  async hold(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#held.push(resolve);
    await promise;
  }

  expire(id: string): void {
    this.#files = this.#files.map((file) =>
      file.metadata.id === id
        ? { ...file, metadata: { ...file.metadata, expires_at: new Date(0).toISOString() } }
        : file,
    );
  }

  setQuota(bytes: number): void {
    this.#quota = bytes;
  }

  setSupported(supported: boolean): void {
    this.#supported = supported;
  }

  /** Forgets files, steps and limits, and lets go whatever is held. */
  clear(): void {
    this.#files = [];
    this.#steps = [];
    for (const letGo of this.#held) letGo();
    this.#held = [];
    this.#quota = defaultQuota;
    this.#supported = true;
  }

  add(upload: Upload): FileMetadata {
    const { name, mediaType, bytes, expiresInSeconds } = upload;
    if (bytes.length === 0) throw invalid('file: File is empty');
    if (bytes.length > maxFile) {
      throw new ApiFailure(413, 'request_too_large', 'File exceeds the maximum size of 500 MB');
    }
    if (name.length > maxName || forbiddenInName.test(name)) {
      throw invalid('file: Invalid filename');
    }
    if (!mediaTypes.some((each) => each === mediaType)) {
      throw invalid(`file: the practice server keeps images only, not ${mediaType}`);
    }
    const shown = sniff(bytes);
    if (shown !== mediaType) {
      throw invalid(`file: declared as ${mediaType}, but appears to be ${shown ?? 'no image'}`);
    }
    const used = this.#files.reduce((sum, file) => sum + file.bytes.length, 0);
    if (used + bytes.length > this.#quota) {
      throw invalid('Storage quota exceeded', { error_code: 'storage_quota_exceeded' });
    }
    this.#count += 1;
    const now = Date.now();
    const metadata: FileMetadata = {
      id: `file_practice${String(this.#count).padStart(6, '0')}`,
      type: 'file',
      filename: name === '' ? `unnamed.${mediaType.slice('image/'.length)}` : name,
      mime_type: mediaType,
      size_bytes: bytes.length,
      created_at: new Date(now).toISOString(),
      expires_at:
        expiresInSeconds === undefined
          ? null
          : new Date(now + checkedExpiry(expiresInSeconds) * 1000).toISOString(),
      downloadable: false,
    };
    this.#files.push({ metadata, bytes });
    return metadata;
  }

  get(id: string): FileMetadata {
    return this.#found(id).metadata;
  }

  delete(id: string): DeletedFile {
    const file = this.#found(id);
    this.#files = this.#files.filter((each) => each !== file);
    return { id, type: 'file_deleted' };
  }

  /** One page of the list, the newest first, as `GET /v1/files` answers it: at most `limit`, 20 if absent. */
  page(query: URLSearchParams): { data: readonly FileMetadata[]; next_page: string | null } {
    const stray = [...query.keys()].find((key) => !pageFields.has(key));
    if (stray !== undefined) throw invalid(`${stray}: Extra inputs are not permitted`);
    const newest = this.kept.toReversed();
    const ids = new Set([...query.getAll('ids'), ...query.getAll('ids[]')]);
    if (ids.size > 0) {
      if (query.has('limit') || query.has('page')) {
        throw invalid('ids: mutually exclusive with page and limit');
      }
      if (ids.size > maxIds) throw invalid(`ids: List should have at most ${maxIds} items`);
      return { data: newest.filter(({ id }) => ids.has(id)), next_page: null };
    }
    const start = this.#startOf(query.get('page'), newest);
    const limit = limitOf(query.get('limit'));
    const data = newest.slice(start, start + limit);
    const isLast = start + data.length >= newest.length;
    return { data, next_page: isLast ? null : cursorOf(data.at(-1)?.id ?? '') };
  }

  /** The bytes that an image's source refers to; the API's own error where they are not to be had. */
  bytesOf(id: string, path: string): Buffer {
    if (!this.#supported) {
      throw invalid(`${path}: the server keeps no files, send the image as base64`);
    }
    const { metadata, bytes } = this.#found(id);
    const { expires_at: expiresAt } = metadata;
    if (expiresAt !== null && expiresAt !== undefined && Date.parse(expiresAt) <= Date.now()) {
      throw new ApiFailure(404, 'not_found_error', `File has expired: ${id}`, {
        error_code: 'file_expired',
      });
    }
    return bytes;
  }

  #found(id: string): KeptFile {
    const file = this.#files.find(({ metadata }) => metadata.id === id);
    if (file === undefined) throw new ApiFailure(404, 'not_found_error', `File not found: ${id}`);
    return file;
  }

  #startOf(cursor: string | null, list: readonly FileMetadata[]): number {
    if (cursor === null) return 0;
    const index = list.findIndex(({ id }) => cursorOf(id) === cursor);
    if (index < 0) throw invalid('page: Invalid page token');
    return index + 1;
  }
}

function cursorOf(id: string): string {
  return `page_${Buffer.from(id).toString('base64url')}`;
}

function checkedExpiry(seconds: number): number {
  const { min, max } = expirySeconds;
  if (!Number.isInteger(seconds) || seconds < min || seconds > max) {
    throw invalid(`expires_in_seconds: Input should be between ${min} and ${max}`);
  }
  return seconds;
}

function limitOf(text: string | null): number {
  if (text === null) return 20;
  const limit = Number(text);
  if (!Number.isInteger(limit) || limit < 1 || limit > 1000) {
    throw invalid('limit: Input should be between 1 and 1000');
  }
  return limit;
}
