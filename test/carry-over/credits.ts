import { addressesOfMade, readsOf } from './family.ts';
import type { CarriedOverFamily, WriteTools } from './family.ts';

const metric = 'image-generation';

export const credits: CarriedOverFamily = {
  async write({ write, now, advance }) {
    const ask: Ask = (path, body, method = 'POST') => write({ apiKey: 'live', method, path: `/v1/${path}`, body });
    await writeTerms(ask);
    await writeGrants(ask, now());
    await writeUsage(ask);
    await writeHolds(ask);
    for (const apiKey of elsewhere) {
      await writeElsewhere(
        (path, body, method = 'POST') => write({ apiKey, method, path: `/v1/${path}`, body }),
        advance,
      );
    }
    advance(5_000);
    // A lock in the midst of what happens to credits.
    const guard = [{ requester: 'billing', resource: 'customer/42', ttlSeconds: 3_600 }];
    await write({ apiKey: 'live', method: 'POST', path: '/api/v1/Reservation/reserve', body: guard });
  },
  readsAfter: (writes) => [
    ...readsOf('live', [
      ...addressesOfMade(writes, '/v1/customers'),
      ...addressesOfMade(writes, '/v1/reserve'),
      '/v1/customers',
      ...['customer%2F42', 'debtor', 'announced', 'new'].flatMap((name) =>
        readsOfCustomer.map((path) => `/v1/customer-by-external-id/${name}${path}`),
      ),
      '/v1/billable-metrics',
      `/v1/billable-metrics/${metric}`,
      '/v1/metering-rules',
      '/v1/credit-settings',
      '/v1/events?limit=100',
    ]),
    ...elsewhere.flatMap((apiKey) => readsOf(apiKey, ['/v1/events?limit=100', '/v1/customers'])),
  ],
};

const elsewhere = ['test', 'otherTenant'] as const;

const readsOfCustomer = [
  '',
  '/reservations',
  '/reservations?status=expired',
  '/credits?include_blocks=true',
  '/credits/audit',
  '/transactions?limit=100',
  `/entitlements/${metric}?units=7`,
];

type Ask = (path: string, body: unknown, method?: string) => ReturnType<WriteTools['write']>;

/** Metrics and their prices, customers, and the tenant's settings. */
async function writeTerms(ask: Ask): Promise<void> {
  await ask('billable-metrics', { key: metric, display_name: 'Images' });
  await ask('billable-metrics', { key: 'tokens' });
  await ask('metering-rules', { billable_metric_key: metric, cost_type: 'per_unit', unit_cost: 900 });
  await ask('metering-rules', { billable_metric_key: metric, cost_type: 'per_unit', unit_cost: 1_000 });
  const tiers = [
    { up_to: 100, unit_cost: 1_000 },
    { up_to: null, unit_cost: 800 },
  ];
  await ask('metering-rules', { billable_metric_key: 'tokens', cost_type: 'tiered', mode: 'graduated', tiers });
  await ask('customers', { external_id: 'customer/42', display_name: 'Ada Lovelace', metadata: { plan: 'pro' } });
  await ask('customers', { external_id: 'debtor', overage_policy: 'allow', overage_limit: 50_000 });
  await ask('customers', { external_id: 'announced', overage_policy: 'notify', overage_limit: 50_000 });
  await ask('credit-settings', { emit_reservation_expired: true }, 'PATCH');
}

async function writeGrants(ask: Ask, nowMs: number): Promise<void> {
  await ask('topup/grant', {
    external_customer_id: 'customer/42',
    credits: 200_000,
    price_paid: 4_900,
    currency: 'EUR',
    external_payment_id: 'pay_1',
  });
  await ask('topup/grant', { external_customer_id: 'new', credits: 5_000 });
  const grant = 'customer-by-external-id/customer%2F42/credits/grant';
  await ask(grant, {
    credits: 20_000,
    source: 'promotion',
    priority: 1,
    expires_at: new Date(nowMs + 60_000).toISOString(),
  });
  await ask(grant, { credits: 30_000, source: 'promotion' });
  await ask('customer-by-external-id/customer%2F42/credits/adjust', { delta: -1_500, reason: 'mistake' });
}

async function writeUsage(ask: Ask): Promise<void> {
  const usage = (name: string, units: number, event?: string) => ({
    external_customer_id: name,
    billable_metric_key: metric,
    units,
    ...(event !== undefined && { event_id: event }),
  });
  await ask('usage', usage('customer/42', 3, 'render-18'));
  await ask('usage', usage('debtor', 20));
  await ask('usage/batch', {
    events: [usage('customer/42', 1, 'render-18'), usage('new', 2, 'render-19'), usage('debtor', 900)],
  });
  await ask('usage', usage('announced', 4));
  await ask('usage', usage('announced', 6));
}

/** Live ones and ones that end in every way, or lapse before the reads. */
async function writeHolds(ask: Ask): Promise<void> {
  const hold = async (units: number, ttlSeconds: number) => {
    const body = {
      external_customer_id: 'customer/42',
      billable_metric_key: metric,
      estimated_units: units,
      ttl_seconds: ttlSeconds,
    };
    const { reservation_id: reservationId, id } = (await ask('reserve', body)) as {
      readonly reservation_id?: string;
      readonly id?: string;
    };
    return reservationId ?? id;
  };
  const committed = await hold(10, 300);
  const interim = await hold(20, 7_200);
  const released = await hold(5, 300);
  const extended = await hold(4, 40);
  await hold(7, 30);
  await hold(6, 7_200);
  await ask(`reserve/${committed}/commit`, { actual_units: 7 });
  await ask(`reserve/${interim}/commit`, { actual_units: 4, final: false, metadata: { stage: 'draft' } });
  await ask(`reserve/${released}/release`, undefined);
  await ask(`reserve/${extended}/extend`, { additional_units: 2, ttl_seconds: 5_000 });
  await ask('reserve', { external_customer_id: 'new', billable_metric_key: metric, estimated_units: 1_000 });
}

/** What announces something: a debt, and a hold that lapses before the next one is made. */
async function writeElsewhere(ask: Ask, advance: WriteTools['advance']): Promise<void> {
  const of = { external_customer_id: 'elsewhere', billable_metric_key: metric };
  await ask('billable-metrics', { key: metric });
  await ask('metering-rules', { billable_metric_key: metric, cost_type: 'per_unit', unit_cost: 100 });
  await ask('credit-settings', { emit_reservation_expired: true }, 'PATCH');
  await ask('customers', { external_id: 'elsewhere', overage_policy: 'notify', overage_limit: 50_000 });
  await ask('topup/grant', { external_customer_id: 'elsewhere', credits: 1_000 });
  await ask('reserve', { ...of, estimated_units: 2, ttl_seconds: 1 });
  advance(1_001);
  await ask('reserve', { ...of, estimated_units: 3, ttl_seconds: 3_600 });
  await ask('usage', { ...of, units: 20 });
  await ask('usage', { ...of, units: 5 });
}
