import type { AttachedImage, Conversation } from '../core/conversation/conversation.ts';
import { sentImages } from '../core/conversation/conversation.ts';
import type { MediaType } from '../core/plan/mediaType.ts';
import type { PreparedImage } from '../core/plan/preparedImage.ts';

/** Long edge of a thumbnail in pixels: twice the largest that is shown, for dense screens. */
const LONG_EDGE = 320;

/** Pictures drawn small at a time: each takes the memory of the whole picture meanwhile. */
const AT_ONCE = 2;

interface Thumbnail {
  readonly width: number;
  readonly height: number;
  /** A blob: address; absent until the bytes came and were drawn, or when they cannot be. */
  url?: string;
}

/**
 * The small pictures on the page, by the hash of the image. Bytes are asked for once and kept only
 * as a small picture, so that sixty large images cost no more than sixty thumbnails.
 */
export class Thumbnails {
  readonly #known = new Map<string, Thumbnail>();
  readonly #ask: (sha256: string) => void;
  readonly #changed: () => void;
  readonly #waiting: (() => Promise<void>)[] = [];
  #drawing = 0;
  #version = 0;

  constructor(ask: (sha256: string) => void, changed: () => void) {
    this.#ask = ask;
    this.#changed = changed;
  }

  /** Counts the changes, for whoever wants to know whether to draw again. */
  get version(): number {
    return this.#version;
  }

  /** The address to show, or `undefined` as long as there is none. */
  url({ sha256, width, height }: PreparedImage): string | undefined {
    const known = this.#known.get(sha256);
    if (known) {
      return known.url;
    }
    this.#known.set(sha256, { width, height });
    this.#ask(sha256);
    return undefined;
  }

  /** Takes the bytes of an image that was asked for; of others they are dropped. */
  receive(sha256: string, mediaType: MediaType, bytes: Uint8Array<ArrayBuffer>): void {
    const thumbnail = this.#known.get(sha256);
    if (thumbnail && thumbnail.url === undefined) {
      // As a blob, the bytes that wait lie outside of the page's memory.
      const original = new Blob([bytes], { type: mediaType });
      this.#waiting.push(() => this.#draw(sha256, thumbnail, original));
      void this.#drawWaiting();
    }
  }

  /** Gives up the pictures of all images that the conversation no longer holds. */
  retain(conversation: Conversation): void {
    const used = new Set([...sentImages(conversation), ...conversation.attachments].map(hashOf));
    for (const [sha256, { url }] of this.#known) {
      if (!used.has(sha256)) {
        this.#known.delete(sha256);
        if (url !== undefined) {
          URL.revokeObjectURL(url);
        }
      }
    }
  }

  async #drawWaiting(): Promise<void> {
    if (this.#drawing === AT_ONCE) {
      return;
    }
    this.#drawing += 1;
    try {
      for (let next = this.#waiting.shift(); next; next = this.#waiting.shift()) {
        await next();
      }
    } finally {
      this.#drawing -= 1;
    }
  }

  async #draw(sha256: string, thumbnail: Thumbnail, original: Blob): Promise<void> {
    if (this.#known.get(sha256) !== thumbnail || thumbnail.url !== undefined) {
      return;
    }
    const small = await shrink(original, thumbnail);
    if (small && this.#known.get(sha256) === thumbnail) {
      thumbnail.url = URL.createObjectURL(small);
      this.#version += 1;
      this.#changed();
    }
  }
}

function hashOf(image: AttachedImage): string | undefined {
  return image.prepared?.sha256;
}

/** `undefined` when the browser cannot draw the bytes: the image then shows as an icon. */
async function shrink(
  original: Blob,
  { width, height }: { readonly width: number; readonly height: number },
): Promise<Blob | undefined> {
  const scale = Math.min(1, LONG_EDGE / Math.max(width, height));
  try {
    const bitmap = await createImageBitmap(original, {
      resizeWidth: Math.max(1, Math.round(width * scale)),
      resizeHeight: Math.max(1, Math.round(height * scale)),
      resizeQuality: 'medium',
    });
    const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
    canvas.getContext('bitmaprenderer')?.transferFromImageBitmap(bitmap);
    return await canvas.convertToBlob();
  } catch (error) {
    if (error instanceof DOMException) {
      return undefined;
    }
    throw error;
  }
}
