import fc from 'fast-check';

import type { Family } from './family.ts';
import { usualDefinitions } from './named-resources/input.ts';
import { definitionLists, histories, reservationLists, states } from './named-resources/reads.ts';
import * as writes from './named-resources/writes.ts';
import { words } from './words.ts';

const dayMs = 86_400_000;

export const namedResources: Family = {
  name: 'named resources',
  usualSequences: { few: 240, many: 1_500 },
  firstDrafts: [usualDefinitions.map(writes.toRegister)],
  drafts: fc.oneof(
    { weight: 8, arbitrary: writes.reserves },
    { weight: 3, arbitrary: writes.transactions },
    { weight: 4, arbitrary: writes.unreserves },
    { weight: 3, arbitrary: writes.renewals },
    { weight: 1, arbitrary: writes.forcedReleases },
    { weight: 4, arbitrary: writes.registrations },
    { weight: 1, arbitrary: writes.deletions },
    { weight: 2, arbitrary: states },
    { weight: 2, arbitrary: reservationLists },
    { weight: 1, arbitrary: definitionLists },
    { weight: 4, arbitrary: histories },
  ),
  secretMembers: ['releaseToken'],
  deadlineMembers: ['expiresAt'],
  windowsMs: [dayMs, 90 * dayMs],
  overview: () => [
    { method: 'GET', path: '/api/v1/Reservation?limit=1000' },
    { method: 'GET', path: '/api/v1/Resource/definitions?limit=1000' },
    { method: 'GET', path: '/api/v1/events/history?limit=1000' },
  ],
  cursorMember: 'nextCursor',
  otherFilter: ['resource', 'other'],
  outcomeMembers: ['status', 'outcome', 'type', 'error'],
  expectedCoverage: words(`
    ACQUIRED ALREADY_HAD ALREADY_HELD NOT_AVAILABLE NOT_VALID NOT_TAKEN COMMITTED REFUSED
    RELINQUISHED RELEASED RENEWED NOT_RESERVED DOESNT_OWN_RESERVATION HELD FREE
    RESERVED UNRESERVED RESERVATION_EXPIRED FORCE_RELEASED
    204 invalid_request unauthorized wrong_release_token not_found method_not_allowed
    resource_held idempotency_key_conflict unsupported_media_type
  `),
  leastCarriedOut: 0.7,
};
