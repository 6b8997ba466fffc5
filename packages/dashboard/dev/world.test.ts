import { createHoldfastMock } from '@holdfast/mocks';
import { Holdfast } from '@holdfast/sdk';
import { expect, test } from 'vitest';

import { apiKeys } from './dev-session.ts';
import { seed } from './world.ts';

test('the world for development can be made, with something in every view', async () => {
  const mock = createHoldfastMock({ baseUrl: 'http://holdfast.mock', clock: 'system', seed, apiKeys });
  const { resources, credits, capacity } = new Holdfast({
    baseUrl: 'http://holdfast.mock',
    apiKey: apiKeys[0].key,
    fetch: mock.fetch,
  });
  const [{ reservations: locks }, account, { reservations: bookings }] = await Promise.all([
    resources.list(),
    credits.account('acme'),
    capacity.list({ from: new Date(Date.now() - 3_600_000), to: new Date(Date.now() + 3_600_000) }),
  ]);
  expect([locks.length, account.reserved_balance, bookings.length]).toEqual([51, 18_000, 4]);
});
