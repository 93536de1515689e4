import type { RequestFailure } from '../../core/failure.ts';

/** Waits in seconds before a request is sent again by itself, where the server names none. */
const WAITS_SECONDS = [4, 8, 16, 32, 60] as const;

/** How often a request is sent again by itself before it is left to the user. */
export const MOST_RETRIES = WAITS_SECONDS.length;

/** A wait longer than this is the user's to decide on. */
const LONGEST_WAIT_SECONDS = 600;

/** By how much a wait is longer or shorter, so that many clients do not come back at one moment. */
const JITTER = 0.25;

/** A fault that passes by itself. */
export type PassingFailure = Extract<
  RequestFailure,
  { readonly kind: 'overloaded' | 'rateLimited' | 'serverError' }
>;

export function isPassing(failure: RequestFailure): failure is PassingFailure {
  return (
    failure.kind === 'overloaded' ||
    failure.kind === 'rateLimited' ||
    failure.kind === 'serverError'
  );
}

/**
 * Seconds to wait before a request is sent again by itself: what the server asks for, else growing
 * with the number of retries that were made. `undefined` when it is left to the user.
 *
 * @param random as `Math.random`.
 */
export function retryWaitSeconds(
  { retryAfterSeconds }: PassingFailure,
  retriesMade: number,
  random: () => number,
): number | undefined {
  const wait = WAITS_SECONDS[retriesMade];
  if (wait === undefined) {
    return undefined;
  }
  if (retryAfterSeconds !== undefined) {
    return retryAfterSeconds <= LONGEST_WAIT_SECONDS ? retryAfterSeconds : undefined;
  }
  return wait * (1 - JITTER + 2 * JITTER * random());
}
