import type { GetJwtIssuerData, JwtIssuer, PutJwtIssuerRequest } from '@holdfast/contract/types';

import type { CallOptions } from '../transport/call.ts';
import type { HoldfastPromise } from '../transport/holdfast-promise.ts';
import type { Transport } from '../transport/transport.ts';

/** Whose: without a tenant your own, without an environment that of your API key. */
export type JwtIssuerQuery = NonNullable<GetJwtIssuerData['query']>;

/** Whose JWTs can be exchanged for tokens of an environment: `holdfast.admin.jwtIssuer`. */
export class JwtIssuerSettings {
  readonly #transport: Transport;

  /** @internal */
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /**
   * The issuer that an environment trusts.
   *
   * An extension: `GET /v1/admin/jwt-issuer`.
   *
   * @throws {@link NotFoundError} when it trusts none, or there is no such tenant.
   * @example
   * ```ts
   * const { issuer, scopes } = await holdfast.admin.jwtIssuer.get({ environment: 'live' });
   * ```
   */
  get(query: JwtIssuerQuery = {}, options?: CallOptions): HoldfastPromise<JwtIssuer> {
    return this.#transport.call('getJwtIssuer', { query }, options);
  }

  /**
   * Sets the one issuer that an environment trusts, and the scopes of the tokens that {@link exchangeToken} gives for
   * its JWTs. Its public keys are at `jwks_uri`, or are `jwks`.
   *
   * An extension: `PUT /v1/admin/jwt-issuer`.
   *
   * @throws {@link PermissionDeniedError} when you give a scope that you lack: `scope` names it.
   * @throws {@link ConflictError} `conflict` when another environment trusts the same issuer for the same audience.
   * @throws {@link NotFoundError} when there is no such tenant.
   * @example
   * ```ts
   * await holdfast.admin.jwtIssuer.put({
   *   issuer: 'https://id.example.com',
   *   audience: 'holdfast',
   *   jwks_uri: 'https://id.example.com/jwks.json',
   *   scopes: ['resources:read', 'resources:write'],
   * });
   * ```
   */
  put(issuer: PutJwtIssuerRequest, query: JwtIssuerQuery = {}, options?: CallOptions): HoldfastPromise<JwtIssuer> {
    return this.#transport.call('putJwtIssuer', { query, body: issuer }, options);
  }

  /**
   * Trusts no JWTs any more. Tokens that were given out for them end at once.
   *
   * An extension: `DELETE /v1/admin/jwt-issuer`.
   *
   * @throws {@link NotFoundError} when none was trusted, or there is no such tenant.
   * @example
   * ```ts
   * await holdfast.admin.jwtIssuer.delete({ environment: 'test' });
   * ```
   */
  delete(query: JwtIssuerQuery = {}, options?: CallOptions): HoldfastPromise<void> {
    return this.#transport.call('deleteJwtIssuer', { query }, options);
  }
}
