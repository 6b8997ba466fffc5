import type { Clock } from '../targets/target.ts';

/** The target's time, or the time so many seconds later, as answers have it. */
export function wireTime(clock: Clock, secondsLater = 0): string {
  return new Date(clock.now() + secondsLater * 1_000).toISOString();
}
