import { createMemoryStore } from '@holdfast/store-memory';
import { expect, test } from 'vitest';

import { createCaller } from '../caller.ts';
import { defaultCapacitySettings } from '../capacity/settings.ts';
import { recordKinds } from '../families.ts';
import { Service } from '../service.ts';
import { TestEnvironment } from '../testing/test-environment.ts';
import { firstTenantId } from './first-keys.ts';
import { authenticate, createAdminKey, createFirstKey, newApiKey } from './server-operations.ts';

const settings = {
  ...defaultCapacitySettings,
  requireRegistration: false,
  eventHistoryMs: 1_000,
  requestTimeoutMs: 10_000,
};

function startService(): Service {
  return new Service(createMemoryStore({ kinds: recordKinds }), new TestEnvironment(), settings);
}

const key = { label: 'first key', environment: 'live' } as const;

test('the first start creates a key, and no later one does', async () => {
  const service = startService();
  const [first, second] = [newApiKey(service, 'live'), newApiKey(service, 'live')];
  expect(await createFirstKey(service, first, key)).toBe(true);
  expect(await createFirstKey(service, second, key)).toBe(false);
  expect(await authenticate(service, first)).toMatchObject({ tenantId: firstTenantId, apiKeyLabel: 'first key' });
  expect(await authenticate(service, second)).toBeUndefined();
});

test('a further key works also where the tenant was suspended: whoever makes it owns the server', async () => {
  const service = startService();
  await createFirstKey(service, newApiKey(service, 'live'), key);
  const caller = createCaller({ tenantId: 'another', environment: 'live', apiKeyLabel: 'operator' });
  const input = { path: { tenant_id: firstTenantId }, body: { suspended: true } };
  expect(await service.call({ operationId: 'updateTenant', caller, input })).toMatchObject({ outcome: { ok: true } });
  const further = newApiKey(service, 'live');
  expect(await createAdminKey(service, further, key)).toBe(true);
  expect(await authenticate(service, further)).toMatchObject({ tenantId: firstTenantId });
});

test('a store without a tenant gets no further key', async () => {
  const service = startService();
  const further = newApiKey(service, 'live');
  expect(await createAdminKey(service, further, key)).toBe(false);
  expect(await authenticate(service, further)).toBeUndefined();
});
