import { describe, expect, test } from 'vitest';

import { Holdfast, HoldfastError } from '../src/index.ts';
import type { CustomerReference } from '../src/index.ts';
import { answers, scriptedFetch } from './fakes/fake-fetch.ts';

type Credits = Holdfast['credits'];

function client() {
  const { fetch, sent } = scriptedFetch(answers({ data: [], pagination: { has_more: false, next_cursor: null } }));
  return { credits: new Holdfast({ baseUrl: 'https://holdfast.test', apiKey: 'key', fetch }).credits, sent };
}

const uuid = /^[0-9a-f-]{36}$/;
const id = '7b0e1c1e-8a1f-4a52-9c3e-6d1d5a0c9f10';
const units = { billable_metric_key: 'image', estimated_units: 10 };
const usage = { billable_metric_key: 'image', units: 3, event_id: 'e-1' };
const rule = { billable_metric_key: 'image', cost_type: 'flat', flat_cost: 5 } as const;

describe('each method asks for its operation', () => {
  test.each<[string, (credits: Credits) => PromiseLike<unknown>, unknown?]>([
    [
      'POST /v1/reserve',
      (credits) => credits.hold({ customer: 'acme', ...units, ttl_seconds: 60, metadata: { job: 7 } }),
      { external_customer_id: 'acme', ...units, ttl_seconds: 60, metadata: { job: 7 } },
    ],
    ['GET /v1/reserve/h-1', (credits) => credits.getHold('h-1')],
    ['POST /v1/reserve/h-1/commit', (credits) => credits.commit('h-1', { actual_units: 7 }), { actual_units: 7 }],
    ['POST /v1/reserve/h-1/release', (credits) => credits.release('h-1')],
    ['POST /v1/reserve/h-1/extend', (credits) => credits.extend('h-1', { ttl_seconds: 9 }), { ttl_seconds: 9 }],
    ['POST /v1/customers', (credits) => credits.customers.create({ external_id: 'acme' }), { external_id: 'acme' }],
    ['GET /v1/customers?limit=2', (credits) => credits.customers.list({ limit: 2 })],
    [
      'POST /v1/topup/grant',
      (credits) => credits.topUp({ customer: 'acme', credits: 5, price_paid: 1, currency: 'EUR' }),
      { external_customer_id: 'acme', credits: 5, price_paid: 1, currency: 'EUR' },
    ],
    ['POST /v1/billable-metrics', (credits) => credits.metrics.create({ key: 'image' }), { key: 'image' }],
    ['GET /v1/billable-metrics', (credits) => credits.metrics.list()],
    ['GET /v1/billable-metrics/image', (credits) => credits.metrics.get('image')],
    ['POST /v1/metering-rules', (credits) => credits.rules.create(rule), rule],
    [
      'GET /v1/metering-rules?billable_metric_key=image',
      (credits) => credits.rules.list({ billable_metric_key: 'image' }),
    ],
    [
      'POST /v1/usage',
      (credits) => credits.recordUsage({ customer: 'acme', ...usage }),
      { external_customer_id: 'acme', ...usage },
    ],
    [
      'POST /v1/usage/batch',
      (credits) =>
        credits.recordUsageBatch([
          { customer: 'acme', ...usage },
          { customer: { id }, ...usage },
        ]),
      {
        events: [
          { external_customer_id: 'acme', ...usage },
          { customer_id: id, ...usage },
        ],
      },
    ],
    ['GET /v1/credit-settings', (credits) => credits.settings()],
    [
      'PATCH /v1/credit-settings',
      (credits) => credits.updateSettings({ overage_policy: 'allow', overage_limit: null }),
      { overage_policy: 'allow', overage_limit: null },
    ],
    ['GET /v1/events?type=credits.overage', (credits) => credits.events({ type: 'credits.overage' })],
    [
      'PUT /v1/customer-by-external-id/acme/credits/thresholds',
      (credits) => credits.setThresholds('acme', [50_000, 10_000]),
      { amounts: [50_000, 10_000] },
    ],
    [`PUT /v1/customers/${id}/credits/thresholds`, (credits) => credits.setThresholds({ id }, null), { amounts: null }],
  ])('%s', async (request, call, body) => {
    const { credits, sent } = client();
    await call(credits);
    expect(sent.map(({ method, path }) => `${method} ${path}`)).toEqual([request]);
    expect(sent[0]!.body).toEqual(body);
    const key = sent[0]!.headers.get('idempotency-key');
    if (request.startsWith('GET')) expect(key).toBeNull();
    else expect(key).toMatch(uuid);
  });
});

