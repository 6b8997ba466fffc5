import type { Changes } from '../kernel/record-access.ts';
import { accessPartition } from '../partitions.ts';
import type { Place } from '../place.ts';
import { beginCounting } from '../shared/lock-counts.ts';
import { apiKeyValueKind, tenantKind } from './records.ts';
import type { ApiKey, OldApiKey, Tenant } from './records.ts';
import { scopes } from './scopes.ts';
import type { Scope } from './scopes.ts';
import { AccessState } from './state.ts';
import { updateTenant } from './tenants/rules.ts';
import { firstTiers, unlimitedTier } from './tiers.ts';
import type { TierSettings } from './tiers.ts';

/** The tenant that a fresh store starts with. */
export const firstTenantId = 'default';

const firstTenantName = 'Default tenant';

/** The most keys from before keys had ids: there was no way to create more than a few. */
const mostOldKeys = 1_000;

export interface FirstKeyCommand {
  readonly id: string;
  readonly keyHash: string;
  readonly display: string | null;
  /** Whether the value has no checksum. */
  readonly isUnchecked: boolean;
  readonly label: string;
  /** What creates it, in the event that says so. */
  readonly by: string;
  readonly environment: Place['environment'];
  /** Whether it is created although there are keys already. */
  readonly isFurther: boolean;
  /** How long its event is kept, in milliseconds. */
  readonly eventHistoryMs: number;
}

/**
 * Creates the first tenant with a key that may do everything, unless there is a tenant, and brings records from before
 * tiers into their present form. A further key needs a tenant. Returns whether it created the key.
 */
export function createFirstKey(changes: Changes, command: FirstKeyCommand, nowMs: number): boolean {
  const { by, environment, eventHistoryMs } = command;
  const actor = { apiKeyLabel: by, tenantId: firstTenantId, environment };
  const state = new AccessState(changes, actor, { eventHistoryMs }, nowMs);
  const tenant = changes.get(tenantKind, accessPartition, firstTenantId);
  if (tenant !== undefined && !('tier' in tenant)) adoptOldRecords(state, changes);
  if ((tenant !== undefined) !== command.isFurther) return false;

  if (command.isFurther) endSuspension(state);
  else {
    putTiers(state, firstTiers);
    putTenant(state, firstTenantId, { name: firstTenantName });
  }
  putFirstKey(state, command);
  return true;
}

function putFirstKey(state: AccessState, { id, keyHash, display, isUnchecked, label, environment }: FirstKeyCommand) {
  const created = newKey(keyHash, label, { tenantId: firstTenantId, environment }, state.nowMs);
  state.putApiKey(id, { ...created, display });
  state.putApiKeyValue(keyHash, { keyId: id, ...(isUnchecked ? { unchecked: 1 } : {}) });
  const data = { api_key_id: id, tenant_id: firstTenantId, label, scopes };
  state.record({ type: 'key.created', places: [created], data });
}

/** Whoever is at the server's machine owns it, and needs to get in. */
export function endSuspension(state: AccessState): void {
  if (state.tenant(firstTenantId)?.suspended === true) updateTenant(state, firstTenantId, { suspended: false });
}

/** A value, by its hash, and whether it has no checksum. */
export type SeededValue = Pick<FirstKeyCommand, 'keyHash' | 'isUnchecked'>;

/** A key with a value of somebody's choice, and the tenant that it belongs to. */
export interface SeededKey extends Place {
  readonly label: string;
  /** Null: all but `platform:admin`. */
  readonly scopes: readonly Scope[] | null;
  /** The tier of its tenant, if that doesn't exist yet. */
  readonly tier: string;
  readonly opsPerMinute: number | null;
  /** In epoch milliseconds. Absent, or null: never. */
  readonly expiresAtMs?: number | null;
  /** Absent, or null: from anywhere. */
  readonly allowedCidrs?: readonly string[] | null;
}

