const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

/** How long each attempt waits after the one before it, in milliseconds. */
const waitsMs = [
  0,
  5 * second,
  5 * minute,
  30 * minute,
  2 * hour,
  5 * hour,
  10 * hour,
  14 * hour,
  20 * hour,
  24 * hour,
] as const;

/** A delivery that has failed so often is dead. */
export const mostAttempts = waitsMs.length;

/** The part of a wait by which jitter may lengthen or shorten it. */
const jitterPart = 0.1;

/** However long a receiver asks to be left alone, in milliseconds. */
const longestRetryAfterMs = 24 * hour;

/** How long an attempt may last, in milliseconds. */
export const attemptTimeoutMs = 15 * second;

/**
 * How long nobody else takes a delivery that is being attempted, in milliseconds. If its process dies, it is attempted
 * again after that.
 */
export const leaseMs = 60 * second;

/**
 * How long the next attempt waits, in milliseconds.
 *
 * @param failures - How many attempts have failed: at least one, and fewer than {@link mostAttempts}.
 * @param jitter - In [0, 1).
 * @param retryAfterMs - How long the receiver asked to be left alone.
 */
export function waitAfter(failures: number, jitter: number, retryAfterMs: number): number {
  const waitMs = (waitsMs[failures] ?? 0) * (1 + jitterPart * (2 * jitter - 1));
  return Math.round(Math.max(waitMs, Math.min(retryAfterMs, longestRetryAfterMs)));
}
