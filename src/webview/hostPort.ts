import type { PageMessage } from '../core/conversation/protocol.ts';

/** The way to the host. */
export interface HostPort {
  /** Memory that is transferred is the host's from then on, and is not copied. */
  post(message: PageMessage, transfer?: readonly Transferable[]): void;
}

interface VsCodeApi {
  postMessage(message: unknown, transfer?: readonly Transferable[]): void;
}

declare function acquireVsCodeApi(): VsCodeApi;

/** To be called once: VS Code hands out its API a single time. */
export function connectHost(): HostPort {
  const api = acquireVsCodeApi();
  return {
    post: (message, transfer) => api.postMessage(message, transfer),
  };
}
