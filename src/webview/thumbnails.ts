import type { AttachedImage, Conversation } from '../core/conversation/conversation.ts';
import { sentImages } from '../core/conversation/conversation.ts';
import type { MediaType } from '../core/plan/mediaType.ts';
import type { PreparedImage } from '../core/plan/preparedImage.ts';

/** The small pictures on the page, by the hash of the image. Each is asked for once. */
export class Thumbnails {
  /** With the blob: address; an empty one until the picture comes. */
  readonly #urls = new Map<string, string>();
  readonly #ask: (sha256: string) => void;

  constructor(ask: (sha256: string) => void) {
    this.#ask = ask;
  }

  /** The address to show, or `undefined` as long as there is none. */
  url({ sha256 }: PreparedImage): string | undefined {
    const url = this.#urls.get(sha256);
    if (url === undefined) {
      this.#urls.set(sha256, '');
      this.#ask(sha256);
    }
    return url === '' ? undefined : url;
  }

  /** Which of the images have their pictures: another text when one has come. */
  shown(images: readonly AttachedImage[]): string {
    return images.map((image) => this.#urls.get(hashOf(image) ?? '') ?? '').join(' ');
  }

  /** Takes a picture that was asked for; others are dropped. */
  receive(sha256: string, mediaType: MediaType, bytes: Uint8Array): void {
    if (this.#urls.get(sha256) === '') {
      // A copy, since what comes may be a part of a buffer that is shared.
      const picture = new Blob([bytes.slice()], { type: mediaType });
      this.#urls.set(sha256, URL.createObjectURL(picture));
    }
  }

  /** Gives up the pictures of all images that the conversation no longer holds. */
  retain(conversation: Conversation): void {
    const used = new Set([...sentImages(conversation), ...conversation.attachments].map(hashOf));
    for (const [sha256, url] of this.#urls) {
      if (!used.has(sha256)) {
        this.#urls.delete(sha256);
        URL.revokeObjectURL(url);
      }
    }
  }
}

function hashOf(image: AttachedImage): string | undefined {
  return image.prepared?.sha256;
}
