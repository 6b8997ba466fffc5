/**
 * Time in this family is cut into intervals of 15 minutes, numbered from 1970 on, in UTC: none is ever longer or shorter
 * than another, whatever clocks on walls do.
 */
export const intervalMs = 15 * 60 * 1_000;

export const intervalSeconds = intervalMs / 1_000;

export const intervalsPerDay = 96;

/** How long before its start an interval can be booked at the latest. Exactly that long is early enough. */
const leadTimeMs = 30 * 60 * 1_000;

/** The most days that one answer shows. */
export const mostDaysShown = 35;

/** The intervals from one to before another. */
export interface IntervalRange {
  readonly fromInterval: number;
  readonly toInterval: number;
}

export function startOf(interval: number): number {
  return interval * intervalMs;
}

/** Whether a booking may still be made for the interval. */
export function isBookable(interval: number, nowMs: number): boolean {
  return startOf(interval) >= nowMs + leadTimeMs;
}

export function dayOf(interval: number): number {
  return Math.floor(interval / intervalsPerDay);
}

/** Which of its day's intervals it is. */
export function intervalInDay(interval: number): number {
  return interval - dayOf(interval) * intervalsPerDay;
}

/** The days of a range, first to last. */
export function daysOf({ fromInterval, toInterval }: IntervalRange): readonly number[] {
  const first = dayOf(fromInterval);
  return Array.from({ length: dayOf(toInterval - 1) - first + 1 }, (_, index) => first + index);
}

export function intervalsOf({ fromInterval, toInterval }: IntervalRange): readonly number[] {
  return Array.from({ length: toInterval - fromInterval }, (_, index) => fromInterval + index);
}
