import { describe, expect, test } from 'vitest';

import { describeTargets } from '../../targets/describe-targets.ts';
import { expectFaults } from '../credits/problems.ts';
import { testUnauthorized } from '../every-operation.ts';
import { AccessClient, paths } from './access-client.ts';
import { expectForbidden } from './forbidden.ts';
import { testPages } from './pages.ts';

const path = paths.people;

describeTargets('listPeople', (scenario) => {
  const { clock, send } = scenario;
  const access = new AccessClient(scenario);

  describe('200', () => {
    test('shows who is invited to the tenant, in the order of ids, until the invitation is over', async () => {
      const query = { tenant_id: (await access.createTenant()).id };
      const invited = [await access.invitePerson({}, query), await access.invitePerson({}, query)];
      const { data } = await access.list<'listPeople'>(path, query);
      expect(data).toEqual(invited.toSorted((left, right) => (left.id < right.id ? -1 : 1)));
      await clock.advance({ seconds: 14 * 24 * 3_600 });
      expect((await access.list<'listPeople'>(path, query)).data).toEqual([]);
    });

    test('shows the same from both environments: those of whoever asks, unless told', async () => {
      const { id: tenantId } = await access.createTenant();
      const { id } = await access.invitePerson({}, { tenant_id: tenantId });
      for (const environment of ['live', 'test']) {
        const apiKey = await access.newKey({ tenant_id: tenantId, environment });
        const { json } = await send('GET', path, { apiKey });
        expect((json as { data: object[] }).data).toEqual([expect.objectContaining({ id })]);
      }
    });

    let tenantId = '';
    testPages(
      scenario,
      path,
      async () => {
        tenantId ||= (await access.createTenant()).id;
        return access.invitePerson({}, { tenant_id: tenantId });
      },
      'id',
      () => ({ tenant_id: tenantId }),
    );
  });

  scenario.describeGateway('400', () => {
    test.each([
      ['limit=0', 'query.limit', 'minimum'],
      ['cursor=made-up', 'query.cursor', 'cursor'],
      ['environment=test', 'query.environment', 'additionalProperties'],
    ])('refuses %s', async (query, field, rule) => expectFaults(await send('GET', `${path}?${query}`), [field, rule]));
  });

  scenario.describeGateway('401', () => testUnauthorized(scenario, { method: 'GET', path }));

  describe('403', () => {
    test('is the answer for another tenant to whoever does not administer the platform', async () => {
      expectForbidden(await send('GET', `${path}?tenant_id=other`, { apiKey: await access.newKey() }));
    });
  });
});
