import type { OperationTypes } from '@holdfast/contract';
import { describe, expect, test } from 'vitest';

import { describeTargets } from '../../targets/describe-targets.ts';
import { AccessClient } from '../administration/access-client.ts';

type Items = OperationTypes['reserve']['body'];

describeTargets('concurrent locks', (scenario) => {
  const { clock, send, unique } = scenario;
  const access = new AccessClient(scenario);

  /** A tenant of its own that may have so many locks. */
  async function newTenant(concurrentLocks: number) {
    const tier = await access.createTier({ concurrent_locks: concurrentLocks });
    const tenant = await access.createTenant({ tier });
    const { api_key: apiKey } = await access.createApiKey({ tenant_id: tenant.id });
    const post = (path: string, body: unknown) => send('POST', `/api/v1/${path}`, { body, apiKey });
    const reserve = (...items: Items) => post('Reservation/reserve', items);
    const used = async () => {
      const { json } = await send('GET', '/v1/limits', { apiKey });
      return (json as OperationTypes['getLimits']['result']).used.concurrent_locks;
    };
    return { tier, post, reserve, used };
  }

  describe('429', () => {
    test('refuses a request that would leave more locks than the tier allows, and takes nothing', async () => {
      const { tier, reserve, used } = await newTenant(3);
      await reserve({ requester: 'a', resource: 'one', ttlSeconds: 60 }, { requester: 'a', resource: 'two' });
      const more = ['two', 'three', 'four'].map((resource) => ({ requester: 'b', resource }));
      const answer = await reserve(...more);
      expect(answer).toMatchObject({
        status: 429,
        json: {
          error: 'rate_limited',
          message: `The tier ${tier} allows 3 locks at a time, and this request would leave 4.`,
          tier,
          limit: 3,
          limitType: 'concurrentLocks',
          retryAfter: 60,
          upgradeRequired: true,
        },
      });
      expect(answer.headers.get('Retry-After')).toBe('60');
      expect(await used()).toBe(2);
      expect(await reserve(...more.slice(0, 2))).toMatchObject({
        json: [{ status: 'ALREADY_HELD' }, { status: 'ACQUIRED' }],
      });
      expect(await used()).toBe(3);
    });

    test('counts slots and blockers, and no lock that has lapsed', async () => {
      const { post, reserve, used } = await newTenant(3);
      const [room, pool] = [unique('room'), unique('Printer')];
      await post('Resource/register', [
        { name: pool, capacity: 2 },
        { name: room, blocks: [pool, unique('door')] },
      ]);
      expect(await reserve({ requester: 'a', resource: room, ttlSeconds: 5 })).toMatchObject({ status: 200 });
      expect(await used()).toBe(3);
      const claims = [pool, unique('job'), unique('job')].map((resource) => ({ requester: 'b', resource }));
      expect(await reserve(...claims)).toMatchObject({ status: 429, json: { retryAfter: 5 } });
      await clock.advance({ seconds: 5 });
      expect(await reserve(...claims)).toMatchObject({ json: claims.map(() => ({ status: 'ACQUIRED' })) });
      expect(await used()).toBe(3);
    });
  });
});
