import fc from 'fast-check';

import { mostly, optional } from '../choices.ts';
import { get, withQuery } from '../drafts.ts';
import type { Draft, Journal, PlainRequest } from '../family.ts';
import { moments, toWindow } from '../moments.ts';
import * as input from './input.ts';
import { customersIn } from './known.ts';
import { toHoldId, whichHold } from './which-hold.ts';
import { toPath, who } from './who.ts';

const limit = mostly(fc.constantFrom(1, 2, 3, 200), 0, 201, 'x');

export const singleHolds: fc.Arbitrary<Draft> = whichHold.map((which) => {
  return get((journal) => `/v1/reserve/${toHoldId(which, journal)}`);
});

const status = mostly(fc.constantFrom('active', 'committed', 'released', 'expired'), 'ACTIVE');

export const holdLists: fc.Arbitrary<Draft> = ofCustomer('/reservations', optional({ status, limit }, ['limit']));

export const customers: fc.Arbitrary<Draft> = ofCustomer('', fc.constant({}));

export const accounts: fc.Arbitrary<Draft> = ofCustomer(
  '/credits',
  optional({ include_blocks: mostly(fc.constantFrom('true', 'true', 'false'), '1') }),
);

export const audits: fc.Arbitrary<Draft> = ofCustomer('/credits/audit', fc.constant({}));

const entryType = mostly(
  fc.constantFrom('grant', 'hold', 'release', 'consumption', 'expiration', 'adjustment'),
  'other',
);

export const transactionLists: fc.Arbitrary<Draft> = fc
  .tuple(who, optional({ window: moments, type: entryType, limit }, ['limit']))
  .map(([whose, { window = [], ...filters }]) => {
    return get((journal) => {
      return withQuery(`${toPath(whose, journal)}/transactions`, { ...toWindow(window, journal), ...filters });
    });
  });

export const entitlements: fc.Arbitrary<Draft> = fc
  .tuple(who, input.whichMetric, optional({ units: input.units }))
  .map(([whose, metric, filters]) => {
    return get((journal) => {
      const key = encodeURIComponent(input.toMetricKey(metric, journal));
      return withQuery(`${toPath(whose, journal)}/entitlements/${key}`, filters);
    });
  });

export const singleMetrics: fc.Arbitrary<Draft> = input.whichMetric.map((metric) => {
  return get((journal) => `/v1/billable-metrics/${encodeURIComponent(input.toMetricKey(metric, journal))}`);
});

const ruleFilters = optional({ billable_metric_key: input.metricKey, limit }, ['limit']);

/** The lists of a tenant. */
export const tenantLists: fc.Arbitrary<Draft> = fc.oneof(
  toLists('/v1/customers', optional({ limit })),
  toLists('/v1/billable-metrics', optional({ limit })),
  toLists('/v1/metering-rules', ruleFilters),
  toLists('/v1/credit-settings', fc.constant({})),
);

const eventType = mostly(
  fc.constantFrom('credits.overage', 'credits.balance_low', 'credits.held', 'reservation.expired'),
  'other',
);

export const eventLists: fc.Arbitrary<Draft> = toLists('/v1/events', optional({ type: eventType, limit }, ['limit']));

/** All of a tenant's credits. The audits add up nothing else. */
export function toOverview(journal: Journal): readonly PlainRequest[] {
  const ofTenant = ['/v1/credit-settings', '/v1/customers', '/v1/billable-metrics', '/v1/metering-rules'];
  const ofCustomers = customersIn(journal).flatMap(({ id }) => {
    const lists = ['credits?include_blocks=true', 'transactions?limit=200', 'reservations?limit=200'];
    return lists.map((list) => `/v1/customers/${id}/${list}`);
  });
  return [...ofTenant, '/v1/events?limit=200', ...ofCustomers].map((path) => ({ method: 'GET', path }));
}

function ofCustomer(rest: string, filters: fc.Arbitrary<object>): fc.Arbitrary<Draft> {
  return fc.tuple(who, filters).map(([whose, query]) => {
    return get((journal) => withQuery(`${toPath(whose, journal)}${rest}`, { ...query }));
  });
}

function toLists(path: string, filters: fc.Arbitrary<object>): fc.Arbitrary<Draft> {
  return filters.map((query) => get(() => withQuery(path, { ...query })));
}
