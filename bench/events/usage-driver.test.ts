import { expect, test } from 'vitest';

import { startFakeServer } from '../testing/fake-server.ts';
import type { FakeAnswer } from '../testing/fake-server.ts';
import { runCalls } from '../testing/run-calls.ts';
import { openDriver } from './usage-driver.ts';

const recorded = {
  status: 201,
  body: { duplicate: false, cost: 1_000, transaction: { id: 'e', delta: -1_000, type: 't' } },
};

async function countWith(answer: FakeAnswer) {
  await using server = await startFakeServer(() => answer);
  const driver = await openDriver({ urls: [server.url], connections: 2, tenants: 3, firstTenant: 7 });
  try {
    return { seen: server.seen, ...(await runCalls(driver)) };
  } finally {
    await driver.close();
  }
}

test('counts all usage that was recorded, each with a key of its own', async () => {
  const { seen, units, requests, wrongAnswers } = await countWith(recorded);
  expect(wrongAnswers).toBe(0);
  expect(units).toBeGreaterThan(0);
  expect(units).toBe(requests);
  expect(new Set(seen.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(seen.length);
});

test.each([
  ['it was recorded before', { ...recorded, body: { ...recorded.body, duplicate: true } }, 'duplicate'],
  ['something else is debited', { ...recorded, body: { ...recorded.body, transaction: { delta: -1 } } }, 'delta'],
  ['it is refused', { status: 402, body: { status: 402, detail: 'Insufficient credits.' } }, 'status 402'],
])('finds it wrong when %s', async (_what, answer, said) => {
  const { units, wrongAnswers, firstWrongAnswer } = await countWith(answer);
  expect(units).toBe(0);
  expect(wrongAnswers).toBeGreaterThan(0);
  expect(firstWrongAnswer).toContain(said);
});
