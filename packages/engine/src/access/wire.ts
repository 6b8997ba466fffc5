import type {
  ApiKey as WireApiKey,
  JwtIssuer as WireJwtIssuer,
  Tenant as WireTenant,
  Tier as WireTier,
} from '@holdfast/contract';

import { toWireTime, toWireTimeOrNull } from '../shared/times.ts';
import type { KnownApiKey } from './keys/rules.ts';
import { readsPerMinuteOf } from './limits/policies.ts';
import type { JwtIssuer, Tier } from './records.ts';
import type { KnownTenant } from './tenants/rules.ts';
import type { TierSettings } from './tiers.ts';

/** @param requireRegistration - What holds for tenants that nobody has set it for. */
export function toTenant({ id, tenant }: KnownTenant, requireRegistration: boolean): WireTenant {
  const { name, tier, suspended, metadataJson, createdAtMs, updatedAtMs } = tenant;
  return {
    id,
    name,
    tier,
    suspended,
    require_registration: tenant.requireRegistration ?? requireRegistration,
    metadata: metadataJson === null ? {} : JSON.parse(metadataJson),
    created_at: toWireTime(createdAtMs),
    updated_at: toWireTime(updatedAtMs),
  };
}

export function toTier(name: string, tier: Tier): WireTier {
  return {
    name,
    ops_per_minute: tier.opsPerMinute,
    reads_per_minute: readsPerMinuteOf(tier.opsPerMinute),
    ops_per_day: tier.opsPerDay,
    concurrent_locks: tier.concurrentLocks,
    api_keys: tier.apiKeys,
    event_history_hours: tier.eventHistoryHours,
    webhooks: tier.webhooks,
    jwt_exchange: tier.jwtExchange,
    enforce: tier.enforce,
    created_at: toWireTime(tier.createdAtMs),
    updated_at: toWireTime(tier.updatedAtMs),
  };
}

export function fromTier(
  tier: Omit<WireTier, 'name' | 'reads_per_minute' | 'created_at' | 'updated_at'>,
): TierSettings {
  return {
    opsPerMinute: tier.ops_per_minute,
    opsPerDay: tier.ops_per_day,
    concurrentLocks: tier.concurrent_locks,
    apiKeys: tier.api_keys,
    eventHistoryHours: tier.event_history_hours,
    webhooks: tier.webhooks,
    jwtExchange: tier.jwt_exchange,
    enforce: tier.enforce,
  };
}

/** @param usedAtMs - When it was used last; null: never. */
export function toApiKey({ id, apiKey }: KnownApiKey, usedAtMs: number | null, nowMs: number): WireApiKey {
  const { previous } = apiKey;
  return {
    id,
    tenant_id: apiKey.tenantId,
    environment: apiKey.environment,
    label: apiKey.label,
    display: apiKey.display,
    scopes: apiKey.scopes === null ? null : [...apiKey.scopes],
    expires_at: toWireTimeOrNull(apiKey.expiresAtMs),
    allowed_cidrs: apiKey.allowedCidrs === null ? null : [...apiKey.allowedCidrs],
    ops_per_minute: apiKey.opsPerMinute,
    created_at: toWireTime(apiKey.createdAtMs),
    updated_at: toWireTime(apiKey.updatedAtMs),
    last_used_at: toWireTimeOrNull(usedAtMs),
    revoked_at: toWireTimeOrNull(apiKey.revokedAtMs),
    previous_valid_until: previous !== null && previous.validUntilMs > nowMs ? toWireTime(previous.validUntilMs) : null,
  };
}

export function toJwtIssuer(entry: JwtIssuer): WireJwtIssuer {
  return {
    tenant_id: entry.tenantId,
    environment: entry.environment,
    issuer: entry.issuer,
    audience: entry.audience,
    jwks_uri: entry.jwksUri,
    jwks: entry.jwksJson === null ? null : JSON.parse(entry.jwksJson),
    scopes: [...entry.scopes],
    created_at: toWireTime(entry.createdAtMs),
    updated_at: toWireTime(entry.updatedAtMs),
  };
}
