import { beforeEach, describe, expect, test } from 'vitest';

import { describeTargets } from '../../targets/describe-targets.ts';
import { apiKeys } from '../../targets/target.ts';
import { CapacityClient, paths } from '../capacity/capacity-client.ts';
import { expectFaults } from '../credits/problems.ts';
import { testUnauthorized } from '../every-operation.ts';
import { expectForbidden } from './forbidden.ts';
import { resetLimits } from './reset-limits.ts';

const path = paths.limits;

/** What a fresh server starts with. */
const rates = { reserved_micros_per_gb_hour: 12_000, on_demand_micros_per_gb_hour: 60_000 };
const usual = { tenant_id: null, platform_capacity_gb: 4_096, org_cap_gb: 1_024, ...rates, ranges: [] };
const christmas = { from: '2096-12-24T00:00:00Z', to: '2096-12-27T00:00:00Z' };
const noon = { from: '2096-06-01T12:00:00Z', to: '2096-06-01T12:15:00Z' };

describeTargets('getCapacityLimits', (scenario) => {
  const { send } = scenario;
  const capacity = new CapacityClient(scenario);
  const inTests = new CapacityClient(scenario, apiKeys.test);

  describe('200', () => {
    test('shows what a fresh server starts with, with exactly these members', async () => {
      const answer = await send('GET', path);
      expect(answer.status).toBe(200);
      expect(answer.headers.get('Content-Type')).toBe('application/json; charset=utf-8');
      expect(answer.json).toEqual(usual);
      expect(await inTests.limits()).toEqual(usual);
    });

    describe('of what was set', () => {
      beforeEach(() => resetLimits(capacity, 'acme', 'other'));

      test('shows the defaults, and the ranges for all in the order of time, of which a row has all that is set for it', async () => {
        await capacity.setLimits({ platform_capacity_gb: 8_192, org_cap_gb: 512 });
        await capacity.setLimits({ platform_capacity_gb: 2_048, org_cap_gb: 256, ...christmas });
        await capacity.setLimits({ org_cap_gb: 0, ...noon });
        expect(await capacity.limits()).toEqual({
          tenant_id: null,
          platform_capacity_gb: 8_192,
          org_cap_gb: 512,
          ...rates,
          ranges: [
            { ...noon, platform_capacity_gb: null, org_cap_gb: 0 },
            { ...christmas, platform_capacity_gb: 2_048, org_cap_gb: 256 },
          ],
        });
      });

      test('shows a tenant’s own cap and its own ranges, and of the platform what holds for all', async () => {
        await capacity.setLimits({ platform_capacity_gb: 8_192 });
        await capacity.setLimits({ platform_capacity_gb: 2_048, org_cap_gb: 256, ...christmas });
        await capacity.setLimits({ tenant_id: 'acme', org_cap_gb: 2_048 });
        await capacity.setLimits({ tenant_id: 'acme', org_cap_gb: 64, ...noon });
        expect(await capacity.limits({ tenant_id: 'acme' })).toEqual({
          tenant_id: 'acme',
          platform_capacity_gb: 8_192,
          org_cap_gb: 2_048,
          ...rates,
          ranges: [{ ...noon, platform_capacity_gb: null, org_cap_gb: 64 }],
        });
        expect(await capacity.limits({ tenant_id: 'other' })).toEqual({
          ...usual,
          tenant_id: 'other',
          platform_capacity_gb: 8_192,
        });
        expect((await capacity.limits()).ranges).toEqual([
          { ...christmas, platform_capacity_gb: 2_048, org_cap_gb: 256 },
        ]);
      });

      test('shows the default of a tenant that has no cap of its own, or that nobody has heard of', async () => {
        await capacity.setLimits({ org_cap_gb: 300 });
        for (const tenant of ['other', 'nobody', '😀'.repeat(64), 'a/b c']) {
          expect(await capacity.limits({ tenant_id: tenant })).toEqual({
            ...usual,
            tenant_id: tenant,
            org_cap_gb: 300,
          });
        }
      });

      test('shows nothing of the other environment', async () => {
        await resetLimits(inTests);
        await inTests.setLimits({ platform_capacity_gb: 64, org_cap_gb: 32 });
        await inTests.setLimits({ org_cap_gb: 16, ...noon });
        expect(await capacity.limits()).toEqual(usual);
        await capacity.setLimits({ org_cap_gb: 128 });
        expect(await inTests.limits()).toMatchObject({ platform_capacity_gb: 64, org_cap_gb: 32 });
      });
    });

    test('is there for HEAD too, without a body', async () => {
      expect(await send('HEAD', path)).toMatchObject({ status: 200, text: '' });
    });
  });

  scenario.describeGateway('400', () => {
    test('refuses a parameter that it does not know', async () => {
      expectFaults(await send('GET', `${path}?tenant=acme`), ['query.tenant', 'additionalProperties']);
    });

    test('refuses a tenant of no name, and of one that is too long', async () => {
      expectFaults(await send('GET', `${path}?tenant_id=`), ['query.tenant_id', 'minLength']);
      expectFaults(await send('GET', `${path}?tenant_id=${'x'.repeat(65)}`), ['query.tenant_id', 'maxLength']);
    });
  });

  scenario.describeGateway('401', () => testUnauthorized(scenario, { method: 'GET', path }));

  scenario.describeGateway('403', () => {
    test.each(['', '?tenant_id=other', '?tenant_id=default'])(
      'is the answer to a key without platform:admin, of its own tenant too: %s',
      async (query) => {
        expectForbidden(await send('GET', `${path}${query}`, { apiKey: apiKeys.otherTenant }));
      },
    );
  });

  scenario.describeGateway('405', () => {
    test.each(['DELETE', 'PATCH', 'POST'])('is the answer to %s', async (method) => {
      const answer = await send(method, path, { body: { org_cap_gb: 1 } });
      expect([answer.status, answer.headers.get('Allow')?.split(', ').toSorted().join(', ')]).toEqual([
        405,
        'GET, HEAD, PUT',
      ]);
    });
  });
});
