import fc from 'fast-check';

import { mostly, onceIn, optional } from '../choices.ts';
import { get, put, withQuery } from '../drafts.ts';
import type { Draft, Journal, PlainRequest } from '../family.ts';
import { dayMs, hourMs, onGrid, ownHoursAhead, quarterMs, toTime } from './hours.ts';
import { limitGb } from './input.ts';

const path = '/v1/admin/capacity';

/** For when a limit is set: some hold on one interval, some over days. */
type Range = (journal: Journal) => object;

const range: fc.Arbitrary<Range> = fc
  .tuple(
    fc.constantFrom<(journal: Journal) => number>(
      (journal) => ownHoursAhead(journal, 1)[0] ?? 0,
      (journal) => (ownHoursAhead(journal, 1)[0] ?? 0) + quarterMs,
      ({ nowMs }) => onGrid(nowMs),
      ({ nowMs }) => onGrid(nowMs) + dayMs,
    ),
    fc.constantFrom(quarterMs, 2 * quarterMs, hourMs, dayMs, 3 * dayMs),
  )
  .map(([toStart, length]) => (journal) => {
    const start = toStart(journal);
    return { from: toTime(start), to: toTime(start + length) };
  });

const slips: readonly Range[] = [
  ({ nowMs }) => ({ from: toTime(onGrid(nowMs)) }),
  ({ nowMs }) => ({ to: toTime(onGrid(nowMs)) }),
  ({ nowMs }) => ({ from: toTime(onGrid(nowMs)), to: toTime(onGrid(nowMs)) }),
  ({ nowMs }) => ({ from: toTime(onGrid(nowMs) + 1_000), to: toTime(onGrid(nowMs) + dayMs) }),
  () => ({ from: '2101-02-29T00:00:00Z', to: '2101-03-01T00:00:00Z' }),
];

const when: fc.Arbitrary<Range | undefined> = fc.oneof(
  { weight: 10, arbitrary: fc.constant(undefined) },
  { weight: 18, arbitrary: range },
  { weight: 1, arbitrary: fc.constantFrom(...slips) },
);

const whose = fc.constantFrom('live' as const, 'live' as const, 'otherTenant' as const);

/** Nothing that can be set for a tenant, or more. */
const wrongAmounts = fc.constantFrom<object>({ platform_capacity_gb: 8 }, { org_cap_gb: undefined });

/** Of the tenant itself, and of the other one beside it. */
export const tenantLimits: fc.Arbitrary<Draft> = fc
  .tuple(whose, limitGb, when, onceIn(40, wrongAmounts))
  .map(([whom, org_cap_gb, toRange, wrong]) => {
    const amounts = { org_cap_gb, ...wrong };
    return put(path, (journal) => ({ tenant_id: journal.tenantIds[whom], ...amounts, ...toRange?.(journal) }));
  });

/** A cap that is soon used up. */
export const firstTenantLimits: fc.Arbitrary<Draft> = fc.constantFrom(64, 100, 128, null).map((org_cap_gb) => {
  return put(path, (journal) => ({ tenant_id: journal.tenantIds.live, org_cap_gb }));
});

export const tenantLimitReads: fc.Arbitrary<Draft> = fc
  .tuple(whose, onceIn(20, fc.constantFrom('', 't'.repeat(65))))
  .map(([whom, other]) => get(({ tenantIds }) => withQuery(path, { tenant_id: other ?? tenantIds[whom] })));

/** Beside what single tenants can reserve: for some of them enough. */
const platformGb = fc.oneof(
  { weight: 1, arbitrary: limitGb },
  { weight: 3, arbitrary: fc.constantFrom(null, 128, 160, 256, 1_000) },
);

/** None that would be taken: rates hold from the next interval on, so a server would still have those of another world. */
const rate = mostly(fc.constant(null), -1, 0.5, 1_000_000_001, '1');

/** What holds for all. Rates are for no range. */
export const platformLimits: fc.Arbitrary<Draft> = fc
  .tuple(
    optional({ platform_capacity_gb: platformGb, org_cap_gb: limitGb }),
    onceIn(3, optional({ reserved_micros_per_gb_hour: rate, on_demand_micros_per_gb_hour: rate })),
    when,
    onceIn(20, fc.constant({ tenant_id: 'nobody' })),
  )
  .map(([amounts, rates, toRange, wrong]) =>
    put(path, (journal) => ({ ...amounts, ...rates, ...wrong, ...(rates === undefined && toRange?.(journal)) })),
  );

export const platformLimitReads: fc.Arbitrary<Draft> = mostly(fc.constant(''), '?tenant_id=', '?tenant_id=nobody').map(
  (query) => get(() => `${path}${query}`),
);

const nothing = { platform_capacity_gb: null, org_cap_gb: null };
const noRates = { reserved_micros_per_gb_hour: null, on_demand_micros_per_gb_hour: null };

export const resets: readonly PlainRequest[] = [
  { method: 'PUT', path, body: { ...nothing, ...noRates } },
  { method: 'PUT', path, body: { ...nothing, from: '2000-01-01T00:00:00Z', to: '9999-12-31T00:00:00Z' } },
];
