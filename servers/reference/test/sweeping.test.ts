import { expect, test } from 'vitest';

import { compileContractFirst, startTestServer } from './test-server.ts';

compileContractFirst();

test('what has expired is announced once, by the clock that was given', async () => {
  let nowMs = Date.parse('2026-01-01T00:00:00Z');
  const server = await startTestServer({ checkContract: true }, { now: () => nowMs });
  const resources = Array.from({ length: 250 }, (_, index) => `job-${index}`);
  for (const part of [resources.slice(0, 100), resources.slice(100, 200), resources.slice(200)]) {
    await server.reserve(part.map((resource) => ({ requester: 'alice', resource, ttlSeconds: 60 })));
  }
  const expired = async () => {
    const answer = await server.ask('/api/v1/events/history?type=RESERVATION_EXPIRED&limit=1000');
    const { events } = (await answer.json()) as { events: { resource: string; at: string }[] };
    return events;
  };
  await server.sweep();
  expect(await expired()).toEqual([]);
  nowMs += 60_000;
  await server.sweep();
  await server.sweep();
  const events = await expired();
  expect(events.map(({ resource }) => resource).toSorted()).toEqual(resources.toSorted());
  expect(new Set(events.map(({ at }) => at))).toEqual(new Set(['2026-01-01T00:01:00.000Z']));
});

test('the server sweeps by itself', async () => {
  let nowMs = Date.parse('2026-01-01T00:00:00Z');
  const server = await startTestServer({}, { now: () => nowMs });
  await server.reserve([{ requester: 'alice', resource: 'demo', ttlSeconds: 60 }]);
  nowMs += 60_000;
  const history = async () => (await server.ask('/api/v1/events/history?type=RESERVATION_EXPIRED')).text();
  await expect.poll(history).toContain('"resource":"demo"');
});
