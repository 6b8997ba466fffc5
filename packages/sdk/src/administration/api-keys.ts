import type {
  ApiKey,
  ApiKeyPage,
  CreateApiKeyRequest,
  IssuedApiKey,
  ListApiKeysData,
  RotateApiKeyRequest,
  UpdateApiKeyRequest,
} from '@holdfast/contract/types';

import type { CallOptions } from '../transport/call.ts';
import type { HoldfastPromise } from '../transport/holdfast-promise.ts';
import type { PagePromise } from '../transport/pages.ts';
import type { WithTimes } from '../transport/time.ts';
import type { Transport } from '../transport/transport.ts';

export type ApiKeyQuery = NonNullable<ListApiKeysData['query']>;
export type NewApiKey = WithTimes<CreateApiKeyRequest, 'expires_at'>;
export type ApiKeyUpdate = WithTimes<UpdateApiKeyRequest, 'expires_at'>;

/**
 * Who acts for a tenant: `holdfast.admin.apiKeys`. A key itself is shown once, when it is made: the server keeps only
 * its hash.
 */
export class ApiKeys {
  readonly #transport: Transport;

  /** @internal */
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /**
   * Creates an API key: the answer's `api_key`. Without `tenant_id` it is of your own tenant; without `scopes` it may
   * do all of its tenant's. It may be valid until `expires_at` only, from addresses in `allowed_cidrs` only, and for
   * `ops_per_minute` of its tenant's operations.
   *
   * `api_key` is null in the answer to a repeated request, such as this client's own retry after the first answer was
   * lost: nobody has that key, so {@link ApiKeys.rotate} it.
   *
   * Its path is published: `POST /v1/admin/api-keys`.
   *
   * @throws {@link PermissionDeniedError} when you give a scope that you lack, which `scope` names, or ask for another
   * tenant or environment without `platform:admin`.
   * @throws {@link NotFoundError} when there is no such tenant.
   * @throws {@link RateLimitError} `apiKeys` when the tenant has as many as its tier allows.
   * @example
   * ```ts
   * const { api_key } = await holdfast.admin.apiKeys.create({
   *   environment: 'live',
   *   label: 'Build server',
   *   scopes: ['resources:read', 'resources:write'],
   *   allowed_cidrs: ['192.0.2.0/24'],
   * });
   * ```
   */
  create(key: NewApiKey, options?: CallOptions): HoldfastPromise<IssuedApiKey> {
    return this.#transport.call('createApiKey', { body: key }, options);
  }

  /**
   * The API keys of an environment, oldest first, revoked and expired ones included: awaited the first page, iterated
   * all of it.
   *
   * An extension: `GET /v1/admin/api-keys`.
   *
   * @throws {@link PermissionDeniedError} when it is another's, and you lack `platform:admin`.
   * @example
   * ```ts
   * for await (const { label, display, last_used_at } of holdfast.admin.apiKeys.list()) {
   *   console.log(label, display, last_used_at);
   * }
   * ```
   */
  list(query: ApiKeyQuery = {}, options?: CallOptions): PagePromise<ApiKeyPage, ApiKey> {
    return this.#transport.list('listApiKeys', { query }, (page) => page.data, options);
  }

  /**
   * What is known of an API key; never the key itself. `last_used_at` is right to a minute.
   *
   * An extension: `GET /v1/admin/api-keys/{api_key_id}`.
   *
   * @throws {@link NotFoundError} when there is no such key.
   * @example
   * ```ts
   * const { scopes, last_used_at } = await holdfast.admin.apiKeys.get(id);
   * ```
   */
  get(apiKeyId: string, options?: CallOptions): HoldfastPromise<ApiKey> {
    return this.#transport.call('getApiKey', { path: { api_key_id: apiKeyId } }, options);
  }

  /**
   * Changes what is given, and leaves the rest as it is; null takes a setting back.
   *
   * An extension: `PATCH /v1/admin/api-keys/{api_key_id}`.
   *
   * @throws {@link PermissionDeniedError} when you give a scope that you lack: `scope` names it.
   * @throws {@link NotFoundError} when there is no such key.
   * @throws {@link ConflictError} `conflict` when it is revoked.
   * @throws {@link RateLimitError} `apiKeys` when the key would be valid again, and be one more than the tier allows.
   * @example
   * ```ts
   * await holdfast.admin.apiKeys.update(id, { scopes: ['resources:read'], expires_at: null });
   * ```
   */
  update(apiKeyId: string, changes: ApiKeyUpdate, options?: CallOptions): HoldfastPromise<ApiKey> {
    return this.#transport.call('updateApiKey', { path: { api_key_id: apiKeyId }, body: changes }, options);
  }

  /**
   * Revokes an API key for good. To revoke it again changes nothing.
   *
   * Its path is published: `POST /v1/admin/api-keys/{api_key_id}/revoke`.
   *
   * @throws {@link NotFoundError} when there is no such key.
   * @example
   * ```ts
   * await holdfast.admin.apiKeys.revoke(id);
   * ```
   */
  revoke(apiKeyId: string, options?: CallOptions): HoldfastPromise<ApiKey> {
    return this.#transport.call('revokeApiKey', { path: { api_key_id: apiKeyId } }, options);
  }

  /**
   * Gives an API key a new value: the answer's `api_key`, null as in {@link ApiKeys.create}. The old value is dead at
   * once, or after `overlap_seconds`, at most a week.
   *
   * An extension: `POST /v1/admin/api-keys/{api_key_id}/rotate`.
   *
   * @throws {@link NotFoundError} when there is no such key.
   * @throws {@link ConflictError} `conflict` when it is revoked.
   * @example
   * ```ts
   * const { api_key, previous_valid_until } = await holdfast.admin.apiKeys.rotate(id, { overlap_seconds: 86_400 });
   * ```
   */
  rotate(apiKeyId: string, rotation: RotateApiKeyRequest = {}, options?: CallOptions): HoldfastPromise<IssuedApiKey> {
    return this.#transport.call('rotateApiKey', { path: { api_key_id: apiKeyId }, body: rotation }, options);
  }
}
