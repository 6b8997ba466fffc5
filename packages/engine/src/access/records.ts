import { defineKind } from '../kernel/record-access.ts';
import type { Kind } from '../kernel/record-access.ts';
import type { Place } from '../place.ts';
import type { Scope } from './scopes.ts';

/** Somebody whose reservations nobody else sees. */
export interface Tenant {
  readonly name: string;
  readonly tier: string;
  /** Whether its keys are refused. What it has stays. */
  readonly suspended: boolean;
  /** Whether only registered names can be claimed; null: as the server's settings say. */
  readonly requireRegistration: boolean | null;
  readonly metadataJson: string | null;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}

/** A tenant from before there were tiers. */
export type OldTenant = Pick<Tenant, 'name' | 'createdAtMs'>;

/** What a tenant may use, and for how long its events are kept. Null: no limit. */
export interface Tier {
  readonly opsPerMinute: number | null;
  readonly opsPerDay: number | null;
  readonly concurrentLocks: number | null;
  readonly apiKeys: number | null;
  /** Null: as the server's settings say. */
  readonly eventHistoryHours: number | null;
  readonly webhooks: boolean;
  readonly jwtExchange: boolean;
  /** Whether what exceeds a limit is refused. Otherwise it is only counted. */
  readonly enforce: boolean;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}

/** An API key, but for its value. */
export interface ApiKey extends Place {
  readonly label: string;
  /** Null: all but `platform:admin`. */
  readonly scopes: readonly Scope[] | null;
  readonly expiresAtMs: number | null;
  /** Where it may be used from. Null: from anywhere. */
  readonly allowedCidrs: readonly string[] | null;
  readonly opsPerMinute: number | null;
  /** Enough of its value to recognise it; null for one from before it was kept. */
  readonly display: string | null;
  readonly keyHash: string;
  /** The value before the rotation, and until when it is valid as well. */
  readonly previous: { readonly keyHash: string; readonly validUntilMs: number } | null;
  /**
   * The tenant among whose keys it counts: null once it is revoked, or was found to have expired, and for one that comes
   * with another.
   */
  readonly countedFor: string | null;
  readonly revokedAtMs: number | null;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}

/** Which API key has a value. Only the value's hash is kept. */
export interface ApiKeyValue {
  readonly keyId: string;
  /** 1 for a value without a checksum, so that these few can be told from guesses. */
  readonly unchecked?: 1;
}

/** A value with its key in one record, from before keys had ids. `isAdmin` is absent in the oldest: they have it. */
export interface OldApiKey extends Place {
  readonly label: string;
  readonly createdAtMs: number;
  readonly isAdmin?: boolean;
}

/** That a tenant's environment trusts somebody. */
export interface Trust extends Place {
  /** Another one with each change of whom it trusts: tokens end with the trust that they come of. */
  readonly trustId: string;
}

/** Whose JWTs a tenant's environment exchanges for tokens. */
export interface JwtIssuer extends Trust {
  readonly issuer: string;
  readonly audience: string;
  /** Where its public keys are, or else the keys. */
  readonly jwksUri: string | null;
  readonly jwksJson: string | null;
  /** What the tokens allow. */
  readonly scopes: readonly Scope[];
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}

/** A token that a JWT was exchanged for. What it allows is its issuer's entry to say, until another is trusted. */
export interface SubjectToken extends Trust {
  readonly subject: string;
  readonly expiresAtMs: number;
}

/** A token of a session. What it allows is its person's role to say, until either ends. */
export interface SessionToken extends Place {
  readonly sessionHash: string;
  readonly personId: string;
  readonly expiresAtMs: number;
}

/** When a key was used last, to a minute. */
export interface KeyUse {
  readonly usedAtMs: number;
}

/** By id. */
export const tenantKind: Kind<Tenant | OldTenant> = defineKind({ name: 'tenants', indexes: { tier: ['tier'] } });

/** By name. */
export const tierKind: Kind<Tier> = defineKind({ name: 'tiers', indexes: {} });

/** By id. */
export const apiKeyKind: Kind<ApiKey> = defineKind({
  name: 'api-key-records',
  indexes: { place: ['tenantId', 'environment'], counted: ['countedFor'] },
});

/** By SHA-256 of the value. It has 256 random bits, so a fast hash is safe. */
export const apiKeyValueKind: Kind<ApiKeyValue | OldApiKey> = defineKind({
  name: 'api-keys',
  indexes: { unchecked: ['unchecked'] },
});

/** By tenant and environment. */
export const jwtIssuerKind: Kind<JwtIssuer> = defineKind({
  name: 'jwt-issuers',
  indexes: { trust: ['issuer', 'audience'] },
});

/** By SHA-256 of the token. */
export const accessTokenKind: Kind<SubjectToken | SessionToken> = defineKind({
  name: 'access-tokens',
  indexes: {},
  purgeField: 'expiresAtMs',
});

/** By the key's id, in a partition of their own: they are no change of what a key may do. */
export const keyUseKind: Kind<KeyUse> = defineKind({ name: 'key-uses', indexes: {} });

/** Every kind of the family, but for those of limits. */
export const accessKinds = [
  accessTokenKind,
  apiKeyKind,
  apiKeyValueKind,
  jwtIssuerKind,
  keyUseKind,
  tenantKind,
  tierKind,
];

/** The id of a tenant's environment. */
export function placeId({ tenantId, environment }: Place): string {
  return `${tenantId}\u001f${environment}`;
}
