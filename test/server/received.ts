import type { IncomingHttpHeaders } from 'node:http';
import type { ReceivedImage } from './inspectImages.ts';

export type Credential = 'right' | 'wrong' | 'none';

/** A request as the server saw it. Status, `aborted` and the rest fill in while it is being answered. */
export interface ReceivedRequest {
  /** The `request-id` of the answer. */
  readonly id: string;
  readonly method: string;
  /** Path with the query, as it was asked for. */
  readonly path: string;
  /** Lower-case names; of a credential only whether it was the right one. */
  readonly headers: Readonly<Record<string, string>>;
  readonly credential: Credential;
  /** `performance.now()` when its headers were there. */
  readonly receivedAt: number;
  /** Parsed JSON; undefined when there was no body or it was no JSON. */
  readonly body: unknown;
  /** The body as it came. */
  readonly bytes: Buffer;
  readonly images: readonly ReceivedImage[];
  /** Undefined until headers are sent, and when none ever were. */
  readonly status: number | undefined;
  /** Whether the client closed before the end. */
  readonly aborted: boolean;
  /** Settles when the answer is out or the connection is gone. */
  readonly ended: Promise<void>;
}

export type WritableRequest = { -readonly [Key in keyof ReceivedRequest]: ReceivedRequest[Key] };

/** Which credential came with a request; `Authorization` counts before `x-api-key`. */
export function credentialOf(headers: IncomingHttpHeaders, apiKey: string): Credential {
  if (headers.authorization !== undefined) {
    return headers.authorization === `Bearer ${apiKey}` ? 'right' : 'wrong';
  }
  if (headers['x-api-key'] === undefined) return 'none';
  return headers['x-api-key'] === apiKey ? 'right' : 'wrong';
}

/** The headers with credentials replaced by a word on them. */
export function redacted(
  headers: IncomingHttpHeaders,
  credential: Credential,
): Readonly<Record<string, string>> {
  const word = `(the ${credential} key)`;
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      ['authorization', 'x-api-key', 'cookie'].includes(name) ? word : String(value),
    ]),
  );
}

type Fits = (request: ReceivedRequest) => boolean;

interface Waiter {
  readonly fits: Fits;
  readonly resolve: (request: ReceivedRequest) => void;
  readonly reject: (error: Error) => void;
}

/** The requests in the order of their arrival, and who waits for one. */
export class RequestLog {
  readonly all: ReceivedRequest[] = [];
  #read: ReceivedRequest[] = [];
  #unclaimed: ReceivedRequest[] = [];
  #waiters: Waiter[] = [];

  arrived(request: ReceivedRequest): void {
    this.all.push(request);
  }

  /** Says that a request was read to its end, so that it can be waited for; said again, it does nothing. */
  read(request: ReceivedRequest): void {
    if (this.#read.includes(request)) return;
    this.#read.push(request);
    const waiter = this.#waiters.find((each) => each.fits(request));
    if (waiter === undefined) {
      this.#unclaimed.push(request);
      return;
    }
    this.#waiters = this.#waiters.filter((each) => each !== waiter);
    waiter.resolve(request);
  }

  /** The oldest request that fits and that no one waited for yet, now or when it comes. */
  wait(fits: Fits): Promise<ReceivedRequest> {
    const found = this.#unclaimed.find(fits);
    if (found !== undefined) {
      this.#unclaimed = this.#unclaimed.filter((each) => each !== found);
      return Promise.resolve(found);
    }
    return new Promise((resolve, reject) => {
      this.#waiters.push({ fits, resolve, reject });
    });
  }

  clear(): void {
    this.all.length = 0;
    this.#read = [];
    this.#unclaimed = [];
  }

  /** Rejects whoever still waits. */
  close(): void {
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const { reject } of waiters) {
      reject(new Error('the practice server was closed before such a request came'));
    }
  }
}
