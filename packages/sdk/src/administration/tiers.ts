import type { ListTiersData, PutTierRequest, Tier, TierPage } from '@holdfast/contract/types';

import type { CallOptions } from '../transport/call.ts';
import type { HoldfastPromise } from '../transport/holdfast-promise.ts';
import type { PagePromise } from '../transport/pages.ts';
import type { Transport } from '../transport/transport.ts';

export type TierQuery = NonNullable<ListTiersData['query']>;

/** What tenants may do, and how much: `holdfast.admin.tiers`. */
export class Tiers {
  readonly #transport: Transport;

  /** @internal */
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /**
   * All tiers, by name: awaited the first page, iterated all of it. A new server has `free`, `starter`, `pro` and
   * `enterprise`, with the published figures, and `unlimited`, which its first tenant has.
   *
   * An extension: `GET /v1/admin/tiers`.
   *
   * @example
   * ```ts
   * for await (const { name, ops_per_minute } of holdfast.admin.tiers.list()) console.log(name, ops_per_minute);
   * ```
   */
  list(query: TierQuery = {}, options?: CallOptions): PagePromise<TierPage, Tier> {
    return this.#transport.list('listTiers', { query }, (page) => page.data, options);
  }

  /**
   * Creates a tier, or replaces all that it allows, for every tenant that has it. Operations are counted in calendar
   * minutes and UTC days; null is no limit. Reads have their own limit, 5 times the operations of a minute. An
   * `event_history_hours` of null is the server's own setting. With `enforce: false` requests are counted, and none is
   * refused.
   *
   * An extension: `PUT /v1/admin/tiers/{name}`.
   *
   * @throws {@link BadRequestError} when a limit is below 1, or the name has others than `a-z`, `0-9` and `-`.
   * @example
   * ```ts
   * await holdfast.admin.tiers.put('team', {
   *   ops_per_minute: 2_000,
   *   ops_per_day: null,
   *   concurrent_locks: 20_000,
   *   api_keys: 20,
   *   event_history_hours: 720,
   * });
   * ```
   */
  put(name: string, tier: PutTierRequest, options?: CallOptions): HoldfastPromise<Tier> {
    return this.#transport.call('putTier', { path: { name }, body: tier }, options);
  }

  /**
   * Deletes a tier that no tenant has.
   *
   * An extension: `DELETE /v1/admin/tiers/{name}`.
   *
   * @throws {@link NotFoundError} when there is no such tier.
   * @throws {@link ConflictError} `conflict` while a tenant has it.
   * @example
   * ```ts
   * await holdfast.admin.tiers.delete('team');
   * ```
   */
  delete(name: string, options?: CallOptions): HoldfastPromise<void> {
    return this.#transport.call('deleteTier', { path: { name } }, options);
  }
}
