import type { Caller } from '../../caller.ts';
import type { Place } from '../../place.ts';
import { accepted } from '../../shared/outcomes.ts';
import type { Outcome, Refused } from '../../shared/outcomes.ts';
import type { ApiKey, Tenant } from '../records.ts';
import { apiKeyRevoked, missingScope, tooManyApiKeys, unknownApiKey, unknownTenant } from '../refusals.ts';
import { findLackingScope } from '../scopes.ts';
import type { AccessState, AccessView } from '../state.ts';

/** What whoever creates a key says of it. */
export type ApiKeySettings = Pick<
  ApiKey,
  'label' | 'scopes' | 'expiresAtMs' | 'allowedCidrs' | 'opsPerMinute' | 'tenantId' | 'environment'
>;

/** A new value of a key. Only its hash and its display are kept. */
export interface NewValue {
  readonly keyHash: string;
  readonly display: string | null;
}

/** As many as a tier can have for a limit. */
const mostCounted = 1_000;

export interface KnownApiKey {
  readonly id: string;
  readonly apiKey: ApiKey;
}

/** Creates a key in the caller's own environment, or anywhere for one who administers the platform. */
export function createApiKey(
  state: AccessState,
  caller: Caller,
  id: string,
  settings: ApiKeySettings,
  value: NewValue,
): Outcome<KnownApiKey> {
  const { tenantId } = settings;
  if (!mayAdminister(caller, settings)) return missingScope('platform:admin');
  const lacking = findLackingScope(caller.scopes, settings.scopes);
  if (lacking !== undefined) return missingScope(lacking);
  const tenant = state.tenant(tenantId);
  if (tenant === undefined) return unknownTenant;
  const excess = findExcess(state, tenantId, tenant);
  if (excess !== undefined) return excess;

  return addApiKey(state, id, { ...settings, countedFor: tenantId }, value);
}

/** The same for one that nobody asked for. */
export function addApiKey(
  state: AccessState,
  id: string,
  settings: ApiKeySettings & Pick<ApiKey, 'countedFor'>,
  { keyHash, display }: NewValue,
): Outcome<KnownApiKey> {
  const apiKey: ApiKey = {
    ...settings,
    keyHash,
    display,
    previous: null,
    revokedAtMs: null,
    createdAtMs: state.nowMs,
    updatedAtMs: state.nowMs,
  };
  state.putApiKey(id, apiKey);
  state.putApiKeyValue(keyHash, { keyId: id });
  const { scopes } = settings;
  return record(state, 'key.created', id, apiKey, { scopes });
}

/** Changes what a key may do; its value stays. */
export function updateApiKey(
  state: AccessState,
  caller: Caller,
  id: string,
  change: Partial<ApiKeySettings>,
): Outcome<KnownApiKey> {
  const before = findApiKey(state, caller, id);
  if ('ok' in before) return before;
  if (change.scopes !== undefined) {
    const lacking = findLackingScope(caller.scopes, change.scopes);
    if (lacking !== undefined) return missingScope(lacking);
  }
  if (before.revokedAtMs !== null) return apiKeyRevoked(id);
  const changed = { ...before, ...change, updatedAtMs: state.nowMs };
  const isRevived = !isValid(before, state.nowMs) && isValid(changed, state.nowMs);
  const apiKey = isRevived ? { ...changed, countedFor: before.tenantId } : changed;
  const excess = isRevived ? findExcess(state, before.tenantId, state.tenant(before.tenantId)) : undefined;
  if (excess !== undefined) return excess;

  state.putApiKey(id, apiKey);
  return record(state, 'key.updated', id, apiKey, { changed: Object.keys(change) });
}

/** Ends a key, with all its values. Doing it again changes nothing. */
export function revokeApiKey(state: AccessState, caller: Caller, id: string): Outcome<KnownApiKey> {
  const before = findApiKey(state, caller, id);
  if ('ok' in before) return before;
  if (before.revokedAtMs !== null) return accepted({ id, apiKey: before });

  state.deleteApiKeyValue(before.keyHash);
  if (before.previous !== null) state.deleteApiKeyValue(before.previous.keyHash);
  const apiKey = { ...before, previous: null, countedFor: null, revokedAtMs: state.nowMs, updatedAtMs: state.nowMs };
  state.putApiKey(id, apiKey);
  return record(state, 'key.revoked', id, apiKey, {});
}

