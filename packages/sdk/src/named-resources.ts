import type {
  Definition,
  DefinitionItem,
  DefinitionPage,
  EventPage,
  ForceReleaseRequest,
  ForceReleaseResult,
  ListActiveReservationsData,
  ListDefinitionsData,
  ListEventHistoryData,
  RenewItem,
  RenewResult,
  Reservation,
  ReservationEvent,
  ReservationPage,
  ReserveItem,
  ReserveResult,
  ReserveTransactionRequest,
  ResourceState,
  TransactionResult,
  UnreserveItem,
  UnreserveResult,
} from '@holdfast/contract/types';

import type { Batcher } from './transport/batcher.ts';
import type { CallOptions } from './transport/call.ts';
import type { HoldfastPromise } from './transport/holdfast-promise.ts';
import type { PagePromise } from './transport/pages.ts';
import type { Transport } from './transport/transport.ts';

export type ReservationQuery = NonNullable<ListActiveReservationsData['query']>;
export type DefinitionQuery = NonNullable<ListDefinitionsData['query']>;
export type EventQuery = NonNullable<ListEventHistoryData['query']>;

/** One result for each item, in the same order: for a tuple of items, a tuple of results. */
export type ResultsOf<Items extends readonly unknown[], Result> = { -readonly [Index in keyof Items]: Result };

/**
 * Named resources: locks with a TTL, pools of slots, trees. A refused claim is no error, but a `status`.
 *
 * All methods reject with an {@link ApiError} when the server answers with a failure, with a {@link ConnectionError}
 * or {@link TimeoutError} when no usable answer came even after retries, and with the signal's reason when that aborts.
 */
export class NamedResources {
  readonly #transport: Transport;
  readonly #batcher: Batcher;

  /** @internal */
  constructor(transport: Transport, batcher: Batcher) {
    this.#transport = transport;
    this.#batcher = batcher;
  }

  /**
   * Claims 1 to 100 resources, each independently of the others. Answers at once, with one result for each item in the
   * same order: it is yours if its `status` is `ACQUIRED`, or `ALREADY_HAD` from before.
   *
   * Published as `POST /api/v1/Reservation/reserve`.
   *
   * @example
   * ```ts
   * const [claim] = await holdfast.resources.reserve([
   *   { requester: 'worker-1', resource: 'job-42', ttlSeconds: 60 },
   * ]);
   * if (claim.status === 'ACQUIRED') console.log('mine until', claim.expiresAt);
   * else console.log('held by', claim.heldBy?.requester);
   * ```
   */
  reserve<const Items extends readonly ReserveItem[]>(
    items: Items,
    options?: CallOptions,
  ): HoldfastPromise<ResultsOf<Items, ReserveResult>> {
    return this.#batcher.call('reserve', items, options);
  }

  /**
   * Gives 1 to 100 resources back, each with the `releaseToken` that its claim was answered with.
   *
   * Published as `POST /api/v1/Reservation/unreserve`.
   *
   * @throws {@link WrongReleaseTokenError} when an item lacks its token. The other items took effect.
   * @example
   * ```ts
   * const { requester, resource, releaseToken } = claim;
   * const [freed] = await holdfast.resources.unreserve([{ requester, resource, releaseToken }]);
   * console.log(freed.status, freed.released);
   * ```
   */
  unreserve<const Items extends readonly UnreserveItem[]>(
    items: Items,
    options?: CallOptions,
  ): HoldfastPromise<ResultsOf<Items, UnreserveResult>> {
    return this.#batcher.call('unreserve', items, options);
  }

  /**
   * Lets 1 to 100 held resources live for `ttlSeconds` from now. Never brings a lapsed one back.
   *
   * An extension: `POST /api/v1/Reservation/renew`.
   *
   * @throws {@link WrongReleaseTokenError} when an item lacks its token. The other items took effect.
   * @example
   * ```ts
   * const [renewed] = await holdfast.resources.renew([{ requester, resource, releaseToken, ttlSeconds: 60 }]);
   * if (renewed.status !== 'RENEWED') throw new Error(renewed.explanation);
   * ```
   */
  renew<const Items extends readonly RenewItem[]>(
    items: Items,
    options?: CallOptions,
  ): HoldfastPromise<ResultsOf<Items, RenewResult>> {
    return this.#batcher.call('renew', items, options);
  }

  /**
   * Claims 1 to 100 resources for one requester in one transaction. `method` is `ALL_OR_NONE` unless given otherwise.
   *
   * An extension: `POST /api/v1/Reservation/transaction`.
   *
   * @example
   * ```ts
   * const { outcome } = await holdfast.resources.transaction({
   *   requester: 'transfer-7',
   *   items: [{ resource: 'account-a', ttlSeconds: 10 }, { resource: 'account-b', ttlSeconds: 10 }],
   * });
   * if (outcome === 'REFUSED') console.log('one of them is taken, so neither was');
   * ```
   */
  transaction(request: ReserveTransactionRequest, options?: CallOptions): HoldfastPromise<TransactionResult> {
    return this.#transport.call('reserveTransaction', { body: request }, options);
  }

