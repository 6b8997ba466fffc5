import { describe, expect, test } from 'vitest';

import { createHoldfastMock } from '../src/index.ts';
import type { HoldfastMock } from '../src/index.ts';
import { baseUrl, Client, historyPath, reservePath, unreservePath } from './client.ts';

const seed = {
  definitions: [
    { name: 'Printer', capacity: 2 },
    { name: 'Car', blocks: ['North', 'South'] },
  ],
  reservations: [
    { requester: 'alice', resource: 'Printer', ttlSeconds: 60 },
    { requester: 'alice', resource: 'Car' },
  ],
};

/** Some of everything; returns all that the mock answered, to the byte. */
async function act(mock: HoldfastMock): Promise<string> {
  const client = new Client(mock.fetch);
  const answers = await Promise.all([
    client.send('POST', reservePath, { body: [{ requester: 'bob', resource: 'Printer', ttlSeconds: 30 }] }),
    client.send('POST', reservePath, { body: [{ requester: 'carol', resource: 'Printer' }] }),
    client.send('POST', reservePath, {
      body: [{ requester: 'dave', resource: 'a' }],
      headers: { 'Idempotency-Key': 'one' },
    }),
    client.send('POST', reservePath, {
      body: [{ requester: 'dave', resource: 'a' }],
      headers: { 'Idempotency-Key': 'one' },
    }),
    client.send('GET', '/api/v1/Reservation?limit=2'),
  ]);
  await mock.clock.advance({ seconds: 45 });
  answers.push(await client.send('POST', unreservePath, { body: [{ requester: 'bob', resource: 'Printer' }] }));
  answers.push(await client.send('GET', historyPath));
  return JSON.stringify(answers);
}

describe('determinism', () => {
  test('two mocks answer the same calls with the same bytes', async () => {
    const [one, other] = [createHoldfastMock({ baseUrl, seed }), createHoldfastMock({ baseUrl, seed })];
    expect(await act(one)).toBe(await act(other));
  });

  test('a mock that was reset answers as it did at first', async () => {
    const mock = createHoldfastMock({ baseUrl, seed });
    const first = await act(mock);
    expect(await act(mock)).not.toBe(first);
    await mock.reset();
    expect(await act(mock)).toBe(first);
  });

  test('tokens are opaque, never the same, and the same in every run', async () => {
    const client = new Client(createHoldfastMock({ baseUrl }).fetch);
    const results = [
      await client.reserve({ requester: 'a', resource: 'a' }),
      await client.reserve({ requester: 'a', resource: 'b' }),
    ];
    const tokens = results.map(({ releaseToken }) => releaseToken);
    expect(tokens).toEqual(['H4n22cMVh6NHXXl7XyKrriaS-Cudf0s2', 'INC14776zRk3_E6Rq7gwAMMqEQSBE28o']);
  });

  test('a further read does not change the next token', async () => {
    const [one, other] = [createHoldfastMock({ baseUrl }), createHoldfastMock({ baseUrl })];
    await new Client(other.fetch).events();
    const item = { requester: 'alice', resource: 'room' };
    expect(await new Client(one.fetch).reserve(item)).toEqual(await new Client(other.fetch).reserve(item));
  });
});

const credits = {
  metrics: [{ key: 'image' }],
  meteringRules: [{ billable_metric_key: 'image', cost_type: 'per_unit' as const, unit_cost: 1_000 }],
  customers: [{ external_id: 'acme', display_name: 'Acme' }],
  topUps: [{ external_customer_id: 'acme', credits: 10_000 }],
  holds: [{ external_customer_id: 'acme', billable_metric_key: 'image', estimated_units: 8, ttl_seconds: 60 }],
};

describe('seeds of credits', () => {
  test('are there before the first request, with what is held of them', async () => {
    const mock = createHoldfastMock({ baseUrl, seed: credits });
    const client = new Client(mock.fetch);
    const account = '/v1/customer-by-external-id/acme/credits';
    expect((await client.send('GET', account)).json).toMatchObject({ balance: 10_000, effective_balance: 2_000 });
    await mock.clock.advance({ seconds: 60 });
    expect((await client.send('GET', account)).json).toMatchObject({ balance: 10_000, effective_balance: 10_000 });
  });

  test('tell what they have become', async () => {
    const seeded = await createHoldfastMock({ baseUrl }).seed(credits);
    expect(seeded).toMatchObject({
      metrics: [{ key: 'image' }],
      meteringRules: [{ unit_cost: 1_000 }],
      customers: [{ external_id: 'acme' }],
      topUps: [{ account: { balance: 10_000 } }],
      holds: [{ status: 'active', estimated_cost: 8_000 }],
    });
  });

  test('that can’t be are refused with the reason', async () => {
    const seeding = createHoldfastMock({ baseUrl }).seed({ holds: credits.holds });
    await expect(seeding).rejects.toThrow(/refused by createHold.*There is no such customer/u);
  });
});

const capacity = {
  capacityLimits: [{ org_cap_gb: 64 }],
  capacityReservations: [
    { intervals: [{ startsAt: '2026-01-02T00:00:00Z', endsAt: '2026-01-02T00:15:00Z', capacityGb: 48 }] },
  ],
};

