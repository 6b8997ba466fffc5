import type { ExchangedToken } from '@holdfast/contract/types';

import type { CallOptions } from './transport/call.ts';
import type { HoldfastPromise } from './transport/holdfast-promise.ts';
import { Transport } from './transport/transport.ts';
import type { TransportOptions } from './transport/transport.ts';

/** A JWT, and how the server is reached that it is exchanged at. */
export interface TokenExchange extends Omit<TransportOptions, 'apiKey'> {
  /** As its issuer signed it. A tenant trusts that issuer: see {@link JwtIssuerSettings.put}. */
  readonly jwt: string;
}

/**
 * Exchanges a JWT for a token that serves as an `apiKey`. No API key is needed. The token is valid until `expiresAt`,
 * RFC 3339: 15 minutes, and never longer than the JWT. It has the scopes that the tenant has set for its issuer.
 *
 * Published as `POST /api/v1/auth/token`.
 *
 * @throws {@link AuthenticationError} when the JWT is refused: the message says which check failed.
 * @throws {@link PermissionDeniedError} `upgrade_required` when the tenant's tier has no exchange of JWTs.
 * @throws {@link TenantSuspendedError} when the tenant is suspended.
 * @throws {@link BadRequestError} when `jwt` hasn't the form of one.
 * @throws TypeError when `baseUrl` is no URL.
 * @example
 * ```ts
 * import { exchangeToken, Holdfast } from '@holdfast/sdk';
 *
 * const baseUrl = 'https://holdfast.example.com';
 * const { token, expiresAt } = await exchangeToken({ baseUrl, jwt });
 * const holdfast = new Holdfast({ baseUrl, apiKey: token });
 * ```
 */
export function exchangeToken(
  { jwt, ...reach }: TokenExchange,
  options?: CallOptions,
): HoldfastPromise<ExchangedToken> {
  return new Transport(reach).call('exchangeToken', { body: { jwt } }, options);
}
