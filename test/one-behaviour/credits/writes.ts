import fc from 'fast-check';

import { listOf, mostly, onceIn, optional } from '../choices.ts';
import { patch, post, put } from '../drafts.ts';
import type { Draft, Journal } from '../family.ts';
import * as input from './input.ts';
import { customersIn } from './known.ts';
import { toHoldId, whichHold } from './which-hold.ts';
import { externalId, toMembers, toPath, who } from './who.ts';
import type { Who } from './who.ts';

/** Gives somebody a block of credits, who is created by the first one: small ones, so that holds span several. */
export const firstTopUps: fc.Arbitrary<Draft> = fc
  .record({
    name: externalId,
    credits: fc.constantFrom(3_000, 5_000, 10_000),
    price_paid: fc.constantFrom(undefined, 0, 100),
    priority: fc.constantFrom(undefined, 0, 1),
    expiry: onceIn(3, input.usualExpiry),
  })
  .map(({ name, expiry: wanted, ...terms }) => {
    return post('/v1/topup/grant', (journal) => {
      const times = wanted && { expires_at: input.toTime(wanted, journal) };
      return { external_customer_id: customersIn(journal)[0]?.externalId ?? name, ...terms, ...times };
    });
  });

export const firstMetrics: fc.Arbitrary<Draft> = fc.constant(post('/v1/billable-metrics', () => ({ key: 'image' })));

export const firstRules: fc.Arbitrary<Draft> = input.usualPrices.map((prices) => {
  return post('/v1/metering-rules', () => ({ billable_metric_key: 'image', ...prices }));
});

export const firstSettings: fc.Arbitrary<Draft> = fc
  .tuple(input.overage, optional({ balance_thresholds: input.thresholds }), fc.boolean())
  .map(([overage, more, emits]) => {
    return patch('/v1/credit-settings', () => ({ ...overage, ...more, emit_reservation_expired: emits }));
  });

export const firstHolds: fc.Arbitrary<Draft> = fc
  .record({ estimated_units: fc.constantFrom(1, 2, 5), ttl_seconds: fc.constantFrom(60, 3_600) })
  .map((body) => {
    return post('/v1/reserve', (journal) => {
      const name = customersIn(journal)[0]?.externalId ?? 'ada';
      return { external_customer_id: name, billable_metric_key: 'image', ...body };
    });
  });

export const holds: fc.Arbitrary<Draft> = fc
  .tuple(who, input.whichMetric, input.units, optional({ ttl_seconds: input.ttlSeconds, metadata: input.metadata }))
  .map(([whose, metric, units, more]) => {
    return post('/v1/reserve', (journal) => {
      const key = input.toMetricKey(metric, journal);
      return { ...toMembers(whose, journal), billable_metric_key: key, estimated_units: units, ...more };
    });
  });

export const commits: fc.Arbitrary<Draft> = aboutHold(
  'commit',
  fc
    .tuple(input.actualUnits, optional({ metadata: input.metadata, final: mostly(fc.boolean(), 'no') }))
    .map(([units, more]) => ({ actual_units: units, ...more })),
);

export const releases: fc.Arbitrary<Draft> = aboutHold('release', fc.constant(undefined));

export const extensions: fc.Arbitrary<Draft> = aboutHold(
  'extend',
  fc.oneof(
    fc.record({ additional_units: input.units }),
    fc.record({ ttl_seconds: input.ttlSeconds }),
    optional({ additional_units: input.units, ttl_seconds: input.ttlSeconds }),
  ),
);

const terms = optional({ priority: input.priority, metadata: input.metadata });
const expiry = fc.option(input.expiry, { nil: undefined });

export const grants: fc.Arbitrary<Draft> = fc
  .tuple(who, input.credits, input.text, optional({ reason: input.text }), terms, expiry)
  .map(([whose, credits, source, ...more]) => {
    const toBody = (journal: Journal) => ({ credits, source, ...toTerms(more, journal) });
    return post((journal) => `${toPath(whose, journal)}/credits/grant`, toBody);
  });

const payment = optional({
  price_paid: mostly(fc.constantFrom(0, 100, 999), -1),
  currency: mostly(fc.constantFrom('EUR', 'USD'), 'eur'),
  package_id: input.text,
  external_payment_id: input.text,
});

/** By external id more often than not, for that creates customers. */
const buyer: fc.Arbitrary<Who | string> = fc.oneof({ weight: 3, arbitrary: who }, { weight: 1, arbitrary: externalId });

