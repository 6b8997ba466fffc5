/** A quarter of an hour, which is what is booked. */
export const quarterMs = 900_000;

export const quartersOfDay = 96;
export const daysOfWeek = 7;

const dayMs = quarterMs * quartersOfDay;

/** Monday 00:00 UTC of the week that a time is in. Bookings lie on the grid of UTC, and so do weeks. */
export function weekOf(timeMs: number): number {
  const mondayMs = 4 * dayMs; // January 1, 1970, was a Thursday.
  const weekMs = daysOfWeek * dayMs;
  return Math.floor((timeMs - mondayMs) / weekMs) * weekMs + mondayMs;
}

/** The week of a date such as `2026-11-30`; undefined where that is no date. */
export function parseWeek(date: string | undefined): number | undefined {
  if (date === undefined || !/^\d{4}-\d\d-\d\d$/u.test(date)) return undefined;
  const timeMs = Date.parse(date);
  return Number.isNaN(timeMs) ? undefined : weekOf(timeMs);
}

/** The date in UTC, as {@link parseWeek} reads it. */
export function toDate(timeMs: number): string {
  return new Date(timeMs).toISOString().slice(0, 10);
}

export function weeksLater(weekMs: number, weeks: number): number {
  return weekMs + weeks * daysOfWeek * dayMs;
}

/** When a quarter of an hour of a week begins. The quarter may be the one after a day's last. */
export function startOf(weekMs: number, day: number, quarter: number): number {
  return weekMs + day * dayMs + quarter * quarterMs;
}

/** The time of day at which a quarter begins; the end of a day is 24:00. */
export function timeOfDay(quarter: number): string {
  const pad = (value: number) => String(value).padStart(2, '0');
  return `${pad(Math.floor(quarter / 4))}:${pad((quarter % 4) * 15)}`;
}

const dayFormat = new Intl.DateTimeFormat('en', { weekday: 'short', day: 'numeric', month: 'short', timeZone: 'UTC' });

/** A day of a week, such as `Mon, Nov 30`. */
export function dayName(weekMs: number, day: number): string {
  return dayFormat.format(weekMs + day * dayMs);
}
