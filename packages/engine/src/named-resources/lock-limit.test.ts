import type { OperationTypes } from '@holdfast/contract';
import { createMemoryStore } from '@holdfast/store-memory';
import { beforeEach, describe, expect, test } from 'vitest';

import { createCaller } from '../caller.ts';
import type { Caller } from '../caller.ts';
import { defaultCapacitySettings } from '../capacity/settings.ts';
import { recordKinds } from '../families.ts';
import { accessPartition, namedResourcePartition } from '../partitions.ts';
import { Service } from '../service.ts';
import type { ServiceRequest } from '../service.ts';
import { beginCounting, countLocks, lockCountKey, lockCountKind } from '../shared/lock-counts.ts';
import type { RateLimited } from '../shared/outcomes.ts';
import type { Store } from '../store.ts';
import { TestEnvironment } from '../testing/test-environment.ts';

type Items = OperationTypes['reserve']['body'];

const settings = {
  ...defaultCapacitySettings,
  requireRegistration: false,
  eventHistoryMs: 90_000_000,
  requestTimeoutMs: 10_000,
};
const place = { tenantId: 't', environment: 'live' } as const;
const unlimited = createCaller({ ...place, apiKeyLabel: 'key' });
const partition = namedResourcePartition(place);

let environment: TestEnvironment;
let store: Store;
let service: Service;

beforeEach(() => {
  environment = new TestEnvironment();
  store = createMemoryStore({ kinds: recordKinds });
  service = new Service(store, environment, settings);
});

function limitedTo(concurrentLocks: number, enforce = true): Caller {
  return { ...unlimited, limits: { ...unlimited.limits, tier: 'free', concurrentLocks, enforce } };
}

async function call(caller: Caller, operationId: ServiceRequest['operationId'], body: unknown, by = service) {
  const { outcome } = await by.call({ operationId, caller, input: { body } });
  return outcome;
}

function reserve(caller: Caller, items: Items, by = service) {
  return call(caller, 'reserve', items, by);
}

function names(requester: string, count: number, more: Partial<Items[number]> = {}): Items {
  return Array.from({ length: count }, (_, index) => ({ requester, resource: `${requester}${index}`, ...more }));
}

function count(): Promise<number> {
  return service.query({ partitions: [], reads: [], run: (records) => countLocks(records, partition) });
}

describe('a limit of concurrent locks', () => {
  test('lets a request pass that reaches it, and refuses the next as a whole', async () => {
    const caller = limitedTo(3);
    expect(await reserve(caller, names('a', 2))).toMatchObject({ ok: true });
    const refusal: RateLimited & { ok: false } = {
      ok: false,
      code: 'rate_limited',
      message: 'The tier free allows 3 locks at a time, and this request would leave 4.',
      tier: 'free',
      limit: 3,
      limitType: 'concurrentLocks',
      retryAfterSeconds: 60,
      upgradeRequired: true,
    };
    expect(await reserve(caller, names('b', 2))).toEqual(refusal);
    expect(await count()).toBe(2);
    expect(await reserve(caller, names('b', 1))).toMatchObject({ ok: true, value: [{ fencingToken: 3 }] });
    expect(await reserve(caller, names('c', 1))).toMatchObject({ ok: false, limitType: 'concurrentLocks' });
  });

  test('counts each slot and each blocker, also the slots that one request takes of one pool', async () => {
    await call(unlimited, 'registerResources', [
      { name: 'Printer', capacity: 2 },
      { name: 'room', blocks: ['door', 'Printer'] },
      { name: 'hall', blocks: ['Printer'] },
    ]);
    const items = ['room', 'hall'].map((resource) => ({ requester: resource, resource }));
    expect(await reserve(limitedTo(4), items)).toMatchObject({ code: 'rate_limited' });
    expect(await reserve(limitedTo(5), items)).toMatchObject({ ok: true });
    expect(await count()).toBe(5);
  });

  test('lets what takes nothing pass, also when there are more locks than it', async () => {
    await reserve(unlimited, names('a', 5));
    const items = [...names('a', 1), { requester: 'b', resource: 'a1' }];
    for (const limit of [5, 2]) {
      const statuses = [{ status: 'ALREADY_HAD' }, { status: 'ALREADY_HELD' }];
      expect(await reserve(limitedTo(limit), items)).toMatchObject({ ok: true, value: statuses });
    }
    const released = await call(limitedTo(2), 'unreserve', names('a', 1));
    expect(released).toMatchObject({ code: 'wrong_release_token' });
  });

  test.each([
    { method: 'ALL_OR_NONE', passesAt: 3 },
    { method: 'AS_MANY_AS_POSSIBLE', passesAt: 3 },
    { method: 'FIRST', passesAt: 2 },
  ] as const)('refuses a transaction of the method $method as a whole', async ({ method, passesAt }) => {
    await reserve(unlimited, names('a', 1));
    const body = { requester: 'b', items: names('b', 2).map(({ resource }) => ({ resource })), method };
    expect(await call(limitedTo(passesAt - 1), 'reserveTransaction', body)).toMatchObject({ code: 'rate_limited' });
    expect(await count()).toBe(1);
    expect(await call(limitedTo(passesAt), 'reserveTransaction', body)).toMatchObject({ ok: true });
    expect(await count()).toBe(passesAt);
  });

  test('is not refused by a tier that only counts', async () => {
    expect(await reserve(limitedTo(1, false), names('a', 2))).toMatchObject({ ok: true });
    expect(await count()).toBe(2);
  });

  test('is exact when several processes claim at the same time', async () => {
    const other = new Service(store, environment, settings);
    const claims = Array.from({ length: 40 }, (_, index) =>
      reserve(limitedTo(10), [{ requester: 'a', resource: `x${index}` }], index % 2 === 0 ? service : other),
    );
    const outcomes = await Promise.all(claims);
    expect(outcomes.filter(({ ok }) => ok)).toHaveLength(10);
    expect(await count()).toBe(10);
  });

  test('is not what an idempotency key repeats', async () => {
    const send = (caller: Caller) => {
      const idempotency = { key: 'once', fingerprint: 'same' };
      return service.call({ operationId: 'reserve', caller, input: { body: names('a', 2) }, idempotency });
    };
    expect(await send(limitedTo(1))).toMatchObject({ outcome: { ok: false } });
    expect(await send(limitedTo(2))).toMatchObject({ outcome: { ok: true }, isReplayed: false });
  });
});

