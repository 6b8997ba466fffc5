import type { Problem } from '../problems/problems.ts';
import { headerAmbiguous } from '../problems/standard-problems.ts';
import type { WireRequest } from '../wire.ts';
import { headerValuesOf, isAmbiguous } from './header-values.ts';

/**
 * The API key of a request: `X-API-Key`, else the token of `Authorization: Bearer`. An empty header counts as absent.
 */
export function readApiKey(request: WireRequest): { readonly apiKey: string | undefined } | Problem {
  const apiKeys = headerValuesOf(request, 'X-API-Key').filter((value) => value !== '');
  if (isAmbiguous(apiKeys)) return headerAmbiguous('X-API-Key');
  const authorizations = headerValuesOf(request, 'Authorization').filter((value) => value !== '');
  if (isAmbiguous(authorizations)) return headerAmbiguous('Authorization');
  return { apiKey: apiKeys[0] ?? /^Bearer +(\S+)$/iu.exec(authorizations[0] ?? '')?.[1] };
}
