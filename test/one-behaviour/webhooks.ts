import fc from 'fast-check';

import { prepared } from './drafts.ts';
import type { Family } from './family.ts';
import * as drafts from './webhooks/drafts.ts';
import { words } from './words.ts';

const aboutEndpoints = prepared(
  fc.oneof(
    { weight: 4, arbitrary: drafts.reads },
    { weight: 6, arbitrary: drafts.changes },
    { weight: 3, arbitrary: drafts.rotations },
    { weight: 3, arbitrary: drafts.replays },
    { weight: 2, arbitrary: drafts.deletions },
  ),
  (journal) => drafts.endpointsIn(journal).length > 0,
  drafts.creations,
);

/**
 * Endpoints, streams and what is numbered. Nothing is sent: when what comes back is everybody's own. Lists of endpoints
 * are left out: the ids of those that are created in one millisecond are in another order on each target.
 */
export const webhooks: Family = {
  name: 'webhooks',
  usualSequences: { few: 40, many: 200 },
  firstDrafts: [drafts.creations, drafts.deeds],
  drafts: fc.oneof(
    { weight: 4, arbitrary: drafts.creations },
    { weight: 12, arbitrary: aboutEndpoints },
    { weight: 5, arbitrary: drafts.deeds },
    { weight: 5, arbitrary: drafts.streams },
    { weight: 3, arbitrary: drafts.events },
  ),
  // Which endpoints there are is in one place for all tenants, whose time never goes back.
  common: { drafts: drafts.configs, resets: [] },
  secretMembers: ['id', 'tenant_id', 'secret', 'next_cursor', 'nextCursor', 'releaseToken'],
  secretText: /whe_[\da-z]{25}|(?<=query\.cursor is )\S+(?=: )/gu,
  deadlineMembers: ['expiresAt'],
  windowsMs: [86_400_000],
  overview: drafts.toOverview,
  cursorMember: 'next_cursor',
  otherFilter: ['status', 'dead'],
  outcomeMembers: ['type', 'error', 'status'],
  expectedCoverage: words('200 201 204 400 404 409 RESERVED RESERVATION_EXPIRED'),
  leastCarriedOut: 0.5,
};
