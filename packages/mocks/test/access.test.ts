import { afterEach, describe, expect, test, vi } from 'vitest';

import { createJwtIssuer } from '../../../test/jwt-issuer.ts';
import { createHoldfastMock } from '../src/index.ts';
import type { HoldfastMockOptions } from '../src/index.ts';
import { baseUrl, Client, reservePath, unreservePath } from './client.ts';
import type { Answer } from './client.ts';

function start(options: HoldfastMockOptions = {}) {
  const mock = createHoldfastMock({ baseUrl, ...options });
  const client = new Client(mock.fetch);
  const as = (apiKey: string) => ({
    send: (method: string, path: string, body?: unknown) =>
      client.send(method, path, { body, headers: { 'X-API-Key': apiKey } }),
  });
  return { mock, client, as };
}

/** How many of so many operations in a row are let through. */
async function countPassing(client: Client, asked: number): Promise<number> {
  let passing = 0;
  for (let count = 0; count < asked; count += 1) {
    const { status } = await client.send('POST', unreservePath, { body: [{ requester: 'a', resource: 'a' }] });
    if (status !== 429) passing += 1;
  }
  return passing;
}

const usedOf = ({ json }: Answer) => (json as { used: Record<string, number | null> }).used;

describe('limits', () => {
  test('let the 200th operation of a minute through on the tier free, and the next one in the next minute', async () => {
    const { mock, client } = start({ tier: 'free', seed: { reservations: [{ requester: 'a', resource: 'a' }] } });
    await mock.clock.advance({ seconds: 15 });
    expect(await countPassing(client, 200)).toBe(200);

    const refused = await client.send('POST', reservePath, { body: [{ requester: 'bob', resource: 'room' }] });
    expect(refused).toMatchObject({
      status: 429,
      json: { tier: 'free', limit: 200, limitType: 'opsPerMinute', retryAfter: 45, upgradeRequired: true },
      headers: {
        'retry-after': '45',
        'ratelimit-policy': '"minute";q=200;w=60, "day";q=10000;w=86400',
        ratelimit: '"minute";r=0;t=45, "day";r=9800;t=86385',
      },
    });
    expect(usedOf(await client.send('GET', '/v1/limits'))).toMatchObject({ ops_per_minute: 200, ops_per_day: 200 });

    await mock.clock.advance({ seconds: 44, milliseconds: 999 });
    expect(await countPassing(client, 1)).toBe(0);
    await mock.clock.advance(1);
    expect(await client.reserve({ requester: 'bob', resource: 'room' })).toMatchObject({ status: 'ACQUIRED' });
    expect(usedOf(await client.send('GET', '/v1/limits'))).toMatchObject({ ops_per_minute: 1, ops_per_day: 201 });
  });

  test.each([1, 2, 7, 99, 300])('of %i a minute are exact, however the clock moves', async (opsPerMinute) => {
    const { mock, client } = start({ tiers: { mine: { opsPerMinute } }, tier: 'mine' });
    for (const seconds of [52, 60, 3_600, 60]) {
      const first = Math.ceil(opsPerMinute / 3);
      expect(await countPassing(client, first)).toBe(first);
      await mock.clock.advance(900);
      expect(usedOf(await client.send('GET', '/v1/limits'))).toMatchObject({ ops_per_minute: first });
      await mock.clock.advance(8_000);
      expect(await countPassing(client, opsPerMinute + 1)).toBe(opsPerMinute - first);
      await mock.clock.advance({ seconds });
    }
  });

  test('of a day, of reads and of a key hold as well, and are as new after a reset', async () => {
    const { mock, client } = start({
      apiKeys: [{ key: 'any', tier: 'mine', opsPerMinute: 2 }],
      tiers: { mine: { opsPerMinute: 4, opsPerDay: 5 } },
    });
    const passing = [];
    for (let minute = 0; minute < 4; minute += 1) {
      passing.push(await countPassing(client, 3));
      await mock.clock.advance({ seconds: 60 });
    }
    expect(passing).toEqual([2, 2, 1, 0]);
    await mock.clock.set('2026-01-02T00:00:00Z');
    expect(await countPassing(client, 3)).toBe(2);

    const reads = [];
    for (let read = 0; read < 21; read += 1) reads.push((await client.send('GET', '/api/v1/Reservation')).status);
    expect([reads.indexOf(429), reads.lastIndexOf(200)]).toEqual([20, 19]);
    await mock.reset();
    expect(await countPassing(client, 3)).toBe(2);
  });

  test('of locks refuse one too many until one lapses; what is seeded is held, but was not asked for', async () => {
    const { mock, client } = start({
      tiers: { mine: { concurrentLocks: 2, opsPerMinute: 100 } },
      tier: 'mine',
      seed: { reservations: [{ requester: 'alice', resource: 'a', ttlSeconds: 60 }] },
    });
    expect(usedOf(await client.send('GET', '/v1/limits'))).toMatchObject({ ops_per_minute: 0, concurrent_locks: 1 });
    const reserve = (resource: string) => client.send('POST', reservePath, { body: [{ requester: 'bob', resource }] });
    expect(await reserve('b')).toMatchObject({ status: 200 });
    expect(await reserve('c')).toMatchObject({ status: 429, json: { limitType: 'concurrentLocks', limit: 2 } });
    await mock.clock.advance({ seconds: 60 });
    expect(await reserve('c')).toMatchObject({ status: 200 });
  });
});

