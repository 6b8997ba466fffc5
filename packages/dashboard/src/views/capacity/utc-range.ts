import { dayName, quarterMs, quartersOfDay, timeOfDay } from './weeks.ts';

const dayMs = quarterMs * quartersOfDay;

/** A stretch of time in UTC, the day named once if it is within one: `Mon, Nov 30, 22:00–24:00`. */
export function utcRange(fromMs: number, toMs: number): string {
  const [firstDay, lastDay] = [Math.floor(fromMs / dayMs), Math.floor((toMs - 1) / dayMs)];
  const from = timeOfDay((fromMs - firstDay * dayMs) / quarterMs);
  const to = timeOfDay((toMs - lastDay * dayMs) / quarterMs);
  return firstDay === lastDay
    ? `${dayName(0, firstDay)}, ${from}–${to}`
    : `${dayName(0, firstDay)}, ${from} – ${dayName(0, lastDay)}, ${to}`;
}
