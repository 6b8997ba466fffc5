import { describe, expect, test } from 'vitest';

import { ConnectionError, Holdfast, HoldfastError, UnsafeIntegerError } from '../../src/index.ts';
import { scriptedFetch } from '../fakes/fake-fetch.ts';

function client(text = '{}') {
  const { fetch, sent } = scriptedFetch(() => new Response(text));
  return { holdfast: new Holdfast({ baseUrl: 'https://holdfast.test', apiKey: 'key', fetch }), sent };
}

describe('an answer', () => {
  test('keeps the largest integers that a number can express', async () => {
    const { holdfast } = client('{"balance":9007199254740991,"effective_balance":-9007199254740991}');
    const account = await holdfast.credits.account('acme');
    expect([account.balance, account.effective_balance]).toEqual([9_007_199_254_740_991, -9_007_199_254_740_991]);
  });

  test.each([
    ['9007199254740992', '/account/balance', '{"account":{"balance":9007199254740992}}'],
    ['9007199254740993, which would be rounded', '/balance', '{"version":1,"balance":9007199254740993}'],
    ['-9007199254740993', '/data/1/delta', '{"data":[{"delta":1},{"delta":-9007199254740993}]}'],
    ['one of 25 digits', '/balance', '{"balance":1234567890123456789012345}'],
    ['one with an exponent', '/balance', '{"balance":1e400}'],
  ])('is no answer with %s', async (_, path, text) => {
    const { holdfast, sent } = client(text);
    const error: unknown = await holdfast.credits.account('acme').then(
      () => expect.unreachable(),
      (error) => error,
    );
    expect(error).toBeInstanceOf(UnsafeIntegerError);
    expect(error).toBeInstanceOf(HoldfastError);
    expect(error).not.toBeInstanceOf(ConnectionError);
    const message = expect.stringContaining(path);
    expect(error).toMatchObject({ name: 'UnsafeIntegerError', message, path, text, retryable: false });
    expect(sent).toHaveLength(1);
  });

  test('may have any digits in strings, and in metadata, which is for its owner to read', async () => {
    const text = '{"id":"9007199254740993","metadata":{"order":9007199254740993,"of":[1e30]},"balance":1}';
    const { holdfast } = client(text);
    await expect(holdfast.credits.account('acme')).resolves.toMatchObject({ id: '9007199254740993', balance: 1 });
  });

  test('of capacity is guarded too', async () => {
    const { holdfast } = client('{"intervals":[],"totals":{"reservedCostMicros":9007199254740993}}');
    const call = holdfast.capacity.usage({ from: '2026-09-01T22:00:00Z', to: '2026-09-01T22:15:00Z' });
    await expect(call).rejects.toMatchObject({ path: '/totals/reservedCostMicros' });
  });

  test('of named resources is guarded too', async () => {
    const { holdfast } = client('{"status":"HELD","fencingToken":9007199254740993}');
    await expect(holdfast.resources.get('job-42')).rejects.toMatchObject({ path: '/fencingToken' });
  });
});

