import { createHoldfastMock } from '@holdfast/mocks';
import { Holdfast } from '@holdfast/sdk';
import { setupServer } from 'msw/node';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';

const mock = createHoldfastMock({
  baseUrl: 'http://holdfast.test',
  seed: { definitions: [{ name: 'Printer', capacity: 2 }] },
});
const server = setupServer(...mock.handlers);
const holdfast = new Holdfast({ baseUrl: 'http://holdfast.test', apiKey: 'any' });

beforeAll(() => server.listen());
beforeEach(() => mock.reset());
afterAll(() => server.close());

test('a lock lapses with its TTL', async () => {
  await holdfast.resources.reserve([{ requester: 'alice', resource: 'room', ttlSeconds: 60 }]);
  await mock.clock.advance({ seconds: 60 });

  const [bobs] = await holdfast.resources.reserve([{ requester: 'bob', resource: 'room' }]);
  expect(bobs.status).toBe('ACQUIRED');

  const { events } = await holdfast.resources.eventHistory({ type: 'RESERVATION_EXPIRED' });
  expect(events[0]).toMatchObject({ resource: 'room', requester: 'alice', at: '2026-01-01T00:01:00.000Z' });
});

test('an answer that got lost is no second claim', async () => {
  mock.failNext({ operationId: 'reserve', status: 'network', after: true }); // granted, but nobody hears of it
  mock.failNext({ operationId: 'reserve', status: 503, retryAfterSeconds: 0 });

  const [slot] = await holdfast.resources.reserve([{ requester: 'alice', resource: 'Printer' }]); // the SDK tries again
  expect(slot).toMatchObject({ status: 'ACQUIRED', acquiredSlots: { Printer: 'Printer_0' } });
});
