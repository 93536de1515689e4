import type { Sight } from '../../core/conversation/sightProtocol.ts';

/** The pictures on the page by what the host knows them by. Each is asked for once. */
export class Pictures {
  /** With the blob: address; an empty one until the picture comes. */
  readonly #urls = new Map<string, string>();
  readonly #ask: (key: string) => void;

  constructor(ask: (key: string) => void) {
    this.#ask = ask;
  }

  /** The address to show, or `undefined` as long as there is none. */
  url(key: string): string | undefined {
    const url = this.#urls.get(key);
    if (url === undefined) {
      this.#urls.set(key, '');
      this.#ask(key);
    }
    return url === '' ? undefined : url;
  }

  /** Takes a picture that was asked for; others are dropped. */
  receive(key: string, mediaType: string, bytes: Uint8Array): void {
    if (this.#urls.get(key) === '') {
      // A copy, since what comes may be a part of a buffer that is shared.
      const picture = new Blob([bytes.slice()], { type: mediaType });
      this.#urls.set(key, URL.createObjectURL(picture));
    }
  }

  /** Gives up what is no longer shown. What is being prepared anew stays until it is there. */
  retain({ state, original, sent }: Sight): void {
    if (state === 'preparing') {
      return;
    }
    const used = new Set([original.key, ...(sent?.parts ?? []).map(({ key }) => key)]);
    for (const [key, url] of this.#urls) {
      if (!used.has(key)) {
        this.#urls.delete(key);
        URL.revokeObjectURL(url);
      }
    }
  }
}
