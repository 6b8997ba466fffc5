import { describe, expect, test } from 'vitest';

import { describeTargets } from '../../targets/describe-targets.ts';
import { expectFaults, expectProblem } from '../credits/problems.ts';
import { wireTime } from '../wire-time.ts';
import { AccessClient, paths } from './access-client.ts';
import { describeBody, describeRepeatable } from './any-write.ts';
import { expectForbidden } from './forbidden.ts';

const path = paths.people;
const fortnightSeconds = 14 * 24 * 3_600;

describeTargets('invitePerson', (scenario) => {
  const { clock, send, unique } = scenario;
  const access = new AccessClient(scenario);
  const newAddress = () => `${unique('guest')}@example.com`;

  describe('201', () => {
    test('answers with exactly these members', async () => {
      const [email, label] = [newAddress(), unique('Operator')];
      const apiKey = await access.newKey({ label });
      const { status, json } = await send('POST', path, {
        apiKey,
        body: { email: email.toUpperCase(), role: 'viewer' },
      });
      expect(status).toBe(201);
      expect(json).toEqual({
        id: expect.stringMatching(/^invitation_[\da-f]{20}$/u),
        tenant_id: 'default',
        state: 'invited',
        email,
        name: null,
        role: 'viewer',
        is_operator: false,
        invited_by: label,
        created_at: wireTime(clock),
        updated_at: wireTime(clock),
        signed_in_at: null,
        expires_at: wireTime(clock, fortnightSeconds),
      });
      expect((await access.list<'listPeople'>(path)).data).toContainEqual(json);
    });

    test('renews an open invitation: another role, and a later end', async () => {
      const before = await access.invitePerson({ role: 'viewer' });
      await clock.advance({ seconds: 60 });
      const after = await access.invitePerson({ email: before.email, role: 'owner', is_operator: true });
      const times = { updated_at: wireTime(clock), expires_at: wireTime(clock, fortnightSeconds) };
      expect(after).toEqual({ ...before, role: 'owner', is_operator: true, ...times });
    });

    test('is written down, with who did it', async () => {
      const label = unique('Operator');
      const operator = new AccessClient(scenario, await access.newKey({ label }));
      const { id, email } = await operator.invitePerson();
      const person = { person_id: id, tenant_id: 'default', email, role: 'member', is_operator: false };
      expect(await operator.lastDeed('person.invited')).toEqual({ api_key_label: label, ...person });
    });

    test('is for any tenant, where whoever asks administers the platform', async () => {
      const { id } = await access.createTenant();
      expect(await access.invitePerson({}, { tenant_id: id })).toMatchObject({ tenant_id: id });
    });
  });

  describe('400', () => {
    test.each([
      [{ role: 'member' }, '/email', 'required'],
      [{ email: 'ada@example.com' }, '/role', 'required'],
      [{ email: 'ada', role: 'member' }, '/email', 'pattern'],
      [{ email: 'ada@example.com', role: 'admin' }, '/role', 'enum'],
      [{ email: 'ada@example.com', role: 'member', scopes: [] }, '/scopes', 'additionalProperties'],
    ])('refuses %j', async (body, pointer, rule) => {
      expectFaults(await send('POST', path, { body }), [pointer, rule]);
    });
  });

  describe('403', () => {
    test('is the answer to whoever would give a role with a scope that he lacks', async () => {
      const apiKey = await access.newKey({ scopes: ['keys:admin', 'resources:write'] });
      const ask = (members: object) =>
        send('POST', path, { apiKey, body: { email: newAddress(), role: 'member', ...members } });
      expectForbidden(await ask({}), 'credits:write');
      const owner = await access.newKey();
      const body = { email: newAddress(), role: 'owner', is_operator: true };
      expectForbidden(await send('POST', path, { apiKey: owner, body }));
    });

    test('is the answer to a key of the other environment, as people belong to both', async () => {
      const apiKey = await access.newKey({ environment: 'test' });
      const answer = await send('POST', path, { apiKey, body: { email: newAddress(), role: 'viewer' } });
      expect(answer).toMatchObject({ status: 403, json: { detail: expect.stringContaining('live') } });
    });

    test('is the answer for another tenant to whoever does not administer the platform', async () => {
      const apiKey = await access.newKey();
      const body = { email: newAddress(), role: 'viewer' };
      expectForbidden(await send('POST', `${path}?tenant_id=other`, { apiKey, body }));
    });
  });

  describe('404', () => {
    test('is the answer for a tenant that there is not', async () => {
      const body = { email: newAddress(), role: 'viewer' };
      expectProblem(await send('POST', `${path}?tenant_id=nobody`, { body }), 'not-found');
    });
  });

  describe('409', () => {
    test('is the answer where there are 200 open invitations', async () => {
      const query = { tenant_id: (await access.createTenant()).id };
      await Promise.all(Array.from({ length: 200 }, () => access.invitePerson({}, query)));
      const body = { email: newAddress(), role: 'viewer' };
      expectProblem(await send('POST', `${path}?tenant_id=${query.tenant_id}`, { body }), 'conflict');
    });
  });

  const makeRequest = async () => ({ method: 'POST', path, body: { email: newAddress(), role: 'viewer' } });
  describeBody(scenario, { method: 'POST', path }, makeRequest);
  describeRepeatable(scenario, makeRequest);
});
