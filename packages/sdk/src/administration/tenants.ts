import type {
  CreateTenantRequest,
  ListTenantsData,
  Tenant,
  TenantPage,
  UpdateTenantRequest,
} from '@holdfast/contract/types';

import type { CallOptions } from '../transport/call.ts';
import type { HoldfastPromise } from '../transport/holdfast-promise.ts';
import type { PagePromise } from '../transport/pages.ts';
import type { Transport } from '../transport/transport.ts';

export type TenantsQuery = NonNullable<ListTenantsData['query']>;

/** Whom the server works for, each fully apart from all others: `holdfast.admin.tenants`. */
export class Tenants {
  readonly #transport: Transport;

  /** @internal */
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /**
   * Creates a tenant with its two environments, `live` and `test`. It has no API key yet. Without a `tier` it has the
   * tier `free`.
   *
   * An extension: `POST /v1/admin/tenants`.
   *
   * @throws {@link BadRequestError} when there is no such tier.
   * @example
   * ```ts
   * const { id } = await holdfast.admin.tenants.create({ name: 'Acme Ltd', tier: 'starter' });
   * await holdfast.admin.apiKeys.create({ tenant_id: id, environment: 'live', label: 'First' });
   * ```
   */
  create(tenant: CreateTenantRequest, options?: CallOptions): HoldfastPromise<Tenant> {
    return this.#transport.call('createTenant', { body: tenant }, options);
  }

  /**
   * All tenants, oldest first: awaited the first page, iterated all of it.
   *
   * An extension: `GET /v1/admin/tenants`.
   *
   * @example
   * ```ts
   * for await (const { id, tier } of holdfast.admin.tenants.list()) console.log(id, tier);
   * ```
   */
  list(query: TenantsQuery = {}, options?: CallOptions): PagePromise<TenantPage, Tenant> {
    return this.#transport.list('listTenants', { query }, (page) => page.data, options);
  }

  /**
   * One tenant.
   *
   * An extension: `GET /v1/admin/tenants/{tenant_id}`.
   *
   * @throws {@link NotFoundError} when there is no such tenant.
   * @example
   * ```ts
   * const { tier, suspended } = await holdfast.admin.tenants.get('acme');
   * ```
   */
  get(tenantId: string, options?: CallOptions): HoldfastPromise<Tenant> {
    return this.#transport.call('getTenant', { path: { tenant_id: tenantId } }, options);
  }

  /**
   * Changes what is given, and leaves the rest as it is; `metadata` replaces all of it. What is held beyond the limits
   * of a new tier stays held.
   *
   * An extension: `PATCH /v1/admin/tenants/{tenant_id}`.
   *
   * @throws {@link NotFoundError} when there is no such tenant.
   * @throws {@link BadRequestError} when there is no such tier, or nothing is given to change.
   * @example
   * ```ts
   * await holdfast.admin.tenants.update('acme', { tier: 'pro', require_registration: true });
   * ```
   */
  update(tenantId: string, changes: UpdateTenantRequest, options?: CallOptions): HoldfastPromise<Tenant> {
    return this.#transport.call('updateTenant', { path: { tenant_id: tenantId }, body: changes }, options);
  }

  /**
   * Suspends a tenant: calls with its API keys fail with a {@link TenantSuspendedError}, and change nothing. Its data
   * stays, and what it holds goes on lapsing.
   *
   * An extension: `PATCH /v1/admin/tenants/{tenant_id}`.
   *
   * @throws {@link NotFoundError} when there is no such tenant.
   * @example
   * ```ts
   * await holdfast.admin.tenants.suspend('acme');
   * ```
   */
  suspend(tenantId: string, options?: CallOptions): HoldfastPromise<Tenant> {
    return this.update(tenantId, { suspended: true }, options);
  }

  /**
   * Ends a suspension: the tenant's API keys are valid again.
   *
   * An extension: `PATCH /v1/admin/tenants/{tenant_id}`.
   *
   * @throws {@link NotFoundError} when there is no such tenant.
   * @example
   * ```ts
   * await holdfast.admin.tenants.resume('acme');
   * ```
   */
  resume(tenantId: string, options?: CallOptions): HoldfastPromise<Tenant> {
    return this.update(tenantId, { suspended: false }, options);
  }
}