export const topUps: fc.Arbitrary<Draft> = fc
  .tuple(buyer, input.credits, payment, terms, expiry)
  .map(([whose, credits, ...more]) => {
    return post('/v1/topup/grant', (journal) => {
      const members = typeof whose === 'string' ? { external_customer_id: whose } : toMembers(whose, journal);
      return { ...members, credits, ...toTerms(more, journal) };
    });
  });

const delta = mostly(fc.constantFrom(1, 1_000, -1, -1_000, -1_000, -5_000, 9_007_199_254_740_991), 0, 0.5);

export const adjustments: fc.Arbitrary<Draft> = fc
  .record({ whose: who, body: fc.record({ delta, reason: input.text }) })
  .map(({ whose, body }) =>
    post(
      (journal) => `${toPath(whose, journal)}/credits/adjust`,
      () => body,
    ),
  );

const usage = fc
  .tuple(
    who,
    input.whichMetric,
    input.usedUnits,
    optional({ event_id: mostly(fc.constantFrom('one', 'two', 'One', '😀'), ''), metadata: input.metadata }),
    onceIn(4, input.expiry),
  )
  .map(([whose, metric, units, more, occurred]) => (journal: Journal) => ({
    ...toMembers(whose, journal),
    billable_metric_key: input.toMetricKey(metric, journal),
    units,
    ...more,
    ...(occurred && { occurred_at: input.toTime(occurred, journal) }),
  }));

export const usages: fc.Arbitrary<Draft> = usage.map((toBody) => post('/v1/usage', toBody));

export const usageBatches: fc.Arbitrary<Draft> = listOf(usage, 5).map((events) => {
  return post('/v1/usage/batch', (journal) => ({ events: events.map((toEvent) => toEvent(journal)) }));
});

export const creations: fc.Arbitrary<Draft> = fc
  .tuple(
    externalId,
    optional({ display_name: mostly(fc.constantFrom('Ada', null), ''), metadata: input.metadata }),
    input.customerOverage,
  )
  .map(([name, more, overage]) => post('/v1/customers', () => ({ external_id: name, ...more, ...overage })));

export const updates: fc.Arbitrary<Draft> = fc
  .tuple(
    who,
    optional({ display_name: mostly(fc.constantFrom('Bob', null), 7), metadata: input.metadata }),
    input.customerOverage,
  )
  .map(([whose, more, overage]) =>
    patch(
      (journal) => toPath(whose, journal),
      () => ({ ...more, ...overage }),
    ),
  );

export const metrics: fc.Arbitrary<Draft> = fc
  .tuple(input.metricKey, optional({ display_name: input.text, metadata: input.metadata }))
  .map(([key, more]) => post('/v1/billable-metrics', () => ({ key, ...more })));

export const rules: fc.Arbitrary<Draft> = fc.tuple(input.whichMetric, input.prices).map(([metric, prices]) => {
  return post('/v1/metering-rules', (journal) => {
    return { billable_metric_key: input.toMetricKey(metric, journal), ...prices };
  });
});

export const settings: fc.Arbitrary<Draft> = fc
  .tuple(input.overage, optional({ balance_thresholds: input.thresholds }))
  .map(([overage, more]) => patch('/v1/credit-settings', () => ({ ...overage, ...more })));

export const thresholds: fc.Arbitrary<Draft> = fc
  .tuple(who, fc.oneof({ weight: 4, arbitrary: input.thresholds }, { weight: 1, arbitrary: fc.constant(null) }))
  .map(([whose, amounts]) =>
    put(
      (journal) => `${toPath(whose, journal)}/credits/thresholds`,
      () => ({ amounts }),
    ),
  );

/** Decides whether what lapses is announced: by when it is found. */
export const announcements: fc.Arbitrary<Draft> = mostly(fc.boolean(), null).map((emits) => {
  return patch('/v1/credit-settings', () => ({ emit_reservation_expired: emits }));
});

function aboutHold(verb: string, body: fc.Arbitrary<unknown>): fc.Arbitrary<Draft> {
  return fc.tuple(whichHold, body).map(([which, sent]) => {
    return post(
      (journal) => `/v1/reserve/${toHoldId(which, journal)}/${verb}`,
      () => sent,
    );
  });
}

function toTerms(parts: readonly (object | input.Expiry | undefined)[], journal: Journal): object {
  const members = parts.map((part) => {
    return part !== undefined && 'aheadSeconds' in part ? { expires_at: input.toTime(part, journal) } : part;
  });
  return Object.assign({}, ...members) as object;
}
