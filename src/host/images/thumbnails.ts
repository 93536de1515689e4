import type { LogOutputChannel } from 'vscode';
import { probeWhole } from '../../core/formats/probe.ts';
import { mediaTypeOf, type MediaType } from '../../core/plan/mediaType.ts';
import type { ImagePreparer, Thumbnail } from '../../imaging/prepareImage.ts';
import type { BlobStore } from '../conversation/blobStore.ts';
import { logFailure } from '../log.ts';
import { systemCode } from '../storage/systemError.ts';
import type { ThumbnailFiles } from './thumbnailFiles.ts';

/** Some KB each. */
const MOST_KEPT = 500;

/** Long edge in pixels: twice the largest that a page shows, for dense screens. */
const LONG_EDGE = 320;

/** Small pictures of prepared images, drawn when they are first asked for, and kept on disk. */
export class Thumbnails {
  readonly #blobs: Pick<BlobStore, 'get'>;
  readonly #preparer: Pick<ImagePreparer, 'drawThumbnail'>;
  readonly #files: Pick<ThumbnailFiles, 'read' | 'write'>;
  readonly #log: LogOutputChannel;
  /** In the order in which they were asked for. */
  readonly #drawn = new Map<string, Promise<Thumbnail | undefined>>();

  constructor(
    blobs: Pick<BlobStore, 'get'>,
    preparer: Pick<ImagePreparer, 'drawThumbnail'>,
    files: Pick<ThumbnailFiles, 'read' | 'write'>,
    log: LogOutputChannel,
  ) {
    this.#blobs = blobs;
    this.#preparer = preparer;
    this.#files = files;
    this.#log = log;
  }

  /** `undefined` for an image whose bytes are not there, or cannot be decoded. */
  async get(sha256: string): Promise<Thumbnail | undefined> {
    const drawing = this.#drawn.get(sha256) ?? this.#find(sha256);
    this.#keep(sha256, drawing);
    const thumbnail = await drawing;
    if (!thumbnail) {
      this.#drawn.delete(sha256);
    }
    return thumbnail;
  }

  /** From disk, or drawn and put there. What the disk refuses is drawn again the next time. */
  async #find(sha256: string): Promise<Thumbnail | undefined> {
    const kept = await this.#onDisk(() => this.#files.read(sha256));
    const mediaType = kept && mediaTypeOfBytes(kept);
    if (kept && mediaType) {
      return { bytes: kept, mediaType };
    }
    const drawn = await this.#draw(sha256);
    if (drawn) {
      await this.#onDisk(() => this.#files.write(sha256, drawn.bytes));
    }
    return drawn;
  }

  async #onDisk<T>(work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      const code = systemCode(error);
      if (code === undefined) {
        throw error;
      }
      this.#log.warn(`Thumbnail not on disk: ${code}`);
      return undefined;
    }
  }

  async #draw(sha256: string): Promise<Thumbnail | undefined> {
    const bytes = await this.#blobs.get(sha256);
    if (!bytes) {
      return undefined;
    }
    const drawn = await this.#preparer.drawThumbnail(bytes, LONG_EDGE);
    if (!drawn.ok) {
      logFailure(this.#log, 'Thumbnail not drawn', drawn.error);
      return undefined;
    }
    return drawn.value;
  }

  /** As the latest; the one that was not asked for the longest gives way. */
  #keep(sha256: string, drawing: Promise<Thumbnail | undefined>): void {
    this.#drawn.delete(sha256);
    this.#drawn.set(sha256, drawing);
    const [oldest] = this.#drawn.keys();
    if (this.#drawn.size > MOST_KEPT && oldest !== undefined) {
      this.#drawn.delete(oldest);
    }
  }
}

/** `undefined` for what is damaged. */
function mediaTypeOfBytes(bytes: Uint8Array): MediaType | undefined {
  const probed = probeWhole(bytes);
  return probed.ok ? mediaTypeOf(probed.value.format) : undefined;
}
