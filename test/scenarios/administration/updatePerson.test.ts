import { describe, expect, test } from 'vitest';

import { describeTargets } from '../../targets/describe-targets.ts';
import { expectFaults, expectProblem } from '../credits/problems.ts';
import { wireTime } from '../wire-time.ts';
import { AccessClient, paths } from './access-client.ts';
import { describeBody, describeRepeatable } from './any-write.ts';
import { expectForbidden } from './forbidden.ts';

describeTargets('updatePerson', (scenario) => {
  const { clock, send, unique } = scenario;
  const access = new AccessClient(scenario);
  const pathOf = (id: string) => `${paths.people}/${id}`;

  describe('200', () => {
    test.each([{ role: 'owner' }, { is_operator: true }, { role: 'viewer', is_operator: true }])(
      'changes %j of an invitation, and leaves the rest',
      async (change) => {
        const before = await access.invitePerson();
        await clock.advance({ seconds: 1 });
        const { status, json } = await send('PATCH', pathOf(before.id), { body: change });
        expect([status, json]).toEqual([200, { ...before, ...change, updated_at: wireTime(clock) }]);
        expect((await access.list<'listPeople'>(paths.people)).data).toContainEqual(json);
      },
    );

    test('is written down, with who did it', async () => {
      const label = unique('Operator');
      const operator = new AccessClient(scenario, await access.newKey({ label }));
      const { id, email } = await operator.invitePerson();
      await operator.ask('PATCH', pathOf(id), { role: 'viewer' });
      const person = { person_id: id, tenant_id: 'default', email, role: 'viewer', is_operator: false };
      expect(await operator.lastDeed('person.updated')).toEqual({ api_key_label: label, ...person });
    });
  });

  describe('400', () => {
    test.each([
      [{}, 'body', 'minProperties'],
      [{ role: 'admin' }, '/role', 'enum'],
      [{ is_operator: null }, '/is_operator', 'type'],
      [{ email: 'ada@example.com' }, '/email', 'additionalProperties'],
    ])('refuses %j', async (body, pointer, rule) => {
      expectFaults(await send('PATCH', pathOf('anybody'), { body }), [pointer, rule]);
    });
  });

  describe('403', () => {
    test('is the answer to whoever would give a role with a scope that he lacks', async () => {
      const { id } = await access.invitePerson({ role: 'viewer' });
      const apiKey = await access.newKey({ scopes: ['keys:admin', 'resources:write'] });
      expectForbidden(await send('PATCH', pathOf(id), { apiKey, body: { role: 'member' } }), 'credits:write');
      const owner = await access.newKey();
      expectForbidden(await send('PATCH', pathOf(id), { apiKey: owner, body: { is_operator: true } }));
    });
  });

  describe('404', () => {
    test('is the answer for somebody that there is not, also in another tenant, or invited too long ago', async () => {
      const { id } = await access.createTenant();
      const strange = await access.invitePerson({}, { tenant_id: id });
      const late = await access.invitePerson();
      await clock.advance({ seconds: 14 * 24 * 3_600 });
      for (const personId of ['nobody', strange.id, late.id]) {
        expectProblem(await send('PATCH', pathOf(personId), { body: { role: 'viewer' } }), 'not-found');
      }
    });
  });

  const makeRequest = async () => {
    const { id } = await access.invitePerson();
    return { method: 'PATCH', path: pathOf(id), body: { role: 'viewer' } };
  };
  describeBody(scenario, { method: 'PATCH', path: pathOf('person') }, makeRequest);
  describeRepeatable(scenario, makeRequest);
});
