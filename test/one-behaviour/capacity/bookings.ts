import fc from 'fast-check';

import { onceIn, pick, pickLatest } from '../choices.ts';
import { get, post } from '../drafts.ts';
import type { Draft, Journal } from '../family.ts';
import { textsIn } from '../json-members.ts';
import { ownHoursAhead, quarterMs } from './hours.ts';
import { slip, toInterval, wantedIntervals } from './input.ts';

const hoursAhead = 3;
const quarters = 4;

const paths = { reservation: '/api/capacity/reservations', quote: '/api/capacity/quotes' } as const;

/** Asks for intervals of the tenant's own hours. */
export function ownBookings(what: keyof typeof paths): fc.Arbitrary<Draft> {
  return bookingsAt(what, wantedIntervals(hoursAhead * quarters, 6), (place, journal) => {
    const hour = ownHoursAhead(journal, hoursAhead)[Math.floor(place / quarters)] ?? 0;
    return hour + (place % quarters) * quarterMs;
  });
}

/** @param toStart - When the interval in a place begins. */
export function bookingsAt(
  what: keyof typeof paths,
  wanted: ReturnType<typeof wantedIntervals>,
  toStart: (place: number, journal: Journal) => number,
): fc.Arbitrary<Draft> {
  return fc.tuple(wanted, slip).map(([intervals, corrupt]) => {
    return post(paths[what], (journal) => {
      const sound = intervals.map(({ place, ...rest }) => toInterval(toStart(place, journal), rest));
      return { intervals: corrupt === undefined ? sound : corrupt(sound, journal.nowMs) };
    });
  });
}

/** Nobody's, and no id at all. */
const otherIds = ['00000000-0000-4000-8000-000000000000', 'nothing', '%F0%9F%98%80'];

const whichPath = fc
  .record({ pick, isCapital: onceIn(8, fc.constant(true)), other: onceIn(12, fc.constantFrom(...otherIds)) })
  .map(({ pick: picked, isCapital, other }) => ({ exchanges }: Journal) => {
    const ids = exchanges.flatMap(({ json }) => textsIn(json, ['reservationId']));
    const id = other ?? pickLatest(ids, picked) ?? '00000000-0000-4000-8000-000000000000';
    return `${paths.reservation}/${isCapital ? id.toUpperCase() : id}`;
  });

export const singleBookings: fc.Arbitrary<Draft> = whichPath.map((toPath) => get(toPath));

/** Nothing that is booked can be changed or given back. */
export const regrets: fc.Arbitrary<Draft> = fc
  .tuple(fc.constantFrom('DELETE', 'PATCH'), whichPath)
  .map(([method, toPath]) => ({ toRequest: (journal) => ({ method, path: toPath(journal) }) }));
