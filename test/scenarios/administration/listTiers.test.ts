import { describe, expect, test } from 'vitest';

import { describeTargets } from '../../targets/describe-targets.ts';
import { expectFaults } from '../credits/problems.ts';
import { testUnauthorized } from '../every-operation.ts';
import { AccessClient, paths } from './access-client.ts';
import { testPages } from './pages.ts';

const path = paths.tiers;

/** The figures of a tier in this order: operations a minute, reads a minute, operations a day, locks, keys, hours of events. */
const published: Readonly<Record<string, readonly (number | null)[]>> = {
  enterprise: [20_000, 100_000, null, 1_000_000, null, null],
  free: [200, 1_000, 10_000, 500, 1, 24],
  pro: [5_000, 25_000, null, 100_000, 100, 2_160],
  starter: [1_000, 5_000, 50_000, 10_000, 10, 168],
  unlimited: [null, null, null, null, null, null],
};

describeTargets('listTiers', (scenario) => {
  const { send } = scenario;
  const access = new AccessClient(scenario);

  describe('200', () => {
    test('shows the tiers that a server begins with, by their names', async () => {
      const { data } = await access.list<'listTiers'>(path);
      expect(data.map(({ name }) => name)).toEqual(Object.keys(published));
      for (const tier of data) {
        const { ops_per_minute: minute, reads_per_minute: reads, ops_per_day: day, concurrent_locks: locks } = tier;
        expect([minute, reads, day, locks, tier.api_keys, tier.event_history_hours]).toEqual(published[tier.name]);
        const isPaid = tier.name !== 'free';
        expect(tier).toMatchObject({ webhooks: isPaid, jwt_exchange: isPaid, enforce: true });
      }
    });

    test('shows each tier as it was answered when it was set', async () => {
      const tier = await access.putTier('a-tier', { ops_per_minute: 7 });
      expect((await access.list<'listTiers'>(path)).data).toContainEqual(tier);
    });

    testPages(scenario, path, () => access.createTier(), 'name');
  });

  scenario.describeGateway('400', () => {
    test.each([
      ['limit=0', 'query.limit', 'minimum'],
      ['cursor=made-up', 'query.cursor', 'cursor'],
    ])('refuses %s', async (query, field, rule) => expectFaults(await send('GET', `${path}?${query}`), [field, rule]));
  });

  scenario.describeGateway('401', () => testUnauthorized(scenario, { method: 'GET', path }));
});
