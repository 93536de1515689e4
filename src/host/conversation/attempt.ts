import type { AnswerOutcome } from '../../claude/claudeApi.ts';
import type { RequestFailure } from '../../core/failure.ts';
import { isPassing, retryWaitSeconds, type PassingFailure } from './retries.ts';

/** One time of asking for an answer, and what came of it. */
export interface Attempt {
  readonly outcome: AnswerOutcome;
  readonly anyText: boolean;
  readonly model: string;
}

/** The outcome of a request that failed, or could not be made. */
export function failedBy(failure: RequestFailure): AnswerOutcome {
  return { end: { kind: 'failed', failure } };
}

/** Whether the API refused the request for what it holds, before any text. */
export function isRefusal({ end, anyText }: AnswerOutcome): boolean {
  return (
    !anyText &&
    end.kind === 'failed' &&
    (end.failure.kind === 'requestInvalid' ||
      end.failure.kind === 'imagesRejected' ||
      end.failure.kind === 'someImageRejected')
  );
}

/** The longest edge in pixels that the server says it takes, where it refused for that before any text. */
export function maxEdgeOf({ end, anyText }: AnswerOutcome): number | undefined {
  return !anyText && end.kind === 'failed' && end.failure.kind === 'imagesRejected'
    ? end.failure.maxEdge
    : undefined;
}

/** A request that is made again by itself. */
export interface Retry {
  readonly failure: PassingFailure;
  readonly seconds: number;
}

/** Whether and when the question is asked again by itself. */
export function retryOf(
  { outcome: { end }, anyText }: Attempt,
  retriesMade: number,
): Retry | undefined {
  if (end.kind !== 'failed' || anyText || !isPassing(end.failure)) {
    return undefined;
  }
  const seconds = retryWaitSeconds(end.failure, retriesMade, Math.random);
  return seconds === undefined ? undefined : { failure: end.failure, seconds };
}
