import { expect, test } from 'vitest';

import { parseWeek, startOf, timeOfDay, toDate, weekOf, weeksLater } from './weeks.ts';

test.each([
  ['2026-11-30', '2026-11-30'],
  ['2026-12-06', '2026-11-30'],
  ['2026-12-07', '2026-12-07'],
  ['2027-01-01', '2026-12-28'],
  ['1970-01-01', '1969-12-29'],
  ['1969-12-28', '1969-12-22'],
])('%s is in the week of %s', (date, monday) => {
  expect(toDate(parseWeek(date)!)).toBe(monday);
});

test.each([undefined, '', 'next', '2026-13-01', '2026-11-30T00:00:00Z'])('%s is no week', (date) => {
  expect(parseWeek(date)).toBeUndefined();
});

test('a week ends where the next one begins', () => {
  const week = weekOf(Date.parse('2026-11-30T15:00:00Z'));
  expect(startOf(week, 6, 96)).toBe(weeksLater(week, 1));
  expect(new Date(startOf(week, 2, 37)).toISOString()).toBe('2026-12-02T09:15:00.000Z');
  expect([0, 37, 96].map(timeOfDay)).toEqual(['00:00', '09:15', '24:00']);
});
