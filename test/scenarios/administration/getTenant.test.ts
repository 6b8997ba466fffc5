import { describe, expect, test } from 'vitest';

import { describeTargets } from '../../targets/describe-targets.ts';
import { expectFaults, expectProblem } from '../credits/problems.ts';
import { testUnauthorized } from '../every-operation.ts';
import { AccessClient, paths } from './access-client.ts';

const path = `${paths.tenants}/default`;

describeTargets('getTenant', (scenario) => {
  const { send } = scenario;
  const access = new AccessClient(scenario);

  describe('200', () => {
    test('shows a tenant as it was answered when it was changed last', async () => {
      const { id } = await access.createTenant({ metadata: { contract: 'C-4711' } });
      const changed = await access.updateTenant(id, { tier: 'pro', suspended: true });
      expect(await access.getTenant(id)).toEqual(changed);
    });

    test('shows the tenant that a server begins with', async () => {
      expect(await access.getTenant('default')).toMatchObject({ id: 'default', tier: 'unlimited', suspended: false });
    });
  });

  scenario.describeGateway('400', () => {
    test('refuses a query', async () =>
      expectFaults(await send('GET', `${path}?a=1`), ['query.a', 'additionalProperties']));
  });

  scenario.describeGateway('401', () => testUnauthorized(scenario, { method: 'GET', path }));

  describe('404', () => {
    test('is the answer for a tenant that there is not', async () => {
      expectProblem(await send('GET', `${paths.tenants}/nobody`), 'not-found');
    });
  });
});
