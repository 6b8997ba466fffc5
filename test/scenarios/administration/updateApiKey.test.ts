import { describe, expect, test } from 'vitest';

import { describeTargets } from '../../targets/describe-targets.ts';
import { expectFaults, expectProblem } from '../credits/problems.ts';
import { wireTime } from '../wire-time.ts';
import { AccessClient, paths, statusWith, valueOf } from './access-client.ts';
import { describeBody, describeRepeatable } from './any-write.ts';
import { expectForbidden } from './forbidden.ts';
import { expectTooManyKeys } from './too-many-keys.ts';

describeTargets('updateApiKey', (scenario) => {
  const { clock, send, unique } = scenario;
  const access = new AccessClient(scenario);
  const pathOf = (id: string) => `${paths.apiKeys}/${id}`;

  describe('200', () => {
    test.each([
      { label: 'Another' },
      { scopes: ['events:read'] },
      { scopes: null },
      { expires_at: '2099-01-01T00:00:00.000Z' },
      { expires_at: null },
      { allowed_cidrs: ['203.0.113.7'] },
      { allowed_cidrs: null },
      { ops_per_minute: 7 },
      { ops_per_minute: null },
    ])('changes %j, and leaves the rest', async (change) => {
      const given = {
        scopes: ['resources:read'],
        expires_at: wireTime(clock, 60),
        allowed_cidrs: ['::1'],
        ops_per_minute: 5,
      };
      const { api_key: _, ...before } = await access.createApiKey(given);
      await clock.advance({ seconds: 1 });
      const answer = await send('PATCH', pathOf(before.id), { body: change });
      expect(answer.json).toEqual({ ...before, ...change, updated_at: wireTime(clock) });
      expect(await access.getApiKey(before.id)).toEqual(answer.json);
    });

    test('holds from the next request on: scopes, addresses, expiry', async () => {
      const created = await access.createApiKey({ scopes: ['resources:read'] });
      const apiKey = valueOf(created);
      const read = async () => (await send('GET', '/api/v1/Reservation', { apiKey })).status;
      expect(await read()).toBe(200);
      await access.updateApiKey(created.id, { scopes: ['credits:read'] });
      expect(await read()).toBe(403);
      await access.updateApiKey(created.id, { scopes: ['resources:write'], allowed_cidrs: ['192.0.2.0/24'] });
      expect(await read()).toBe(403);
      await access.updateApiKey(created.id, { allowed_cidrs: ['127.0.0.1', '::1'] });
      expect(await read()).toBe(200);
      await access.updateApiKey(created.id, { expires_at: wireTime(clock, 1) });
      expect(await read()).toBe(200);
      await clock.advance({ seconds: 1 });
      expect(await read()).toBe(401);
      await access.updateApiKey(created.id, { expires_at: null });
      expect(await read()).toBe(200);
    });

    test('is written down, with who did it and what was changed', async () => {
      const label = unique('Operator');
      const operator = new AccessClient(scenario, await access.newKey({ label }));
      const { id } = await access.createApiKey();
      await operator.updateApiKey(id, { label: 'Another', ops_per_minute: 5 });
      const deed = { api_key_label: label, api_key_id: id, tenant_id: 'default', label: 'Another' };
      expect(await operator.lastDeed('key.updated')).toMatchObject(deed);
    });
  });

  describe('400', () => {
    test.each([
      [{}, 'body', 'minProperties'],
      [{ label: null }, '/label', 'type'],
      [{ expires_at: '2020-01-01T00:00:00Z' }, '/expires_at', 'future'],
      [{ allowed_cidrs: [] }, '/allowed_cidrs', 'minItems'],
      [{ environment: 'test' }, '/environment', 'additionalProperties'],
    ])('refuses %j', async (body, pointer, rule) => {
      const { id } = await access.createApiKey();
      expectFaults(await send('PATCH', pathOf(id), { body }), [pointer, rule]);
    });
  });

  describe('403', () => {
    test('is the answer to whoever would give a scope that he lacks, and nothing changes', async () => {
      const apiKey = await access.newKey({ scopes: ['keys:admin', 'resources:read'] });
      const { api_key: _, ...before } = await access.createApiKey({ scopes: ['resources:read'] });
      const ask = (scopes: readonly string[] | null) => send('PATCH', pathOf(before.id), { apiKey, body: { scopes } });
      expectForbidden(await ask(['resources:read', 'resources:write']), 'resources:write');
      expectForbidden(await ask(null), 'resources:write');
      expect(await access.getApiKey(before.id)).toEqual(before);
    });

    test('is the answer to whoever would raise himself', async () => {
      const created = await access.createApiKey({ scopes: ['keys:admin'] });
      const apiKey = valueOf(created);
      const answer = await send('PATCH', pathOf(created.id), {
        apiKey,
        body: { scopes: ['keys:admin', 'platform:admin'] },
      });
      expectForbidden(answer);
    });
  });

  describe('404', () => {
    test('is the answer for a key that there is not, or of another tenant or environment', async () => {
      const apiKey = await access.newKey();
      const strange = await access.createApiKey({ environment: 'test' });
      const body = { label: 'Mine' };
      expectProblem(await send('PATCH', pathOf('nothing-of-the-kind'), { body }), 'not-found');
      expectProblem(await send('PATCH', pathOf(strange.id), { apiKey, body }), 'not-found');
      expect((await access.getApiKey(strange.id)).label).toBe(strange.label);
    });
  });

  describe('409', () => {
    test('is the answer for a key that is revoked: it stays so', async () => {
      const created = await access.createApiKey();
      const revoked = await access.revokeApiKey(created.id);
      expectProblem(await send('PATCH', pathOf(created.id), { body: { expires_at: null } }), 'conflict');
      expect(await access.getApiKey(created.id)).toEqual(revoked);
      expect(await statusWith(scenario, valueOf(created))).toBe(401);
    });
  });

  describe('429', () => {
    test('is the answer to reviving an expired key that the tier has no more room for', async () => {
      const tier = await access.createTier({ api_keys: 1 });
      const { id } = await access.createTenant({ tier });
      const expired = await access.createApiKey({ tenant_id: id, expires_at: wireTime(clock, 60) });
      await clock.advance({ seconds: 60 });
      const second = await access.createApiKey({ tenant_id: id });
      const revive = () => send('PATCH', pathOf(expired.id), { body: { expires_at: null } });
      expectTooManyKeys(await revive(), tier, 1);
      expect(await statusWith(scenario, valueOf(expired))).toBe(401);
      expect(await send('PATCH', pathOf(expired.id), { body: { label: 'Old' } })).toMatchObject({ status: 200 });
      await access.revokeApiKey(second.id);
      expect(await revive()).toMatchObject({ status: 200 });
      expect(await statusWith(scenario, valueOf(expired))).toBe(200);
      const body = { tenant_id: id, environment: 'live', label: 'Third' };
      expectTooManyKeys(await send('POST', paths.apiKeys, { body }), tier, 1);
    });
  });

  const makeRequest = async () => {
    const { id } = await access.createApiKey();
    return { method: 'PATCH', path: pathOf(id), body: { label: unique('Worker') } };
  };
  describeBody(scenario, { method: 'PATCH', path: pathOf('key') }, makeRequest);
  describeRepeatable(scenario, makeRequest);
});
