import { APIError, APIUserAbortError } from '@anthropic-ai/sdk/core/error';
import type { FileMetadata } from '@anthropic-ai/sdk/resources/files';
import type { FilesFailure, RequestImage } from '../core/failure.ts';
import { FILE_ID } from '../core/fileId.ts';
import type { MediaType } from '../core/plan/mediaType.ts';
import { failed, success, type Result } from '../core/result.ts';
import type { ClaudeClient } from './client.ts';
import { requestFailure } from './failures.ts';

/** A file that the server keeps. Times are milliseconds since the epoch. */
export interface KeptFile {
  readonly id: string;
  readonly name: string;
  readonly byteLength: number;
  readonly createdAt?: number;
  /** When the server lets go of it; absent when it keeps it until it is deleted. */
  readonly expiresAt?: number;
}

export interface FileToUpload {
  readonly name: string;
  readonly mediaType: MediaType;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** For an image of 10 MB over a slow line; the SDK's own ten minutes would look like a hang. */
const UPLOAD_TIMEOUT_MS = 120_000;
const OTHER_TIMEOUT_MS = 30_000;
const PAGE = 100;
/** A server whose pages never end is not read for ever. */
const MOST_LISTED = 10_000;
/** What one request may ask about (API reference, "List Files"). */
const MOST_IDS = 100;

/** The Files API, by the SDK, with every fault as a typed failure. Nothing here throws. */
export class ClaudeFiles {
  readonly #client: ClaudeClient;

  /** Whose files these are. */
  readonly baseUrl: string;

  constructor(client: ClaudeClient, baseUrl: string) {
    this.#client = client;
    this.baseUrl = baseUrl;
  }

  /** Has the server keep a file, until it is deleted. */
  async upload(
    { name, mediaType, bytes }: FileToUpload,
    signal: AbortSignal,
  ): Promise<Result<KeptFile, FilesFailure>> {
    return this.#attempt(signal, async () => {
      const file = new File([bytes], name, { type: mediaType });
      const options = { signal, timeout: UPLOAD_TIMEOUT_MS };
      return keptFile(await this.#client.files.upload({ file }, options));
    });
  }

  /** All files that the server keeps for the key, also those that others have put there. */
  async list(signal: AbortSignal): Promise<Result<readonly KeptFile[], FilesFailure>> {
    return this.#attempt(signal, async () => {
      const files: KeptFile[] = [];
      const options = { signal, timeout: OTHER_TIMEOUT_MS };
      for await (const metadata of this.#client.files.list({ limit: PAGE }, options)) {
        const file = keptFile(metadata);
        if (!file || files.length >= MOST_LISTED) {
          return file && files;
        }
        files.push(file);
      }
      return files;
    });
  }

  /** Those of the ids (the first 100 of them) that the server does not know, or lets go of by now. */
  async missing(
    ids: readonly string[],
    signal: AbortSignal,
  ): Promise<Result<readonly string[], FilesFailure>> {
    const asked = ids.slice(0, MOST_IDS);
    return this.#attempt(signal, async () => {
      const options = { signal, timeout: OTHER_TIMEOUT_MS };
      const { data } = await this.#client.files.list({ ids: asked }, options);
      const now = Date.now();
      const there = data.flatMap((metadata) => keptFile(metadata) ?? []);
      const good = new Set(
        there.filter(({ expiresAt = Infinity }) => expiresAt > now).map(({ id }) => id),
      );
      return asked.filter((id) => !good.has(id));
    });
  }

  /** Deletes a file. One that is not there is as good as deleted. */
  async delete(id: string, signal: AbortSignal): Promise<Result<void, FilesFailure>> {
    const deleted = await this.#attempt(signal, async () => {
      try {
        await this.#client.files.delete(id, {}, { signal, timeout: OTHER_TIMEOUT_MS });
      } catch (error) {
        if (!(error instanceof APIError && error.status === 404)) {
          throw error;
        }
      }
      return id;
    });
    return deleted.ok ? success(undefined) : deleted;
  }

  /** `undefined` stands for an answer that is none of the Files API, such as a page. */
  async #attempt<T>(
    signal: AbortSignal,
    work: () => Promise<T | undefined>,
  ): Promise<Result<T, FilesFailure>> {
    try {
      const value = await work();
      return value === undefined ? failed({ kind: 'filesUnsupported' }) : success(value);
    } catch (error) {
      return failed(this.#failure(error, signal));
    }
  }

  #failure(error: unknown, signal: AbortSignal): FilesFailure {
    if (error instanceof APIUserAbortError || signal.aborted) {
      return { kind: 'stopped' };
    }
    if (error instanceof APIError && (error.status === 404 || error.status === 405)) {
      return { kind: 'filesUnsupported' };
    }
    if (error instanceof APIError && error.errorCode === 'storage_quota_exceeded') {
      return { kind: 'storageFull', ...(error.requestID && { requestId: error.requestID }) };
    }
    const images = new Map<string, RequestImage>();
    return requestFailure(error, { baseUrl: this.baseUrl, model: '', connected: false, images });
  }
}

/** Nothing where the answer is no metadata, or has no id of the form: gateways answer 200 to much that they do not know. */
function keptFile(metadata: Partial<FileMetadata> | string): KeptFile | undefined {
  if (
    typeof metadata !== 'object' ||
    typeof metadata.id !== 'string' ||
    !FILE_ID.test(metadata.id)
  ) {
    return undefined;
  }
  const createdAt = Date.parse(metadata.created_at ?? '');
  const expiresAt = Date.parse(metadata.expires_at ?? '');
  return {
    id: metadata.id,
    name: metadata.filename ?? '',
    byteLength: metadata.size_bytes ?? 0,
    ...(Number.isFinite(createdAt) && { createdAt }),
    ...(Number.isFinite(expiresAt) && { expiresAt }),
  };
}
