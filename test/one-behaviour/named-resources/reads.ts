import fc from 'fast-check';

import { mostly, optional, pickLatest } from '../choices.ts';
import type { Draft, Journal } from '../family.ts';
import { requester, resource, resourceType } from './input.ts';

const limit = mostly(fc.constantFrom(1, 2, 3, 1_000), 0, 1_001, 'x');
/** `desj` begins no name, but the first text beyond all that it begins is a name: `desk`. */
const prefix = mostly(fc.constantFrom('P', 'Printer_', 'desj', 'h', '\ufffd', '😀'), '', '\udbff');

export const states: fc.Arbitrary<Draft> = resource.map((name) => {
  return get(() => `/api/v1/Reservation/${encodeURIComponent(name)}`);
});

export const reservationLists: fc.Arbitrary<Draft> = fc
  .tuple(
    fc.constantFrom('/api/v1/Reservation', '/api/v1/Reservation/activeReservations'),
    optional({ requester, resourcePrefix: prefix, resourceType, limit }, ['limit']),
  )
  .map(([path, filters]) => get(() => withQuery(path, filters)));

export const definitionLists: fc.Arbitrary<Draft> = optional({ namePrefix: prefix, limit }, ['limit']).map(
  (filters) => get(() => withQuery('/api/v1/Resource/definitions', filters)),
);

/** A time of the history: that of an earlier request, or a millisecond beside it. */
const moment = fc.record({ pick: fc.nat({ max: 30 }), offsetMs: fc.constantFrom(0, -1, 1) });

const eventType = mostly(fc.constantFrom('RESERVED', 'UNRESERVED', 'RESERVATION_EXPIRED', 'RENEWED'), 'OTHER');

export const histories: fc.Arbitrary<Draft> = optional(
  { moments: fc.tuple(moment, moment), resource, type: eventType, limit },
  ['limit'],
).map(({ moments = [], ...filters }) => {
  return get((journal) => {
    const [from, to] = moments.map((each) => toTime(each, journal)).sort();
    return withQuery('/api/v1/events/history', { ...(to && { from, to }), ...filters });
  });
});

function get(toPath: (journal: Journal) => string): Draft {
  return { toRequest: (journal) => ({ method: 'GET', path: toPath(journal) }) };
}

function toTime(wanted: { readonly pick: number; readonly offsetMs: number }, { exchanges, nowMs }: Journal): string {
  const times = exchanges.map(({ atMs }) => atMs);
  return new Date((pickLatest(times, wanted.pick) ?? nowMs) + wanted.offsetMs).toISOString();
}

function withQuery(path: string, filters: Readonly<Record<string, unknown>>): string {
  const pairs = Object.entries(filters).map(([name, value]) => `${name}=${encode(String(value))}`);
  return pairs.length === 0 ? path : `${path}?${pairs.join('&')}`;
}

/** A lone surrogate can't be encoded; it goes as bytes that aren't UTF-8 either. */
function encode(value: string): string {
  return value.isWellFormed() ? encodeURIComponent(value) : '%ED%AF%BF';
}