/** Creates a key with the value that has this hash, and its tenant if need be. */
export function seedKey(state: AccessState, value: SeededValue, { tier, ...key }: SeededKey): void {
  const { tenantId, label } = key;
  putTiers(state, firstTiers);
  // The first tenant comes with a server's first start.
  const isMissing = tenantId !== firstTenantId && state.tenant(tenantId) === undefined;
  if (isMissing) putTenant(state, tenantId, { name: tenantId, tier });
  const { keyHash, isUnchecked } = value;
  const id = idOfHash(keyHash);
  state.putApiKey(id, { ...newKey(keyHash, label, key, state.nowMs), ...key });
  state.putApiKeyValue(keyHash, { keyId: id, ...(isUnchecked ? { unchecked: 1 } : {}) });
}

/** A tenant of somebody's choice. */
export interface SeededTenant extends Pick<Tenant, 'tier' | 'suspended' | 'requireRegistration'> {
  readonly id: string;
}

/** Creates tenants and their tiers. What tiers a fresh store starts with are there, too, if none of the same name is. */
export function seedTenants(
  state: AccessState,
  tiers: Readonly<Record<string, TierSettings>>,
  tenants: readonly SeededTenant[],
): void {
  putTiers(state, tiers);
  putTiers(state, firstTiers);
  for (const { id, ...tenant } of tenants) {
    putTenant(state, id, { name: id === firstTenantId ? firstTenantName : id, ...tenant });
  }
}

/** The id of a key whose value nobody keeps secret from its id. */
export function idOfHash(keyHash: string): string {
  return `key_${keyHash.slice(0, 20)}`;
}

/** Keys from before stay valid, and their tenants have no limits. */
function adoptOldRecords(state: AccessState, changes: Changes): void {
  putTiers(state, firstTiers);
  const range = { kind: apiKeyValueKind, partition: accessPartition, limit: mostOldKeys };
  for (const { id: keyHash, value } of changes.range(range)) {
    if (!('keyId' in value)) adoptOldKey(state, changes, keyHash, value);
  }
  adoptTenant(state, changes, firstTenantId);
}

function adoptOldKey(state: AccessState, changes: Changes, keyHash: string, old: OldApiKey): void {
  const { label, tenantId, environment, createdAtMs, isAdmin = true } = old;
  const adopted = newKey(keyHash, label, { tenantId, environment }, createdAtMs);
  const id = idOfHash(keyHash);
  state.putApiKey(id, { ...adopted, scopes: isAdmin ? scopes : null });
  state.putApiKeyValue(keyHash, { keyId: id, unchecked: 1 });
  adoptTenant(state, changes, tenantId);
  beginCounting(changes, { tenantId, environment }, state.nowMs);
}

function adoptTenant(state: AccessState, changes: Changes, tenantId: string): void {
  const old = changes.get(tenantKind, accessPartition, tenantId);
  if (old === undefined || !('tier' in old)) {
    putTenant(state, tenantId, { name: tenantId, ...old });
  }
}

function newKey(keyHash: string, label: string, { tenantId, environment }: Place, createdAtMs: number): ApiKey {
  return {
    tenantId,
    environment,
    label,
    scopes,
    expiresAtMs: null,
    allowedCidrs: null,
    opsPerMinute: null,
    display: null,
    keyHash,
    previous: null,
    countedFor: tenantId,
    revokedAtMs: null,
    createdAtMs,
    updatedAtMs: createdAtMs,
  };
}

/** Creates those tiers that there aren't yet. */
function putTiers(state: AccessState, tiers: Readonly<Record<string, TierSettings>>): void {
  for (const [name, settings] of Object.entries(tiers)) {
    if (state.tier(name) === undefined) {
      state.putTier(name, { ...settings, createdAtMs: state.nowMs, updatedAtMs: state.nowMs });
    }
  }
}

function putTenant(state: AccessState, id: string, tenant: Pick<Tenant, 'name'> & Partial<Tenant>): void {
  state.putTenant(id, {
    tier: unlimitedTier,
    suspended: false,
    requireRegistration: null,
    metadataJson: null,
    createdAtMs: state.nowMs,
    updatedAtMs: state.nowMs,
    ...tenant,
  });
}
