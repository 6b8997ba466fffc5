import fc from 'fast-check';

import type { Draft, Journal } from '../family.ts';
import { bookingsAt } from './bookings.ts';
import { dayMs, onGrid, ownHoursAhead, quarterMs } from './hours.ts';
import { wantedIntervals } from './input.ts';

const leadTimeMs = 2 * quarterMs;

/** Where requests begin, and how they go on from place to place. */
interface Reach {
  readonly places: number;
  readonly most: number;
  toStart(place: number, journal: Journal): number;
}

const reaches: readonly Reach[] = [
  // The first places are the soonest that can be reserved, or just can't be any more; then come others' hours.
  { places: 100, most: 12, toStart: (place, { nowMs }) => onGrid(nowMs + leadTimeMs) + place * quarterMs },
  // The first one is the soonest that surely can be.
  { places: 100, most: 12, toStart: (place, { nowMs }) => onGrid(nowMs + leadTimeMs - 1) + (place + 1) * quarterMs },
  // From the tenant's own hour on into others'.
  { places: 12, most: 12, toStart: (place, journal) => (ownHoursAhead(journal, 1)[0] ?? 0) + place * quarterMs },
  // On many days.
  {
    places: 60,
    most: 20,
    toStart: (place, { nowMs }) => onGrid(nowMs) + (1 + place) * dayMs + (place % 3) * quarterMs,
  },
];

/** Whatever is booked on hours of other tenants. */
export const wideBookings: fc.Arbitrary<Draft> = fc.oneof(
  ...reaches.flatMap(({ places, most, toStart }) => [
    { weight: 3, arbitrary: bookingsAt('reservation', wantedIntervals(places, most), toStart) },
    { weight: 1, arbitrary: bookingsAt('quote', wantedIntervals(places, most), toStart) },
  ]),
);
