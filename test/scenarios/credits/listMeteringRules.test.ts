import { describe, expect, test } from 'vitest';

import { describeTargets } from '../../targets/describe-targets.ts';
import { apiKeys } from '../../targets/target.ts';
import { testUnauthorized } from '../every-operation.ts';
import { wireTime } from '../wire-time.ts';
import { CreditClient } from './credit-client.ts';
import { testPaging } from './paging.ts';
import { expectFaults } from './problems.ts';

const path = '/v1/metering-rules';

describeTargets('listMeteringRules', (scenario) => {
  const { clock, send, unique } = scenario;
  const credits = new CreditClient(scenario);

  describe('200', () => {
    test('shows all rules that a metric has had, the newest first, and which one is active', async () => {
      const metric = await credits.metric();
      const rules = [];
      for (const cost of [1, 2, 3]) {
        rules.unshift(await credits.price(metric, { cost_type: 'flat', flat_cost: cost }));
        await clock.advance({ seconds: 1 });
      }
      const times = rules.map(({ created_at: at }) => at);
      expect(await credits.get<'listMeteringRules'>(`${path}?billable_metric_key=${metric}`)).toEqual({
        data: [
          rules[0],
          { ...rules[1], active: false, replaced_at: times[0] },
          { ...rules[2], active: false, replaced_at: times[1] },
        ],
        pagination: { has_more: false, next_cursor: null },
      });
      expect(times[0]).toBe(wireTime(clock, -1));
    });

    test('shows the rules of all metrics unless told', async () => {
      await clock.advance({ seconds: 1 });
      const rules = [];
      for (const cost of [1, 2])
        rules.unshift(await credits.price(await credits.metric(), { cost_type: 'flat', flat_cost: cost }));
      expect((await credits.get<'listMeteringRules'>(`${path}?limit=2`)).data).toEqual(rules);
    });

    test('is empty for a metric without rules, and for one that there is not', async () => {
      for (const metric of [await credits.metric(), unique('metric')]) {
        expect((await credits.get<'listMeteringRules'>(`${path}?billable_metric_key=${metric}`)).data).toEqual([]);
      }
    });

    test('shows nobody else’s rules', async () => {
      const metric = await credits.metric({ cost_type: 'flat', flat_cost: 1 });
      const others = new CreditClient(scenario, apiKeys.otherTenant);
      expect((await others.get<'listMeteringRules'>(path)).data).toEqual([]);
      expect((await others.get<'listMeteringRules'>(`${path}?billable_metric_key=${metric}`)).data).toEqual([]);
    });

    testPaging(scenario, async (client) => {
      const metric = await client.metric();
      const add = async (count: number) => {
        const rules = await Promise.all(
          Array.from({ length: count }, () => client.price(metric, { cost_type: 'flat', flat_cost: 1 })),
        );
        return rules.map(({ id }) => id);
      };
      return { path: `${path}?billable_metric_key=${metric}`, add };
    });
  });

  scenario.describeGateway('400', () => {
    test.each([
      ['limit=0', 'query.limit', 'minimum'],
      ['cursor=made-up', 'query.cursor', 'cursor'],
      ['billable_metric_key=a%20b', 'query.billable_metric_key', 'pattern'],
      ['metric=a', 'query.metric', 'additionalProperties'],
    ])('refuses %s', async (query, field, rule) => expectFaults(await send('GET', `${path}?${query}`), [field, rule]));
  });

  scenario.describeGateway('401', () => testUnauthorized(scenario, { method: 'GET', path }));
});
