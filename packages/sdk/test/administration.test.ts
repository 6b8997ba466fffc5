import { describe, expect, test } from 'vitest';

import { Holdfast } from '../src/index.ts';
import type { Administration, NewApiKey } from '../src/index.ts';
import { answers, scriptedFetch } from './fakes/fake-fetch.ts';

function client(...pages: object[]) {
  const lastPage = { data: [], pagination: { has_more: false, next_cursor: null } };
  const { fetch, sent } = scriptedFetch(...[...pages, lastPage].map((page) => answers(page)));
  const holdfast = new Holdfast({ baseUrl: 'https://holdfast.test', apiKey: 'key', fetch });
  return { holdfast, admin: holdfast.admin, sent };
}

const uuid = /^[0-9a-f-]{36}$/;
const tier = { ops_per_minute: 2_000, ops_per_day: null, concurrent_locks: 5, api_keys: 1, event_history_hours: null };
const key: NewApiKey = { environment: 'live', label: 'Build server', scopes: ['resources:read'] };
const issuer = { issuer: 'https://id.test', audience: 'holdfast', jwks_uri: 'https://id.test/jwks', scopes: [] };
const invitation = { email: 'ada@example.com', role: 'member' } as const;
const year = '2027-11-21T00:00:00.000Z';

describe('each method asks for its operation', () => {
  test.each<[string, (admin: Administration) => PromiseLike<unknown>, unknown?]>([
    ['POST /v1/admin/tenants', ({ tenants }) => tenants.create({ name: 'Acme' }), { name: 'Acme' }],
    ['GET /v1/admin/tenants?limit=2', ({ tenants }) => tenants.list({ limit: 2 })],
    ['GET /v1/admin/tenants/a%2Fb', ({ tenants }) => tenants.get('a/b')],
    ['PATCH /v1/admin/tenants/acme', ({ tenants }) => tenants.update('acme', { tier: 'pro' }), { tier: 'pro' }],
    ['PATCH /v1/admin/tenants/acme', ({ tenants }) => tenants.suspend('acme'), { suspended: true }],
    ['PATCH /v1/admin/tenants/acme', ({ tenants }) => tenants.resume('acme'), { suspended: false }],
    ['GET /v1/admin/tiers', ({ tiers }) => tiers.list()],
    ['PUT /v1/admin/tiers/team', ({ tiers }) => tiers.put('team', tier), tier],
    ['DELETE /v1/admin/tiers/team', ({ tiers }) => tiers.delete('team')],
    ['POST /v1/admin/api-keys', ({ apiKeys }) => apiKeys.create(key), key],
    [
      'POST /v1/admin/api-keys',
      ({ apiKeys }) => apiKeys.create({ ...key, expires_at: new Date(year) }),
      { ...key, expires_at: year },
    ],
    [
      'GET /v1/admin/api-keys?tenant_id=acme&environment=test',
      ({ apiKeys }) => apiKeys.list({ tenant_id: 'acme', environment: 'test' }),
    ],
    ['GET /v1/admin/api-keys/k-1', ({ apiKeys }) => apiKeys.get('k-1')],
    ['PATCH /v1/admin/api-keys/k-1', ({ apiKeys }) => apiKeys.update('k-1', { scopes: null }), { scopes: null }],
    [
      'PATCH /v1/admin/api-keys/k-1',
      ({ apiKeys }) => apiKeys.update('k-1', { expires_at: new Date(year) }),
      { expires_at: year },
    ],
    [
      'PATCH /v1/admin/api-keys/k-1',
      ({ apiKeys }) => apiKeys.update('k-1', { expires_at: null }),
      { expires_at: null },
    ],
    ['POST /v1/admin/api-keys/k-1/revoke', ({ apiKeys }) => apiKeys.revoke('k-1')],
    ['POST /v1/admin/api-keys/k-1/rotate', ({ apiKeys }) => apiKeys.rotate('k-1'), {}],
    [
      'POST /v1/admin/api-keys/k-1/rotate',
      ({ apiKeys }) => apiKeys.rotate('k-1', { overlap_seconds: 60 }),
      { overlap_seconds: 60 },
    ],
    ['GET /v1/admin/jwt-issuer', ({ jwtIssuer }) => jwtIssuer.get()],
    [
      'PUT /v1/admin/jwt-issuer?tenant_id=acme&environment=test',
      ({ jwtIssuer }) => jwtIssuer.put(issuer, { tenant_id: 'acme', environment: 'test' }),
      issuer,
    ],
    ['DELETE /v1/admin/jwt-issuer?environment=test', ({ jwtIssuer }) => jwtIssuer.delete({ environment: 'test' })],
    ['GET /v1/admin/people?tenant_id=acme', ({ people }) => people.list({ tenant_id: 'acme' })],
    ['POST /v1/admin/people', ({ people }) => people.invite(invitation), invitation],
    ['PATCH /v1/admin/people/p-1', ({ people }) => people.update('p-1', { role: 'owner' }), { role: 'owner' }],
    ['DELETE /v1/admin/people/p-1?tenant_id=acme', ({ people }) => people.remove('p-1', { tenant_id: 'acme' })],
  ])('%s', async (request, call, body) => {
    const { admin, sent } = client();
    await call(admin);
    expect(sent.map(({ method, path }) => `${method} ${path}`)).toEqual([request]);
    expect(sent[0]!.body).toEqual(body);
    const idempotencyKey = sent[0]!.headers.get('idempotency-key');
    if (request.startsWith('GET')) expect(idempotencyKey).toBeNull();
    else expect(idempotencyKey).toMatch(uuid);
  });

  test('GET /v1/limits', async () => {
    const limits = { tier: 'free', enforce: true };
    const { holdfast, sent } = client(limits);
    expect(await holdfast.limits()).toEqual(limits);
    expect(sent.map(({ method, path }) => `${method} ${path}`)).toEqual(['GET /v1/limits']);
  });
});