describe('each method that is about a customer takes either id', () => {
  const grant = { credits: 5, source: 'promotion' };
  const adjustment = { delta: -5, reason: 'A mistake' };
  test.each<[string, (credits: Credits, customer: CustomerReference) => PromiseLike<unknown>, unknown?]>([
    ['GET ', (credits, customer) => credits.customers.get(customer)],
    ['PATCH ', (credits, customer) => credits.customers.update(customer, { metadata: {} }), { metadata: {} }],
    ['GET /reservations?status=active', (credits, customer) => credits.holds(customer, { status: 'active' })],
    ['GET /credits', (credits, customer) => credits.account(customer)],
    ['GET /credits?include_blocks=true', (credits, customer) => credits.account(customer, { include_blocks: true })],
    ['POST /credits/grant', (credits, customer) => credits.grant({ customer, ...grant }), grant],
    ['POST /credits/adjust', (credits, customer) => credits.adjust({ customer, ...adjustment }), adjustment],
    ['GET /credits/audit', (credits, customer) => credits.audit(customer)],
    ['GET /transactions?type=grant', (credits, customer) => credits.transactions(customer, { type: 'grant' })],
    ['GET /entitlements/image?units=4', (credits, customer) => credits.entitlement(customer, 'image', { units: 4 })],
  ])('%s', async (request, call, body) => {
    const { credits, sent } = client();
    for (const customer of ['a/b ü', { externalId: 'a/b ü' }, { id }]) await call(credits, customer);
    const [method, rest] = request.split(' ');
    const byExternalId = `${method} /v1/customer-by-external-id/a%2Fb%20%C3%BC${rest}`;
    const asked = sent.map(({ method, path }) => `${method} ${path}`);
    expect(asked).toEqual([byExternalId, byExternalId, `${method} /v1/customers/${id}${rest}`]);
    expect(sent.map((request) => request.body)).toEqual([body, body, body]);
  });

  test('in the body, where the wire has it there', async () => {
    const { credits, sent } = client();
    for (const customer of ['acme', { externalId: 'acme' }, { id }]) await credits.hold({ customer, ...units });
    const byExternalId = { external_customer_id: 'acme', ...units };
    expect(sent.map(({ body }) => body)).toEqual([byExternalId, byExternalId, { customer_id: id, ...units }]);
  });

  test('and none that is missing, as it may be without types', async () => {
    const { credits, sent } = client();
    const nobody = { id: undefined } as unknown as CustomerReference;
    await expect(credits.grant({ customer: nobody, ...grant })).rejects.toBeInstanceOf(HoldfastError);
    await expect(credits.account('')).rejects.toBeInstanceOf(HoldfastError);
    expect(sent).toEqual([]);
  });
});

test('each method takes the options of all calls', async () => {
  const { credits, sent } = client();
  const options = { idempotencyKey: 'order-7', headers: { 'X-Trace': '1' } };
  const calls = [
    credits.hold({ customer: 'acme', ...units }, options),
    credits.commit('h-1', { actual_units: 1 }, options),
    credits.release('h-1', options),
    credits.extend('h-1', { ttl_seconds: 1 }, options),
    credits.customers.create({ external_id: 'acme' }, options),
    credits.customers.update('acme', {}, options),
    credits.grant({ customer: 'acme', credits: 5, source: 'x' }, options),
    credits.topUp({ customer: 'acme', credits: 5 }, options),
    credits.adjust({ customer: 'acme', delta: 5, reason: 'x' }, options),
    credits.metrics.create({ key: 'image' }, options),
    credits.rules.create(rule, options),
    credits.recordUsage({ customer: 'acme', ...usage }, options),
    credits.recordUsageBatch([], options),
    credits.updateSettings({}, options),
  ];
  const reads = [
    credits.getHold('h-1', options),
    credits.holds('acme', {}, options),
    credits.customers.get('acme', options),
    credits.customers.list({}, options),
    credits.account('acme', {}, options),
    credits.audit('acme', options),
    credits.transactions('acme', {}, options),
    credits.entitlement('acme', 'image', {}, options),
    credits.metrics.get('image', options),
    credits.metrics.list({}, options),
    credits.rules.list({}, options),
    credits.settings(options),
    credits.events({}, options),
  ];
  await Promise.all([...calls, ...reads]);
  expect(sent.map(({ headers }) => headers.get('x-trace'))).toEqual(sent.map(() => '1'));
  const keys = sent.map(({ headers }) => headers.get('idempotency-key'));
  expect(keys).toEqual([...calls.map(() => 'order-7'), ...reads.map(() => null)]);
});

describe('lists of credits', () => {
  const page = (keys: string[], next_cursor: string | null) => {
    const pagination = { has_more: next_cursor !== null, next_cursor };
    return answers({ data: keys.map((key) => ({ id: key, key })), pagination });
  };

  test.each<[string, (credits: Credits) => AsyncIterable<{ id?: string; key?: string }>]>([
    ['/v1/customers?', (credits) => credits.customers.list({ limit: 2 })],
    ['/v1/customer-by-external-id/acme/reservations?', (credits) => credits.holds('acme', { limit: 2 })],
    [`/v1/customers/${id}/transactions?`, (credits) => credits.transactions({ id }, { limit: 2 })],
    ['/v1/billable-metrics?', (credits) => credits.metrics.list({ limit: 2 })],
    ['/v1/metering-rules?', (credits) => credits.rules.list({ limit: 2 })],
    ['/v1/events?', (credits) => credits.events({ limit: 2 })],
  ])('%s', async (address, list) => {
    const { fetch, sent } = scriptedFetch(page(['a', 'b'], 'c1'), page([], 'c2'), page(['c'], null));
    const { credits } = new Holdfast({ baseUrl: 'https://holdfast.test', apiKey: 'key', fetch });
    const seen = [];
    for await (const item of list(credits)) seen.push(item.id);
    expect(seen).toEqual(['a', 'b', 'c']);
    const asked = ['limit=2', 'limit=2&cursor=c1', 'limit=2&cursor=c2'].map((query) => address + query);
    expect(sent.map(({ path }) => path)).toEqual(asked);
  });

  test('awaited are their first page, and can be read page by page', async () => {
    const { fetch } = scriptedFetch(page(['a'], 'c1'), page(['b'], null));
    const { credits } = new Holdfast({ baseUrl: 'https://holdfast.test', apiKey: 'key', fetch });
    const list = credits.metrics.list();
    expect((await list).pagination).toEqual({ has_more: true, next_cursor: 'c1' });
    const pages = [];
    for await (const { data } of list.byPage()) pages.push(data.map(({ key }) => key));
    expect(pages).toEqual([['a'], ['b']]);
  });
});
