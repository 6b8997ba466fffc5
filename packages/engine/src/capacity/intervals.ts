/** 15-minute intervals, numbered from 1970 in UTC, so that daylight saving makes none longer or shorter. */
export const intervalMs = 15 * 60 * 1_000;

export const intervalSeconds = intervalMs / 1_000;

export const intervalsPerDay = 96;

/** The lead time: an interval can be booked until exactly this long before its start. */
const leadTimeMs = 30 * 60 * 1_000;

/** The most days in one answer. */
export const mostDaysShown = 35;

/** Intervals from `fromInterval` to before `toInterval`. */
export interface IntervalRange {
  readonly fromInterval: number;
  readonly toInterval: number;
}

export function startOf(interval: number): number {
  return interval * intervalMs;
}

/** Whether the interval can still be booked. */
export function isBookable(interval: number, nowMs: number): boolean {
  return startOf(interval) >= nowMs + leadTimeMs;
}

export function dayOf(interval: number): number {
  return Math.floor(interval / intervalsPerDay);
}

/** The interval's index in its day. */
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
