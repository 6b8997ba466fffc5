import { describe, expect, test } from 'vitest';

import { describeTargets } from '../../targets/describe-targets.ts';
import { expectFaults, expectProblem } from '../credits/problems.ts';
import { wireTime } from '../wire-time.ts';
import { AccessClient, paths, statusWith } from './access-client.ts';
import { describeBody, describeRepeatable } from './any-write.ts';

const path = `${paths.tenants}/default`;
const reserve = '/api/v1/Reservation/reserve';

describeTargets('updateTenant', (scenario) => {
  const { clock, send, sweep, unique } = scenario;
  const access = new AccessClient(scenario);

  describe('200', () => {
    test.each([
      { name: 'Another name' },
      { tier: 'pro' },
      { suspended: true },
      { require_registration: true },
      { metadata: { other: 'member' } },
    ])('changes %j, and leaves the rest', async (change) => {
      const before = await access.createTenant({ tier: 'starter', metadata: { contract: 'C-4711' } });
      await clock.advance({ seconds: 1 });
      const answer = await send('PATCH', `${paths.tenants}/${before.id}`, { body: change });
      expect(answer.json).toEqual({ ...before, ...change, updated_at: wireTime(clock) });
      expect(await access.getTenant(before.id)).toEqual(answer.json);
    });

    test('suspends the keys of both environments at once, and nobody else', async () => {
      const [tenant, bystander] = [await access.createTenant(), await access.createTenant()];
      const keys = await Promise.all(
        ['live', 'test'].map((environment) => access.newKey({ tenant_id: tenant.id, environment })),
      );
      const otherKey = await access.newKey({ tenant_id: bystander.id });
      expect(await Promise.all(keys.map((key) => statusWith(scenario, key)))).toEqual([200, 200]);
      await access.updateTenant(tenant.id, { suspended: true });
      expect(await Promise.all(keys.map((key) => statusWith(scenario, key)))).toEqual([403, 403]);
      expect(await statusWith(scenario, otherKey)).toBe(200);
    });

    test('a suspended tenant keeps what it has, its locks go on lapsing, and it goes on where it was', async () => {
      const { id } = await access.createTenant();
      const apiKey = await access.newKey({ tenant_id: id });
      const body = [
        { requester: 'worker-1', resource: 'short', ttlSeconds: 60 },
        { requester: 'worker-1', resource: 'long', ttlSeconds: 3_600 },
      ];
      await send('POST', reserve, { apiKey, body });
      await access.updateTenant(id, { suspended: true });
      expect(await send('POST', reserve, { apiKey, body })).toMatchObject({ status: 403 });
      await clock.advance({ seconds: 61 });
      await sweep();
      await access.updateTenant(id, { suspended: false });
      const seen = async (resource: string) => (await send('GET', `/api/v1/Reservation/${resource}`, { apiKey })).json;
      expect([await seen('short'), await seen('long')]).toMatchObject([{ status: 'FREE' }, { status: 'HELD' }]);
      const history = await send('GET', '/api/v1/events/history', { apiKey });
      expect(history.json).toMatchObject({
        events: expect.arrayContaining([expect.objectContaining({ type: 'RESERVATION_EXPIRED', resource: 'short' })]),
      });
    });

    test('whether only registered names can be claimed is each tenant’s own', async () => {
      const [strict, free] = [await access.createTenant({ require_registration: true }), await access.createTenant()];
      const claim = async (id: string) => {
        const body = [{ requester: 'worker-1', resource: unique('job') }];
        return (await send('POST', reserve, { apiKey: await access.newKey({ tenant_id: id }), body })).json;
      };
      expect(await claim(strict.id)).toMatchObject([{ status: 'NOT_VALID' }]);
      expect(await claim(free.id)).toMatchObject([{ status: 'ACQUIRED' }]);
      await access.updateTenant(strict.id, { require_registration: false });
      await access.updateTenant(free.id, { require_registration: true });
      expect(await claim(strict.id)).toMatchObject([{ status: 'ACQUIRED' }]);
      expect(await claim(free.id)).toMatchObject([{ status: 'NOT_VALID' }]);
    });

    test('another tier holds from the next request on', async () => {
      const { id } = await access.createTenant({ tier: 'starter' });
      const apiKey = await access.newKey({ tenant_id: id });
      const limitsOf = async () => (await send('GET', '/v1/limits', { apiKey })).json;
      expect(await limitsOf()).toMatchObject({ tier: 'starter', limits: { ops_per_minute: 1_000 } });
      await access.updateTenant(id, { tier: 'pro' });
      expect(await limitsOf()).toMatchObject({ tier: 'pro', limits: { ops_per_minute: 5_000, ops_per_day: null } });
    });

    test('is written down, with who did it', async () => {
      const label = unique('Operator');
      const operator = new AccessClient(
        scenario,
        await access.newKey({ label, scopes: ['platform:admin', 'events:read'] }),
      );
      const { id, name, tier } = await operator.createTenant();
      await operator.updateTenant(id, { suspended: true });
      expect(await operator.lastDeed('tenant.updated')).toEqual({
        api_key_label: label,
        tenant_id: id,
        name,
        tier,
        suspended: true,
      });
    });
  });

  describe('400', () => {
    test.each([
      [{}, '', 'minProperties'],
      [{ name: null }, '/name', 'type'],
      [{ tier: 'nothing-of-the-kind' }, '/tier', 'enum'],
      [{ id: 'another' }, '/id', 'additionalProperties'],
    ])('refuses %j', async (body, pointer, rule) => {
      expectFaults(await send('PATCH', path, { body }), [pointer || 'body', rule]);
    });
  });

  describe('404', () => {
    test('is the answer for a tenant that there is not', async () => {
      expectProblem(await send('PATCH', `${paths.tenants}/nobody`, { body: { suspended: true } }), 'not-found');
    });
  });

  describe('409', () => {
    test('is the answer to whoever would suspend his own tenant', async () => {
      expectProblem(await send('PATCH', path, { body: { suspended: true } }), 'conflict');
      expect(await access.getTenant('default')).toMatchObject({ suspended: false });
    });
  });

  const makeRequest = async () => {
    const { id } = await access.createTenant();
    return { method: 'PATCH', path: `${paths.tenants}/${id}`, body: { name: unique('Acme') } };
  };
  describeBody(scenario, { method: 'PATCH', path }, makeRequest);
  describeRepeatable(scenario, makeRequest);
});
