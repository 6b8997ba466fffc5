import type {
  Account,
  AdjustCreditsRequest,
  AdjustResult,
  Audit,
  CreditEvent,
  CreditEventPage,
  CreditSettings,
  CreditThresholds,
  Entitlement,
  GetAccountData,
  GetEntitlementData,
  GrantCreditsRequest,
  GrantResult,
  ListCreditEventsData,
  ListTransactionsData,
  TopUpRequest,
  Transaction,
  TransactionPage,
  UpdateCreditSettingsRequest,
  UsageBatchResult,
  UsageItem,
  UsageResult,
} from '@holdfast/contract/types';

import { forCustomer, toWireRequest } from './credits/customer-reference.ts';
import type { CustomerReference, ForCustomer } from './credits/customer-reference.ts';
import { Customers } from './credits/customers.ts';
import { CreditHolds } from './credits/holds.ts';
import { MeteringRules, Metrics } from './credits/metering.ts';
import type { CallOptions } from './transport/call.ts';
import type { HoldfastPromise } from './transport/holdfast-promise.ts';
import type { PagePromise } from './transport/pages.ts';
import type { Transport } from './transport/transport.ts';

export type GrantRequest = ForCustomer<GrantCreditsRequest>;
export type CreditTopUp = ForCustomer<TopUpRequest>;
export type AdjustRequest = ForCustomer<AdjustCreditsRequest>;
export type UsageEvent = ForCustomer<UsageItem>;
export type AccountQuery = NonNullable<GetAccountData['query']>;
export type EntitlementQuery = NonNullable<GetEntitlementData['query']>;
export type TransactionQuery = NonNullable<ListTransactionsData['query']>;
export type CreditEventQuery = NonNullable<ListCreditEventsData['query']>;

/**
 * Prepaid credits: hold, commit, release, grants, metering, and the ledger of it all.
 *
 * Amounts are millicredits (1 credit is 1,000), whole numbers up to 2^53 - 1. Requests and answers have the names of
 * the published text, but that a request names its customer by `customer`: see {@link CustomerReference}.
 *
 * All methods reject with an {@link ApiError} when the server answers with a failure, with a {@link ConnectionError}
 * or {@link TimeoutError} when no usable answer came even after retries, and with the signal's reason when that aborts.
 * A number that is no integer, or beyond 2^53 - 1, is not sent: that is a `RangeError`, which names it. One beyond that
 * in an answer is not rounded: that is an {@link UnsafeIntegerError}.
 */
export class Credits extends CreditHolds {
  /** Whose credits they are. */
  readonly customers: Customers;
  /** What is counted. */
  readonly metrics: Metrics;
  /** What it costs. */
  readonly rules: MeteringRules;
  readonly #transport: Transport;

  /** @internal */
  constructor(transport: Transport) {
    super(transport);
    this.#transport = transport;
    this.customers = new Customers(transport);
    this.metrics = new Metrics(transport);
    this.rules = new MeteringRules(transport);
  }

  /**
   * A customer's balances in millicredits: `balance` is all there is, `reserved_balance` what holds have of it, and
   * `effective_balance` the rest. With `include_blocks: true` also the grants that have something left, in the order in
   * which they are used up.
   *
   * Published as `GET /v1/customers/{customer_id}/credits` and `GET /v1/customer-by-external-id/{external_id}/credits`.
   *
   * @throws {@link NotFoundError} when there is no such customer.
   * @example
   * ```ts
   * const { effective_balance } = await holdfast.credits.account('acme');
   * ```
   */
  account(customer: CustomerReference, query: AccountQuery = {}, options?: CallOptions): HoldfastPromise<Account> {
    return this.#transport.call(...forCustomer('getAccount', customer, { query }), options);
  }

  /**
   * Gives credits, in millicredits, as a block of its own. Blocks are used up by `priority` (the lower first), then the
   * sooner they expire, free ones before paid ones, then by age.
   *
   * Published as `POST /v1/customers/{customer_id}/credits/grant` and
   * `POST /v1/customer-by-external-id/{external_id}/credits/grant`.
   *
   * @throws {@link NotFoundError} when there is no such customer.
   * @example
   * ```ts
   * await holdfast.credits.grant({ customer: 'acme', credits: 50_000, source: 'promotion', reason: 'Welcome' });
   * ```
   */
  grant({ customer, ...grant }: GrantRequest, options?: CallOptions): HoldfastPromise<GrantResult> {
    return this.#transport.call(...forCustomer('grantCredits', customer, { body: grant }), options);
  }

