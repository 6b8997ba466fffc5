import { describe, expect, test } from 'vitest';

import { describeTargets } from '../../targets/describe-targets.ts';
import { expectFaults } from '../credits/problems.ts';
import { testUnauthorized } from '../every-operation.ts';
import { AccessClient, paths } from './access-client.ts';
import { testPages } from './pages.ts';

const path = paths.tenants;

describeTargets('listTenants', (scenario) => {
  const { clock, send } = scenario;
  const access = new AccessClient(scenario);

  describe('200', () => {
    test('shows each tenant as it is shown by itself, the oldest first', async () => {
      const made: unknown[] = [];
      for (const tier of ['pro', 'free', 'starter']) {
        await clock.advance({ milliseconds: 1 });
        made.push(await access.createTenant({ tier }));
      }
      const { data } = await access.list<'listTenants'>(path);
      expect(data.filter(({ id }) => made.some((tenant) => (tenant as (typeof data)[0]).id === id))).toEqual(made);
      expect(data.map(({ id }) => id)).toContain('default');
    });

    testPages(scenario, path, () => access.createTenant(), 'id');
  });

  scenario.describeGateway('400', () => {
    test.each([
      ['limit=0', 'query.limit', 'minimum'],
      ['cursor=made-up', 'query.cursor', 'cursor'],
      ['tier=free', 'query.tier', 'additionalProperties'],
    ])('refuses %s', async (query, field, rule) => expectFaults(await send('GET', `${path}?${query}`), [field, rule]));
  });

  scenario.describeGateway('401', () => testUnauthorized(scenario, { method: 'GET', path }));
});
