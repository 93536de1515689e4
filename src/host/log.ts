import type { LogOutputChannel } from 'vscode';
import type { AnswerOutcome, HttpExchange } from '../claude/claudeApi.ts';
import type { Failure } from '../core/failure.ts';

/** Sizes, times and request ids of an exchange. No content, no names, no credentials. */
export function logExchange(log: LogOutputChannel, exchange: HttpExchange): void {
  const { method, path, requestBytes, status, requestId, milliseconds } = exchange;
  const outcome = status === undefined ? 'no response' : `${status}`;
  const id = requestId === undefined ? '' : ` ${requestId}`;
  log.info(`${method} ${path} (${requestBytes} bytes): ${outcome} in ${milliseconds} ms${id}`);
}

/** The kind of a failure and its request id: messages may quote the conversation, or name files. */
export function logFailure(log: LogOutputChannel, what: string, failure: Failure): void {
  const id = 'requestId' in failure ? ` ${failure.requestId}` : '';
  const code = 'code' in failure ? ` ${failure.code}` : '';
  log.warn(`${what}: ${failure.kind}${code}${id}`);
}

/** How an answer ended, how long it took, what it cost in tokens, and the id of the request. */
export function logAnswer(
  log: LogOutputChannel,
  { end, usage, requestId }: AnswerOutcome,
  times: { readonly milliseconds: number; readonly firstTextMilliseconds?: number },
): void {
  const { milliseconds, firstTextMilliseconds } = times;
  if (end.kind === 'failed') {
    logFailure(log, 'Request failed', end.failure);
  } else if (end.kind === 'cutOff') {
    logFailure(log, 'Answer cut off', end.cutoff);
  }
  const parts = [
    `Answer ${end.kind} after ${Math.round(milliseconds)} ms`,
    ...(firstTextMilliseconds === undefined
      ? []
      : [`first text after ${Math.round(firstTextMilliseconds)} ms`]),
    ...(usage
      ? [
          `${usage.inputTokens} tokens in, ${usage.outputTokens} out`,
          `${usage.cacheReadTokens} read from the cache, ${usage.cacheWriteTokens} written to it`,
        ]
      : []),
    ...(requestId === undefined ? [] : [requestId]),
  ];
  log.info(parts.join(', '));
}

/** A request that is sent again by itself. */
export function logRetry(log: LogOutputChannel, retry: number, seconds: number): void {
  log.info(`Retry ${retry} follows in ${seconds.toFixed(1)} s`);
}

/** An error that nobody foresaw: its name and where it came from. Its message may hold anything. */
export function logUnexpected(log: LogOutputChannel, what: string, error: unknown): void {
  const name = error instanceof Error ? error.name : typeof error;
  const frames = error instanceof Error ? (error.stack ?? '').match(/^ +at .*$/gm) : undefined;
  log.error([`${what}: ${name}`, ...(frames ?? [])].join('\n'));
}
