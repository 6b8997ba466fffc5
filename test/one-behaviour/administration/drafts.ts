import fc from 'fast-check';

import { mostly, onceIn, optional, pick, pickLatest } from '../choices.ts';
import { get, patch, post, put, withQuery } from '../drafts.ts';
import type { Draft, Journal, PlainRequest } from '../family.ts';
import { keysIn, tenantsIn } from './known.ts';

const hourMs = 3_600_000;

const environment = fc.constantFrom('live', 'test');
const label = mostly(fc.constantFrom('Build server', 'Ärger', '测试'), '', 'l'.repeat(129), 7, '\u0007');
const scopes = mostly(
  fc.constantFrom<readonly string[] | null>(['resources:read'], ['keys:admin', 'credits:write'], null),
  [],
  ['resources:read', 'resources:read'],
  ['everything'],
);
const cidrs = mostly(
  fc.constantFrom<readonly string[] | null>(['203.0.113.0/24'], ['2001:db8::/32', '127.0.0.1'], null),
  [],
  ['203.0.113.0/33'],
  ['localhost'],
);
const opsPerMinute = mostly(fc.constantFrom<number | null>(1, 60, null), 0, -1, 1.5, '1');
/** From now on, in milliseconds. */
const lifetimeMs = fc.constantFrom(1, 1_000, hourMs, 0, -1);

/** Null takes a setting back, and is nothing to begin with. */
const settings = optional({ scopes, allowed_cidrs: cidrs, ops_per_minute: opsPerMinute });

const withoutNulls = (body: object) => Object.fromEntries(Object.entries(body).filter(([, value]) => value !== null));
const expiryOf = (journal: Journal, lifetime: number | undefined) =>
  lifetime === undefined ? {} : { expires_at: new Date(journal.nowMs + lifetime).toISOString() };

const tier = mostly(fc.constantFrom('free', 'starter', 'unlimited'), 'none-such', 'FREE', 1);

export const tenants: fc.Arbitrary<Draft> = fc
  .tuple(label, optional({ tier, require_registration: fc.boolean(), metadata: fc.constant({ a: 1 }) }))
  .map(([name, more]) => post('/v1/admin/tenants', () => ({ name, ...more })));

const unknownTenant = 'tnt_0000000000000000000000000';
const tenantOf = (journal: Journal, picked: number) => pickLatest(tenantsIn(journal), picked) ?? unknownTenant;

export const tenantReads: fc.Arbitrary<Draft> = pick.map((picked) =>
  get((journal) => `/v1/admin/tenants/${tenantOf(journal, picked)}`),
);

export const tenantChanges: fc.Arbitrary<Draft> = fc
  .tuple(pick, optional({ name: label, tier, suspended: fc.boolean() }))
  .map(([picked, body]) =>
    patch(
      (journal) => `/v1/admin/tenants/${tenantOf(journal, picked)}`,
      () => body,
    ),
  );

/** Which limits the caller has himself. */
export const ownTiers: fc.Arbitrary<Draft> = fc.constantFrom('free', 'free', 'starter', 'unlimited').map((own) =>
  patch(
    ({ tenantIds }) => `/v1/admin/tenants/${tenantIds.live}`,
    () => ({ tier: own }),
  ),
);

export const keys: fc.Arbitrary<Draft> = fc
  .tuple(pick, environment, label, settings, onceIn(3, lifetimeMs), onceIn(20, fc.constant(true)))
  .map(([picked, place, name, more, lifetime, isNobodys]) =>
    post('/v1/admin/api-keys', (journal) => ({
      tenant_id: isNobodys ? unknownTenant : tenantOf(journal, picked),
      environment: place,
      label: name,
      ...withoutNulls(more),
      ...expiryOf(journal, lifetime),
    })),
  );

const keyOf = (journal: Journal, picked: number) =>
  `/v1/admin/api-keys/${pickLatest(keysIn(journal), picked) ?? 'key_0000000000000000000000000'}`;

export const keyReads: fc.Arbitrary<Draft> = pick.map((picked) => get((journal) => keyOf(journal, picked)));

export const keyChanges: fc.Arbitrary<Draft> = fc
  .tuple(pick, settings, onceIn(3, label), onceIn(4, lifetimeMs))
  .map(([picked, body, name, lifetime]) =>
    patch(
      (journal) => keyOf(journal, picked),
      (journal) => ({ ...body, ...(name === undefined ? {} : { label: name }), ...expiryOf(journal, lifetime) }),
    ),
  );

export const revocations: fc.Arbitrary<Draft> = pick.map((picked) => ({
  toRequest: (journal) => ({ method: 'POST', path: `${keyOf(journal, picked)}/revoke` }),
}));

const overlap = mostly(fc.constantFrom(0, 1, 3_600), -1, 604_801, 0.5, null);

export const rotations: fc.Arbitrary<Draft> = fc
  .tuple(pick, optional({ overlap_seconds: overlap }))
  .map(([picked, body]) =>
    post(
      (journal) => `${keyOf(journal, picked)}/rotate`,
      () => body,
    ),
  );

const place = (journal: Journal, picked: number, of: unknown) =>
  withQuery('/v1/admin/jwt-issuer', { tenant_id: tenantOf(journal, picked), environment: of });

/** Of this tenant alone: who else trusts an issuer depends on who was faster. */
export const issuers: fc.Arbitrary<Draft> = fc
  .tuple(pick, environment, fc.constantFrom('one', 'other'), onceIn(10, fc.constant('http://issuer.example')))
  .map(([picked, of, audience, wrong]) =>
    put(
      (journal) => place(journal, picked, of),
      ({ tenantIds }) => ({
        issuer: wrong ?? `https://${tenantIds.live}.example`,
        audience,
        jwks_uri: 'https://issuer.example/jwks',
        scopes: ['resources:read'],
      }),
    ),
  );

export const issuerReads: fc.Arbitrary<Draft> = fc
  .tuple(pick, environment, onceIn(2, fc.constant('DELETE')))
  .map(([picked, of, method = 'GET']) => ({ toRequest: (journal) => ({ method, path: place(journal, picked, of) }) }));

/** What counts against the caller's own limits, as its headers say. */
export const counted: fc.Arbitrary<Draft> = fc.constantFrom<Draft>(
  get(() => '/api/v1/Reservation?limit=1'),
  post('/api/v1/Reservation/reserve', () => [{ resource: 'job', requester: 'worker', ttlSeconds: 1 }]),
  post('/api/v1/Reservation/reserve', () => 'nonsense'),
);

export const deeds: fc.Arbitrary<Draft> = fc
  .tuple(fc.constantFrom(1, 2, 100), onceIn(2, fc.constantFrom('key.created', 'key.rotated', 'tenant.updated')))
  .map(([limit, type]) => get(() => withQuery('/v1/events', type === undefined ? { limit } : { limit, type })));

/** All that the caller has created, and who did what. */
export function toOverview(journal: Journal): readonly PlainRequest[] {
  const paths = [
    ...tenantsIn(journal).map((id) => `/v1/admin/tenants/${id}`),
    ...keysIn(journal).map((id) => `/v1/admin/api-keys/${id}`),
    '/v1/events?limit=100',
  ];
  return paths.map((path) => ({ method: 'GET', path }));
}
