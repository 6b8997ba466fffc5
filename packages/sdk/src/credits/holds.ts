import type {
  CommitHoldRequest,
  CommitResult,
  CreateHoldRequest,
  ExtendHoldRequest,
  Hold,
  HoldPage,
  HoldReceipt,
  HoldSummary,
  ListHoldsData,
  ReleaseResult,
} from '@holdfast/contract/types';

import type { CallOptions } from '../transport/call.ts';
import type { HoldfastPromise } from '../transport/holdfast-promise.ts';
import type { PagePromise } from '../transport/pages.ts';
import type { Transport } from '../transport/transport.ts';
import { forCustomer, toWireRequest } from './customer-reference.ts';
import type { CustomerReference, ForCustomer } from './customer-reference.ts';

export type HoldRequest = ForCustomer<CreateHoldRequest>;
export type HoldQuery = NonNullable<ListHoldsData['query']>;

/** Credits that are set aside for a customer: those methods of {@link Credits} that are about holds. */
export class CreditHolds {
  readonly #transport: Transport;

  /** @internal */
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /**
   * Sets credits aside for units that are still to be used. They stay in `balance` and leave `effective_balance`, until
   * the hold is committed, released, or expires: after `ttl_seconds`, 1,800 unless given, at most 86,400.
   *
   * To hold around a piece of work, use {@link Holdfast.withHold}.
   *
   * Published as `POST /v1/reserve`.
   *
   * @throws {@link InsufficientCreditsError} when the units cost more than `effective_balance`. Nothing is held.
   * @throws {@link NotFoundError} when there is no such customer.
   * @throws {@link NoMeteringRuleError} when nothing says what the metric costs.
   * @example
   * ```ts
   * const hold = await holdfast.credits.hold({
   *   customer: 'acme',
   *   billable_metric_key: 'image',
   *   estimated_units: 10,
   *   ttl_seconds: 120,
   * });
   * console.log(hold.estimated_cost, 'millicredits are held until', hold.expires_at);
   * ```
   */
  hold(hold: HoldRequest, options?: CallOptions): HoldfastPromise<HoldReceipt> {
    return this.#transport.call('createHold', { body: toWireRequest(hold) }, options);
  }

  /**
   * Debits what was used, and releases the rest. More than was held is debited too, as far as the customer has credits
   * that nothing holds; what is missing is told as `uncollected`.
   *
   * Published as `POST /v1/reserve/{id}/commit`. As an extension `final: false` debits and keeps the hold open.
   *
   * @throws {@link HoldExpiredError} when its TTL has passed.
   * @throws {@link HoldNotActiveError} when it was committed or released.
   * @throws {@link NotFoundError} when there is no such hold.
   * @example
   * ```ts
   * const { actual_cost, released } = await holdfast.credits.commit(hold.id, { actual_units: 7 });
   * ```
   */
  commit(id: string, commit: CommitHoldRequest, options?: CallOptions): HoldfastPromise<CommitResult> {
    return this.#transport.call('commitHold', { path: { id }, body: commit }, options);
  }

  /**
   * Releases all that a hold still has. Nothing is debited.
   *
   * Published as `POST /v1/reserve/{id}/release`.
   *
   * @throws {@link HoldExpiredError} when its TTL has passed.
   * @throws {@link HoldNotActiveError} when it was committed or released.
   * @throws {@link NotFoundError} when there is no such hold.
   * @example
   * ```ts
   * const { released } = await holdfast.credits.release(hold.id);
   * ```
   */
  release(id: string, options?: CallOptions): HoldfastPromise<ReleaseResult> {
    return this.#transport.call('releaseHold', { path: { id } }, options);
  }

  /**
   * Holds for `additional_units` more, priced as the hold was, or for `ttl_seconds` from now, or both. Neither is ever
   * lowered.
   *
   * An extension: `POST /v1/reserve/{id}/extend`.
   *
   * @throws {@link InsufficientCreditsError} when the units cost more than `effective_balance`. Nothing has changed.
   * @throws {@link HoldExpiredError} when its TTL has passed.
   * @throws {@link HoldNotActiveError} when it was committed or released.
   * @throws {@link NotFoundError} when there is no such hold.
   * @example
   * ```ts
   * await holdfast.credits.extend(hold.id, { additional_units: 5, ttl_seconds: 120 });
   * ```
   */
  extend(id: string, extension: ExtendHoldRequest, options?: CallOptions): HoldfastPromise<Hold> {
    return this.#transport.call('extendHold', { path: { id }, body: extension }, options);
  }

  /**
   * One hold, whatever has become of it.
   *
   * Published as `GET /v1/reserve/{id}`.
   *
   * @throws {@link NotFoundError} when there is no such hold.
   * @example
   * ```ts
   * const { status, committed_cost } = await holdfast.credits.getHold(id);
   * ```
   */
  getHold(id: string, options?: CallOptions): HoldfastPromise<Hold> {
    return this.#transport.call('getHold', { path: { id } }, options);
  }

  /**
   * A customer's holds, newest first: awaited the first page, iterated all of it.
   *
   * Published as `GET /v1/customers/{customer_id}/reservations` and
   * `GET /v1/customer-by-external-id/{external_id}/reservations`.
   *
   * @throws {@link NotFoundError} when there is no such customer.
   * @example
   * ```ts
   * for await (const { id, estimated_cost } of holdfast.credits.holds('acme', { status: 'active' })) {
   *   console.log(id, 'holds', estimated_cost);
   * }
   * ```
   */
  holds(customer: CustomerReference, query: HoldQuery = {}, options?: CallOptions): PagePromise<HoldPage, HoldSummary> {
    return this.#transport.list(...forCustomer('listHolds', customer, { query }), (page) => page.data, options);
  }
}