/** Gives a key another value. The one it has is valid for `overlapMs` more; one from an earlier rotation no longer. */
export function rotateApiKey(
  state: AccessState,
  caller: Caller,
  id: string,
  overlapMs: number,
  { keyHash, display }: NewValue,
): Outcome<KnownApiKey> {
  const before = findApiKey(state, caller, id);
  if ('ok' in before) return before;
  if (before.revokedAtMs !== null) return apiKeyRevoked(id);
  const lacking = findLackingScope(caller.scopes, before.scopes);
  if (lacking !== undefined) return missingScope(lacking);

  if (before.previous !== null) state.deleteApiKeyValue(before.previous.keyHash);
  const overlap = { keyHash: before.keyHash, validUntilMs: state.nowMs + overlapMs };
  if (overlapMs === 0) state.deleteApiKeyValue(before.keyHash);
  state.putApiKeyValue(keyHash, { keyId: id });
  const apiKey = { ...before, keyHash, display, previous: overlapMs === 0 ? null : overlap, updatedAtMs: state.nowMs };
  state.putApiKey(id, apiKey);
  return record(state, 'key.rotated', id, apiKey, { overlap_seconds: overlapMs / 1_000 });
}

/** The key with this id, if the caller administers it. Another's is as unknown as one that doesn't exist. */
export function findApiKey(view: AccessView, caller: Caller, id: string): ApiKey | Refused {
  const apiKey = view.apiKey(id);
  return apiKey !== undefined && mayAdminister(caller, apiKey) ? apiKey : unknownApiKey;
}

/** Whether a caller administers the keys of a tenant's environment. */
function mayAdminister({ scopes, tenantId, environment }: Caller, place: Place): boolean {
  return scopes.has('platform:admin') || (tenantId === place.tenantId && environment === place.environment);
}

/** Whether this value is one of the key's, at this time. */
export function isValidValue(apiKey: ApiKey, keyHash: string, nowMs: number): boolean {
  const { previous } = apiKey;
  if (apiKey.keyHash !== keyHash && (previous?.keyHash !== keyHash || previous.validUntilMs <= nowMs)) return false;
  return isValid(apiKey, nowMs);
}

/** Refuses one key more where the tenant's tier doesn't allow it. Expired ones are no longer counted from then on. */
function findExcess(state: AccessState, tenantId: string, tenant: Tenant | undefined): Refused | undefined {
  const limit = tenant && state.tier(tenant.tier)?.apiKeys;
  if (tenant === undefined || limit === null || limit === undefined) return undefined;
  for (;;) {
    const counted = state.countedApiKeys(tenantId, limit);
    const expired = counted.filter(({ value }) => !isValid(value, state.nowMs));
    for (const { id, value } of expired) state.putApiKey(id, { ...value, countedFor: null });
    if (counted.length < limit) return undefined;
    if (expired.length === 0) return tooManyApiKeys(tenant.tier, limit);
  }
}

/** How many of a tenant's keys are neither revoked nor expired, in both environments; of very many, at least so many. */
export function countApiKeys(view: AccessView, tenantId: string, nowMs: number): number {
  return view.countedApiKeys(tenantId, mostCounted).filter(({ value }) => isValid(value, nowMs)).length;
}

/** Whether a key is neither revoked nor expired. */
function isValid({ revokedAtMs, expiresAtMs }: ApiKey, nowMs: number): boolean {
  return revokedAtMs === null && (expiresAtMs === null || expiresAtMs > nowMs);
}

function record(
  state: AccessState,
  type: 'key.created' | 'key.updated' | 'key.revoked' | 'key.rotated',
  id: string,
  apiKey: ApiKey,
  data: object,
): Outcome<KnownApiKey> {
  const { tenantId, label } = apiKey;
  state.record({ type, places: [apiKey], data: { api_key_id: id, tenant_id: tenantId, label, ...data } });
  return accepted({ id, apiKey });
}
