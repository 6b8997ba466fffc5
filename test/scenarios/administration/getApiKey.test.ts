import { describe, expect, test } from 'vitest';

import { describeTargets } from '../../targets/describe-targets.ts';
import { expectFaults, expectProblem } from '../credits/problems.ts';
import { testUnauthorized } from '../every-operation.ts';
import { AccessClient, paths, statusWith, valueOf } from './access-client.ts';

describeTargets('getApiKey', (scenario) => {
  const { clock, send, tend } = scenario;
  const access = new AccessClient(scenario);
  const pathOf = (id: string) => `${paths.apiKeys}/${id}`;

  describe('200', () => {
    test('shows a key as it was answered when it was changed last', async () => {
      const { id } = await access.createApiKey();
      await clock.advance({ seconds: 1 });
      const changed = await access.updateApiKey(id, { label: 'Another' });
      expect(await access.getApiKey(id)).toEqual(changed);
    });

    test('says when the key was used last, right to a minute, and not when it was refused', async () => {
      const created = await access.createApiKey();
      const lastUse = async () => (await access.getApiKey(created.id)).last_used_at;
      await clock.advance({ seconds: 60 });
      await tend();
      expect(await lastUse()).toBe(null);
      await statusWith(scenario, valueOf(created));
      const usedAtMs = clock.now();
      await clock.advance({ seconds: 60 });
      await tend();
      const seenAtMs = Date.parse((await lastUse()) ?? '');
      expect(Math.abs(seenAtMs - usedAtMs)).toBeLessThanOrEqual(60_000);
      await access.revokeApiKey(created.id);
      await statusWith(scenario, valueOf(created));
      await clock.advance({ seconds: 60 });
      await tend();
      expect(Date.parse((await lastUse()) ?? '')).toBe(seenAtMs);
    });

    test('shows whoever has keys:admin those of his own tenant and environment', async () => {
      const own = new AccessClient(scenario, await access.newKey({ scopes: ['keys:admin', 'events:read'] }));
      const { id } = await access.createApiKey();
      expect(await own.getApiKey(id)).toEqual(await access.getApiKey(id));
    });
  });

  scenario.describeGateway('400', () => {
    test('refuses a query', async () =>
      expectFaults(await send('GET', `${pathOf('key')}?a=1`), ['query.a', 'additionalProperties']));
  });

  scenario.describeGateway('401', () => testUnauthorized(scenario, { method: 'GET', path: pathOf('key') }));

  describe('404', () => {
    test('is the answer for a key that there is not', async () => {
      expectProblem(await send('GET', pathOf('nothing-of-the-kind')), 'not-found');
    });

    test('is the answer, to the letter, for a key of another tenant or environment', async () => {
      const apiKey = await access.newKey();
      const { id } = await access.createTenant();
      const unknown = await send('GET', pathOf('nothing-of-the-kind'), { apiKey });
      for (const members of [{ tenant_id: id }, { environment: 'test' }]) {
        const answer = await send('GET', pathOf((await access.createApiKey(members)).id), { apiKey });
        expect(answer).toMatchObject({ status: 404, text: unknown.text });
      }
    });
  });
});
