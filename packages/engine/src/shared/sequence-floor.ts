/** Floors are counted from here, in epoch milliseconds: 2026. */
const firstMs = Date.parse('2026-01-01T00:00:00Z');

/** More numbers than a partition ever gives out in a second. */
const numbersPerSecond = 2 ** 22;

/** Above all that is known to have been given out, in case the clock that the floor is made from is behind. */
const step = 2 ** 30;

/** So much is left for numbers to be given out. With a clock that is right, floors reach this in 2093. */
const highestFloor = 2 ** 53 - 2 ** 43;

/**
 * The floor after a restore: every sequence goes on from there, so it has to lie above all numbers that were ever given
 * out, also those of which a backup knows nothing.
 *
 * @param highest - The highest number that is known to have been given out, or floor that there has been.
 * @param nowMs - The time of the restore in epoch milliseconds.
 * @throws if no numbers are left.
 *
 * @example
 * ```ts
 * const floor = raiseSequenceFloor(head.sequence, Date.now());
 * ```
 */
export function raiseSequenceFloor(highest: number, nowMs: number): number {
  const byTime = Math.floor((nowMs - firstMs) / 1_000) * numbersPerSecond;
  // A clock that is decades ahead must not use all numbers up.
  const floor = Math.max(byTime <= highestFloor ? byTime : 0, highest + step);
  if (floor > highestFloor) throw new Error('No numbers are left for fencing tokens.');
  return floor;
}
