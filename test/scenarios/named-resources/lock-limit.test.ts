import { expect, test } from 'vitest';

import { describeTargets } from '../../targets/describe-targets.ts';
import type { WireAnswer } from '../../targets/describe-targets.ts';
import { AccessClient } from '../administration/access-client.ts';

const reservePath = '/api/v1/Reservation/reserve';

describeTargets('the limit of concurrent locks', (scenario) => {
  const { clock, send } = scenario;
  const access = new AccessClient(scenario);

  async function begin(limits: object) {
    const tier = await access.createTier(limits);
    const { id } = await access.createTenant({ tier });
    return { tier, tenantId: id, apiKey: await access.newKey({ tenant_id: id }) };
  }
  const reserve = (apiKey: string, resources: readonly string[], members: object = {}) => {
    const body = resources.map((resource) => ({ requester: 'worker-1', resource, ...members }));
    return send('POST', reservePath, { apiKey, body });
  };
  const statesOf = async (apiKey: string, ...resources: readonly string[]) => {
    const answers = await Promise.all(resources.map((name) => send('GET', `/api/v1/Reservation/${name}`, { apiKey })));
    return answers.map(({ json }) => (json as { status: string }).status);
  };

  test('a request that reaches it passes; one that would exceed it is refused as a whole, and takes nothing', async () => {
    const { tier, apiKey } = await begin({ concurrent_locks: 3 });
    expect(await reserve(apiKey, ['a', 'b'])).toMatchObject({ status: 200 });
    const refused = await reserve(apiKey, ['c', 'd']);
    const { retryAfter } = refused.json as { retryAfter: number };
    expect(refused.json).toMatchObject({
      error: 'rate_limited',
      tier,
      limit: 3,
      limitType: 'concurrentLocks',
      upgradeRequired: true,
    });
    expect([refused.status, refused.headers.get('Retry-After')]).toEqual([429, String(retryAfter)]);
    expect(await statesOf(apiKey, 'a', 'b', 'c', 'd')).toEqual(['HELD', 'HELD', 'FREE', 'FREE']);
    expect(await reserve(apiKey, ['c'])).toMatchObject({ status: 200, json: [{ status: 'ACQUIRED' }] });
  });

  test('it counts slots and blockers, of one environment', async () => {
    const { tenantId, apiKey } = await begin({ concurrent_locks: 3 });
    const other = await access.newKey({ tenant_id: tenantId, environment: 'test' });
    const body = [
      { name: 'Printer', capacity: 2 },
      { name: 'room', blocks: ['door'] },
    ];
    await send('POST', '/api/v1/Resource/register', { apiKey, body });
    expect(await reserve(apiKey, ['Printer', 'room'])).toMatchObject({ status: 200 });
    expect(await reserve(apiKey, ['another'])).toMatchObject({ status: 429 });
    expect(await reserve(other, ['a', 'b', 'c'])).toMatchObject({ status: 200 });
  });

  test('what is released, taken away or has lapsed makes room at once', async () => {
    const { apiKey } = await begin({ concurrent_locks: 1 });
    const tokenIn = ({ json }: WireAnswer) => (json as { releaseToken: string }[])[0]?.releaseToken;
    const releaseToken = tokenIn(await reserve(apiKey, ['a']));
    const body = [{ requester: 'worker-1', resource: 'a', releaseToken }];
    expect(await reserve(apiKey, ['b'])).toMatchObject({ status: 429 });
    await send('POST', '/api/v1/Reservation/unreserve', { apiKey, body });
    expect(await reserve(apiKey, ['b'])).toMatchObject({ status: 200 });
    await send('POST', '/api/v1/Reservation/forceRelease', { apiKey, body: { resource: 'b' } });
    expect(await reserve(apiKey, ['c'], { ttlSeconds: 60 })).toMatchObject({ status: 200 });
    const refused = await reserve(apiKey, ['d']);
    expect(refused).toMatchObject({ status: 429, json: { retryAfter: 60 } });
    await clock.advance({ seconds: 60 });
    expect(await reserve(apiKey, ['d'])).toMatchObject({ status: 200 });
  });

  test('it is never exceeded by requests that come together', async () => {
    const { apiKey } = await begin({ concurrent_locks: 4 });
    const names = Array.from({ length: 15 }, (_, index) => `job-${index}`);
    const answers = await Promise.all(names.map((name) => reserve(apiKey, [name])));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(4);
    expect((await statesOf(apiKey, ...names)).filter((state) => state === 'HELD')).toHaveLength(4);
  });

  test('a lower one takes nothing away, and a refusal is not kept for the idempotency key', async () => {
    const { tier, apiKey } = await begin({ concurrent_locks: 2 });
    await reserve(apiKey, ['a', 'b']);
    await access.putTier(tier, { concurrent_locks: 1 });
    expect(await statesOf(apiKey, 'a', 'b')).toEqual(['HELD', 'HELD']);
    const ask = () => {
      const headers = { 'Idempotency-Key': 'once' };
      return send('POST', reservePath, { apiKey, headers, body: [{ requester: 'worker-1', resource: 'c' }] });
    };
    expect(await ask()).toMatchObject({ status: 429 });
    await access.putTier(tier, { concurrent_locks: 3 });
    expect(await ask()).toMatchObject({ status: 200, json: [{ status: 'ACQUIRED' }] });
  });

  test('a tier that enforces nothing refuses nothing', async () => {
    const { apiKey } = await begin({ concurrent_locks: 1, enforce: false });
    expect(await reserve(apiKey, ['a', 'b', 'c'])).toMatchObject({ status: 200 });
    expect((await send('GET', '/v1/limits', { apiKey })).json).toMatchObject({ used: { concurrent_locks: 3 } });
  });
});
