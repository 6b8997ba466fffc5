import type { OperationId } from '@holdfast/contract';
import { createMemoryStore } from '@holdfast/store-memory';
import { beforeEach, describe, expect, test } from 'vitest';

import { createCaller } from '../caller.ts';
import { defaultCapacitySettings } from '../capacity/settings.ts';
import { recordKinds } from '../families.ts';
import type { OperationInput } from '../family.ts';
import { accessPartition, eventPartition } from '../partitions.ts';
import { Service } from '../service.ts';
import { logRowsAfter, readEvents } from '../shared/event-log.ts';
import { TestEnvironment } from '../testing/test-environment.ts';
import { tenantKind, tierKind } from './records.ts';

/*
 * A tenant's events are kept, and shown, for as long as its tier says, whether a caller or the sweeper wrote them.
 */

const hourMs = 3_600_000;
const settings = {
  ...defaultCapacitySettings,
  requireRegistration: false,
  eventHistoryMs: 1_000 * hourMs,
  requestTimeoutMs: 10_000,
};
const unlimited = {
  opsPerMinute: null,
  opsPerDay: null,
  concurrentLocks: null,
  apiKeys: null,
  webhooks: true,
  jwtExchange: true,
  enforce: true,
};
const place = { tenantId: 't', environment: 'live' } as const;

let environment: TestEnvironment;
let service: Service;
/** As the caller whom the tenant's key would make. */
let eventHistoryMs: number | undefined;

beforeEach(() => {
  environment = new TestEnvironment();
  service = new Service(createMemoryStore({ kinds: recordKinds }), environment, settings);
});

async function setTier(tier: string, eventHistoryHours: number | null): Promise<void> {
  eventHistoryMs = eventHistoryHours === null ? undefined : eventHistoryHours * hourMs;
  const times = { createdAtMs: 0, updatedAtMs: 0 };
  await service.execute({
    partitions: [accessPartition],
    reads: [],
    run(changes) {
      const tenant = { name: 't', tier, suspended: false, requireRegistration: null, metadataJson: null, ...times };
      changes.put(tenantKind, accessPartition, 't', tenant);
      changes.put(tierKind, accessPartition, tier, { ...unlimited, eventHistoryHours, ...times });
    },
  });
}

async function call(operationId: OperationId, input: OperationInput): Promise<unknown> {
  const caller = createCaller({ ...place, apiKeyLabel: 'key', eventHistoryMs });
  const { outcome } = await service.call({ operationId, caller, input });
  if (!outcome.ok) throw new Error(outcome.message);
  return outcome.value;
}

/** For how long each event is kept. */
function windows(): Promise<readonly (readonly [string, number])[]> {
  return service.query({
    partitions: [],
    reads: [],
    run(records) {
      return logRowsAfter(records, eventPartition(place), 0, 9).flatMap(({ value }) => {
        const { numberedAtMs, purgeAtMs } = value;
        return readEvents(value).map(({ type }) => [type, purgeAtMs - numberedAtMs] as const);
      });
    },
  });
}

async function letExpire(): Promise<void> {
  await call('reserve', { body: [{ requester: 'a', resource: 'x', ttlSeconds: 60 }] });
  await call('updateCreditSettings', { body: { emit_reservation_expired: true } });
  await call('createMetric', { body: { key: 'image' } });
  await call('createMeteringRule', { body: { billable_metric_key: 'image', cost_type: 'per_unit', unit_cost: 1 } });
  await call('topUp', { body: { external_customer_id: 'c', credits: 5 } });
  const hold = { external_customer_id: 'c', billable_metric_key: 'image', estimated_units: 1, ttl_seconds: 60 };
  await call('createHold', { body: hold });
  environment.nowMs += 60_000;
}

describe.each([
  { tier: 'free', hours: 24, expectedHours: 24 },
  { tier: 'of-our-own', hours: 7, expectedHours: 7 },
  { tier: 'enterprise', hours: null, expectedHours: 1_000 },
])('a tenant of the tier $tier', ({ tier, hours, expectedHours }) => {
  beforeEach(() => setTier(tier, hours));

  test('has its events kept as long as the tier says', async () => {
    await letExpire();
    await service.sweep();
    const done = ['RESERVED', 'credits.granted', 'credits.held'];
    const lapsed = ['RESERVATION_EXPIRED', 'credits.released', 'reservation.expired'];
    expect(await windows()).toEqual([...done, ...lapsed].map((type) => [type, expectedHours * hourMs]));
  });

  test('is shown nothing older', async () => {
    await letExpire();
    const shown = async () => {
      const named = await call('listEventHistory', { query: {} });
      const credits = await call('listCreditEvents', { query: {} });
      return [(named as { events: unknown[] }).events.length, (credits as { data: unknown[] }).data.length];
    };
    await service.sweep();
    environment.nowMs += expectedHours * hourMs - 1;
    expect(await shown()).toEqual([1, 2]);
    environment.nowMs += 1;
    expect(await shown()).toEqual([0, 0]);
  });
});

test('what a tenant has set about registration goes before the setting of the server', async () => {
  const reserve = async (requireRegistration: boolean | undefined) => {
    const caller = createCaller({ ...place, apiKeyLabel: 'key', requireRegistration });
    const input = { body: [{ requester: 'a', resource: 'x' }] };
    return (await service.call({ operationId: 'reserve', caller, input })).outcome;
  };
  expect(await reserve(true)).toMatchObject({ value: [{ status: 'NOT_VALID' }] });
  expect(await reserve(undefined)).toMatchObject({ value: [{ status: 'ACQUIRED' }] });
});
