import type { FilesFailure } from '../../core/failure.ts';
import { success, type Result } from '../../core/result.ts';
import { hashStartOf } from './uploadName.ts';
import { systemCode } from '../storage/systemError.ts';
import type { FilesConnection, Uploads, UploadServices } from './uploads.ts';
import { UploadStore, type UploadRecord } from './uploadStore.ts';

/** An image of this extension's that a server keeps. */
export interface UploadedImage {
  readonly fileId: string;
  /** Its name on the server. */
  readonly name: string;
  readonly byteLength: number;
  /** Milliseconds since the epoch. */
  readonly uploadedAt?: number;
  /** Its name in a conversation; absent when none of this workspace uses it. */
  readonly usedAs?: string;
}

export interface UploadedImagesServices {
  readonly uploads: Uploads;
  /** With the key that there is; nothing where there is none, and nobody is asked for it. */
  readonly connect: () => Promise<FilesConnection | undefined>;
  readonly images: {
    /** The hashes of all images that a conversation of this workspace may hold. */
    readonly used: () => Promise<ReadonlySet<string>>;
    /** The names of the images that the conversations of this workspace hold, by their SHA-256. */
    readonly names: () => Promise<ReadonlyMap<string, string>>;
  };
  readonly log: UploadServices['log'];
}

/** What servers keep of this workspace's images, to be looked through and deleted. */
export class UploadedImages {
  readonly #services: UploadedImagesServices;

  constructor(services: UploadedImagesServices) {
    this.#services = services;
  }

  /**
   * Deletes the uploads of this workspace that no conversation holds the image of. What cannot be
   * deleted, for want of a network or of the key that it was uploaded with, is kept in mind for the
   * next time, and offered by the command. Never rejects.
   */
  async deleteUnused(): Promise<void> {
    try {
      await this.#deleteUnused();
    } catch (error) {
      this.#services.log.warn(`Uploads not deleted: ${systemCode(error) ?? 'unexpected'}`);
    }
  }

  /**
   * The images that this extension has uploaded for the key, here or elsewhere, the newest first: by
   * the server's list, and where it has none by what is written down here.
   */
  async list(
    connection: FilesConnection,
    signal: AbortSignal,
  ): Promise<Result<readonly UploadedImage[], FilesFailure>> {
    const { uploads, images: own } = this.#services;
    const records = await uploads.records(connection);
    const listed = await connection.files.list(signal);
    if (!listed.ok && listed.error.kind !== 'filesUnsupported') {
      return listed;
    }
    const names = [...(await own.names())];
    const images = listed.ok
      ? listed.value.map(({ id, name, byteLength, createdAt }) => ({
          hash: records.find(({ fileId }) => fileId === id)?.sha256 ?? hashStartOf(name),
          image: {
            fileId: id,
            name,
            byteLength,
            ...(createdAt !== undefined && { uploadedAt: createdAt }),
          },
        }))
      : records.map(({ fileId, sha256, byteLength, uploadedAt }) => ({
          hash: sha256,
          image: { fileId, name: fileId, byteLength, uploadedAt },
        }));
    if (listed.ok) {
      const there = new Set(listed.value.map(({ id }) => id));
      await uploads.forget(records.flatMap(({ fileId }) => (there.has(fileId) ? [] : [fileId])));
    }
    return success(
      images
        .flatMap(({ hash, image }): readonly UploadedImage[] => {
          if (hash === undefined) {
            return [];
          }
          const usedAs = names.find(([sha256]) => sha256.startsWith(hash))?.[1];
          return [{ ...image, ...(usedAs !== undefined && { usedAs }) }];
        })
        .toSorted((a, b) => (b.uploadedAt ?? 0) - (a.uploadedAt ?? 0)),
    );
  }

  /** What another workspace has written down; nothing where that cannot be read. Never rejects. */
  async recordsIn(file: string): Promise<readonly UploadRecord[]> {
    const { log } = this.#services;
    try {
      const onSetAside = (_: string, reason: string): void => log.warn(`Uploads: ${reason}`);
      return await new UploadStore({ file, onSetAside }).all();
    } catch (error) {
      log.warn(`Uploads of another workspace not read: ${systemCode(error) ?? 'unexpected'}`);
      return [];
    }
  }

  /** Takes over what another workspace had written down, that is deleted. Never rejects. */
  async takeOver(records: readonly UploadRecord[]): Promise<void> {
    await this.#services.uploads.takeOver(records);
  }

  async #deleteUnused(): Promise<void> {
    const { uploads, connect, images, log } = this.#services;
    const all = await uploads.allRecords();
    if (all.length === 0) {
      return;
    }
    const used = await images.used();
    const isUnused = ({ sha256 }: { readonly sha256: string }): boolean => !used.has(sha256);
    const unused = all.filter(isUnused);
    const connection = unused.length > 0 ? await connect() : undefined;
    const own = connection ? (await uploads.records(connection)).filter(isUnused) : [];
    if (connection) {
      const fileIds = own.map(({ fileId }) => fileId);
      await uploads.delete(fileIds, connection, new AbortController().signal);
    }
    if (unused.length > own.length) {
      log.warn(`${unused.length - own.length} uploads are of another key and stay`);
    }
  }
}
