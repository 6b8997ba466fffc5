import { describe, expect, test } from 'vitest';

import { describeTargets } from '../../targets/describe-targets.ts';
import { expectFaults } from '../credits/problems.ts';
import { wireTime } from '../wire-time.ts';
import { AccessClient, paths } from './access-client.ts';
import { describeBody, describeRepeatable } from './any-write.ts';

const path = paths.tenants;

describeTargets('createTenant', (scenario) => {
  const { clock, send, unique } = scenario;
  const access = new AccessClient(scenario);

  describe('201', () => {
    test('creates a tenant, and answers with exactly these members', async () => {
      const body = {
        name: unique('Acme'),
        tier: 'starter',
        require_registration: true,
        metadata: { contract: 'C-4711' },
      };
      const answer = await send('POST', path, { body });
      const times = { created_at: wireTime(clock), updated_at: wireTime(clock) };
      expect(answer).toMatchObject({ status: 201 });
      expect(answer.json).toEqual({ id: expect.any(String), suspended: false, ...body, ...times });
      expect(await access.getTenant((answer.json as { id: string }).id)).toEqual(answer.json);
    });

    test('needs no more than a name: the tier is free then', async () => {
      const answer = await send('POST', path, { body: { name: unique('Acme') } });
      expect(answer.json).toMatchObject({ tier: 'free', require_registration: false, metadata: {} });
    });

    test('creates another one for each name, however often it is used', async () => {
      const name = unique('Acme');
      const [one, other] = [await access.createTenant({ name }), await access.createTenant({ name })];
      expect(one.id).not.toBe(other.id);
    });

    test('gives it two environments, which see nothing of each other, and no key to either', async () => {
      const { id } = await access.createTenant();
      for (const environment of ['live', 'test']) {
        const { data } = await access.list<'listApiKeys'>(paths.apiKeys, { tenant_id: id, environment });
        expect(data).toEqual([]);
      }
      const [live, other] = [
        await access.newKey({ tenant_id: id, environment: 'live' }),
        await access.newKey({ tenant_id: id, environment: 'test' }),
      ];
      const body = [{ requester: 'worker-1', resource: 'job' }];
      await send('POST', '/api/v1/Reservation/reserve', { apiKey: live, body });
      const seenWith = async (apiKey: string) => (await send('GET', '/api/v1/Reservation/job', { apiKey })).json;
      expect(await seenWith(live)).toMatchObject({ status: 'HELD' });
      expect(await seenWith(other)).toMatchObject({ status: 'FREE' });
    });

    test('is written down, with who did it, for whoever did it and for the tenant itself', async () => {
      const label = unique('Operator');
      const operator = new AccessClient(
        scenario,
        await access.newKey({ label, scopes: ['platform:admin', 'events:read'] }),
      );
      const { id, name } = await operator.createTenant({ tier: 'pro' });
      const deed = { api_key_label: label, tenant_id: id, name, tier: 'pro' };
      expect(await operator.lastDeed('tenant.created')).toEqual(deed);
      const own = new AccessClient(scenario, await access.newKey({ tenant_id: id, environment: 'test' }));
      expect(await own.lastDeed('tenant.created')).toEqual(deed);
    });
  });

  describe('400', () => {
    test.each([
      [{ name: '' }, '/name', 'minLength'],
      [{ name: 'n'.repeat(129) }, '/name', 'maxLength'],
      [{ tier: 'nothing-of-the-kind' }, '/tier', 'enum'],
      [{ suspended: true }, '/suspended', 'additionalProperties'],
    ])('refuses %j', async (members, pointer, rule) => {
      expectFaults(await send('POST', path, { body: { name: 'Acme', ...members } }), [pointer, rule]);
    });
  });

  const makeRequest = async () => ({ method: 'POST', path, body: { name: unique('Acme') } });
  describeBody(scenario, { method: 'POST', path }, makeRequest);
  describeRepeatable(scenario, makeRequest);
});
