import { createHoldfastMock } from '@holdfast/mocks';
import { Holdfast } from '@holdfast/sdk';
import { setupServer } from 'msw/node';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';

import { PrintShop, secondsToPrint } from '../src/print-shop.ts';

const baseUrl = 'http://holdfast.test';
const mock = createHoldfastMock({
  baseUrl,
  tier: 'free', // 200 operations a minute
  seed: {
    definitions: [{ name: 'Printer', capacity: 2 }],
    metrics: [{ key: 'page' }],
    meteringRules: [{ billable_metric_key: 'page', cost_type: 'per_unit', unit_cost: 100 }],
    topUps: [{ external_customer_id: 'alice', credits: 1_000 }],
  },
});
const server = setupServer(...mock.handlers);
const holdfast = new Holdfast({ baseUrl, apiKey: 'any', maxRetries: 1 });
const shop = new PrintShop(holdfast);

beforeAll(() => server.listen({ onUnhandledFrame: 'error' }));
beforeEach(() => mock.reset());
afterAll(() => server.close());

test('a printer that nobody comes back to is free again after ten minutes', async () => {
  expect(await shop.keepPrinter('alice')).toEqual({ isKept: true, printer: 'Printer_0' });
  expect(await shop.keepPrinter('bob')).toEqual({ isKept: true, printer: 'Printer_1' });

  await mock.clock.advance({ seconds: secondsToPrint - 1 });
  expect(await shop.keepPrinter('carol')).toMatchObject({ isKept: false });

  await mock.clock.advance({ seconds: 1 });
  expect(await shop.keepPrinter('carol')).toEqual({ isKept: true, printer: 'Printer_0' });
});

test('an order that is collected in time is paid for by the page', async () => {
  const order = await shop.order('alice', 8);
  expect(await shop.balance('alice')).toBe(200);
  expect(await shop.order('alice', 3)).toBeUndefined();

  expect(await shop.collect(order!, 5)).toBe('paid');
  expect(await shop.balance('alice')).toBe(500);
});

test('an order that is never collected gives its credits back', async () => {
  const order = await shop.order('alice', 8);

  await mock.clock.advance({ seconds: secondsToPrint });
  expect(await shop.balance('alice')).toBe(1_000);
  expect(await shop.collect(order!, 8)).toBe('too late');
  expect(await shop.balance('alice')).toBe(1_000);
});

test('the 201st operation of a minute is refused, and the next minute is a new one', async () => {
  await mock.clock.advance({ seconds: 15 });
  const once = new PrintShop(new Holdfast({ baseUrl, apiKey: 'any', maxRetries: 0 }));
  for (let order = 1; order <= 200; order += 1) await once.order('alice', 1);
  expect(await once.keepPrinter('alice')).toEqual({ isKept: false, retryAfterSeconds: 45 });

  await mock.clock.advance({ seconds: 45 });
  expect(await once.keepPrinter('alice')).toEqual({ isKept: true, printer: 'Printer_0' });
});

test('an order whose answer got lost on the way is one order', async () => {
  mock.failNext({ operationId: 'createHold', status: 'network', after: true }); // it is held, but nobody hears of it

  expect(await shop.order('alice', 8)).toBeTypeOf('string'); // the SDK asks again, with the same idempotency key
  expect(await shop.balance('alice')).toBe(200);
});

test('a server that is down is an error, and nothing is held', async () => {
  mock.failNext({ operationId: 'createHold', status: 503, retryAfterSeconds: 0, times: 2 });

  await expect(shop.order('alice', 8)).rejects.toMatchObject({ status: 503, retryable: true });
  expect(await shop.balance('alice')).toBe(1_000);
});
