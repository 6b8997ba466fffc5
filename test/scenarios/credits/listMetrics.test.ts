import { describe, expect, test } from 'vitest';

import { describeTargets } from '../../targets/describe-targets.ts';
import { apiKeys } from '../../targets/target.ts';
import { testUnauthorized } from '../every-operation.ts';
import { CreditClient } from './credit-client.ts';
import { testPaging } from './paging.ts';
import { expectFaults } from './problems.ts';

const path = '/v1/billable-metrics';

describeTargets('listMetrics', (scenario) => {
  const { clock, send, unique } = scenario;
  const credits = new CreditClient(scenario);

  describe('200', () => {
    test('shows each metric as it is shown by itself, whatever its key', async () => {
      const keys = ['z', 'a', 'M'].map((word) => unique(word));
      for (const key of keys) {
        await clock.advance({ seconds: 1 });
        await credits.post('/v1/billable-metrics', { key, metadata: { key } });
      }
      await credits.price(keys[1]!, { cost_type: 'flat', flat_cost: 1 });
      const { data } = await credits.get<'listMetrics'>(`${path}?limit=3`);
      expect(data).toEqual(await Promise.all(keys.toReversed().map((key) => credits.get(`${path}/${key}`))));
    });

    test('shows nobody else’s metrics', async () => {
      const others = new CreditClient(scenario, apiKeys.otherTenant);
      await credits.metric();
      expect(await others.get<'listMetrics'>(path)).toEqual({
        data: [],
        pagination: { has_more: false, next_cursor: null },
      });
      const key = await others.metric();
      expect(await others.get<'listMetrics'>(path)).toMatchObject({ data: [{ key }] });
    });

    testPaging(
      scenario,
      async (client) => ({ path, add: (count) => Promise.all(Array.from({ length: count }, () => client.metric())) }),
      'key',
    );
  });

  scenario.describeGateway('400', () => {
    test.each([
      ['limit=0', 'query.limit', 'minimum'],
      ['cursor=made-up', 'query.cursor', 'cursor'],
      ['key=a', 'query.key', 'additionalProperties'],
    ])('refuses %s', async (query, field, rule) => expectFaults(await send('GET', `${path}?${query}`), [field, rule]));
  });

  scenario.describeGateway('401', () => testUnauthorized(scenario, { method: 'GET', path }));
});
