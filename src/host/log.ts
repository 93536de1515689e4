import type { LogOutputChannel } from 'vscode';
import type { HttpExchange } from '../claude/claudeApi.ts';
import type { Failure } from '../core/failure.ts';

/** Sizes, times and request ids of an exchange. No content, no names, no credentials. */
export function logExchange(log: LogOutputChannel, exchange: HttpExchange): void {
  const { method, path, requestBytes, status, requestId, milliseconds } = exchange;
  const outcome = status === undefined ? 'no response' : `${status}`;
  const id = requestId === undefined ? '' : ` ${requestId}`;
  log.info(`${method} ${path} (${requestBytes} bytes): ${outcome} in ${milliseconds} ms${id}`);
}

/** The kind of a failure and its request id: the API's message may quote the conversation. */
export function logFailure(log: LogOutputChannel, what: string, failure: Failure): void {
  const id = 'requestId' in failure ? ` ${failure.requestId}` : '';
  const detail = 'detail' in failure ? `: ${failure.detail}` : '';
  log.warn(`${what}: ${failure.kind}${detail}${id}`);
}

export function errorMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
