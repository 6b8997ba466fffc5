import fc from 'fast-check';

import { mostly, onceIn, optional, pick, pickLatest } from '../choices.ts';
import { get, patch, post, withQuery } from '../drafts.ts';
import type { Draft, Journal, PlainRequest } from '../family.ts';

const path = '/v1/webhook-endpoints';

const url = mostly(fc.constantFrom('https://one.example.com/', 'https://other.example.com/hook?a=1'), 'hooks', '', 5);

/** What nobody does here: what came back from anywhere, and when, would be different on each target. */
const types = mostly(
  fc.constantFrom<readonly string[] | null>(['capacity.*'], ['limit.reached', 'jwt_issuer.updated']),
  [],
  ['capacity.*', 'capacity.*'],
  ['nothing.of.the.kind'],
);
const description = mostly(fc.constantFrom<string | null>('Billing', 'Ärger', '测试', null), '', 'd'.repeat(257));
const headers = mostly(
  fc.constantFrom<object>({}, { 'X-Team': 'billing' }, { 'x-a': '', Authorization: 'Bearer 1' }),
  { Host: 'a' },
  { 'X-A': 'é' },
  null,
);

export const creations: fc.Arbitrary<Draft> = fc
  .tuple(url, types, optional({ description, headers }))
  .map(([to, of, more]) => post(path, () => ({ url: to, types: of, ...more })));

const endpointOf = (journal: Journal, picked: number) =>
  `${path}/${pickLatest(endpointsIn(journal), picked) ?? '00000000-0000-8000-8000-000000000000'}`;

export const reads: fc.Arbitrary<Draft> = fc
  .tuple(pick, fc.constantFrom('', '/deliveries', '/deliveries?status=dead'))
  .map(([picked, end]) => get((journal) => `${endpointOf(journal, picked)}${end}`));

export const changes: fc.Arbitrary<Draft> = fc
  .tuple(pick, optional({ url, types, description, headers, enabled: fc.boolean() }))
  .map(([picked, body]) =>
    patch(
      (journal) => endpointOf(journal, picked),
      () => body,
    ),
  );

export const rotations: fc.Arbitrary<Draft> = fc
  .tuple(pick, optional({ overlap_seconds: mostly(fc.constantFrom(0, 1, 3_600), -1, 604_801, null) }))
  .map(([picked, body]) =>
    post(
      (journal) => `${endpointOf(journal, picked)}/rotate-secret`,
      () => body,
    ),
  );

/** Nothing is of those types, so nothing is sent again. */
export const replays: fc.Arbitrary<Draft> = fc
  .tuple(pick, optional({ after: mostly(fc.constantFrom(0, 1, 5), -1), only_dead: fc.boolean() }))
  .map(([picked, body]) =>
    post(
      (journal) => `${endpointOf(journal, picked)}/replay`,
      () => body,
    ),
  );

export const deletions: fc.Arbitrary<Draft> = pick.map((picked) => ({
  toRequest: (journal) => ({ method: 'DELETE', path: endpointOf(journal, picked) }),
}));

/** Without a secret nothing is sent. */
export const configs: fc.Arbitrary<Draft> = fc
  .tuple(
    mostly(fc.constantFrom<string | null>('https://one.example.com/', null), 'hooks'),
    onceIn(10, fc.constant('none')),
  )
  .map(([to, nobody]) =>
    patch(
      ({ tenantIds }) => `/v1/tenants/${nobody ?? tenantIds.live}/config`,
      () => ({ webhook_url: to }),
    ),
  );

const deed = (name: string, ttlSeconds: number) =>
  post('/api/v1/Reservation/reserve', () => [{ resource: name, requester: 'worker', ttlSeconds }]);

/** What there are events of. */
export const deeds: fc.Arbitrary<Draft> = fc
  .tuple(fc.constantFrom('job', 'other'), fc.constantFrom(1, 3_600))
  .map(([name, ttlSeconds]) => deed(name, ttlSeconds));

/** Streams, of which only the beginning is looked at, and what their numbers are. */
export const streams: fc.Arbitrary<Draft> = fc
  .tuple(
    fc.constantFrom(undefined, 0, 1, 2, 3, 10),
    onceIn(3, fc.constantFrom('credits', 'resources,access', 'locks')),
    onceIn(4, fc.constantFrom('RESERVED', 'RENEWED,RESERVATION_EXPIRED', 'NOTHING')),
  )
  .map(([after, families, only]) =>
    get(() => withQuery('/api/v1/events', { ...known({ after, families, types: only }) })),
  );

const known = (query: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined));

export const events: fc.Arbitrary<Draft> = fc
  .constantFrom('/api/v1/events/history?limit=2', '/v1/events?limit=2', '/api/v1/events/history?type=RESERVED')
  .map((address) => get(() => address));

/** The ids of endpoints that the caller has created. */
export function endpointsIn({ exchanges }: Journal): readonly string[] {
  return exchanges.flatMap(({ request, status, json }) =>
    request.method === 'POST' && request.path === path && status === 201 ? [(json as { readonly id: string }).id] : [],
  );
}

/** All that the caller has created, what it was sent, and what it could have been sent. */
export function toOverview(journal: Journal): readonly PlainRequest[] {
  const ids = [...new Set(endpointsIn(journal))];
  const paths = [
    ...ids.flatMap((id) => [`${path}/${id}`, `${path}/${id}/deliveries`]),
    '/api/v1/events/history?limit=1000',
    '/v1/events?limit=100',
  ];
  return paths.map((each) => ({ method: 'GET', path: each }));
}
