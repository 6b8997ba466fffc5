/** Floors are counted from here: 2026, in epoch milliseconds. */
const firstMs = Date.parse('2026-01-01T00:00:00Z');

/** More numbers than a partition ever gives out in a second. */
const numbersPerSecond = 2 ** 22;

/** Added to the highest number known, in case the clock behind the floor is slow. */
const step = 2 ** 30;

/** The rest up to 2^53 is left for numbers. With a correct clock, floors get here in 2093. */
const highestFloor = 2 ** 53 - 2 ** 43;

/**
 * The floor after a restore: every sequence continues from it, so it lies above all numbers ever given out, including
 * those a backup doesn't know.
 *
 * @param highest - The highest number or floor known.
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
  // A clock that is decades ahead must not use up all numbers.
  const floor = Math.max(byTime <= highestFloor ? byTime : 0, highest + step);
  if (floor > highestFloor) throw new Error('No numbers are left for fencing tokens.');
  return floor;
}
