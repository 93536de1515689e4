import type { IncomingMessage, ServerResponse } from 'node:http';
import { credentialOf, redacted, type WritableRequest } from './received.ts';

/** One request on its way: what was received, where the answer goes, and whether the client is there. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly url: URL;
  readonly received: WritableRequest;
  /** Aborted as soon as the connection is gone or the answer is out. */
  readonly gone: AbortSignal;
  /** Breaks the connection from this side. */
  cut(): void;
}

/** Begins an exchange; every answer carries its `request-id`. */
export function beginExchange(
  request: IncomingMessage,
  response: ServerResponse,
  id: string,
  apiKey: string,
): Exchange {
  const path = request.url ?? '/';
  const credential = credentialOf(request.headers, apiKey);
  const gone = new AbortController();
  const ended = Promise.withResolvers<void>();
  const received: WritableRequest = {
    id,
    method: request.method ?? '',
    path,
    headers: redacted(request.headers, credential),
    credential,
    receivedAt: performance.now(),
    body: undefined,
    bytes: Buffer.alloc(0),
    images: [],
    get status() {
      return response.headersSent ? response.statusCode : undefined;
    },
    aborted: false,
    ended: ended.promise,
  };
  let isCutHere = false;
  response.setHeader('request-id', id);
  response.once('close', () => {
    received.aborted = !response.writableFinished && !isCutHere;
    gone.abort();
    ended.resolve();
  });
  return {
    request,
    response,
    // `OPTIONS *` and proxy requests have no path of this server.
    url: new URL(path.startsWith('/') ? `http://127.0.0.1${path}` : 'http://127.0.0.1'),
    received,
    gone: gone.signal,
    cut: () => {
      isCutHere = true;
      response.destroy();
    },
  };
}
