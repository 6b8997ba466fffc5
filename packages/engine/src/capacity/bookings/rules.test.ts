import { beforeEach, describe, expect, test } from 'vitest';

import { platformPartition } from '../../partitions.ts';
import { LoadedRecords } from '../../testing/loaded-records.ts';
import { noLimit, withDefault } from '../limits.ts';
import { bookingKind, limitKind } from '../records.ts';
import { defaultCapacitySettings } from '../settings.ts';
import { limitIds, PlatformState } from '../state.ts';
import { Arrivals } from './arrivals.ts';
import { book } from './rules.ts';
import { toDemands, toRuns } from './runs.ts';
import type { Demand } from './runs.ts';
import { findWindows } from './windows.ts';

const partition = platformPartition('live');
const settings = { ...defaultCapacitySettings, platformCapacityGb: 100, orgCapGb: 60 };

let records: LoadedRecords;
let arrivals: Arrivals;

beforeEach(() => {
  records = new LoadedRecords();
  arrivals = new Arrivals();
  arrivals.committed(partition, 0);
});

function stateOf(org: string): PlatformState {
  return new PlatformState(records, partition, org, settings);
}

function demandsOf(amounts: Readonly<Record<number, number>>): readonly Demand[] {
  return Object.entries(amounts).map(([interval, capacityGb]) => ({ interval: Number(interval), capacityGb }));
}

/** What comes of it: `booked`, or what is left in each interval that doesn't fit, and why. */
function tryToBook(
  org: string,
  amounts: Readonly<Record<number, number>>,
  arrival = arrivals.begin(partition, 0),
  nowMs = 0,
) {
  const booked = book(stateOf(org), { reservationId: 'id', demands: demandsOf(amounts), arrival }, nowMs);
  if ('shortfalls' in booked) {
    return booked.shortfalls.map(({ demand, reservableGb, reason }) => [demand.interval, reservableGb, reason]);
  }
  arrivals.committed(partition, booked.booking.sequence);
  return 'booked';
}

describe('a booking', () => {
  test('may take all that is left of the cap, and no more', () => {
    expect(tryToBook('a', { 5: 60 })).toBe('booked');
    expect(tryToBook('a', { 5: 4 })).toEqual([[5, 0, 'insufficient_capacity']]);
  });

  test('may take all that the others left of the platform, and no more', () => {
    expect(tryToBook('a', { 5: 60 })).toBe('booked');
    expect(tryToBook('b', { 5: 44 })).toEqual([[5, 40, 'insufficient_capacity']]);
    expect(tryToBook('b', { 5: 40 })).toBe('booked');
    expect(tryToBook('c', { 5: 4, 6: 4 })).toEqual([[5, 0, 'insufficient_capacity']]);
  });

  test('that fails somewhere takes nothing anywhere, and hears of every interval that fails', () => {
    tryToBook('a', { 5: 60, 7: 40 });
    expect(tryToBook('a', { 4: 60, 5: 4, 6: 60, 7: 24, 8: 64 })).toEqual([
      [5, 0, 'insufficient_capacity'],
      [7, 20, 'insufficient_capacity'],
      [8, 60, 'insufficient_capacity'],
    ]);
    expect(stateOf('a').roomAt(4).reservedGb).toBe(0);
    expect(records.all(bookingKind)).toHaveLength(1);
  });

  test('stays when a limit is lowered below it, and nothing is left', () => {
    tryToBook('a', { 5: 60 });
    records.put(limitKind, partition, limitIds.org('a'), withDefault(noLimit, 8));
    expect(stateOf('a').roomAt(5)).toMatchObject({ reservedGb: 60, reservationLimitGb: 8 });
    expect(tryToBook('a', { 5: 4 })).toEqual([[5, 0, 'insufficient_capacity']]);
  });

  test('adds up in days that neighbour each other, also before 1970', () => {
    expect(tryToBook('a', { [-1]: 8, 0: 12, 95: 16, 96: 20 })).toBe('booked');
    expect([-1, 0, 95, 96, 97].map((interval) => stateOf('a').roomAt(interval).reservedGb)).toEqual([8, 12, 16, 20, 0]);
  });
});

