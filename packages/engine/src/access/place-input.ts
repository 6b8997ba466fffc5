import type { Caller } from '../caller.ts';
import type { Place } from '../place.ts';
import type { Refused } from '../shared/outcomes.ts';
import { missingScope } from './refusals.ts';

/** Whose records a request is about. */
export interface PlaceQuery {
  readonly tenant_id?: string | undefined;
  readonly environment?: Place['environment'] | undefined;
}

/** The tenant's environment that a request is about: the caller's own, unless he administers the platform. */
export function findPlace(
  { scopes, ...own }: Caller,
  { tenant_id: tenantId = own.tenantId, environment = own.environment }: PlaceQuery,
): Place | Refused {
  const isOwn = tenantId === own.tenantId && environment === own.environment;
  return isOwn || scopes.has('platform:admin') ? { tenantId, environment } : missingScope('platform:admin');
}
