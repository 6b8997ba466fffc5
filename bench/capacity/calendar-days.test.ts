import { expect, test } from 'vitest';

import { bookingsOverCalendar, faultInCalendar, firstReservedGb } from './calendar-days.ts';
import { gridTime } from './grid.ts';
import { busyFrom } from './spreads.ts';

const count = 1_000;

/** The calendar as it should be after those bookings, worked out one by one. */
function rows() {
  const bookings = bookingsOverCalendar(count);
  const reserved = new Map<number, number>();
  for (let number = 0; number < count; number += 1) {
    for (const each of bookings.intervalsOf(number)) reserved.set(each, (reserved.get(each) ?? 0) + 4);
  }
  return Array.from({ length: 3_360 }, (_, index) => {
    const reservedGb = reserved.get(busyFrom + index) ?? 0;
    const startsAt = gridTime(busyFrom + index);
    return { startsAt, reservationLimitGb: 100, reservedGb, reservableGb: 100 - reservedGb };
  });
}

const faultIn = (intervals: readonly object[]) => faultInCalendar(JSON.stringify({ intervals }), count);

test('books 35 days evenly, and knows what that makes of the first intervals', () => {
  const amounts = rows().map(({ reservedGb }) => reservedGb);
  expect(new Set(amounts)).toEqual(new Set([8, 12]));
  expect(amounts.slice(0, 8)).toEqual(Array.from({ length: 8 }, () => firstReservedGb(count)));
  expect(firstReservedGb(1)).toBe(4);
});

test('finds nothing wrong with the calendar of what was booked', () => {
  expect(faultIn(rows())).toBeUndefined();
});

test.each([
  ['a row is missing', (all: object[]) => all.slice(1), '3359 intervals'],
  ['rows are out of order', (all: object[]) => all.toReversed(), 'intervals out of order'],
  ['a booking is missing', (all: object[]) => [{ ...all[0], reservedGb: 8 }, ...all.slice(1)], '31996 GB in all'],
  ['too much is left', (all: object[]) => [{ ...all[0], reservableGb: 92 }, ...all.slice(1)], 'do not add up'],
])('says what is wrong when %s', (_what, change, fault) => {
  expect(faultIn(change(rows()))).toContain(fault);
});
