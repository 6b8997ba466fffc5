import { afterEach, expect, test } from 'vitest';

import { startExpressEcho } from '../peers/express-echo.ts';
import type { ExpressEcho } from '../peers/express-echo.ts';
import { runCalls } from '../testing/run-calls.ts';
import { reservePath, unreservePath } from './lock-api.ts';
import { openDriver } from './sdk-pairs-driver.ts';

let server: ExpressEcho | undefined;
afterEach(() => server?.[Symbol.asyncDispose]());

/** What is counted with a server that always gives these answers to two callers. */
async function countWith(claim: object, release: object) {
  const toText = (result: object) => JSON.stringify([result, result]);
  server = await startExpressEcho({ [reservePath]: toText(claim), [unreservePath]: toText(release) });
  const driver = await openDriver({ url: server.url, callers: 2, autoBatch: true });
  try {
    return await runCalls(driver);
  } finally {
    await driver.close();
  }
}

const acquired = { status: 'ACQUIRED', releaseToken: 'one' };
const freed = { status: 'RELINQUISHED' };

test('counts each lock that was taken and given back', async () => {
  const { units, requests, wrongAnswers } = await countWith(acquired, freed);
  expect(wrongAnswers).toBe(0);
  expect(units).toBeGreaterThan(0);
  expect(units).toBe(requests / 2);
});

test.each([
  ['a lock isn’t granted', { status: 'ALREADY_HELD', releaseToken: null }, freed, 'was not acquired'],
  ['a lock isn’t freed', acquired, { status: 'NOT_RESERVED' }, 'NOT_RESERVED'],
])('finds it wrong when %s', async (_what, claim, release, said) => {
  const { wrongAnswers, firstWrongAnswer } = await countWith(claim, release);
  expect(wrongAnswers).toBeGreaterThan(0);
  expect(firstWrongAnswer).toContain(said);
});
