import { afterEach, expect, test } from 'vitest';

import { startExpressEcho } from '../peers/express-echo.ts';
import type { ExpressEcho } from '../peers/express-echo.ts';
import { runCalls } from '../testing/run-calls.ts';
import { reservePath, unreservePath } from './lock-api.ts';
import { openDriver } from './lock-pairs-driver.ts';

const acquired = [
  { status: 'ACQUIRED', releaseToken: 'one' },
  { status: 'ACQUIRED', releaseToken: 'two' },
];
const refused = [
  { status: 'ACQUIRED', releaseToken: 'one' },
  { status: 'ALREADY_HELD', releaseToken: null },
];
const freed = [{ status: 'RELINQUISHED' }, { status: 'RELINQUISHED' }];
const notFreed = [{ status: 'RELINQUISHED' }, { status: 'NOT_RESERVED' }];

let server: ExpressEcho | undefined;
afterEach(() => server?.[Symbol.asyncDispose]());

/** What is counted with a server that always gives these answers. */
async function countWith(answers: Readonly<Record<string, unknown>>) {
  const texts = Object.entries(answers).map(([path, body]) => [path, JSON.stringify(body)]);
  server = await startExpressEcho(Object.fromEntries(texts));
  const options = { urls: [server.url], connections: 2, itemsPerRequest: 2, tenants: 1, firstTenant: 0, pauseMs: 1 };
  const driver = await openDriver(options);
  try {
    return await runCalls(driver);
  } finally {
    await driver.close();
  }
}

test('counts each lock that was taken and given back', async () => {
  const { units, requests, wrongAnswers } = await countWith({ [reservePath]: acquired, [unreservePath]: freed });
  expect(wrongAnswers).toBe(0);
  expect(units).toBeGreaterThan(0);
  expect(units).toBe(requests);
});

test.each([
  ['a lock isn’t granted', { [reservePath]: refused, [unreservePath]: freed }, 'ALREADY_HELD'],
  ['a lock isn’t freed', { [reservePath]: acquired, [unreservePath]: notFreed }, 'NOT_RESERVED'],
  ['the status isn’t 200', { [reservePath]: acquired }, 'status 404'],
])('finds it wrong when %s', async (_what, answers, said) => {
  const { wrongAnswers, firstWrongAnswer } = await countWith(answers);
  expect(wrongAnswers).toBeGreaterThan(0);
  expect(firstWrongAnswer).toContain(said);
});
