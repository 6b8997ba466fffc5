/** How long an interval is. They are numbered from 1970 on, as everywhere in this folder. */
const intervalMs = 15 * 60 * 1_000;
export const intervalsPerDay = 96;
const msPerDay = intervalsPerDay * intervalMs;

/** `T00:00:00Z` and so on: building times costs the load more than all else, and it shares the cores. */
const timesOfDay = Array.from({ length: intervalsPerDay }, (_, index) =>
  new Date(index * intervalMs).toISOString().replace('1970-01-01', '').replace('.000', ''),
);

let latest = { day: 0, date: '1970-01-01' };

/** When an interval begins. */
export function gridTime(interval: number): string {
  const day = Math.floor(interval / intervalsPerDay);
  if (day !== latest.day) latest = { day, date: new Date(day * msPerDay).toISOString().slice(0, 'YYYY-MM-DD'.length) };
  return `${latest.date}${timesOfDay[interval - day * intervalsPerDay]}`;
}

/** The interval that begins at midnight of a date. */
export function firstIntervalOf(date: string): number {
  return Date.parse(date) / intervalMs;
}
