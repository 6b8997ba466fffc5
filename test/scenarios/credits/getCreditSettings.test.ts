import { describe, expect, test } from 'vitest';

import { describeTargets } from '../../targets/describe-targets.ts';
import { apiKeys } from '../../targets/target.ts';
import { testUnauthorized } from '../every-operation.ts';
import { CreditClient } from './credit-client.ts';
import { expectFaults } from './problems.ts';

const path = '/v1/credit-settings';
const usual = {
  overage_policy: 'block',
  overage_limit: null,
  emit_reservation_expired: false,
  balance_thresholds: [],
};

describeTargets('getCreditSettings', (scenario) => {
  const { send } = scenario;

  describe('200', () => {
    test('shows that usage stops at the credits, and that nothing else is announced, until told otherwise', async () => {
      const answer = await send('GET', path);
      expect(answer.status).toBe(200);
      expect(answer.json).toEqual(usual);
    });

    test.each([apiKeys.otherTenant, apiKeys.test])('does not show what others have set: %s', async (apiKey) => {
      const others = new CreditClient(scenario, apiKey);
      await others.patch(path, { overage_policy: 'allow', emit_reservation_expired: true, balance_thresholds: [5] });
      expect((await send('GET', path)).json).toEqual(usual);
    });

    test('is there for HEAD too, without a body', async () => {
      expect(await send('HEAD', path)).toMatchObject({ status: 200, text: '' });
    });
  });

  scenario.describeGateway('400', () => {
    test('refuses a parameter that it does not know', async () => {
      expectFaults(await send('GET', `${path}?policy=1`), ['query.policy', 'additionalProperties']);
    });
  });

  scenario.describeGateway('401', () => testUnauthorized(scenario, { method: 'GET', path }));
});
