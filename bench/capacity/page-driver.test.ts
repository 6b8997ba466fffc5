import { expect, test } from 'vitest';

import { startFakeServer } from '../testing/fake-server.ts';
import { runCalls } from '../testing/run-calls.ts';
import { openDriver } from './page-driver.ts';

/** What is counted with a server that always answers so, where the page should be `{"rows":3}`. */
async function countWith(status: number, body: string) {
  await using server = await startFakeServer(() => ({ status, body }));
  const options = { urls: [server.url], connections: 2, path: '/rows?limit=3', page: '{"rows":3}', rowCount: 3 };
  const driver = await openDriver(options);
  try {
    return { seen: server.seen, ...(await runCalls(driver)) };
  } finally {
    await driver.close();
  }
}

test('counts the rows of the page that it asks for', async () => {
  const { seen, units, requests, wrongAnswers } = await countWith(200, '{"rows":3}');
  expect(wrongAnswers).toBe(0);
  expect(requests).toBeGreaterThan(0);
  expect(units).toBe(requests * 3);
  expect(seen[0]).toMatchObject({ path: '/rows?limit=3', body: undefined });
});

test.each([
  [200, '{"rows":4}', '{"rows":4}'],
  [503, '{"rows":3}', 'status 503'],
])('finds it wrong when the answer is %i %s', async (status, body, said) => {
  const { units, wrongAnswers, firstWrongAnswer } = await countWith(status, body);
  expect(units).toBe(0);
  expect(wrongAnswers).toBeGreaterThan(0);
  expect(firstWrongAnswer).toContain(said);
});
