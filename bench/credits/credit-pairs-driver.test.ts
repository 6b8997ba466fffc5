import { expect, test } from 'vitest';

import { startFakeServer } from '../testing/fake-server.ts';
import type { FakeAnswer } from '../testing/fake-server.ts';
import { runCalls } from '../testing/run-calls.ts';
import { openDriver } from './credit-pairs-driver.ts';

const held = { status: 201, body: { id: 'a-b', tenant_id: 't', status: 'active', estimated_cost: 10_000 } };
const committed = {
  status: 200,
  body: { reservation_id: 'a-b', status: 'committed', actual_cost: 7_000, released: 3_000, transaction: { id: 'e' } },
};
const insufficient = { status: 402, body: { status: 402, detail: 'Insufficient credits for reservation.' } };
const expired = { status: 409, body: { status: 409, detail: 'The hold has expired.' } };

/** What is counted, and what is seen, with a server that always gives these answers to a hold and to a commit. */
async function countWith(hold: FakeAnswer, commit: FakeAnswer) {
  await using server = await startFakeServer(({ path }) => (path.endsWith('/commit') ? commit : hold));
  const spread = { customers: 3, tenants: 1, firstTenant: 0 };
  const driver = await openDriver({ urls: [server.url], connections: 2, ...spread, pauseMs: 1 });
  try {
    return { seen: server.seen, ...(await runCalls(driver)) };
  } finally {
    await driver.close();
  }
}

test('counts each hold that was made and committed', async () => {
  const { seen, units, requests, wrongAnswers } = await countWith(held, committed);
  expect(wrongAnswers).toBe(0);
  expect(units).toBeGreaterThan(0);
  expect(units).toBe(requests / 2);

  expect(seen.map(({ path }) => path)).toContain('/v1/reserve/a-b/commit');
  expect(new Set(seen.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(seen.length);
  const bodyAt = (wanted: string) => seen.find(({ path }) => path === wanted)?.body;
  const order = { billable_metric_key: expect.any(String), estimated_units: 10, ttl_seconds: 60 };
  expect(bodyAt('/v1/reserve')).toEqual({ external_customer_id: 'customer-0', ...order });
  expect(bodyAt('/v1/reserve/a-b/commit')).toEqual({ actual_units: 7 });
});

test('spreads the pairs over all customers', async () => {
  const { seen } = await countWith(held, committed);
  const customers = seen.flatMap(({ body }) => (body as { external_customer_id?: string }).external_customer_id ?? []);
  expect([...new Set(customers)].toSorted()).toEqual(['customer-0', 'customer-1', 'customer-2']);
});

test.each([
  ['there aren’t enough credits', insufficient, committed, 'status 402'],
  ['a hold holds something else', { ...held, body: { ...held.body, estimated_cost: 100_000 } }, committed, '100000'],
  ['a commit takes something else', held, { ...committed, body: { ...committed.body, actual_cost: 70_000 } }, '70000'],
  ['a hold isn’t committed', held, expired, 'status 409'],
])('finds it wrong when %s', async (_what, hold, commit, said) => {
  const { wrongAnswers, firstWrongAnswer } = await countWith(hold, commit);
  expect(wrongAnswers).toBeGreaterThan(0);
  expect(firstWrongAnswer).toContain(said);
});
