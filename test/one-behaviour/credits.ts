import fc from 'fast-check';

import { customersIn, holdsIn, metricsIn, pricedMetricsIn } from './credits/known.ts';
import * as reads from './credits/reads.ts';
import * as writes from './credits/writes.ts';
import { prepared } from './drafts.ts';
import type { Family } from './family.ts';
import { words } from './words.ts';

const dayMs = 86_400_000;

/** What needs nothing else. */
const creations = fc.oneof(
  { weight: 4, arbitrary: writes.topUps },
  { weight: 2, arbitrary: writes.creations },
  { weight: 3, arbitrary: writes.metrics },
  { weight: 2, arbitrary: writes.settings },
  { weight: 1, arbitrary: writes.announcements },
  { weight: 2, arbitrary: reads.eventLists },
  { weight: 3, arbitrary: reads.tenantLists },
);

const aboutCustomers = prepared(
  fc.oneof(
    { weight: 6, arbitrary: writes.grants },
    { weight: 5, arbitrary: writes.adjustments },
    { weight: 3, arbitrary: writes.updates },
    { weight: 3, arbitrary: writes.thresholds },
    { weight: 1, arbitrary: reads.customers },
    { weight: 5, arbitrary: reads.accounts },
    { weight: 3, arbitrary: reads.audits },
    { weight: 5, arbitrary: reads.transactionLists },
    { weight: 4, arbitrary: reads.holdLists },
  ),
  (journal) => customersIn(journal).length > 0,
  writes.firstTopUps,
);

const rules = prepared(writes.rules, (journal) => metricsIn(journal).length > 0, writes.firstMetrics);

const aboutUnits = prepared(
  prepared(
    fc.oneof(
      { weight: 8, arbitrary: writes.holds },
      { weight: 6, arbitrary: writes.usages },
      { weight: 4, arbitrary: writes.usageBatches },
      { weight: 2, arbitrary: reads.entitlements },
      { weight: 1, arbitrary: reads.singleMetrics },
      { weight: 2, arbitrary: rules },
    ),
    (journal) => pricedMetricsIn(journal).length > 0,
    rules,
  ),
  (journal) => customersIn(journal).length > 0,
  writes.firstTopUps,
);

const aboutHolds = prepared(
  fc.oneof(
    { weight: 5, arbitrary: writes.commits },
    { weight: 2, arbitrary: writes.releases },
    { weight: 3, arbitrary: writes.extensions },
    { weight: 2, arbitrary: reads.singleHolds },
  ),
  (journal) => holdsIn(journal).active.length > 0,
  aboutUnits,
);

export const credits: Family = {
  name: 'credits',
  usualSequences: { few: 120, many: 500 },
  firstDrafts: [
    writes.firstTopUps,
    writes.firstTopUps,
    writes.firstTopUps,
    writes.firstMetrics,
    writes.firstRules,
    writes.firstSettings,
    writes.firstHolds,
  ],
  drafts: fc.oneof(
    { weight: 3, arbitrary: creations },
    { weight: 10, arbitrary: aboutCustomers },
    { weight: 10, arbitrary: aboutUnits },
    { weight: 10, arbitrary: aboutHolds },
  ),
  secretMembers: [],
  deadlineMembers: ['expires_at'],
  windowsMs: [dayMs, 90 * dayMs],
  overview: reads.toOverview,
  cursorMember: 'next_cursor',
  otherFilter: ['type', 'grant'],
  outcomeMembers: ['status', 'type'],
  expectedCoverage: [
    ...words(`
      active committed released expired recorded duplicate refused
      grant hold release consumption expiration adjustment credits.overage reservation.expired credits.balance_low
      credits.granted credits.held credits.released credits.consumed credits.expired credits.adjusted
    `),
    ...words(`
      insufficient-credits not-found reservation-not-active reservation-expired idempotency-key-conflict conflict
      no-metering-rule validation-failed unauthorized method-not-allowed unsupported-media-type
    `).map((slug) => `https://api.quotastack.io/errors/${slug}`),
  ],
  leastCarriedOut: 0.75,
};
