import fc from 'fast-check';

import { ownBookings, regrets, singleBookings } from './capacity/bookings.ts';
import { dayMs, hourMs, quarterMs } from './capacity/hours.ts';
import * as limits from './capacity/limits.ts';
import * as reads from './capacity/reads.ts';
import { samples } from './capacity/samples.ts';
import { wideBookings } from './capacity/wide-bookings.ts';
import type { Family } from './family.ts';
import { words } from './words.ts';

/** Capacity, and the administration of its limits. */
export const capacity: Family = {
  name: 'capacity',
  usualSequences: { few: 60, many: 300 },
  firstDrafts: [limits.firstTenantLimits, ownBookings('reservation'), ownBookings('reservation'), samples],
  drafts: fc.oneof(
    { weight: 10, arbitrary: ownBookings('reservation') },
    { weight: 3, arbitrary: ownBookings('quote') },
    { weight: 2, arbitrary: singleBookings },
    { weight: 1, arbitrary: regrets },
    { weight: 8, arbitrary: reads.lists },
    { weight: 3, arbitrary: reads.ownCalendars },
    { weight: 2, arbitrary: reads.ownWindows },
    { weight: 6, arbitrary: samples },
    { weight: 4, arbitrary: reads.usages },
    { weight: 3, arbitrary: limits.tenantLimits },
    { weight: 1, arbitrary: limits.tenantLimitReads },
  ),
  common: {
    drafts: fc.oneof(
      { weight: 6, arbitrary: wideBookings },
      { weight: 4, arbitrary: reads.wideReads },
      { weight: 4, arbitrary: limits.platformLimits },
      { weight: 1, arbitrary: limits.platformLimitReads },
    ),
    resets: limits.resets,
  },
  // A cursor says how many reservations all tenants had made, which depends on who was faster.
  secretMembers: ['reservationId', 'nextCursor'],
  secretText: /(?<=^query\.cursor is )\S+(?=: )|(?<=\/reservations\/)[\da-f-]{36}/giu,
  deadlineMembers: [],
  windowsMs: [quarterMs, 2 * quarterMs, hourMs, dayMs - hourMs, dayMs, dayMs + 2 * hourMs],
  overview: reads.toOverview,
  cursorMember: 'nextCursor',
  otherFilter: ['from', '2000-01-02T00:00:00Z'],
  outcomeMembers: ['error', 'reason', 'type', 'resource'],
  expectedCoverage: [
    ...words(`
      200 400 401 403 404 405 409 insufficient_capacity capacity_not_available idempotency_key_conflict
      not_found method_not_allowed unauthorized memory_gb
    `),
    'must be at least 30 minutes from now',
    'must be on the 15-minute grid',
    'must be 15 minutes after startsAt',
    'must not be in the request twice',
    'must be a multiple of 4',
    'must not be more than 24 hours ago',
    'must not be more than a minute in the future',
    'must be at most 35 days after query.from',
    'must be later than query.from',
  ],
  leastCarriedOut: 0.6,
};
