import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import { createHoldfastMock } from '../src/index.ts';
import { baseUrl, Client, reservePath } from './client.ts';

describe('latency', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  });
  afterEach(() => vi.useRealTimers());

  /** Milliseconds until a request is answered. */
  async function measure(client: Client, mostMs: number): Promise<number> {
    let isAnswered = false;
    const answered = client.send('GET', '/api/v1/Reservation').then(() => (isAnswered = true));
    let waitedMs = 0;
    await vi.advanceTimersByTimeAsync(0);
    for (; !isAnswered && waitedMs < mostMs; waitedMs++) await vi.advanceTimersByTimeAsync(1);
    await answered;
    return waitedMs;
  }

  test('is nothing unless asked for', async () => {
    expect(await measure(new Client(createHoldfastMock({ baseUrl }).fetch), 10)).toBe(0);
  });

  test('keeps every answer waiting', async () => {
    const mock = createHoldfastMock({ baseUrl, latencyMs: 30 });
    const client = new Client(mock.fetch);
    expect([await measure(client, 100), await measure(client, 100)]).toEqual([30, 30]);
    mock.latency(5);
    expect(await measure(client, 100)).toBe(5);
    await mock.reset();
    expect(await measure(client, 100)).toBe(30);
  });

  test('varies between its bounds, the same in every run', async () => {
    const run = async () => {
      const client = new Client(createHoldfastMock({ baseUrl, latencyMs: { min: 10, max: 50 } }).fetch);
      const waited = [];
      for (let call = 0; call < 8; call++) waited.push(await measure(client, 100));
      return waited;
    };
    const one = await run();
    const other = await run();
    expect(Math.min(...one)).toBeGreaterThanOrEqual(10);
    expect(Math.max(...one)).toBeLessThanOrEqual(50);
    expect(new Set(one).size).toBeGreaterThan(4);
    expect(other).toEqual(one);
  });

  test('delays answers and not effects: who stops waiting has been heard nevertheless', async () => {
    const mock = createHoldfastMock({ baseUrl, latencyMs: 1_000 });
    const client = new Client(mock.fetch);
    const controller = new AbortController();
    const claim = client.send('POST', reservePath, {
      body: [{ requester: 'alice', resource: 'room' }],
      signal: controller.signal,
    });
    const refused = expect(claim).rejects.toThrow('no longer');
    await vi.advanceTimersByTimeAsync(1);
    controller.abort(new Error('no longer'));
    await refused;
    expect(vi.getTimerCount()).toBe(0);
    mock.latency(0);
    expect(await client.reserve({ requester: 'bob', resource: 'room' })).toMatchObject({ status: 'ALREADY_HELD' });
  });

  test.each([-1, Number.NaN, { min: 5, max: 1 }, Number.POSITIVE_INFINITY])('can not be %j', (latencyMs) => {
    expect(() => createHoldfastMock({ baseUrl }).latency(latencyMs)).toThrow(TypeError);
  });
});
