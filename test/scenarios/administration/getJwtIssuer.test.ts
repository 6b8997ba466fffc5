import { describe, expect, test } from 'vitest';

import { describeTargets } from '../../targets/describe-targets.ts';
import { pathWith } from '../capacity/capacity-client.ts';
import { expectFaults, expectProblem } from '../credits/problems.ts';
import { testUnauthorized } from '../every-operation.ts';
import { AccessClient, paths } from './access-client.ts';
import { expectForbidden } from './forbidden.ts';

const path = paths.jwtIssuer;

describeTargets('getJwtIssuer', (scenario) => {
  const { send } = scenario;
  const access = new AccessClient(scenario);

  describe('200', () => {
    test('shows whom an environment trusts, to itself and to whoever administers the platform', async () => {
      const { id } = await access.createTenant();
      const { entry } = await access.trustIssuer({ tenant_id: id, environment: 'test' });
      const answer = await send('GET', pathWith(path, { tenant_id: id, environment: 'test' }));
      expect(answer.json).toMatchObject({ tenant_id: id, environment: 'test', jwks_uri: null, ...entry });
      const apiKey = await access.newKey({ tenant_id: id, environment: 'test', scopes: ['keys:admin'] });
      expect((await send('GET', path, { apiKey })).json).toEqual(answer.json);
    });
  });

  scenario.describeGateway('400', () => {
    test('refuses an environment that there is not', async () =>
      expectFaults(await send('GET', `${path}?environment=staging`), ['query.environment', 'enum']));
  });

  scenario.describeGateway('401', () => testUnauthorized(scenario, { method: 'GET', path }));

  describe('403', () => {
    test('is the answer for another tenant or environment to whoever does not administer the platform', async () => {
      const apiKey = await access.newKey();
      for (const query of ['tenant_id=other', 'environment=test']) {
        expectForbidden(await send('GET', `${path}?${query}`, { apiKey }));
      }
    });
  });

  describe('404', () => {
    test('is the answer for an environment that trusts nobody, whatever the other one does', async () => {
      const { id } = await access.createTenant();
      await access.trustIssuer({ tenant_id: id, environment: 'test' });
      expectProblem(await send('GET', pathWith(path, { tenant_id: id, environment: 'live' })), 'not-found');
      expectProblem(await send('GET', pathWith(path, { tenant_id: 'nobody' })), 'not-found');
    });
  });
});