  /**
   * Adds credits that were bought, in millicredits. An unknown external customer is created. A payment, named by its
   * `external_payment_id`, is credited to a customer once: the same top-up again answers the first grant.
   *
   * Published as `POST /v1/topup/grant`.
   *
   * @throws {@link NotFoundError} when there is no customer with this `id`.
   * @throws {@link PaymentAlreadyCreditedError} when the payment was credited with other content.
   * @example
   * ```ts
   * await holdfast.credits.topUp(
   *   { customer: 'acme', credits: 100_000, price_paid: 1_900, currency: 'EUR', external_payment_id: payment.id },
   *   { idempotencyKey: payment.id },
   * );
   * ```
   */
  topUp(topUp: CreditTopUp, options?: CallOptions): HoldfastPromise<GrantResult> {
    return this.#transport.call('topUp', { body: toWireRequest(topUp) }, options);
  }

  /**
   * Corrects a balance by `delta` millicredits, for the `reason` that the ledger then shows.
   *
   * An extension: `POST /v1/customers/{customer_id}/credits/adjust` and
   * `POST /v1/customer-by-external-id/{external_id}/credits/adjust`.
   *
   * @throws {@link InsufficientCreditsError} when it would take more than `effective_balance`.
   * @throws {@link NotFoundError} when there is no such customer.
   * @example
   * ```ts
   * await holdfast.credits.adjust({ customer: 'acme', delta: -2_000, reason: 'Granted twice by mistake' });
   * ```
   */
  adjust({ customer, ...adjustment }: AdjustRequest, options?: CallOptions): HoldfastPromise<AdjustResult> {
    return this.#transport.call(...forCustomer('adjustCredits', customer, { body: adjustment }), options);
  }

  /**
   * Adds up a customer's ledger, blocks and holds, and says whether the balances are what they come to.
   *
   * An extension: `GET /v1/customers/{customer_id}/credits/audit` and
   * `GET /v1/customer-by-external-id/{external_id}/credits/audit`.
   *
   * @throws {@link NotFoundError} when there is no such customer.
   * @example
   * ```ts
   * const { consistent, faults } = await holdfast.credits.audit('acme');
   * ```
   */
  audit(customer: CustomerReference, options?: CallOptions): HoldfastPromise<Audit> {
    return this.#transport.call(...forCustomer('auditAccount', customer, {}), options);
  }

  /**
   * A customer's ledger, newest entry first: awaited the first page, iterated all of it. `from` is inclusive, `to`
   * exclusive; both are RFC 3339 in UTC.
   *
   * Published as `GET /v1/customers/{customer_id}/transactions` and
   * `GET /v1/customer-by-external-id/{external_id}/transactions`.
   *
   * @throws {@link NotFoundError} when there is no such customer.
   * @example
   * ```ts
   * for await (const entry of holdfast.credits.transactions('acme', { type: 'consumption' })) {
   *   console.log(entry.created_at, entry.balance_delta, entry.billable_metric_key);
   * }
   * ```
   */
  transactions(
    customer: CustomerReference,
    query: TransactionQuery = {},
    options?: CallOptions,
  ): PagePromise<TransactionPage, Transaction> {
    return this.#transport.list(...forCustomer('listTransactions', customer, { query }), (page) => page.data, options);
  }

  /**
   * Whether a customer may use so many units now (1 unless given), and what they would cost. Nothing is held, so the
   * answer may be out of date at once: to be sure, hold.
   *
   * Published as `GET /v1/customers/{customer_id}/entitlements/{billable_metric_key}` and
   * `GET /v1/customer-by-external-id/{external_id}/entitlements/{billable_metric_key}`.
   *
   * @throws {@link NotFoundError} when there is no such customer.
   * @throws {@link NoMeteringRuleError} when nothing says what the metric costs.
   * @example
   * ```ts
   * const { allowed, affordable_units } = await holdfast.credits.entitlement('acme', 'image', { units: 10 });
   * ```
   */
  entitlement(
    customer: CustomerReference,
    metric: string,
    query: EntitlementQuery = {},
    options?: CallOptions,
  ): HoldfastPromise<Entitlement> {
    const path = { billable_metric_key: metric };
    return this.#transport.call(...forCustomer('getEntitlement', customer, { path, query }), options);
  }