test('each method takes the options of all calls', async () => {
  const { holdfast, admin, sent } = client();
  const { tenants, tiers, apiKeys, jwtIssuer, people } = admin;
  const options = { idempotencyKey: 'order-7', headers: { 'X-Trace': '1' } };
  const writes = [
    tenants.create({ name: 'Acme' }, options),
    tenants.update('acme', { tier: 'pro' }, options),
    tenants.suspend('acme', options),
    tenants.resume('acme', options),
    tiers.put('team', tier, options),
    tiers.delete('team', options),
    apiKeys.create(key, options),
    apiKeys.update('k-1', { label: 'Other' }, options),
    apiKeys.revoke('k-1', options),
    apiKeys.rotate('k-1', {}, options),
    jwtIssuer.put(issuer, {}, options),
    jwtIssuer.delete({}, options),
    people.invite(invitation, {}, options),
    people.update('p-1', { role: 'viewer' }, {}, options),
    people.remove('p-1', {}, options),
  ];
  const reads = [
    tenants.list({}, options),
    tenants.get('acme', options),
    tiers.list({}, options),
    apiKeys.list({}, options),
    apiKeys.get('k-1', options),
    jwtIssuer.get({}, options),
    people.list({}, options),
    holdfast.limits(options),
  ];
  await Promise.all([...writes, ...reads]);
  expect(sent.map(({ headers }) => headers.get('x-trace'))).toEqual(sent.map(() => '1'));
  const keys = sent.map(({ headers }) => headers.get('idempotency-key'));
  expect(keys).toEqual([...writes.map(() => 'order-7'), ...reads.map(() => null)]);
});

test.each<[string, (admin: Administration) => AsyncIterable<unknown>]>([
  ['tenants', ({ tenants }) => tenants.list()],
  ['tiers', ({ tiers }) => tiers.list()],
  ['api-keys', ({ apiKeys }) => apiKeys.list()],
  ['people', ({ people }) => people.list()],
])('a list of %s is iterated over all of its pages', async (name, list) => {
  const page = (items: number[], next_cursor: string | null) => ({ data: items, pagination: { next_cursor } });
  const { admin, sent } = client(page([1, 2], 'c1'), page([3], null));
  const seen: unknown[] = [];
  for await (const item of list(admin)) seen.push(item);
  expect(seen).toEqual([1, 2, 3]);
  expect(sent.map(({ path }) => path)).toEqual([`/v1/admin/${name}`, `/v1/admin/${name}?cursor=c1`]);
});
