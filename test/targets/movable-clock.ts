import type { Clock } from './target.ts';

/** A clock that starts at the present second and stands still. MongoDB deletes by the real time, so it must not lie in the past. */
export function createMovableClock(): Clock {
  let nowMs = Math.ceil(Date.now() / 1_000) * 1_000;
  return {
    now: () => nowMs,
    async advance(by) {
      nowMs += 'seconds' in by ? by.seconds * 1_000 : by.milliseconds;
    },
  };
}