describe('a request is not sent', () => {
  const metric = { billable_metric_key: 'image' };
  test.each<[string, (credits: Holdfast['credits']) => PromiseLike<unknown>]>([
    ['/estimated_units', (credits) => credits.hold({ customer: 'acme', ...metric, estimated_units: 1.5 })],
    ['/ttl_seconds', (credits) => credits.extend('h-1', { ttl_seconds: Number.NaN })],
    ['/actual_units', (credits) => credits.commit('h-1', { actual_units: 2 ** 53 })],
    ['/credits', (credits) => credits.grant({ customer: 'acme', credits: Infinity, source: 'x' })],
    ['/delta', (credits) => credits.adjust({ customer: 'acme', delta: -(2 ** 53), reason: 'x' })],
    ['/units', (credits) => credits.entitlement('acme', 'image', { units: 0.1 })],
    [
      '/events/1/units',
      (credits) => credits.recordUsageBatch([1, 1.1].map((units) => ({ customer: 'acme', ...metric, units }))),
    ],
    [
      '/tiers/0/unit_cost',
      (credits) =>
        credits.rules.create({
          ...metric,
          cost_type: 'tiered',
          mode: 'volume',
          tiers: [{ up_to: null, unit_cost: 0.5 }],
        }),
    ],
  ])('with a number in %s that is no integer up to 2^53 - 1', async (path, call) => {
    const { holdfast, sent } = client();
    const error: unknown = await call(holdfast.credits).then(
      () => expect.unreachable(),
      (error) => error,
    );
    expect(error).toBeInstanceOf(RangeError);
    expect(error).toMatchObject({ message: expect.stringContaining(`${path} `) });
    expect(sent).toEqual([]);
  });

  const at = '2026-09-01T22:00:00Z';
  const period = { from: at, to: at };
  test.each<[string, (capacity: Holdfast['capacity']) => PromiseLike<unknown>]>([
    [
      '/intervals/1/capacityGb',
      (capacity) =>
        capacity.reserve({ intervals: [4, 2 ** 53].map((capacityGb) => ({ startsAt: at, endsAt: at, capacityGb })) }),
    ],
    ['/samples/0/memoryGb', (capacity) => capacity.recordUsage({ samples: [{ workloadId: 'w', at, memoryGb: 0.5 }] })],
    ['/durationMinutes', (capacity) => capacity.windows({ durationMinutes: 7.5, capacityGb: 4, ...period })],
    ['/limit', (capacity) => capacity.list({ ...period, limit: Infinity })],
    ['/org_cap_gb', (capacity) => capacity.setLimits({ org_cap_gb: Number.NaN })],
  ])('of capacity with a number in %s that is no integer up to 2^53 - 1', async (path, call) => {
    const { holdfast, sent } = client();
    const error: unknown = await call(holdfast.capacity).then(
      () => expect.unreachable(),
      (error) => error,
    );
    expect(error).toBeInstanceOf(RangeError);
    expect(error).toMatchObject({ message: expect.stringContaining(`${path} `) });
    expect(sent).toEqual([]);
  });

  test.each([
    ['orderId', '1546130668394913822', { orderId: 1_546_130_668_394_913_822n }],
    ['b', 'NaN', { a: [{ b: Number.NaN }] }],
    ['1', '-Infinity', { a: [1, -Infinity] }],
  ])('with metadata whose %s is %s, for which JSON has no number', async (name, number, metadata) => {
    const { holdfast, sent } = client();
    const calls: readonly (() => PromiseLike<unknown>)[] = [
      () => holdfast.credits.grant({ customer: 'acme', credits: 1, source: 'x', metadata }),
      () => holdfast.resources.reserve([{ requester: 'worker-7', resource: 'job-42', metadata }]),
    ];
    for (const call of calls) {
      const error: unknown = await call().then(
        () => expect.unreachable(),
        (error) => error,
      );
      expect(error).toEqual(new RangeError(`${name} is ${number}, which JSON has no number for; send it as text.`));
    }
    expect(sent).toEqual([]);
  });

  test('of named resources with a time to live that is no number', async () => {
    const { holdfast, sent } = client();
    const call = holdfast.resources.reserve([{ requester: 'worker-7', resource: 'job-42', ttlSeconds: Number.NaN }]);
    await expect(call).rejects.toThrow(
      new RangeError('ttlSeconds is NaN, which JSON has no number for; send it as text.'),
    );
    expect(sent).toEqual([]);
  });

  test('but with any in metadata', async () => {
    const { holdfast, sent } = client();
    const metadata = { temperature: 0.7, seed: 2 ** 60 };
    await holdfast.credits.grant({ customer: 'acme', credits: 1, source: 'x', metadata });
    expect(sent[0]!.body).toMatchObject({ metadata });
  });
});
