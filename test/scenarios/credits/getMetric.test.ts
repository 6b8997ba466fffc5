import { describe, expect, test } from 'vitest';

import { describeTargets } from '../../targets/describe-targets.ts';
import { apiKeys } from '../../targets/target.ts';
import { testUnauthorized } from '../every-operation.ts';
import { CreditClient } from './credit-client.ts';
import { expectFaults, expectProblem } from './problems.ts';

const path = '/v1/billable-metrics';

describeTargets('getMetric', (scenario) => {
  const { clock, send, unique } = scenario;
  const credits = new CreditClient(scenario);

  describe('200', () => {
    test('shows what is known about a metric', async () => {
      const created = await credits.post<'createMetric'>(path, {
        key: unique('metric'),
        display_name: 'Images',
        metadata: { a: [1] },
      });
      await clock.advance({ seconds: 5 });
      expect(await credits.get(`${path}/${created.key}`)).toEqual(created);
    });

    test('names the rule that is active', async () => {
      const key = await credits.metric();
      for (const cost of [1, 2]) {
        const { id } = await credits.price(key, { cost_type: 'flat', flat_cost: cost });
        expect(await credits.get(`${path}/${key}`)).toMatchObject({ active_rule_id: id });
      }
    });

    test('is there for HEAD too, without a body', async () => {
      expect(await send('HEAD', `${path}/${await credits.metricAt(1)}`)).toMatchObject({ status: 200, text: '' });
    });
  });

  scenario.describeGateway('400', () => {
    test.each([
      ['a%20b', 'pattern'],
      ['a%2Fb', 'pattern'],
      ['x'.repeat(129), 'maxLength'],
      ['%ff', 'percentEncoding'],
    ])('refuses the key %s', async (key, rule) =>
      expectFaults(await send('GET', `${path}/${key}`), ['path.key', rule]),
    );
  });

  scenario.describeGateway('401', () => testUnauthorized(scenario, { method: 'GET', path: `${path}/any` }));

  describe('404', () => {
    test('is the answer for a metric that there is not', async () => {
      const key = unique('metric');
      expectProblem(await send('GET', `${path}/${key}`), 'not-found', `No billable metric has the key ${key}.`);
    });

    test.each([apiKeys.otherTenant, apiKeys.test])('is the answer for a metric of others: %s', async (apiKey) => {
      const key = await new CreditClient(scenario, apiKey).metric();
      expectProblem(await send('GET', `${path}/${key}`), 'not-found', `No billable metric has the key ${key}.`);
    });
  });
});
