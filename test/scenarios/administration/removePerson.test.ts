import { describe, expect, test } from 'vitest';

import { describeTargets } from '../../targets/describe-targets.ts';
import { expectFaults, expectProblem } from '../credits/problems.ts';
import { testUnauthorized } from '../every-operation.ts';
import { AccessClient, paths } from './access-client.ts';
import { describeRepeatable } from './any-write.ts';
import { expectForbidden } from './forbidden.ts';

describeTargets('removePerson', (scenario) => {
  const { send, unique } = scenario;
  const access = new AccessClient(scenario);
  const pathOf = (id: string) => `${paths.people}/${id}`;

  describe('204', () => {
    test('takes an invitation back', async () => {
      const person = await access.invitePerson();
      expect(await send('DELETE', pathOf(person.id))).toMatchObject({ status: 204, text: '' });
      expect((await access.list<'listPeople'>(paths.people)).data).not.toContainEqual(person);
      expectProblem(await send('DELETE', pathOf(person.id)), 'not-found');
    });

    test('is written down, with who did it', async () => {
      const label = unique('Operator');
      const operator = new AccessClient(scenario, await access.newKey({ label }));
      const { id, email } = await operator.invitePerson();
      await operator.ask('DELETE', pathOf(id));
      const person = { person_id: id, tenant_id: 'default', email, role: 'member', is_operator: false };
      expect(await operator.lastDeed('person.removed')).toEqual({ api_key_label: label, ...person });
    });
  });

  scenario.describeGateway('400', () => {
    test('refuses an environment, as people belong to both', async () =>
      expectFaults(await send('DELETE', `${pathOf('person')}?environment=live`), [
        'query.environment',
        'additionalProperties',
      ]));
  });

  scenario.describeGateway('401', () => testUnauthorized(scenario, { method: 'DELETE', path: pathOf('person') }));

  describe('403', () => {
    test('is the answer for another tenant to whoever does not administer the platform', async () => {
      const { id: tenantId } = await access.createTenant();
      const { id } = await access.invitePerson({}, { tenant_id: tenantId });
      const apiKey = await access.newKey();
      expectForbidden(await send('DELETE', `${pathOf(id)}?tenant_id=${tenantId}`, { apiKey }));
    });

    test('is the answer to a key of the other environment, as people belong to both', async () => {
      const { id } = await access.invitePerson();
      const apiKey = await access.newKey({ environment: 'test' });
      expect(await send('DELETE', pathOf(id), { apiKey })).toMatchObject({ status: 403 });
    });
  });

  describe('404', () => {
    test('is the answer for somebody of another tenant', async () => {
      const { id: tenantId } = await access.createTenant();
      const { id } = await access.invitePerson({}, { tenant_id: tenantId });
      expectProblem(await send('DELETE', pathOf(id)), 'not-found');
    });
  });

  describeRepeatable(scenario, async () => ({ method: 'DELETE', path: pathOf((await access.invitePerson()).id) }));
});
