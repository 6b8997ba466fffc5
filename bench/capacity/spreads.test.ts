import { expect, test } from 'vitest';

import { gridTime, intervalsPerDay } from './grid.ts';
import { intervalsOf } from './spreads.ts';

const dayOf = (interval: number) => gridTime(interval).slice(0, 10);

test.each([0, 1, 2_135_999, 2_849_000, 280_000_000])('writes when interval %i begins', (number) => {
  const times = [number, number + 1, number].map(gridTime);
  const expected = [number, number + 1, number].map((each) => new Date(each * 900_000).toISOString());
  expect(times).toEqual(expected.map((time) => time.replace('.000Z', 'Z')));
});

test.each([8, 672])('asks for the same busy intervals with every request of %i', (size) => {
  const intervals = intervalsOf('busy', size, 0);
  expect(intervalsOf('busy', size, 12_345)).toEqual(intervals);
  expect(intervals).toHaveLength(size);
  expect((intervals.at(-1) ?? 0) - (intervals[0] ?? 0)).toBe(size - 1);
  expect(intervalsOf('busy', 672, 0)).toEqual(expect.arrayContaining([...intervals]));
});

test('asks for days with each request that no other asks for', () => {
  const requests = [8, 672].flatMap((size) => [0, 1, 2].map((number) => intervalsOf('empty', size, number)));
  const days = requests.flatMap((intervals) => [...new Set(intervals.map(dayOf))]);
  expect(days).toHaveLength(3 + 3 * 7);
  expect(new Set(days).size).toBe(days.length);
  for (const intervals of requests) expect((intervals[0] ?? 0) % intervalsPerDay).toBe(0);
});

test.each([
  [8, 8],
  [672, 364],
])('spreads %i intervals over at least %i days of one year', (size, days) => {
  for (const number of [0, 1, 51, 4_379, 100_000]) {
    const intervals = intervalsOf('year', size, number);
    expect(new Set(intervals).size).toBe(size);
    expect(new Set(intervals.map(dayOf)).size).toBeGreaterThanOrEqual(days);
    expect(new Set(intervals.map((each) => dayOf(each).slice(0, 4)))).toEqual(new Set(['2060']));
  }
  expect(intervalsOf('year', size, 1)).not.toEqual(intervalsOf('year', size, 0));
});