  /**
   * Frees a resource, or a slot, with all that was taken together with it, whoever holds it: `heldBy` says who did. The
   * API key needs the scope `resources:admin`. A pool's own name stands for none of its slots. The `reason`, of 1 to 500
   * characters, stands in the events `FORCE_RELEASED`, where the holder and whoever audits can read it.
   *
   * An extension: `POST /api/v1/Reservation/forceRelease`.
   *
   * @throws {@link PermissionDeniedError} when the key lacks the scope.
   * @example
   * ```ts
   * const { status, heldBy } = await holdfast.resources.forceRelease('order-42', { reason: 'its disk is gone' });
   * if (status === 'RELEASED') console.log('taken from', heldBy?.requester);
   * ```
   */
  forceRelease(
    resource: string,
    details: Omit<ForceReleaseRequest, 'resource'> = {},
    options?: CallOptions,
  ): HoldfastPromise<ForceReleaseResult> {
    return this.#transport.call('forceRelease', { body: { ...details, resource } }, options);
  }

  /**
   * What is held just now: awaited the first page, iterated all of it.
   *
   * Published as `GET /api/v1/Reservation/activeReservations`; `GET /api/v1/Reservation` is the same list.
   *
   * @example
   * ```ts
   * for await (const { resource, requester } of holdfast.resources.list({ resourcePrefix: 'Printer' })) {
   *   console.log(resource, 'is held by', requester);
   * }
   * ```
   */
  list(query: ReservationQuery = {}, options?: CallOptions): PagePromise<ReservationPage, Reservation> {
    return this.#transport.list('listActiveReservations', { query }, (page) => page.reservations, options);
  }

  /**
   * Whether one resource is held, and by whom; of a pool also each of its slots.
   *
   * Published as `GET /api/v1/Reservation/{resource}`.
   *
   * @example
   * ```ts
   * const { status, free } = await holdfast.resources.get('Printer');
   * ```
   */
  get(resource: string, options?: CallOptions): HoldfastPromise<ResourceState> {
    return this.#transport.call('getReservation', { path: { resource } }, options);
  }

  /**
   * Defines 1 to 100 resources: pools by their `capacity`, trees by `treePath`, and what is taken together by `blocks`.
   * Registering a name again replaces its definition.
   *
   * Published as `POST /api/v1/Resource/register`.
   *
   * @throws {@link ConflictError} `resource_held` when a name that is held as a plain resource would become a pool.
   * @example
   * ```ts
   * await holdfast.resources.register([{ name: 'Printer', capacity: 3 }]); // Printer_0, Printer_1, Printer_2
   * ```
   */
  register<const Items extends readonly DefinitionItem[]>(
    definitions: Items,
    options?: CallOptions,
  ): HoldfastPromise<ResultsOf<Items, Definition>> {
    return this.#transport.call('registerResources', { body: definitions }, options);
  }

  /**
   * What has been registered, by name: awaited the first page, iterated all of it.
   *
   * Published as `GET /api/v1/Resource/definitions`.
   *
   * @example
   * ```ts
   * for await (const { name, capacity } of holdfast.resources.definitions()) console.log(name, capacity);
   * ```
   */
  definitions(query: DefinitionQuery = {}, options?: CallOptions): PagePromise<DefinitionPage, Definition> {
    return this.#transport.list('listDefinitions', { query }, (page) => page.definitions, options);
  }

  /**
   * Forgets a definition.
   *
   * Published as `DELETE /api/v1/Resource/definitions/{name}`.
   *
   * @throws {@link NotFoundError} when nothing is registered under this name.
   * @throws {@link ConflictError} `resource_held` while it, or a slot of it, is held.
   * @example
   * ```ts
   * await holdfast.resources.deleteDefinition('Printer');
   * ```
   */
  deleteDefinition(name: string, options?: CallOptions): HoldfastPromise<void> {
    return this.#transport.call('deleteDefinition', { path: { name } }, options);
  }

  /**
   * What happened, newest first: awaited the first page, iterated all of it. `from` is inclusive, `to` exclusive; both
   * are RFC 3339 in UTC.
   *
   * An extension: `GET /api/v1/events/history`.
   *
   * @example
   * ```ts
   * for await (const event of holdfast.resources.eventHistory({ resource: 'job-42' })) {
   *   console.log(event.at, event.type, event.requester);
   * }
   * ```
   */
  eventHistory(query: EventQuery = {}, options?: CallOptions): PagePromise<EventPage, ReservationEvent> {
    return this.#transport.list('listEventHistory', { query }, (page) => page.events, options);
  }
}
