import type { OperationId } from '@holdfast/contract';

import type { HeavyFamily, HeavyRequest } from './heavy-request.ts';
import { inParallel, largeMetadata } from './heavy-request.ts';

/** Has everything that one customer can have much of. */
const rich = 'rich';
/** Has more holds that have lapsed than are settled along with a request. */
const lapsed = 'lapsed';

const mostBlocks = 400;
const manyCredits = 1_000_000_000_000;
const metric = 'metric';

const usage = (number: number, index: number, customer: string) => ({
  external_customer_id: customer,
  billable_metric_key: metric,
  units: 1,
  event_id: `event-${number}-${index}`.padEnd(255, '.'),
});

const thousand = (eventOf: (index: number) => object) => ({
  events: Array.from({ length: 1_000 }, (_, index) => eventOf(index)),
});

const byExternalId = (
  operationId: OperationId,
  what: string,
  query: Readonly<Record<string, string>> = {},
): HeavyRequest => ({
  operationId,
  what,
  status: 200,
  of: () => ({ path: { external_id: rich }, query }),
});

/** Each is used once. */
const holds: string[] = [];

function nextHold(): string {
  const hold = holds.pop();
  if (hold === undefined) throw new Error('More holds were asked for than there are.');
  return hold;
}

const customerIds: Record<string, string> = {};
const byId = (operationId: OperationId, what: string, query: Readonly<Record<string, string>> = {}): HeavyRequest => ({
  operationId,
  what,
  status: 200,
  of: () => ({ path: { customer_id: customerIds[rich]! }, query }),
});

