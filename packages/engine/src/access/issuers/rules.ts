import type { Caller } from '../../caller.ts';
import type { Place } from '../../place.ts';
import { accepted } from '../../shared/outcomes.ts';
import type { Outcome } from '../../shared/outcomes.ts';
import type { JwtIssuer } from '../records.ts';
import { issuerTaken, missingScope, unknownJwtIssuer, unknownTenant } from '../refusals.ts';
import { findLackingScope } from '../scopes.ts';
import type { AccessState } from '../state.ts';

export type JwtIssuerSettings = Omit<JwtIssuer, 'createdAtMs' | 'updatedAtMs'>;

/** Trusts an issuer in place of the one that a tenant's environment trusted before. */
export function putJwtIssuer(state: AccessState, caller: Caller, settings: JwtIssuerSettings): Outcome<JwtIssuer> {
  const { tenantId, issuer, audience, scopes } = settings;
  const lacking = findLackingScope(caller.scopes, scopes);
  if (lacking !== undefined) return missingScope(lacking);
  if (state.tenant(tenantId) === undefined) return unknownTenant;
  const other = state.trustedBy(issuer, audience);
  if (other !== undefined && !isSamePlace(other, settings)) return issuerTaken(issuer, audience);

  const createdAtMs = state.jwtIssuer(settings)?.createdAtMs ?? state.nowMs;
  const entry = { ...settings, createdAtMs, updatedAtMs: state.nowMs };
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

function isSamePlace(one: Place, other: Place): boolean {
  return one.tenantId === other.tenantId && one.environment === other.environment;
}