describe('keys', () => {
  test('may do what their scopes say, and are told which one is missing', async () => {
    const { as } = start({ apiKeys: ['admin', { key: 'reader', scopes: ['resources:read'] }] });
    expect(await as('reader').send('GET', '/api/v1/Reservation')).toMatchObject({ status: 200 });
    const refused = await as('reader').send('POST', reservePath, [{ requester: 'a', resource: 'a' }]);
    expect(refused).toMatchObject({ status: 403, json: { error: 'forbidden', scope: 'resources:write' } });
  });

  test('of a suspended tenant, from elsewhere or past their time are refused', async () => {
    const { mock, as } = start({
      apiKeys: [
        { key: 'ends', tenant: 'acme', expiresAt: '2026-01-01T00:01:00Z' },
        { key: 'here', allowedCidrs: ['127.0.0.0/8'] },
        { key: 'elsewhere', allowedCidrs: ['203.0.113.0/24'] },
        { key: 'suspended', tenant: 'other' },
      ],
      tenants: [{ id: 'other', suspended: true }],
    });
    const ask = async (apiKey: string) => (await as(apiKey).send('GET', '/api/v1/Reservation')).status;
    expect(await Promise.all(['ends', 'here', 'elsewhere', 'suspended'].map(ask))).toEqual([200, 200, 403, 403]);
    expect(await as('suspended').send('GET', '/v1/limits')).toMatchObject({
      json: { type: 'https://api.quotastack.io/errors/tenant-suspended' },
    });
    await mock.clock.advance({ seconds: 60 });
    expect(await ask('ends')).toBe(401);
  });

  test('that were created act as themselves and end when revoked, where any other is good', async () => {
    const { mock, as } = start();
    const body = { environment: 'live', label: 'reader', scopes: ['resources:read'] };
    const created = (await as('any').send('POST', '/v1/admin/api-keys', body)).json as { id: string; api_key: string };
    const reader = as(created.api_key);
    await mock.clock.advance({ seconds: 5 });
    expect(await reader.send('GET', '/api/v1/Reservation')).toMatchObject({ status: 200 });
    expect(await reader.send('POST', reservePath, [{ requester: 'a', resource: 'a' }])).toMatchObject({ status: 403 });
    const path = `/v1/admin/api-keys/${created.id}`;
    expect((await as('any').send('GET', path)).json).toMatchObject({ last_used_at: '2026-01-01T00:00:05.000Z' });

    expect(await as('any').send('POST', `${path}/revoke`)).toMatchObject({ status: 200 });
    expect(await reader.send('GET', '/api/v1/Reservation')).toMatchObject({ status: 401 });
    expect(await as('another').send('GET', '/api/v1/Reservation')).toMatchObject({ status: 200 });
  });
});

