import type { PageMessage } from '../core/conversation/protocol.ts';

/** What the page keeps over its own rebuild. The conversation is not in it: the host owns that. */
export interface SavedState {
  readonly draft: string;
  readonly conversationId?: string;
  /** Distance of the log from its beginning in CSS pixels; absent when it follows its end. */
  readonly scrollTop?: number;
}

/** The way to the host. */
export interface HostPort {
  /** Memory that is transferred is the host's from then on, and is not copied. */
  post(message: PageMessage, transfer?: readonly Transferable[]): void;
  saved(): SavedState;
  save(state: SavedState): void;
}

interface VsCodeApi {
  postMessage(message: unknown, transfer?: readonly Transferable[]): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): VsCodeApi;

/** To be called once: VS Code hands out its API a single time. */
export function connectHost(): HostPort {
  const api = acquireVsCodeApi();
  return {
    post: (message, transfer) => api.postMessage(message, transfer),
    saved: () => parseSavedState(api.getState()),
    save: (state) => api.setState(state),
  };
}

/** Reads what an earlier page saved, which may have been one of another version. */
export function parseSavedState(value: unknown): SavedState {
  const { draft, conversationId, scrollTop }: Partial<Record<keyof SavedState, unknown>> =
    typeof value === 'object' && value !== null ? value : {};
  return {
    draft: typeof draft === 'string' ? draft : '',
    ...(typeof conversationId === 'string' && { conversationId }),
    ...(typeof scrollTop === 'number' && { scrollTop }),
  };
}
