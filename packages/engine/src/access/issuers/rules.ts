import type { Caller } from '../../caller.ts';
import type { Place } from '../../place.ts';
import { accepted } from '../../shared/outcomes.ts';
import type { Outcome } from '../../shared/outcomes.ts';
import type { JwtIssuer } from '../records.ts';
import { issuerTaken, missingScope, unknownJwtIssuer, unknownTenant } from '../refusals.ts';
import { findLackingScope } from '../scopes.ts';
import type { AccessState } from '../state.ts';

export type JwtIssuerSettings = Omit<JwtIssuer, 'createdAtMs' | 'updatedAtMs'>;

/**
 * Trusts an issuer in place of the one that a tenant's environment trusted before. Tokens that came of another issuer,
 * audience or keys end; those of the same get the scopes that are set now.
 */
export function putJwtIssuer(state: AccessState, caller: Caller, settings: JwtIssuerSettings): Outcome<JwtIssuer> {
  const { tenantId, issuer, audience, scopes } = settings;
  const lacking = findLackingScope(caller.scopes, scopes);
  if (lacking !== undefined) return missingScope(lacking);
  if (state.tenant(tenantId) === undefined) return unknownTenant;
  const other = state.trustedBy(issuer, audience);
  if (other !== undefined && !isSamePlace(other, settings)) return issuerTaken(issuer, audience);

  const before = state.jwtIssuer(settings);
  const trustId = before !== undefined && isSameTrust(before, settings) ? before.trustId : settings.trustId;
  const entry = { ...settings, trustId, createdAtMs: before?.createdAtMs ?? state.nowMs, updatedAtMs: state.nowMs };
  state.putJwtIssuer(entry);
  const data = { tenant_id: tenantId, issuer, audience, scopes };
  state.record({ type: 'jwt_issuer.updated', places: [entry], data });
  return accepted(entry);
}

/** Ends the trust, and all tokens that came of it. */
export function deleteJwtIssuer(state: AccessState, place: Place): Outcome<undefined> {
  const entry = state.jwtIssuer(place);
  if (entry === undefined) return unknownJwtIssuer;

  state.deleteJwtIssuer(place);
  const data = { tenant_id: entry.tenantId, issuer: entry.issuer, deleted: true };
  state.record({ type: 'jwt_issuer.updated', places: [entry], data });
  return accepted(undefined);
}

function isSameTrust(one: JwtIssuer, other: JwtIssuerSettings): boolean {
  const isSameParty = one.issuer === other.issuer && one.audience === other.audience;
  return isSameParty && one.jwksUri === other.jwksUri && one.jwksJson === other.jwksJson;
}

function isSamePlace(one: Place, other: Place): boolean {
  return one.tenantId === other.tenantId && one.environment === other.environment;
}
