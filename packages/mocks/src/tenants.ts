import { firstTenantId, unlimitedTier } from '@holdfast/engine';
import type { SeededTenant } from '@holdfast/engine';

import type { ReadApiKey } from './api-keys.ts';
import { assertKnownMembers } from './known-members.ts';
import type { Tiers } from './tiers.ts';

/** Somebody whose reservations nobody else sees. */
export interface MockTenant {
  /** What the member `tenant` of an API key says. A new server has the tenant `default`. */
  readonly id: string;
  /** Default: the option `tier`. */
  readonly tier?: string | undefined;
  /** Whether its keys are refused, with 403. Default false. */
  readonly suspended?: boolean | undefined;
  /** Whether only registered names can be reserved. Default: the option of this name. */
  readonly requireRegistration?: boolean | undefined;
}

export interface TenantSources {
  readonly given: readonly MockTenant[];
  readonly keys: readonly ReadApiKey[];
  readonly tiers: Tiers;
  /** The tier of whoever has no other. */
  readonly usualTier: string | undefined;
}

const members: readonly (keyof MockTenant)[] = ['id', 'tier', 'suspended', 'requireRegistration'];

/**
 * The tenants that are given, those of the keys, and the one that a server starts with.
 *
 * @throws TypeError if one has a tier that there isn't, or two.
 */
export function readTenants({ given, keys, tiers, usualTier = unlimitedTier }: TenantSources): readonly SeededTenant[] {
  assertTier(usualTier, tiers);
  const ids = new Set([firstTenantId, ...given.map(({ id }) => id), ...keys.map(({ tenantId }) => tenantId)]);
  return [...ids].map((id) => {
    const own = given.filter((tenant) => tenant.id === id);
    for (const tenant of own) assertKnownMembers('A tenant', tenant, members);
    if (own.length > 1) throw new TypeError(`There are several tenants ${id}: give one.`);
    const [{ tier, suspended = false, requireRegistration = null } = { tier: undefined }] = own;
    const ofKeys = keys.filter(({ tenantId }) => tenantId === id).map((key) => key.tier);
    return { id, tier: chooseTier(id, [tier, ...ofKeys], tiers) ?? usualTier, suspended, requireRegistration };
  });
}

/** The one tier that somebody has named. */
function chooseTier(id: string, named: readonly (string | undefined)[], tiers: Tiers): string | undefined {
  const [tier, ...others] = new Set(named.filter((name) => name !== undefined));
  if (tier !== undefined) assertTier(tier, tiers);
  if (others.length === 0) return tier;
  throw new TypeError(`The tenant ${id} has one tier for all of its keys, not ${[tier, ...others].join(' and ')}.`);
}

function assertTier(name: string, tiers: Tiers): void {
  if (Object.hasOwn(tiers, name)) return;
  throw new TypeError(`There is no tier ${JSON.stringify(name)}: choose from ${Object.keys(tiers).join(', ')}.`);
}