describe('the reason', () => {
  test('is a concurrent write where it would have fitted when the request arrived', () => {
    const arrival = arrivals.begin(partition, 0);
    tryToBook('a', { 5: 40, 6: 4 });
    expect(tryToBook('a', { 5: 24, 6: 64, 7: 60 }, arrival)).toEqual([
      [5, 20, 'concurrent_write'],
      [6, 56, 'insufficient_capacity'],
    ]);
    expect(tryToBook('a', { 5: 24 })).toEqual([[5, 20, 'insufficient_capacity']]);
  });

  test('counts what another org took of the platform', () => {
    tryToBook('a', { 5: 60 });
    const arrival = arrivals.begin(partition, 0);
    tryToBook('b', { 5: 40 });
    expect(tryToBook('c', { 5: 40 }, arrival)).toEqual([[5, 0, 'concurrent_write']]);
    expect(tryToBook('c', { 5: 44 }, arrival)).toEqual([[5, 0, 'insufficient_capacity']]);
  });

  test('does not count what another org took as the org’s own', () => {
    tryToBook('a', { 5: 60 });
    const arrival = arrivals.begin(partition, 0);
    tryToBook('b', { 5: 4 });
    expect(tryToBook('a', { 5: 4 }, arrival)).toEqual([[5, 0, 'insufficient_capacity']]);
  });

  test('tells its own from what others did in the very same millisecond, from the first booking on', () => {
    arrivals = new Arrivals();
    book(
      stateOf('a'),
      { reservationId: 'theirs', demands: demandsOf({ 5: 40 }), arrival: arrivals.begin(partition, 0) },
      0,
    );
    const [first, second] = [arrivals.begin(partition, 0), arrivals.begin(partition, 0)];
    expect(tryToBook('a', { 5: 24 }, first)).toEqual([[5, 20, 'insufficient_capacity']]);
    arrivals.decided(partition, 2);
    expect(tryToBook('a', { 5: 20 }, first)).toBe('booked');
    expect(tryToBook('a', { 5: 20 }, second)).toEqual([[5, 0, 'concurrent_write']]);
  });

  test('goes by the clock for what other processes did', () => {
    arrivals = new Arrivals();
    const [early, late] = [arrivals.begin(partition, 1_000), arrivals.begin(partition, 2_000)];
    book(stateOf('a'), { reservationId: 'theirs', demands: demandsOf({ 5: 60 }), arrival: early }, 1_500);
    expect(tryToBook('a', { 5: 4 }, early, 3_000)).toEqual([[5, 0, 'concurrent_write']]);
    expect(tryToBook('a', { 5: 4 }, late, 3_000)).toEqual([[5, 0, 'insufficient_capacity']]);
  });
});

describe('runs', () => {
  const form = { startsAt: '.000Z', endsAt: 'Z' };
  const demands: readonly Demand[] = [
    { interval: 5, capacityGb: 4 },
    { interval: 6, capacityGb: 4 },
    { interval: 7, capacityGb: 8 },
    { interval: 8, capacityGb: 8, form },
    { interval: 9, capacityGb: 8, form },
    { interval: 10, capacityGb: 8 },
    { interval: 3, capacityGb: 8 },
  ];

  test('are few, and give back what they were made of, in its order', () => {
    expect(toRuns(demands).map(({ interval, count }) => [interval, count])).toEqual([
      [5, 2],
      [7, 1],
      [8, 2],
      [10, 1],
      [3, 1],
    ]);
    expect(toDemands(toRuns(demands))).toEqual(demands);
  });
});

test('windows are the earliest that fit and do not overlap', () => {
  tryToBook('a', { 12: 60, 17: 20 });
  const intervals = Array.from({ length: 12 }, (_, index) => 10 + index);
  expect(findWindows(stateOf('a'), intervals, 2, 40)).toEqual([
    { firstInterval: 10, reservableGb: 60 },
    { firstInterval: 13, reservableGb: 60 },
    { firstInterval: 15, reservableGb: 60 },
    { firstInterval: 17, reservableGb: 40 },
    { firstInterval: 19, reservableGb: 60 },
  ]);
});
