import type { OperationId } from '@holdfast/contract';
import { createMemoryStore } from '@holdfast/store-memory';
import { beforeEach, describe, expect, test } from 'vitest';

import { createCaller } from '../caller.ts';
import { defaultCapacitySettings } from '../capacity/settings.ts';
import { holdKind } from '../credits/records.ts';
import { recordKinds } from '../families.ts';
import type { OperationInput } from '../family.ts';
import { Service } from '../service.ts';
import type { Store } from '../store.ts';
import { TestEnvironment } from '../testing/test-environment.ts';

const caller = createCaller({ tenantId: 'tenant', environment: 'live', apiKeyLabel: 'test' });
const mostSettledAtOnce = 10;
const holdCount = 205;
const ttlMs = 5_000;
/** Less than anybody pauses after. */
const msPerCommit = 5;

let environment: TestEnvironment;
let service: Service;
/** How many holds each commit wrote. */
let commits: number[];

beforeEach(async () => {
  environment = new TestEnvironment();
  const store = createMemoryStore({ kinds: recordKinds });
  const commit: Store['commit'] = (changes, deadlineMs) => {
    environment.elapsed += msPerCommit;
    commits.push(changes.writes.filter(({ key }) => key.kind === holdKind).length);
    return store.commit(changes, deadlineMs);
  };
  const watched = new Proxy(store, {
    get(target, property) {
      if (property === 'commit') return commit;
      const member: unknown = Reflect.get(target, property);
      return typeof member === 'function' ? member.bind(target) : member;
    },
  });
  const settings = { requireRegistration: false, eventHistoryMs: 1_000, requestTimeoutMs: 1_000, mostSettledAtOnce };
  commits = [];
  service = new Service(watched, environment, { ...defaultCapacitySettings, ...settings });
  await call('createMetric', { body: { key: 'image' } });
  await call('createMeteringRule', { body: { billable_metric_key: 'image', cost_type: 'per_unit', unit_cost: 1 } });
  for (const name of ['much', 'little'])
    await call('topUp', { body: { external_customer_id: name, credits: holdCount } });
  await Promise.all(Array.from({ length: holdCount }, () => hold('much', 1)));
});

async function call(operationId: OperationId, input: OperationInput) {
  const { outcome } = await service.call({ operationId, caller, input });
  return outcome;
}

function hold(customer: string, units: number) {
  const named = { external_customer_id: customer, billable_metric_key: 'image' };
  return call('createHold', { body: { ...named, estimated_units: units, ttl_seconds: ttlMs / 1_000 } });
}

function look(customer: string) {
  return call('getAccountByExternalId', { path: { external_id: customer }, query: {} });
}

describe('an account in which much is due', () => {
  beforeEach(() => {
    environment.nowMs += ttlMs;
    commits = [];
  });

  test('is settled in pieces that are no larger than one command may settle', async () => {
    expect(await hold('much', holdCount)).toMatchObject({ ok: true });
    expect(Math.max(...commits)).toBeLessThanOrEqual(mostSettledAtOnce);
    expect(commits.reduce((sum, count) => sum + count, 0)).toBe(holdCount + 1);
  });

  test('is settled once, however many ask for it', async () => {
    const looks = await Promise.all(Array.from({ length: 50 }, () => look('much')));
    for (const outcome of looks) expect(outcome).toMatchObject({ value: { balance: holdCount, reserved_balance: 0 } });
    expect(commits).toEqual([...Array<number>(20).fill(mostSettledAtOnce), 5]);
  });

  test('keeps nobody else waiting until it is settled', async () => {
    let settledBefore = 0;
    const waiting = look('much');
    await hold('little', 1).then(() => (settledBefore = commits.reduce((sum, count) => sum + count, 0)));
    await waiting;
    expect(settledBefore).toBeLessThan(holdCount / 2);
  });

  test('leaves everybody else a turn between pieces, also on a store that answers at once', async () => {
    let turns = 0;
    environment.schedule = (task) => {
      turns += 1;
      queueMicrotask(task);
    };
    await look('much');
    expect(turns).toBeGreaterThan(holdCount / mostSettledAtOnce / 2);
  });

  test('is settled although more becomes due meanwhile, and decided on as of then', async () => {
    const later = hold('much', holdCount);
    environment.nowMs += 1;
    expect(await later).toMatchObject({ ok: true, value: { account: { effective_balance: 0 } } });
  });
});