describe('seeds of capacity', () => {
  test('are there before the first request', async () => {
    const client = new Client(createHoldfastMock({ baseUrl, seed: capacity }).fetch);
    const { json } = await client.send(
      'GET',
      '/api/capacity/calendar?from=2026-01-02T00:00:00Z&to=2026-01-02T00:15:00Z',
    );
    expect(json).toMatchObject({ intervals: [{ reservationLimitGb: 64, reservedGb: 48, reservableGb: 16 }] });
  });

  test('tell what they have become', async () => {
    const seeded = await createHoldfastMock({ baseUrl }).seed(capacity);
    expect(seeded).toMatchObject({
      capacityLimits: [{ org_cap_gb: 64 }],
      capacityReservations: capacity.capacityReservations,
    });
  });

  test('that don’t fit are refused with the reason', async () => {
    const seeding = createHoldfastMock({ baseUrl, orgCapGb: 40 }).seed({
      capacityReservations: capacity.capacityReservations,
    });
    await expect(seeding).rejects.toThrow(/refused by reserveCapacity.*insufficient_capacity/u);
  });
});

describe('seeds', () => {
  test('are there before the first request, with what they block', async () => {
    const client = new Client(createHoldfastMock({ baseUrl, seed }).fetch);
    expect(await client.reserve({ requester: 'bob', resource: 'North' })).toMatchObject({ status: 'ALREADY_HELD' });
    expect(await client.reserve({ requester: 'bob', resource: 'Printer' })).toMatchObject({
      acquiredSlots: { Printer: 'Printer_1' },
    });
  });

  test('tell what they have become, so that a test can release it', async () => {
    const mock = createHoldfastMock({ baseUrl });
    const { definitions, reservations } = await mock.seed(seed);
    expect(definitions).toMatchObject([{ name: 'Printer', pool: true }, { name: 'Car' }]);
    const { releaseToken } = reservations[0]!;
    const body = [{ requester: 'alice', resource: 'Printer', releaseToken }];
    const { json } = await new Client(mock.fetch).send('POST', unreservePath, { body });
    expect(json).toMatchObject([{ status: 'RELINQUISHED', released: ['Printer_0'] }]);
  });

  test('may be longer than a request', async () => {
    const mock = createHoldfastMock({ baseUrl });
    const reservations = Array.from({ length: 250 }, (_, index) => ({ requester: 'alice', resource: `room-${index}` }));
    const result = await mock.seed({ reservations });
    expect(result.reservations.map(({ resource }) => resource)).toEqual(reservations.map(({ resource }) => resource));
  });

  test('do not meet the failures that are planned for requests', async () => {
    const mock = createHoldfastMock({ baseUrl });
    mock.failNext({ status: 503 });
    await mock.seed(seed);
    expect(await new Client(mock.fetch).send('GET', '/api/v1/Reservation')).toMatchObject({ status: 503 });
  });

  test('that the server would refuse are refused', async () => {
    const mock = createHoldfastMock({ baseUrl });
    await expect(mock.seed({ definitions: [{ name: '' }] })).rejects.toThrow('/0/name');
    const twice = [
      { requester: 'alice', resource: 'room' },
      { requester: 'bob', resource: 'room' },
    ];
    await expect(mock.seed({ reservations: twice })).rejects.toThrow("bob doesn't get room (ALREADY_HELD)");
    await expect(mock.seed({ reservation: [] } as never)).rejects.toThrow('has no reservation');
  });

  test('that cannot be make every call fail, and not only the first', async () => {
    const mock = createHoldfastMock({ baseUrl, seed: { definitions: [{ name: '' }] } });
    await expect(new Client(mock.fetch).events()).rejects.toThrow('The seed is refused');
    await expect(new Client(mock.fetch).events()).rejects.toThrow('The seed is refused');
    await expect(mock.clock.advance(1)).rejects.toThrow('The seed is refused');
    await expect(mock.reset()).rejects.toThrow('The seed is refused');
  });
});

describe('reset', () => {
  test('goes back to the seed of the options, and drops later ones', async () => {
    const mock = createHoldfastMock({ baseUrl, seed });
    const client = new Client(mock.fetch);
    await mock.seed({ reservations: [{ requester: 'bob', resource: 'later' }] });
    await mock.clock.advance({ seconds: 3_600 });
    await mock.reset();
    expect(new Date(mock.clock.now()).toISOString()).toBe('2026-01-01T00:00:00.000Z');
    expect(await client.events()).toEqual([
      'RESERVED Printer_0 2026-01-01T00:00:00.000Z',
      'RESERVED Car 2026-01-01T00:00:00.000Z',
      'RESERVED North 2026-01-01T00:00:00.000Z',
      'RESERVED South 2026-01-01T00:00:00.000Z',
    ]);
  });

  test('forgets failures and latency', async () => {
    const mock = createHoldfastMock({ baseUrl });
    mock.failNext({ status: 'network', times: Number.POSITIVE_INFINITY });
    mock.latency(3_600_000);
    await mock.reset();
    expect(await new Client(mock.fetch).events()).toEqual([]);
  });

  test('comes before whatever is asked after it, also without being waited for', async () => {
    const mock = createHoldfastMock({ baseUrl });
    const client = new Client(mock.fetch);
    await client.reserve({ requester: 'alice', resource: 'room' });
    const reset = mock.reset();
    expect(await client.reserve({ requester: 'bob', resource: 'room' })).toMatchObject({ status: 'ACQUIRED' });
    await reset;
  });
});
