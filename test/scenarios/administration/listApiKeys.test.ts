import { describe, expect, test } from 'vitest';

import { describeTargets } from '../../targets/describe-targets.ts';
import { expectFaults } from '../credits/problems.ts';
import { testUnauthorized } from '../every-operation.ts';
import { AccessClient, paths } from './access-client.ts';
import { expectForbidden } from './forbidden.ts';
import { testPages } from './pages.ts';

const path = paths.apiKeys;

describeTargets('listApiKeys', (scenario) => {
  const { clock, send } = scenario;
  const access = new AccessClient(scenario);

  describe('200', () => {
    test('shows each key as it is shown by itself, the oldest first, revoked and expired ones too', async () => {
      const { id } = await access.createTenant();
      const ids: string[] = [];
      for (const members of [{}, { scopes: ['events:read'] }, { ops_per_minute: 5 }]) {
        await clock.advance({ milliseconds: 1 });
        ids.push((await access.createApiKey({ tenant_id: id, ...members })).id);
      }
      await access.revokeApiKey(ids[0]!);
      const { data } = await access.list<'listApiKeys'>(path, { tenant_id: id });
      expect(data).toEqual(await Promise.all(ids.map((keyId) => access.getApiKey(keyId))));
      expect(data[0]?.revoked_at).not.toBe(null);
    });

    test('shows those of one environment: unless told, of whoever asks', async () => {
      const { id } = await access.createTenant();
      const [live, other] = [
        await access.createApiKey({ tenant_id: id, environment: 'live' }),
        await access.createApiKey({ tenant_id: id, environment: 'test' }),
      ];
      const idsOf = async (query: string, apiKey?: string | null) => {
        const { json } = await send('GET', `${path}${query}`, apiKey ? { apiKey } : {});
        return (json as { data: { id: string }[] }).data.map((key) => key.id);
      };
      expect(await idsOf(`?tenant_id=${id}&environment=live`)).toEqual([live.id]);
      expect(await idsOf(`?tenant_id=${id}&environment=test`)).toEqual([other.id]);
      expect(await idsOf('', live.api_key)).toEqual([live.id]);
      expect(await idsOf('', other.api_key)).toEqual([other.id]);
      expect(await idsOf(`?tenant_id=${id}&environment=test`, other.api_key)).toEqual([other.id]);
    });

    test('is empty for a tenant that there is not', async () => {
      expect((await access.list<'listApiKeys'>(path, { tenant_id: 'nobody' })).data).toEqual([]);
    });

    let tenantId = '';
    testPages(
      scenario,
      path,
      async () => {
        tenantId ||= (await access.createTenant()).id;
        return access.createApiKey({ tenant_id: tenantId });
      },
      'id',
      () => ({ tenant_id: tenantId }),
    );
  });

  scenario.describeGateway('400', () => {
    test.each([
      ['limit=0', 'query.limit', 'minimum'],
      ['cursor=made-up', 'query.cursor', 'cursor'],
      ['environment=staging', 'query.environment', 'enum'],
    ])('refuses %s', async (query, field, rule) => expectFaults(await send('GET', `${path}?${query}`), [field, rule]));
  });

  scenario.describeGateway('401', () => testUnauthorized(scenario, { method: 'GET', path }));

  describe('403', () => {
    test('is the answer for another tenant or environment to whoever does not administer the platform', async () => {
      const apiKey = await access.newKey();
      for (const query of ['tenant_id=other', 'tenant_id=nobody', 'environment=test']) {
        expectForbidden(await send('GET', `${path}?${query}`, { apiKey }));
      }
    });
  });
});
