import type { Caller } from '../caller.ts';
import type { Records } from '../kernel/record-access.ts';
import { accessPartition, accessTokenPartition } from '../partitions.ts';
import type { Place } from '../place.ts';
import { eventHistoryMsOf } from './event-histories.ts';
import { isValidValue } from './keys/rules.ts';
import { memberKey, memberKind, personKind } from './people/records.ts';
import { scopesOf } from './people/roles.ts';
import { findSignedIn, labelOf } from './people/sign-in.ts';
import { PeopleView } from './people/state.ts';
import { accessTokenKind, apiKeyValueKind, tenantKind } from './records.ts';
import type { ApiKey, SessionToken, Tenant, Tier, Trust } from './records.ts';
import { expandScopes } from './scopes.ts';
import { AccessView } from './state.ts';

/** Who shows a key or token, and under which conditions. */
export interface KnownCaller {
  readonly caller: Caller;
  readonly isSuspended: boolean;
  /** Where he may ask from; null: from anywhere. */
  readonly allowedCidrs: readonly string[] | null;
}

/** Who shows the API key with this hash; undefined if it is unknown, revoked or expired. */
export function findCaller(records: Records, keyHash: string, nowMs: number): KnownCaller | undefined {
  const view = new AccessView(records);
  const value = records.get(apiKeyValueKind, accessPartition, keyHash);
  if (value === undefined || !('keyId' in value)) return undefined;
  const apiKey = view.apiKey(value.keyId);
  if (apiKey === undefined || !isValidValue(apiKey, keyHash, nowMs)) return undefined;
  const { label, scopes, opsPerMinute, allowedCidrs } = apiKey;
  const owner = findOwner(view, apiKey);
  return (
    owner && {
      caller: {
        ...toCaller(owner, apiKey),
        apiKeyLabel: label,
        keyId: value.keyId,
        scopes: expandScopes(scopes),
        limits: { ...limitsOf(owner), keyOpsPerMinute: opsPerMinute },
        expiresAtMs: endOf(apiKey, keyHash),
      },
      isSuspended: owner.tenant.suspended,
      allowedCidrs,
    }
  );
}

/** Who shows the token with this hash. It allows what its issuer's entry, or its person's role, says now. */
export function findTokenBearer(records: Records, tokenHash: string, nowMs: number): KnownCaller | undefined {
  const token = records.get(accessTokenKind, accessTokenPartition, tokenHash);
  if (token === undefined || token.expiresAtMs <= nowMs) return undefined;
  return 'sessionHash' in token
    ? findPerson(records, token, nowMs)
    : findSubject(records, token, token.subject, token.expiresAtMs);
}

/** Somebody whom a tenant's issuer vouches for, as long as it is trusted. */
export function findSubject(
  records: Records,
  trust: Trust,
  subject: string,
  expiresAtMs: number,
): KnownCaller | undefined {
  const view = new AccessView(records);
  const issuer = view.jwtIssuer(trust);
  const owner = issuer && findOwner(view, trust);
  if (issuer === undefined || issuer.trustId !== trust.trustId || owner === undefined) return undefined;
  const caller = {
    ...toCaller(owner, trust),
    apiKeyLabel: `jwt:${subject}`,
    keyId: null,
    scopes: expandScopes(issuer.scopes),
    limits: { ...limitsOf(owner), keyOpsPerMinute: null },
    expiresAtMs,
    trustId: issuer.trustId,
  };
  return { caller, isSuspended: owner.tenant.suspended, allowedCidrs: null };
}

/** A person in a tenant's environment, as long as his session lasts and he belongs there. */
export function findPerson(records: Records, token: SessionToken, nowMs: number): KnownCaller | undefined {
  const { sessionHash, personId, tenantId, expiresAtMs } = token;
  records.readAhead(personKind, accessPartition, [personId]);
  records.readAhead(memberKind, accessPartition, [memberKey(tenantId, personId)]);
  records.readAhead(tenantKind, accessPartition, [tenantId]);
  const people = new PeopleView(records);
  const person = findSignedIn(people, sessionHash, nowMs)?.person;
  const membership = people.membership(tenantId, personId);
  const owner = findOwner(new AccessView(records), token);
  if (person === undefined || membership === undefined || owner === undefined) return undefined;
  const caller = {
    ...toCaller(owner, token),
    apiKeyLabel: labelOf(person),
    keyId: null,
    scopes: expandScopes(scopesOf(membership.role, person.isOperator)),
    limits: { ...limitsOf(owner), keyOpsPerMinute: null },
    expiresAtMs,
    personId,
  };
  return { caller, isSuspended: owner.tenant.suspended, allowedCidrs: null };
}

interface Owner {
  readonly tenant: Tenant;
  readonly tier: Tier;
}

function findOwner(view: AccessView, { tenantId }: Place): Owner | undefined {
  const tenant = view.tenant(tenantId);
  const tier = tenant && view.tier(tenant.tier);
  return tier && { tenant, tier };
}

function toCaller({ tenant, tier }: Owner, { tenantId, environment }: Place) {
  return {
    tenantId,
    environment,
    requireRegistration: tenant.requireRegistration ?? undefined,
    eventHistoryMs: eventHistoryMsOf(tier),
    mayExchangeTokens: tier.jwtExchange,
    mayUseWebhooks: tier.webhooks,
    trustId: null,
    personId: null,
  };
}

function limitsOf({ tenant, tier }: Owner) {
  const { enforce, opsPerMinute, opsPerDay, concurrentLocks, apiKeys } = tier;
  return { tier: tenant.tier, enforce, opsPerMinute, opsPerDay, concurrentLocks, apiKeys };
}

/** When this value of the key ends: its previous one may do so earlier. */
function endOf({ expiresAtMs, keyHash: present, previous }: ApiKey, keyHash: string): number | null {
  if (keyHash === present || previous === null) return expiresAtMs;
  return Math.min(previous.validUntilMs, expiresAtMs ?? Number.POSITIVE_INFINITY);
}
