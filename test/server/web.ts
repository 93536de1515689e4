import { ApiFailure } from './failure.ts';

/** Section 1.1 of the vision page: 10 MB, measured on the base64 text. */
export const maxBase64 = 10 * 1024 * 1024;
const maxBytes = (maxBase64 / 4) * 3;
const timeLimitMs = 10_000;

/** The web as the server sees it: what tests put there, and what answers at an address. */
export class Web {
  /** Nothing where a test has withdrawn it. */
  readonly #published = new Map<string, Buffer | undefined>();

  /** Says what is found at an address, so that no network is needed for it. */
  publish(url: string, bytes: Uint8Array): void {
    this.#published.set(url, Buffer.from(bytes));
  }

  /** Says that nothing is found at an address any more, so that no network is asked for it either. */
  withdraw(url: string): void {
    this.#published.set(url, undefined);
  }

  clear(): void {
    this.#published.clear();
  }

  /** The bytes at an address; the API's own 400 about `path` when there are none to be had. */
  async fetch(url: string, path: string): Promise<Buffer> {
    const published = this.#published.get(url);
    if (published !== undefined) return published;
    try {
      if (this.#published.has(url)) throw new Error('withdrawn');
      const response = await fetch(url, { signal: AbortSignal.timeout(timeLimitMs) });
      if (!response.ok) throw new Error(`status ${response.status}`);
      return await bodyOf(response);
    } catch (cause) {
      throw new ApiFailure(
        400,
        'invalid_request_error',
        `${path}: Unable to download the file. Please verify the URL and try again.`,
        undefined,
        { cause },
      );
    }
  }
}

async function bodyOf({ body }: Response): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body ?? []) {
    length += chunk.length;
    if (length > maxBytes) throw new RangeError('larger than an image may be');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
