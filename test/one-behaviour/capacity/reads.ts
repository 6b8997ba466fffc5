import fc from 'fast-check';

import { mostly, onceIn } from '../choices.ts';
import { get, withQuery } from '../drafts.ts';
import type { Draft, Journal, PlainRequest } from '../family.ts';
import { moments, toWindow } from '../moments.ts';
import { dayMs, hourMs, latestOwnHour, onGrid, ownHoursAhead, quarterMs, toTime } from './hours.ts';
import { capacityGb } from './input.ts';

/** Mostly so few that there is another page. */
const limit = mostly(fc.constantFrom(1, 1, 1, 2, 2, 3, 50, 200, 201), 0, -1, 'x', 1.5);

const allTimes = { from: '2000-01-01T00:00:00Z', to: '9999-12-31T23:59:59.999Z' };

export const lists: fc.Arbitrary<Draft> = fc
  .tuple(onceIn(3, moments), fc.record({ limit }), onceIn(25, fc.constantFrom('from', 'to')))
  .map(([window, filters, missing]) => {
    return get((journal) => {
      const times = window === undefined ? allTimes : toWindow(window, journal);
      const query = Object.entries({ ...times, ...filters }).filter(([name]) => name !== missing);
      return withQuery('/api/capacity/reservations', Object.fromEntries(query));
    });
  });

/** From when to when a read looks. */
type Span = (journal: Journal) => readonly [fromMs: number, toMs: number];

/** One of the tenant's own hours to come, or a part of it. */
const ownSpan: fc.Arbitrary<Span> = fc
  .tuple(fc.nat({ max: 2 }), fc.nat({ max: 3 }), fc.integer({ min: 1, max: 4 }))
  .map(([hour, first, count]) => (journal) => {
    const start = ownHoursAhead(journal, 3)[hour] ?? 0;
    return [start + first * quarterMs, start + Math.min(4, first + count) * quarterMs];
  });

/** Around now and the tenant's latest hour. */
const pastSpan: fc.Arbitrary<Span> = fc.constantFrom<Span>(
  (journal) => [latestOwnHour(journal) - quarterMs, latestOwnHour(journal) + 2 * hourMs],
  (journal) => [latestOwnHour(journal), latestOwnHour(journal) + hourMs],
  ({ nowMs }) => [onGrid(nowMs) - hourMs, onGrid(nowMs) + hourMs],
  ({ nowMs }) => [onGrid(nowMs), onGrid(nowMs) + quarterMs],
  ({ nowMs }) => [onGrid(nowMs) - dayMs - hourMs, onGrid(nowMs) + quarterMs],
);

/** Wide, and so of others' hours too. */
const wideSpan: fc.Arbitrary<Span> = fc
  .tuple(fc.constantFrom(-dayMs, -hourMs, 0, 0, hourMs, dayMs), fc.constantFrom(2 * hourMs, dayMs, dayMs, 2 * dayMs))
  .map(([ahead, length]) => ({ nowMs }) => [onGrid(nowMs) + ahead, onGrid(nowMs) + ahead + length]);

const longSpan: fc.Arbitrary<Span> = fc
  .constantFrom(35 * dayMs, 35 * dayMs + quarterMs)
  .map((length) => ({ nowMs }) => [onGrid(nowMs), onGrid(nowMs) + length]);

const slips = [
  ({ from, to }: Query) => ({ from: to, to: from }),
  ({ from }: Query) => ({ from, to: from }),
  ({ from, to }: Query) => ({ from: String(from).replace(/00Z/u, '01Z'), to }),
  ({ from, to }: Query) => ({ from, to: String(to).replace(/Z/u, '.001Z') }),
  ({ from, to }: Query) => ({ from, to: String(to).replace(/Z/u, '-01:00') }),
  ({ from }: Query) => ({ from }),
  () => ({}),
];

type Query = Readonly<Record<string, unknown>>;

/** Reads of a part of the time line. */
function readsOf(
  path: string,
  span: fc.Arbitrary<Span>,
  filters: fc.Arbitrary<object> = fc.constant({}),
): fc.Arbitrary<Draft> {
  const form = fc.constantFrom('Z', 'Z', 'Z', '.000Z', '+00:00');
  return fc.tuple(span, filters, form, onceIn(20, fc.constantFrom(...slips))).map(([toSpan, more, ending, corrupt]) => {
    return get((journal) => {
      const [from, to] = toSpan(journal).map((atMs) => toTime(atMs, ending));
      const query: Query = { from, to };
      return withQuery(path, { ...more, ...(corrupt === undefined ? query : corrupt(query)) });
    });
  });
}

const wantedWindow = fc.record({
  durationMinutes: mostly(fc.constantFrom(15, 15, 30, 45, 60, 120), 0, 10, 50_415, 'x'),
  capacityGb,
});

export const usages: fc.Arbitrary<Draft> = readsOf('/api/capacity/usage', pastSpan);
export const ownCalendars: fc.Arbitrary<Draft> = readsOf('/api/capacity/calendar', ownSpan);
export const ownWindows: fc.Arbitrary<Draft> = readsOf('/api/capacity/windows', ownSpan, wantedWindow);

/** What whoever is alone can look at. */
export const wideReads: fc.Arbitrary<Draft> = fc.oneof(
  { weight: 8, arbitrary: readsOf('/api/capacity/calendar', wideSpan) },
  { weight: 8, arbitrary: readsOf('/api/capacity/windows', wideSpan, wantedWindow) },
  { weight: 3, arbitrary: readsOf('/api/capacity/calendar', longSpan) },
  { weight: 1, arbitrary: readsOf('/api/capacity/windows', longSpan, wantedWindow) },
  { weight: 1, arbitrary: readsOf('/api/capacity/usage', longSpan) },
);

/** Nobody writes any more by then. */
export function toOverview(journal: Journal): readonly PlainRequest[] {
  const [next = 0] = ownHoursAhead(journal, 1);
  const past = latestOwnHour(journal);
  const paths = [
    withQuery('/api/capacity/reservations', { ...allTimes, limit: 200 }),
    withQuery('/api/capacity/usage', { from: toTime(past - quarterMs), to: toTime(past + 2 * hourMs) }),
    withQuery('/api/capacity/calendar', { from: toTime(next), to: toTime(next + hourMs) }),
    withQuery('/v1/admin/capacity', { tenant_id: journal.tenantIds.live }),
    // One looks at everything for all.
    ...(journal.tenantNumber === 0 ? ['/v1/admin/capacity', wholeCalendar(journal)] : []),
  ];
  return paths.map((path) => ({ method: 'GET', path }));
}

function wholeCalendar({ nowMs }: Journal): string {
  const today = Math.floor(nowMs / dayMs) * dayMs;
  return withQuery('/api/capacity/calendar', { from: toTime(today - dayMs), to: toTime(today + 4 * dayMs) });
}