describe('the exchange of JWTs', () => {
  afterEach(() => vi.unstubAllGlobals());

  test('fetches the issuer’s keys by the global fetch, and the token ends by the mock’s clock', async () => {
    const { mock, as } = start();
    const { entry, issue } = createJwtIssuer('login');
    const { jwks, ...issuer } = entry;
    const fetchKeys = vi.fn<typeof fetch>(async () => Response.json(jwks));
    vi.stubGlobal('fetch', fetchKeys);
    const jwksUri = 'https://login.example/jwks';
    await as('any').send('PUT', '/v1/admin/jwt-issuer', { ...issuer, jwks_uri: jwksUri });

    const exchanged = await mock.fetch(`${baseUrl}/api/v1/auth/token`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ jwt: issue(mock.clock.now()) }),
    });
    expect(exchanged.status).toBe(200);
    expect(fetchKeys).toHaveBeenCalledExactlyOnceWith(jwksUri, expect.objectContaining({ redirect: 'error' }));
    const bearer = as(((await exchanged.json()) as { token: string }).token);
    expect(await bearer.send('GET', '/api/v1/Reservation')).toMatchObject({ status: 200 });
    expect(await bearer.send('POST', reservePath, [{ requester: 'a', resource: 'a' }])).toMatchObject({ status: 403 });
    await mock.clock.advance({ seconds: 900 });
    expect(await bearer.send('GET', '/api/v1/Reservation')).toMatchObject({ status: 401 });
  });

  test('is refused while the keys can’t be had, and works half a minute later', async () => {
    const { mock, client, as } = start();
    const { entry, issue } = createJwtIssuer('login');
    const { jwks, ...issuer } = entry;
    const answers = [new Response('', { status: 503 }), Response.json(jwks)];
    vi.stubGlobal('fetch', async () => answers.shift());
    await as('any').send('PUT', '/v1/admin/jwt-issuer', { ...issuer, jwks_uri: 'https://login.example/jwks' });
    const jwt = issue(mock.clock.now());
    const exchange = async () => (await client.send('POST', '/api/v1/auth/token', { body: { jwt } })).status;
    expect([await exchange(), await exchange(), answers.length]).toEqual([401, 401, 1]);
    await mock.clock.advance({ seconds: 30 });
    expect(await exchange()).toBe(200);
  });
});

test.each<[string, HoldfastMockOptions]>([
  ['gold', { tier: 'gold' }],
  ['gold', { apiKeys: [{ key: 'a', tier: 'gold' }] }],
  ['pro and free', { apiKeys: [{ key: 'a', tier: 'free' }], tenants: [{ id: 'default', tier: 'pro' }] }],
  ['several tenants', { tenants: [{ id: 'a' }, { id: 'a' }] }],
  ['colour', { tenants: [{ id: 'a', colour: 'red' } as never] }],
  ['opsPerSecond', { tiers: { mine: { opsPerSecond: 1 } as never } }],
  ['opsPerMinute', { tiers: { mine: { opsPerMinute: 0 } } }],
  ['"My tier"', { tiers: { 'My tier': {} } }],
  ['locks:read', { apiKeys: [{ key: 'a', scopes: ['locks:read' as never] }] }],
  ['admin', { apiKeys: [{ key: 'a', admin: false, scopes: [] }] }],
  ['10.0.0', { apiKeys: [{ key: 'a', allowedCidrs: ['10.0.0'] }] }],
  ['tenantId', { apiKeys: [{ key: 'a', tenantId: 'b' } as never] }],
])('options that make no sense are refused by name: %s in %j', (named, options) => {
  expect(() => createHoldfastMock(options)).toThrow(TypeError);
  expect(() => createHoldfastMock(options)).toThrow(named);
});
