import { createMemoryStore } from '@holdfast/store-memory';
import { expect, test } from 'vitest';

import { seedApiKeys } from '../access/server-operations.ts';
import { defaultCapacitySettings } from '../capacity/settings.ts';
import { recordKinds } from '../families.ts';
import { Service } from '../service.ts';
import type { Snapshot, Store } from '../store.ts';
import { farAway } from '../testing/far-store.ts';
import { TestEnvironment } from '../testing/test-environment.ts';
import { adoptOldEvents } from './adoption.ts';

const settings = {
  ...defaultCapacitySettings,
  requireRegistration: false,
  eventHistoryMs: 86_400_000,
  requestTimeoutMs: 10_000,
};

test('a start asks a database for the old events of many tenants together', async () => {
  const far = farAway(createMemoryStore({ kinds: recordKinds }));
  let rounds = 0;
  const openSnapshot: Store['openSnapshot'] = async () => {
    const snapshot: Snapshot = await far.openSnapshot();
    return { ...snapshot, read: (request) => ((rounds += 1), snapshot.read(request)) };
  };
  const read: Store['read'] = (request) => ((rounds += 1), far.read(request));
  const counted: Partial<Store> = { openSnapshot, read };
  const store = new Proxy(far, {
    get: (target, name) => counted[name as keyof Store] ?? target[name as keyof Store],
  });
  const service = new Service(store, new TestEnvironment(), settings);
  const tenants = Array.from({ length: 300 }, (_, number) => `tenant-${number}`);
  await seedApiKeys(
    service,
    tenants.map((tenantId) => ({
      apiKey: `key of ${tenantId}`,
      tenantId,
      environment: 'live' as const,
      label: tenantId,
      scopes: null,
      tier: 'unlimited',
      opsPerMinute: null,
    })),
  );
  rounds = 0;
  expect(await adoptOldEvents(service)).toBe(0);
  expect(rounds).toBeGreaterThan(0);
  expect(rounds).toBeLessThan(tenants.length / 10);
});
