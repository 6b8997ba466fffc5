import fc from 'fast-check';

import * as drafts from './administration/drafts.ts';
import { keysIn, tenantsIn } from './administration/known.ts';
import { prepared } from './drafts.ts';
import type { Family } from './family.ts';
import { words } from './words.ts';

const hourMs = 3_600_000;

const hasTenant = (journal: Parameters<typeof tenantsIn>[0]) => tenantsIn(journal).length > 0;
const hasKey = (journal: Parameters<typeof keysIn>[0]) => keysIn(journal).length > 0;

const aboutTenants = prepared(
  fc.oneof(
    { weight: 8, arbitrary: drafts.keys },
    { weight: 3, arbitrary: drafts.tenantReads },
    { weight: 4, arbitrary: drafts.tenantChanges },
    { weight: 5, arbitrary: drafts.issuers },
    { weight: 3, arbitrary: drafts.issuerReads },
  ),
  hasTenant,
  drafts.tenants,
);

const aboutKeys = prepared(
  fc.oneof(
    { weight: 4, arbitrary: drafts.keyReads },
    { weight: 5, arbitrary: drafts.keyChanges },
    { weight: 2, arbitrary: drafts.revocations },
    { weight: 4, arbitrary: drafts.rotations },
  ),
  hasKey,
  aboutTenants,
);

/**
 * Tenants, keys and issuers, and callers with limits. Lists of keys are left out: the ids of keys that are created in
 * one millisecond are in another order on each target. So is what all tenants share, and when a key was used.
 */
export const administration: Family = {
  name: 'administration',
  usualSequences: { few: 60, many: 300 },
  firstDrafts: [drafts.tenants, drafts.keys],
  drafts: fc.oneof(
    { weight: 3, arbitrary: drafts.tenants },
    { weight: 10, arbitrary: aboutTenants },
    { weight: 12, arbitrary: aboutKeys },
    { weight: 2, arbitrary: drafts.ownTiers },
    { weight: 5, arbitrary: drafts.counted },
    { weight: 3, arbitrary: drafts.deeds },
  ),
  // All keys and tenants of a server are in one place, whose time never goes back.
  common: {
    drafts: fc.oneof({ weight: 1, arbitrary: drafts.ownTiers }, { weight: 3, arbitrary: drafts.counted }),
    resets: [],
  },
  secretMembers: ['id', 'tenant_id', 'api_key', 'api_key_id', 'display', 'next_cursor', 'releaseToken', 'last_used_at'],
  secretText: /(?:key|tnt)_[\da-z]{25}|(?<=query\.cursor is )\S+(?=: )/gu,
  deadlineMembers: ['expires_at', 'previous_valid_until'],
  windowsMs: [60_000, hourMs, 24 * hourMs],
  overview: drafts.toOverview,
  cursorMember: 'next_cursor',
  otherFilter: ['type', 'key.updated'],
  outcomeMembers: ['type', 'error', 'status'],
  expectedCoverage: [
    ...words(`
      200 201 204 400 401 403 404 409 429
      key.created key.updated key.rotated key.revoked tenant.created tenant.updated jwt_issuer.updated
    `),
  ],
  leastCarriedOut: 0.5,
};
