import type { OperationDescription } from '@holdfast/contract';
import { StoreUnavailable } from '@holdfast/engine';
import type { Admission, Caller, LimitWindow, Refused } from '@holdfast/engine';

import { readApiKey } from './input/api-key.ts';
import type { Problem } from './problems/problems.ts';
import { scopeMissing, unauthorized } from './problems/standard-problems.ts';
import type { WireRequest } from './wire.ts';

/** Who may ask, and how much: the engine's, or what a mock puts in its place. */
export interface GatewayAccess {
  /** Whether a text can't be an API key, which its form alone shows. */
  cannotBeKey(apiKey: string): boolean;
  /** The caller behind an API key, or why he is refused; undefined for a key that isn't valid. */
  authenticate(
    apiKey: string,
    address: string | undefined,
  ): Caller | Refused | undefined | Promise<Caller | Refused | undefined>;
  /** Whom the issuer of a JWT vouches for. */
  authenticateJwt(jwt: string): Promise<Caller | Problem>;
  readonly limits: { admit(caller: Caller, kind: 'operation' | 'read'): Admission | Promise<Admission> };
}

/** A caller who may go on, or what is wrong, and what an answer says of his limits. */
export interface Entered {
  readonly found: Caller | Problem;
  readonly limits: Readonly<Record<string, string>>;
}

const noHeaders: Entered['limits'] = {};

/** Whether a request shows no API key, or something that can't be one. */
export function isRefusedByForm(request: WireRequest, access: Pick<GatewayAccess, 'cannotBeKey'>): boolean {
  const key = readApiKey(request);
  return !('code' in key) && (key.apiKey === undefined || access.cannotBeKey(key.apiKey));
}

/** Whether whoever asked some time ago still may. While the store can't tell, he may. */
export async function isStillAllowed(
  request: WireRequest,
  { scope }: Pick<OperationDescription, 'scope'>,
  access: GatewayAccess,
): Promise<boolean> {
  try {
    const found = await authenticate(request, access);
    return !('code' in found) && (scope === 'any' || scope === 'none' || found.scopes.has(scope));
  } catch (error) {
    if (error instanceof StoreUnavailable) return true;
    throw error;
  }
}

/** Finds out who asks, whether he may do this at all, and whether he may do it now. */
export async function enter(
  request: WireRequest,
  { scope, limit }: Pick<OperationDescription, 'scope' | 'limit'>,
  access: GatewayAccess,
): Promise<Entered> {
  const found = await authenticate(request, access);
  if ('code' in found) return { found, limits: noHeaders };
  if (scope !== 'any' && scope !== 'none' && !found.scopes.has(scope)) {
    return { found: scopeMissing(scope), limits: noHeaders };
  }
  if (limit === 'none') return { found, limits: noHeaders };
  const { windows, refusal } = await access.limits.admit(found, limit);
  return { found: refusal ?? found, limits: toHeaders(windows) };
}

async function authenticate(request: WireRequest, access: GatewayAccess): Promise<Caller | Problem> {
  const key = readApiKey(request);
  if ('code' in key) return key;
  if (key.apiKey === undefined) return unauthorized;
  return (await access.authenticate(key.apiKey, request.address)) ?? unauthorized;
}

/** As the 11th draft of RateLimit header fields has them (draft-ietf-httpapi-ratelimit-headers). */
function toHeaders(windows: readonly LimitWindow[]): Entered['limits'] {
  if (windows.length === 0) return noHeaders;
  return {
    'RateLimit-Policy': windows
      .map(({ policy, limit, windowSeconds }) => `"${policy}";q=${limit};w=${windowSeconds}`)
      .join(', '),
    RateLimit: windows
      .map(({ policy, remaining, resetSeconds }) => `"${policy}";r=${remaining};t=${resetSeconds}`)
      .join(', '),
  };
}
