import { accepted, invalidRequest } from '../../shared/outcomes.ts';
import type { Outcome, Refused } from '../../shared/outcomes.ts';
import type { Tenant, Tier } from '../records.ts';
import { ownTenant, tierInUse, unknownTenant, unknownTier } from '../refusals.ts';
import { placesOf } from '../state.ts';
import type { AccessState } from '../state.ts';
import type { TierSettings } from '../tiers.ts';

/** What an operator sets for a tenant. */
export type TenantSettings = Pick<Tenant, 'name' | 'tier' | 'suspended' | 'requireRegistration' | 'metadataJson'>;

export interface KnownTenant {
  readonly id: string;
  readonly tenant: Tenant;
}

export function createTenant(state: AccessState, id: string, settings: TenantSettings): Outcome<KnownTenant> {
  if (state.tier(settings.tier) === undefined) return noSuchTier(settings.tier);

  const tenant = { ...settings, createdAtMs: state.nowMs, updatedAtMs: state.nowMs };
  state.putTenant(id, tenant);
  const { name, tier } = settings;
  state.record({ type: 'tenant.created', places: placesOf(id), data: { tenant_id: id, name, tier } });
  return accepted({ id, tenant });
}

export function updateTenant(state: AccessState, id: string, change: Partial<TenantSettings>): Outcome<KnownTenant> {
  const before = state.tenant(id);
  if (before === undefined) return unknownTenant;
  if (change.suspended === true && id === state.actor.tenantId) return ownTenant;
  if (change.tier !== undefined && state.tier(change.tier) === undefined) return noSuchTier(change.tier);

  const tenant = { ...before, ...change, updatedAtMs: state.nowMs };
  state.putTenant(id, tenant);
  const { name, tier, suspended } = tenant;
  state.record({ type: 'tenant.updated', places: placesOf(id), data: { tenant_id: id, name, tier, suspended } });
  return accepted({ id, tenant });
}

export function putTier(state: AccessState, name: string, settings: TierSettings): Tier {
  const tier = { ...settings, createdAtMs: state.tier(name)?.createdAtMs ?? state.nowMs, updatedAtMs: state.nowMs };
  state.putTier(name, tier);
  state.record({ type: 'tier.updated', places: [], data: { tier: name } });
  return tier;
}

export function deleteTier(state: AccessState, name: string): Outcome<undefined> {
  if (state.tier(name) === undefined) return unknownTier;
  if (state.isTierInUse(name)) return tierInUse(name);

  state.deleteTier(name);
  state.record({ type: 'tier.updated', places: [], data: { tier: name, deleted: true } });
  return accepted(undefined);
}

function noSuchTier(name: string): Refused {
  return invalidRequest({ field: '/tier', rule: 'enum', message: 'must be the name of a tier', value: name });
}
