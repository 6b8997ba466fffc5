import { expect, test } from 'vitest';

import { stretchesByDay } from './stretches.ts';

test('quarters with the same figures are one stretch, and no stretch goes on over midnight', () => {
  const interval = (reservedGb: number, reservableGb = 1_024 - reservedGb) => {
    return { startsAt: '', endsAt: '', reservationLimitGb: 1_024, reservedGb, reservableGb };
  };
  const intervals = Array.from({ length: 7 * 96 }, () => interval(0));
  intervals.fill(interval(64), 94, 98);
  intervals.fill(interval(0, 16), 100, 101);
  const days = stretchesByDay(intervals).map((stretches) =>
    stretches.map(({ fromQuarter, toQuarter, interval: { reservedGb } }) => [fromQuarter, toQuarter, reservedGb]),
  );
  expect(days.slice(0, 3)).toEqual([
    [
      [0, 94, 0],
      [94, 96, 64],
    ],
    [
      [0, 2, 64],
      [2, 4, 0],
      [4, 5, 0],
      [5, 96, 0],
    ],
    [[0, 96, 0]],
  ]);
  expect(stretchesByDay([])).toEqual(Array(7).fill([]));
});
