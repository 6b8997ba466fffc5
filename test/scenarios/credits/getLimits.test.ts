import { describe, expect, test } from 'vitest';

import { describeTargets } from '../../targets/describe-targets.ts';
import { AccessClient } from '../administration/access-client.ts';
import { testUnauthorized } from '../every-operation.ts';
import { wireTime } from '../wire-time.ts';
import { expectFaults } from './problems.ts';

const path = '/v1/limits';
const dayMs = 86_400_000;

describeTargets('getLimits', (scenario) => {
  const { clock, send } = scenario;
  const access = new AccessClient(scenario);
  /** A share of a limit that is on its way back counts as used for a moment, so look again. */
  const limitsOf = async (apiKey: string) => (await send('GET', path, { apiKey })).json;
  const read = (apiKey: string) => send('GET', '/api/v1/Reservation', { apiKey });
  const reserve = (apiKey: string, ...resources: readonly string[]) => {
    const body = resources.map((resource) => ({ requester: 'worker-1', resource, ttlSeconds: 60 }));
    return send('POST', '/api/v1/Reservation/reserve', { apiKey, body });
  };
  const figures = { ops_per_minute: 60, ops_per_day: 1_000, concurrent_locks: 10, api_keys: 5 };

  describe('200', () => {
    test('shows what there may be, what there is, and when it begins anew, in exactly these members', async () => {
      const tier = await access.createTier(figures);
      const { id } = await access.createTenant({ tier });
      const apiKey = await access.newKey({ tenant_id: id, ops_per_minute: 30 });
      await access.newKey({ tenant_id: id, environment: 'test' });
      await clock.advance({ milliseconds: dayMs - (clock.now() % dayMs) + 3_723_500 });
      await reserve(apiKey, 'a', 'b', 'c');
      await reserve(apiKey, 'a');
      for (let count = 0; count < 3; count += 1) await read(apiKey);
      await expect
        .poll(() => limitsOf(apiKey))
        .toEqual({
          tier,
          enforce: true,
          limits: { ...figures, reads_per_minute: 300, key_ops_per_minute: 30 },
          used: {
            ops_per_minute: 2,
            ops_per_day: 2,
            reads_per_minute: 3,
            concurrent_locks: 3,
            api_keys: 2,
            key_ops_per_minute: 2,
          },
          resets_at: { minute: wireTime(clock, 56.5), day: wireTime(clock, 86_400 - 3_723.5) },
        });
    });

    test('shows null where nothing is limited, and counts locks and keys all the same', async () => {
      const { id } = await access.createTenant();
      const apiKey = await access.newKey({ tenant_id: id });
      await reserve(apiKey, 'a', 'b');
      await expect
        .poll(() => limitsOf(apiKey))
        .toMatchObject({
          tier: 'unlimited',
          limits: {
            ops_per_minute: null,
            ops_per_day: null,
            reads_per_minute: null,
            concurrent_locks: null,
            api_keys: null,
            key_ops_per_minute: null,
          },
          used: {
            ops_per_minute: null,
            ops_per_day: null,
            reads_per_minute: null,
            concurrent_locks: 2,
            api_keys: 1,
            key_ops_per_minute: null,
          },
        });
    });

    test('environments and keys are counted apart, but for how many keys there are', async () => {
      const { id } = await access.createTenant({ tier: await access.createTier(figures) });
      const [live, other, second] = [
        await access.newKey({ tenant_id: id, ops_per_minute: 5 }),
        await access.newKey({ tenant_id: id, environment: 'test' }),
        await access.newKey({ tenant_id: id, ops_per_minute: 5 }),
      ];
      await reserve(live, 'a');
      await expect
        .poll(() => limitsOf(live))
        .toMatchObject({
          used: { ops_per_minute: 1, concurrent_locks: 1, key_ops_per_minute: 1 },
        });
      await expect
        .poll(() => limitsOf(second))
        .toMatchObject({
          used: { ops_per_minute: 1, concurrent_locks: 1, key_ops_per_minute: 0 },
        });
      await expect
        .poll(() => limitsOf(other))
        .toMatchObject({ used: { ops_per_minute: 0, concurrent_locks: 0, api_keys: 3 } });
    });

    test('what has lapsed, or is over, is no longer counted', async () => {
      const { id } = await access.createTenant({ tier: await access.createTier(figures) });
      const apiKey = await access.newKey({ tenant_id: id });
      await access.newKey({ tenant_id: id, expires_at: wireTime(clock, 60) });
      await reserve(apiKey, 'a');
      await clock.advance({ seconds: 60 });
      await scenario.sweep();
      await expect
        .poll(() => limitsOf(apiKey))
        .toMatchObject({ used: { ops_per_minute: 0, concurrent_locks: 0, api_keys: 1 } });
    });

    test('counts nothing itself, and has no headers of limits', async () => {
      const { id } = await access.createTenant({ tier: await access.createTier({ ops_per_minute: 1 }) });
      const apiKey = await access.newKey({ tenant_id: id, scopes: ['events:read'] });
      for (let count = 0; count < 10; count += 1) {
        const { status, headers, json } = await send('GET', path, { apiKey });
        expect([status, headers.get('RateLimit')]).toEqual([200, null]);
        expect(json).toMatchObject({ used: { ops_per_minute: 0, reads_per_minute: 0 } });
      }
    });
  });

  scenario.describeGateway('400', () => {
    test('refuses a query', async () =>
      expectFaults(await send('GET', `${path}?a=1`), ['query.a', 'additionalProperties']));
  });

  scenario.describeGateway('401', () => testUnauthorized(scenario, { method: 'GET', path }));
});