describe('locks that have lapsed', () => {
  test('do not count, however many there are, whether or not anything has swept them', async () => {
    await call(unlimited, 'registerResources', [
      { name: 'one', blocks: ['shared'] },
      { name: 'two', blocks: ['shared'] },
    ]);
    await reserve(unlimited, names('a', 250, { ttlSeconds: 5 }));
    const roots = ['one', 'two'].map((resource) => ({ requester: 'a', resource, ttlSeconds: 5 }));
    await reserve(unlimited, roots);
    await reserve(unlimited, names('b', 2));
    environment.nowMs += 4_999;
    expect(await reserve(limitedTo(3), names('c', 1))).toMatchObject({ code: 'rate_limited', retryAfterSeconds: 1 });
    environment.nowMs += 1;
    expect(await reserve(limitedTo(3), names('c', 2))).toMatchObject({ code: 'rate_limited', message: /leave 4/u });
    expect(await reserve(limitedTo(3), names('c', 1))).toMatchObject({ ok: true });
    expect(await count()).toBe(3);
  });

  test('are no longer waited for once they were released', async () => {
    const caller = limitedTo(2);
    const first = await reserve(caller, [{ requester: 'a', resource: 'x', ttlSeconds: 5 }]);
    const [{ releaseToken } = { releaseToken: '' }] = first.ok ? (first.value as { releaseToken: string }[]) : [];
    await call(caller, 'unreserve', [{ requester: 'a', resource: 'x', releaseToken }]);
    await reserve(caller, [...names('b', 1, { ttlSeconds: 7_300 }), ...names('c', 1, { ttlSeconds: 9_000 })]);
    environment.nowMs += 6_000;
    // As far as it looks ahead.
    expect(await reserve(caller, names('d', 1))).toMatchObject({ retryAfterSeconds: 10 });
    environment.nowMs += 7_290_000;
    expect(await reserve(caller, names('d', 1))).toMatchObject({ retryAfterSeconds: 4 });
    environment.nowMs += 4_000;
    expect(await reserve(caller, names('d', 1))).toMatchObject({ ok: true });
  });

  test('say when to try again, but never later than in an hour', async () => {
    await reserve(unlimited, names('a', 1, { ttlSeconds: 5_000 }));
    expect(await reserve(limitedTo(1), names('b', 1))).toMatchObject({ retryAfterSeconds: 3_600 });
    await reserve(unlimited, names('b', 1, { ttlSeconds: 90 }));
    expect(await reserve(limitedTo(1), names('c', 1))).toMatchObject({ retryAfterSeconds: 90 });
  });
});

describe('locks from before they were counted', () => {
  beforeEach(async () => {
    for (let part = 0; part < 13; part++) await reserve(unlimited, names(`old${part}-`, 100, { ttlSeconds: 20 }));
    await service.execute({
      partitions: [partition],
      reads: [],
      run: (changes) => changes.delete(lockCountKind, partition, lockCountKey(partition).id),
    });
    await service.execute({
      partitions: [accessPartition],
      reads: [],
      run: (changes, nowMs) => beginCounting(changes, place, nowMs),
    });
  });

  test('are counted by the sweeper, piece by piece, while others begin and end', async () => {
    const released = { requester: 'x', resource: 'old0-x' };
    const held = await reserve(unlimited, [released, { requester: 'x', resource: 'zzz' }]);
    await service.sweep();
    expect(await count()).toBe(1_000);
    const [{ releaseToken } = { releaseToken: '' }] = held.ok ? (held.value as { releaseToken: string }[]) : [];
    await call(unlimited, 'unreserve', [{ ...released, releaseToken }]);
    await reserve(unlimited, [{ requester: 'x', resource: 'zzz2' }]);
    await service.sweep();
    expect(await count()).toBe(1_302);
  });

  test('refuse nobody until all are counted, and lapse like any others', async () => {
    expect(await reserve(limitedTo(1_301), names('a', 1))).toMatchObject({ ok: true });
    expect(await reserve(limitedTo(1), names('b', 1))).toMatchObject({ ok: true });
    while ((await service.sweep()).isMore);
    expect(await reserve(limitedTo(1_302), names('c', 1))).toMatchObject({ code: 'rate_limited' });
    environment.nowMs += 20_000;
    expect(await reserve(limitedTo(3), names('c', 1))).toMatchObject({ ok: true });
    expect(await count()).toBe(3);
  });
});
