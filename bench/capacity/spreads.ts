import { firstIntervalOf, intervalsPerDay } from './grid.ts';

/**
 * Where the requests of a load lie: all in the very same intervals, from one midnight on; each on days of its own, on
 * which nobody has booked anything yet; or spread evenly over one year, each a little later than the one before.
 */
export type Spread = 'busy' | 'empty' | 'year';

/** Far from now, so that no run comes near the lead time. */
export const busyFrom = firstIntervalOf('2050-01-03');
const yearFrom = firstIntervalOf('2060-01-01');
const intervalsPerYear = 365 * intervalsPerDay;

/** Requests for a day and for a week have empty days of their own: there are enough for a million, and for 200,000. */
const emptyFrom = { day: firstIntervalOf('2100-01-01'), week: firstIntervalOf('6000-01-01') };

/** The intervals that the request with this number asks for. */
export function intervalsOf(spread: Spread, size: number, number: number): readonly number[] {
  if (spread === 'busy') return inARow(busyFrom, size);
  if (spread === 'year') return spreadOverYear(size, number);
  const days = Math.ceil(size / intervalsPerDay);
  return inARow((days === 1 ? emptyFrom.day : emptyFrom.week) + number * days * intervalsPerDay, size);
}

export function inARow(first: number, count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => first + index);
}

function spreadOverYear(size: number, number: number): readonly number[] {
  const step = Math.floor(intervalsPerYear / size);
  return Array.from({ length: size }, (_, index) => yearFrom + index * step + (number % step));
}
