import { describe, expect, test } from 'vitest';

import { describeTargets } from '../../targets/describe-targets.ts';
import { expectFaults, expectProblem } from '../credits/problems.ts';
import { testUnauthorized } from '../every-operation.ts';
import { wireTime } from '../wire-time.ts';
import { AccessClient, paths, statusWith, valueOf } from './access-client.ts';
import { describeRepeatable } from './any-write.ts';

describeTargets('revokeApiKey', (scenario) => {
  const { clock, send, unique } = scenario;
  const access = new AccessClient(scenario);
  const pathOf = (id: string) => `${paths.apiKeys}/${id}/revoke`;

  describe('200', () => {
    test('ends a key with the next request, and no other', async () => {
      const [created, other] = [await access.createApiKey(), await access.createApiKey()];
      expect(await statusWith(scenario, valueOf(created))).toBe(200);
      await clock.advance({ seconds: 1 });
      const { api_key: _, ...before } = created;
      const revoked = { ...before, revoked_at: wireTime(clock), updated_at: wireTime(clock) };
      expect((await send('POST', pathOf(created.id))).json).toEqual({
        ...revoked,
        last_used_at: expect.toSatisfy(isTimeOrNull),
      });
      expect(await statusWith(scenario, valueOf(created))).toBe(401);
      expect(await statusWith(scenario, valueOf(other))).toBe(200);
    });

    test('ends both values of a key that was rotated with an overlap', async () => {
      const created = await access.createApiKey();
      const rotated = await access.rotateApiKey(created.id, { overlap_seconds: 600 });
      await access.revokeApiKey(created.id);
      expect(await statusWith(scenario, valueOf(created))).toBe(401);
      expect(await statusWith(scenario, valueOf(rotated))).toBe(401);
    });

    test('changes nothing when it is done again, later', async () => {
      const { id } = await access.createApiKey();
      const revoked = await access.revokeApiKey(id);
      await clock.advance({ seconds: 1 });
      expect(await access.revokeApiKey(id)).toEqual(revoked);
    });

    test('a key may revoke itself', async () => {
      const created = await access.createApiKey();
      const own = new AccessClient(scenario, valueOf(created));
      expect(await own.revokeApiKey(created.id)).toMatchObject({ id: created.id, revoked_at: wireTime(clock) });
      expect(await statusWith(scenario, valueOf(created))).toBe(401);
    });

    test('what the key holds stays held', async () => {
      const created = await access.createApiKey();
      const resource = unique('job');
      const body = [{ requester: 'worker-1', resource }];
      await send('POST', '/api/v1/Reservation/reserve', { apiKey: valueOf(created), body });
      await access.revokeApiKey(created.id);
      expect(await send('GET', `/api/v1/Reservation/${resource}`)).toMatchObject({ json: { status: 'HELD' } });
    });

    test('is written down, with who did it', async () => {
      const label = unique('Operator');
      const operator = new AccessClient(scenario, await access.newKey({ label }));
      const created = await access.createApiKey();
      await operator.revokeApiKey(created.id);
      const deed = { api_key_label: label, api_key_id: created.id, tenant_id: 'default', label: created.label };
      expect(await operator.lastDeed('key.revoked')).toEqual(deed);
    });
  });

  scenario.describeGateway('400', () => {
    test('refuses a query', async () =>
      expectFaults(await send('POST', `${pathOf('key')}?a=1`), ['query.a', 'additionalProperties']));
  });

  scenario.describeGateway('401', () => testUnauthorized(scenario, { method: 'POST', path: pathOf('key') }));

  describe('404', () => {
    test('is the answer for a key that there is not, or of another tenant or environment, which goes on working', async () => {
      const apiKey = await access.newKey();
      const { id } = await access.createTenant();
      expectProblem(await send('POST', pathOf('nothing-of-the-kind')), 'not-found');
      for (const members of [{ tenant_id: id }, { environment: 'test' }]) {
        const strange = await access.createApiKey(members);
        expectProblem(await send('POST', pathOf(strange.id), { apiKey }), 'not-found');
        expect(await statusWith(scenario, valueOf(strange))).toBe(200);
      }
    });
  });

  describeRepeatable(scenario, async () => ({ method: 'POST', path: pathOf((await access.createApiKey()).id) }));
});

function isTimeOrNull(value: unknown): boolean {
  return value === null || !Number.isNaN(Date.parse(String(value)));
}