export const credits: HeavyFamily = {
  name: 'credits',
  async prepare(send) {
    await send({ operationId: 'createMetric', body: { key: metric } });
    const tiers = Array.from({ length: 50 }, (_, index) => ({
      up_to: index === 49 ? null : (index + 1) * 10,
      unit_cost: 1,
    }));
    const rule = { billable_metric_key: metric, cost_type: 'tiered', mode: 'graduated', tiers };
    await inParallel(200, async (number) => {
      await send({ operationId: 'createMetric', body: { key: `metric-${number}`, metadata: largeMetadata } });
      await send({ operationId: 'createMeteringRule', body: { ...rule, billable_metric_key: `metric-${number}` } });
      await send({ operationId: 'createCustomer', body: { external_id: `listed-${number}`, metadata: largeMetadata } });
    });
    await send({
      operationId: 'createMeteringRule',
      body: { billable_metric_key: metric, cost_type: 'per_unit', unit_cost: 1 },
    });
    for (const customer of [rich, lapsed]) {
      const created = await send({
        operationId: 'createCustomer',
        body: { external_id: customer, overage_policy: 'allow' },
      });
      customerIds[customer] = (JSON.parse(created) as { id: string }).id;
      await send({ operationId: 'topUp', body: { external_customer_id: customer, credits: manyCredits } });
    }
    await inParallel(mostBlocks, (number) =>
      send({
        operationId: 'grantCreditsByExternalId',
        path: { external_id: rich },
        body: { credits: 1, source: 'promotion', priority: number, metadata: largeMetadata },
      }),
    );
    const hold = { billable_metric_key: metric, estimated_units: 1, metadata: largeMetadata };
    await inParallel(400, async () => {
      const held = await send({
        operationId: 'createHold',
        body: { ...hold, external_customer_id: rich, ttl_seconds: 3_600 },
      });
      holds.push((JSON.parse(held) as { id: string }).id);
      await send({ operationId: 'createHold', body: { ...hold, external_customer_id: lapsed, ttl_seconds: 1 } });
    });
  },
  requests: [
    {
      operationId: 'createHold',
      what: 'large metadata',
      status: 201,
      of: () => ({
        body: { external_customer_id: rich, billable_metric_key: metric, estimated_units: 1, metadata: largeMetadata },
      }),
    },
    {
      operationId: 'createHold',
      what: 'more credits than one block has',
      status: 201,
      of: () => ({
        body: { external_customer_id: rich, billable_metric_key: metric, estimated_units: 1_000, ttl_seconds: 60 },
      }),
    },
    { operationId: 'getHold', what: 'large metadata', status: 200, of: () => ({ path: { id: nextHold() } }) },
    {
      operationId: 'commitHold',
      what: 'much more than was held',
      status: 200,
      of: () => ({ path: { id: nextHold() }, body: { actual_units: 1_000, metadata: largeMetadata } }),
    },
    { operationId: 'releaseHold', what: 'large metadata', status: 200, of: () => ({ path: { id: nextHold() } }) },
    {
      operationId: 'extendHold',
      what: 'large metadata',
      status: 200,
      of: () => ({ path: { id: nextHold() }, body: { additional_units: 1, ttl_seconds: 7_200 } }),
    },
    {
      operationId: 'createCustomer',
      what: 'large metadata',
      status: 201,
      of: (number) => ({ body: { external_id: `created-${number}`, metadata: largeMetadata } }),
    },
    {
      operationId: 'listCustomers',
      what: 'a page of 200 with large metadata',
      status: 200,
      of: () => ({ query: { limit: '200' } }),
    },
    byId('getCustomer', 'one'),
    byExternalId('getCustomerByExternalId', 'one'),
    {
      operationId: 'updateCustomer',
      what: 'large metadata',
      status: 200,
      of: () => ({ path: { customer_id: customerIds[rich]! }, body: { metadata: largeMetadata } }),
    },
    {
      operationId: 'updateCustomerByExternalId',
      what: 'large metadata',
      status: 200,
      of: () => ({ path: { external_id: rich }, body: { metadata: largeMetadata } }),
    },
    byId('listHolds', 'a page of 200 with large metadata', { limit: '200' }),
    byExternalId('listHoldsByExternalId', 'a page of 200 with large metadata', { limit: '200' }),
    byId('getAccount', 'hundreds of blocks with large metadata', { include_blocks: 'true' }),
    byExternalId('getAccountByExternalId', 'hundreds of blocks with large metadata', { include_blocks: 'true' }),
    {
      operationId: 'grantCredits',
      what: 'large metadata',
      status: 201,
      of: () => ({
        path: { customer_id: customerIds[rich]! },
        body: { credits: 1, source: 'manual', metadata: largeMetadata },
      }),
    },
    {
      operationId: 'grantCreditsByExternalId',
      what: 'large metadata',
      status: 201,
      of: () => ({ path: { external_id: rich }, body: { credits: 1, source: 'manual', metadata: largeMetadata } }),
    },
    {
      operationId: 'adjustCredits',
      what: 'more credits than one block has',
      status: 201,
      of: () => ({ path: { customer_id: customerIds[rich]! }, body: { delta: -500, reason: 'r'.repeat(256) } }),
    },
    {
      operationId: 'adjustCreditsByExternalId',
      what: 'more credits than one block has',
      status: 201,
      of: () => ({ path: { external_id: rich }, body: { delta: -500, reason: 'r'.repeat(256) } }),
    },
    {
      operationId: 'putCreditThresholds',
      what: 'sixteen of them',
      status: 200,
      of: (number) => ({ path: { customer_id: customerIds[rich]! }, body: { amounts: thresholdsFrom(number) } }),
    },
    {
      operationId: 'putCreditThresholdsByExternalId',
      what: 'sixteen of them',
      status: 200,
      of: (number) => ({ path: { external_id: rich }, body: { amounts: thresholdsFrom(number) } }),
    },
    byId('auditAccount', 'hundreds of entries'),
    byExternalId('auditAccountByExternalId', 'hundreds of entries'),
    byId('listTransactions', 'a page of 200', { limit: '200' }),
    byExternalId('listTransactionsByExternalId', 'a filter that keeps little', { limit: '200', type: 'expiration' }),
    {
      operationId: 'getEntitlement',
      what: 'hundreds of blocks',
      status: 200,
      of: () => ({ path: { customer_id: customerIds[rich]!, billable_metric_key: metric } }),
    },
    {
      operationId: 'getEntitlementByExternalId',
      what: 'hundreds of holds that have lapsed',
      status: 200,
      of: () => ({ path: { external_id: lapsed, billable_metric_key: metric } }),
    },
    {
      operationId: 'topUp',
      what: 'large metadata',
      status: 201,
      of: () => ({ body: { external_customer_id: rich, credits: 1, metadata: largeMetadata } }),
    },
    {
      operationId: 'createMetric',
      what: 'large metadata',
      status: 201,
      of: (number) => ({ body: { key: `created-${number}`, metadata: largeMetadata } }),
    },
    {
      operationId: 'listMetrics',
      what: 'a page of 200 with large metadata',
      status: 200,
      of: () => ({ query: { limit: '200' } }),
    },
    { operationId: 'getMetric', what: 'large metadata', status: 200, of: () => ({ path: { key: 'metric-0' } }) },
    {
      operationId: 'createMeteringRule',
      what: '50 tiers',
      status: 201,
      of: (number) => ({
        body: {
          billable_metric_key: `metric-${number % 200}`,
          cost_type: 'tiered',
          mode: 'graduated',
          tiers: Array.from({ length: 50 }, (_, index) => ({ up_to: index === 49 ? null : index + 1, unit_cost: 1 })),
        },
      }),
    },
    {
      operationId: 'listMeteringRules',
      what: 'a page of 200 with 50 tiers each',
      status: 200,
      of: () => ({ query: { limit: '200' } }),
    },
    {
      operationId: 'recordUsage',
      what: 'large metadata, more credits than one block has',
      status: 201,
      of: (number) => ({ body: { ...usage(number, 0, rich), units: 500, metadata: largeMetadata } }),
    },
    {
      operationId: 'recordUsageBatch',
      what: '1,000 events of one customer',
      status: 200,
      of: (number) => ({ body: thousand((index) => usage(number, index, rich)) }),
    },
    {
      operationId: 'recordUsageBatch',
      what: '1,000 events of 1,000 customers, with metadata',
      status: 200,
      of: (number) => ({
        body: thousand((index) => ({
          ...usage(number, index, `of-batch-${index}`),
          metadata: { text: 'm'.repeat(400) },
        })),
      }),
    },
    { operationId: 'getCreditSettings', what: 'them', status: 200, of: () => ({}) },
    {
      operationId: 'updateCreditSettings',
      what: 'sixteen thresholds',
      status: 200,
      of: (number) => ({ body: { emit_reservation_expired: true, balance_thresholds: thresholdsFrom(number) } }),
    },
    { operationId: 'listCreditEvents', what: 'a page of 200', status: 200, of: () => ({ query: { limit: '200' } }) },
  ],
};

/** As many as there may be. */
function thresholdsFrom(least: number): readonly number[] {
  return Array.from({ length: 16 }, (_, index) => least + 100 * index);
}
