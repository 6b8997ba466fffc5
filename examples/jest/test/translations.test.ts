import { createHoldfastMock } from '@holdfast/mocks';
import { Holdfast } from '@holdfast/sdk';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { http, HttpResponse } from 'msw';
import { setupServer } from 'msw/node';

import { Translations } from '../src/translations';

const mock = createHoldfastMock({
  baseUrl: 'http://holdfast.test',
  seed: {
    metrics: [{ key: 'word' }],
    meteringRules: [{ billable_metric_key: 'word', cost_type: 'per_unit', unit_cost: 50 }],
    topUps: [{ external_customer_id: 'alice', credits: 1_000 }],
  },
});
const serviceUrl = 'http://translator.test/';
const server = setupServer(
  ...mock.handlers,
  http.post(serviceUrl, () => HttpResponse.json(['eins', 'zwei', null])),
);
const holdfast = new Holdfast({ baseUrl: 'http://holdfast.test', apiKey: 'any' });
const translations = new Translations(holdfast, serviceUrl);
const job = { id: 'letter-1', customer: 'alice', words: ['one', 'two', 'qwerty'] };

beforeAll(() => server.listen({ onUnhandledRequest: 'error' }));
beforeEach(async () => {
  server.resetHandlers();
  await mock.reset();
});
afterAll(() => server.close());

async function balances(): Promise<{ left: number; held: number }> {
  const { effective_balance, reserved_balance } = await holdfast.credits.account('alice');
  return { left: effective_balance, held: reserved_balance };
}

test('a customer pays for the words that were translated', async () => {
  expect(await translations.run(job)).toEqual({ status: 'done', paid: 100 });
  expect(await balances()).toEqual({ left: 900, held: 0 });
});

test('a job that is run again is paid once, and not translated again', async () => {
  await translations.run(job);
  server.use(http.post(serviceUrl, () => HttpResponse.error()));

  expect(await translations.run(job)).toEqual({ status: 'done', paid: 100 });
  expect(await balances()).toEqual({ left: 900, held: 0 });
});

test('a job that somebody else is at is left to them', async () => {
  await mock.seed({
    reservations: [{ requester: 'another worker', resource: 'translation-letter-1', ttlSeconds: 30 }],
  });
  expect(await translations.run(job)).toEqual({ status: 'under way' });

  await mock.clock.advance({ seconds: 30 }); // The other worker has crashed.
  expect(await translations.run(job)).toEqual({ status: 'done', paid: 100 });
});

test('when the service fails, the credits are back at once', async () => {
  server.use(http.post(serviceUrl, () => new HttpResponse(null, { status: 500 })));

  await expect(translations.run(job)).rejects.toThrow('The translation service answered 500.');
  expect(await balances()).toEqual({ left: 1_000, held: 0 });
});

test('when the answer to the payment gets lost, it is still one payment', async () => {
  mock.failNext({ operationId: 'commitHold', status: 'network', after: true }); // It is paid, but nobody hears of it.

  expect(await translations.run(job)).toEqual({ status: 'done', paid: 100 });
  expect(await balances()).toEqual({ left: 900, held: 0 });
});

test('a customer with too few credits keeps them', async () => {
  expect(await translations.run({ ...job, words: Array.from({ length: 21 }, String) })).toEqual({
    status: 'too few credits',
  });
  expect(await balances()).toEqual({ left: 1_000, held: 0 });
});