  /**
   * Debits units that were used, at once. For 24 hours, usage of a customer with the same `event_id` is recorded once,
   * and the answer says `duplicate: true`.
   *
   * Published as `POST /v1/usage`.
   *
   * @throws {@link EventIdConflictError} when the event was recorded with another metric or other units.
   * @throws {@link InsufficientCreditsError} when the customer's overage policy doesn't let it go so far.
   * @throws {@link NotFoundError} when there is no such customer.
   * @throws {@link NoMeteringRuleError} when nothing says what the metric costs.
   * @example
   * ```ts
   * const { cost, duplicate } = await holdfast.credits.recordUsage({
   *   customer: 'acme',
   *   billable_metric_key: 'email',
   *   units: 3,
   *   event_id: message.id,
   * });
   * ```
   */
  recordUsage(usage: UsageEvent, options?: CallOptions): HoldfastPromise<UsageResult> {
    return this.#transport.call('recordUsage', { body: toWireRequest(usage) }, options);
  }

  /**
   * Debits 1 to 1,000 events, each decided by itself: `results` has one for each, in the same order. An event that is
   * refused, or in conflict with one of the same `event_id`, is no error but a `status`; a malformed one is, for all of
   * them, and nothing is recorded then.
   *
   * Published as `POST /v1/usage/batch`.
   *
   * @example
   * ```ts
   * const { results } = await holdfast.credits.recordUsageBatch(events);
   * const missing = results.filter(({ status }) => status === 'refused' || status === 'conflict');
   * ```
   */
  recordUsageBatch(events: readonly UsageEvent[], options?: CallOptions): HoldfastPromise<UsageBatchResult> {
    return this.#transport.call('recordUsageBatch', { body: { events: events.map(toWireRequest) } }, options);
  }

  /**
   * The tenant's own settings: its overage policy, thresholds of balances, and which events it wants.
   *
   * An extension: `GET /v1/credit-settings`.
   *
   * @example
   * ```ts
   * const { overage_policy } = await holdfast.credits.settings();
   * ```
   */
  settings(options?: CallOptions): HoldfastPromise<CreditSettings> {
    return this.#transport.call('getCreditSettings', {}, options);
  }

  /**
   * Changes what is given, and leaves the rest as it is. `overage_limit` is in millicredits; null is no limit.
   *
   * An extension: `PATCH /v1/credit-settings`.
   *
   * @example
   * ```ts
   * await holdfast.credits.updateSettings({ overage_policy: 'notify', overage_limit: 10_000 });
   * ```
   */
  updateSettings(changes: UpdateCreditSettingsRequest, options?: CallOptions): HoldfastPromise<CreditSettings> {
    return this.#transport.call('updateCreditSettings', { body: changes }, options);
  }

  /**
   * Sets at which amounts there is an event `credits.balance_low`: each time that `effective_balance` falls below one of
   * them. Amounts are in millicredits, at most 16, in any order; null: those of the settings hold again.
   *
   * An extension: `PUT /v1/customers/{customer_id}/credits/thresholds` and
   * `PUT /v1/customer-by-external-id/{external_id}/credits/thresholds`.
   *
   * @throws {@link NotFoundError} when there is no such customer.
   * @example
   * ```ts
   * await holdfast.credits.setThresholds('acme', [50_000, 10_000]);
   * ```
   */
  setThresholds(
    customer: CustomerReference,
    amounts: readonly number[] | null,
    options?: CallOptions,
  ): HoldfastPromise<CreditThresholds> {
    const body = { amounts: amounts && [...amounts] };
    return this.#transport.call(...forCustomer('putCreditThresholds', customer, { body }), options);
  }

  /**
   * What happened to everything but named resources, newest first: credits, capacity, API keys and limits. Awaited the
   * first page, iterated all of it. {@link Holdfast.events} has the same events as they happen.
   *
   * An extension: `GET /v1/events`.
   *
   * @example
   * ```ts
   * for await (const event of holdfast.credits.events({ type: 'credits.overage' })) {
   *   if (event.type === 'credits.overage') console.log(event.external_customer_id, event.data.overage);
   * }
   * ```
   */
  events(query: CreditEventQuery = {}, options?: CallOptions): PagePromise<CreditEventPage, CreditEvent> {
    return this.#transport.list('listCreditEvents', { query }, (page) => page.data, options);
  }
}
