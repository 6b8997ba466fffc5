import { ApiError, RateLimitError } from '../errors/api-errors.ts';
import type { HoldfastError } from '../errors/holdfast-error.ts';

const baseDelayMs = 500;
const longestDelayMs = 8_000;

/** A server that asks for more patience than this gets no retry: the caller hears of it at once instead. */
const longestRetryAfterSeconds = 60;

/** Full jitter: anything between nothing and the doubled limit, so that clients that failed together part. */
export function backoffMs(retry: number): number {
  return Math.random() * Math.min(longestDelayMs, baseDelayMs * 2 ** retry);
}

/**
 * How long to wait before the next attempt, or undefined when there should be none.
 *
 * @param retry - how many retries have been made already
 * @param deadlineMs - by `performance.now()`: an attempt that may not be made before then is no use
 */
export function retryDelayMs(error: HoldfastError, retry: number, deadlineMs = Infinity): number | undefined {
  if (!error.retryable) return undefined;
  const askedSeconds = (error instanceof ApiError && error.retryAfterSeconds) || 0;
  const isTooLate = askedSeconds > longestRetryAfterSeconds || performance.now() + askedSeconds * 1_000 > deadlineMs;
  return isTooLate ? undefined : askedSeconds * 1_000 + backoffMs(retry);
}

/** Whether a write may have taken effect although its attempt failed in this way. */
export function mayHaveTakenEffect(error: HoldfastError): boolean {
  return error.retryable && !(error instanceof RateLimitError);
}
