import { setupServer } from 'msw/node';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';

import { createHoldfastMock } from '../src/index.ts';
import { baseUrl, Client, historyPath } from './client.ts';
import { openEvents } from './open-events.ts';

const mock = createHoldfastMock({ baseUrl });
const server = setupServer(...mock.handlers);
const client = new Client(mock.fetch);

beforeAll(() => server.listen());
beforeEach(() => mock.reset());
afterAll(() => server.close());

describe.each([
  ['MSW', (...args: Parameters<typeof fetch>) => fetch(...args)],
  ["the mock's fetch", mock.fetch],
])('events through %s', (_, fetchLike) => {
  test('come as they happen, and what lapses when the clock gets there', async () => {
    const events = await openEvents(fetchLike, baseUrl);
    await client.reserve({ requester: 'alice', resource: 'room', ttlSeconds: 60 });
    expect(await events.next()).toMatchObject({
      id: '1',
      event: 'RESERVED',
      data: { id: '1', number: 1, type: 'RESERVED', resource: 'room', at: '2026-01-01T00:00:00.000Z' },
    });
    await mock.clock.advance({ seconds: 3_600 });
    expect(await events.next()).toMatchObject({
      id: '2',
      data: { type: 'RESERVATION_EXPIRED', resource: 'room', at: '2026-01-01T00:01:00.000Z' },
    });
  });

  test('end for whoever aborts the request', async () => {
    const events = await openEvents(fetchLike, baseUrl);
    const next = events.next();
    events.abort();
    await expect(next).rejects.toMatchObject({ name: 'AbortError' });
  });

  test('end when the mock is reset', async () => {
    const events = await openEvents(fetchLike, baseUrl);
    await mock.reset();
    await expect(events.next()).resolves.toBe('ended');
    const again = await openEvents(fetchLike, baseUrl);
    await client.reserve({ requester: 'alice', resource: 'room' });
    expect(await again.next()).toMatchObject({ id: '1', event: 'RESERVED' });
  });
});

test('a stream resumes, and has the numbers of the history', async () => {
  for (const resource of ['one', 'two', 'three']) await client.reserve({ requester: 'alice', resource });
  const byQuery = await openEvents(mock.fetch, baseUrl, { query: '?after=1' });
  const byHeader = await openEvents(mock.fetch, baseUrl, { headers: { 'Last-Event-ID': '2' } });
  expect([await byQuery.next(), await byHeader.next()]).toMatchObject([{ id: '2' }, { id: '3' }]);
  const { json } = await client.send('GET', historyPath);
  expect(json).toMatchObject({ events: [{ number: 3, id: '3' }, { number: 2 }, { number: 1 }] });
});

test('other families have events, too, in one sequence with locks', async () => {
  const events = await openEvents(mock.fetch, baseUrl, { query: '?families=resources,credits' });
  await mock.seed({ topUps: [{ external_customer_id: 'acme', credits: 5_000 }] });
  await client.reserve({ requester: 'alice', resource: 'room' });
  expect(await events.next()).toMatchObject({ id: '1', event: 'credits.granted', data: { data: { delta: 5_000 } } });
  expect(await events.next()).toMatchObject({ id: '2', event: 'RESERVED' });
});

test('a stream needs no timers, so that a test may fake them', async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const events = await openEvents(mock.fetch, baseUrl);
  await client.reserve({ requester: 'alice', resource: 'room' });
  expect(await events.next()).toMatchObject({ event: 'RESERVED' });
  expect(vi.getTimerCount()).toBe(0);
});

test('a key without the scope has no stream, and one that is revoked no longer', async () => {
  const { json } = await client.send('POST', '/v1/admin/api-keys', {
    body: { environment: 'live', label: 'dashboard', scopes: ['events:read'] },
  });
  const { id, api_key: apiKey } = json as { id: string; api_key: string };
  const events = await openEvents(mock.fetch, baseUrl, { headers: { 'X-API-Key': apiKey } });
  await client.send('POST', `/v1/admin/api-keys/${id}/revoke`);
  expect(await events.next()).toBe('ended');
});
