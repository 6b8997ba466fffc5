import type { SelectionShape, Span } from './selection.ts';
import { dayName, timeOfDay } from './weeks.ts';

/** What is selected, in words: `Mon, Nov 30 – Wed, Dec 2, 09:00–12:00 each day`. */
export function describeSelection(spans: readonly Span[], shape: SelectionShape, weekMs: number): string {
  const [first, last] = [spans[0], spans.at(-1)];
  if (first === undefined || last === undefined) return '';
  const [from, to] = [timeOfDay(first.fromQuarter), timeOfDay(last.toQuarter)];
  const [firstDay, lastDay] = [dayName(weekMs, first.day), dayName(weekMs, last.day)];
  if (first === last) return `${firstDay}, ${from}–${to}`;
  return shape === 'sameHours'
    ? `${firstDay} – ${lastDay}, ${from}–${to} each day`
    : `${firstDay}, ${from} – ${lastDay}, ${to}`;
}
