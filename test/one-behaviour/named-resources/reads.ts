import fc from 'fast-check';

import { mostly, optional } from '../choices.ts';
import { get, withQuery } from '../drafts.ts';
import type { Draft } from '../family.ts';
import { moments, toWindow } from '../moments.ts';
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

export const definitionLists: fc.Arbitrary<Draft> = optional({ namePrefix: prefix, limit }, ['limit']).map((filters) =>
  get(() => withQuery('/api/v1/Resource/definitions', filters)),
);

const eventType = mostly(fc.constantFrom('RESERVED', 'UNRESERVED', 'RESERVATION_EXPIRED', 'RENEWED'), 'OTHER');

export const histories: fc.Arbitrary<Draft> = optional({ window: moments, resource, type: eventType, limit }, [
  'limit',
]).map(({ window = [], ...filters }) => {
  return get((journal) => withQuery('/api/v1/events/history', { ...toWindow(window, journal), ...filters }));
});
