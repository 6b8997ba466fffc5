import type {
  CapacityCalendarInterval,
  CapacityLimits,
  CapacityQuote,
  CapacityReservation,
  CapacityReservationPage,
  CapacitySampleItem,
  CapacityUsage,
  CapacityWindows,
  FindCapacityWindowsData,
  GetCapacityCalendarData,
  GetCapacityLimitsData,
  ListCapacityReservationsData,
  RecordedCapacityUsage,
  UpdateCapacityLimitsRequest,
} from '@holdfast/contract/types';

import type { CapacityRequest } from './capacity/capacity-request.ts';
import { reserveUpTo } from './capacity/reserve-up-to.ts';
import type { ReservedUpTo } from './capacity/reserve-up-to.ts';
import type { CallOptions } from './transport/call.ts';
import { HoldfastPromise } from './transport/holdfast-promise.ts';
import type { PagePromise } from './transport/pages.ts';
import type { WithTimes } from './transport/time.ts';
import type { Transport } from './transport/transport.ts';

export type CapacitySample = WithTimes<CapacitySampleItem, 'at'>;
export type CapacityPeriod = WithTimes<GetCapacityCalendarData['query'], 'from' | 'to'>;
export type CapacityReservationQuery = WithTimes<ListCapacityReservationsData['query'], 'from' | 'to'>;
export type CapacityWindowQuery = WithTimes<FindCapacityWindowsData['query'], 'from' | 'to'>;
export type CapacityLimitsQuery = NonNullable<GetCapacityLimitsData['query']>;
export type CapacityLimitsUpdate = WithTimes<UpdateCapacityLimitsRequest, 'from' | 'to'>;

/**
 * Capacity in 15-minute intervals: memory that is reserved ahead, the calendar, usage and overage.
 *
 * Memory is in GB, whole multiples of 4. An interval is 15 minutes, half-open, on :00, :15, :30 and :45 UTC:
 * {@link intervals} makes a list of them. Costs are micro-dollars, 1,000,000 to the dollar. Times are given as RFC 3339
 * in UTC or as a `Date`, and answered as RFC 3339. A reservation is final: it can't be cancelled or changed.
 *
 * All methods reject with an {@link ApiError} when the server answers with a failure, with a {@link ConnectionError}
 * or {@link TimeoutError} when no usable answer came even after retries, and with the signal's reason when that aborts.
 * A {@link BadRequestError} has for its message the server's one sentence about the first fault, such as
 * `intervals[3].capacityGb is 5: must be a multiple of 4`. A number that is no integer, or beyond 2^53 - 1, is not
 * sent: that is a `RangeError`, which names it. One beyond that in an answer is an {@link UnsafeIntegerError}.
 */
export class Capacity {
  readonly #transport: Transport;

  /** @internal */
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /**
   * Reserves every interval or, if one doesn't fit, none. The memory of several reservations adds up. An interval must
   * start 30 minutes from now or later.
   *
   * Published as `POST /api/capacity/reservations`.
   *
   * @throws {@link CapacityNotAvailableError} when some don't fit: its `intervals` are all of those, each with what
   * could be had. To ask for that, take a new idempotency key, as {@link Capacity.reserveUpTo} does: the old one keeps
   * its answer.
   * @throws {@link BadRequestError} when an interval is off the grid, too soon, named twice, or no multiple of 4 GB.
   * @throws {@link IdempotencyKeyConflictError} when the key was used with other intervals.
   * @example
   * ```ts
   * import { intervals } from '@holdfast/sdk';
   *
   * const { reservationId } = await holdfast.capacity.reserve(
   *   { intervals: intervals('2026-09-01T22:00:00Z', '2026-09-02T00:00:00Z', 64) },
   *   { idempotencyKey: 'nightly-report 2026-09-01' },
   * );
   * ```
   */
  reserve(request: CapacityRequest, options?: CallOptions): HoldfastPromise<CapacityReservation> {
    return this.#transport.call('reserveCapacity', { body: request }, options);
  }

  /**
   * Reserves as much of it as there is: asks for all, and if intervals don't fit, once more, for what the refusal says
   * can be had of those, in whole multiples of 4 GB, and without those that have nothing left. What was cut is in
   * `shortfalls`; `intervals` are what was reserved.
   *
   * Each of the two requests has an idempotency key of its own, and the second one's is made of the first one's. So
   * with an `idempotencyKey` of at most 240 characters all of it may be run again within 24 hours, after an error or a
   * crash: it reserves once, and answers the same.
   *
   * Both requests are those that were published as `POST /api/capacity/reservations`.
   *
   * @throws {@link CapacityNotAvailableError} when nothing can be had, or when others were faster once more: its
   * `intervals` are those of the last refusal. Nothing was reserved. To try again, take another key.
   * @throws {@link BadRequestError} when an interval is off the grid, too soon, named twice, or no multiple of 4 GB.
   * @throws {@link IdempotencyKeyConflictError} when the key was used with other intervals.
   * @throws RangeError when `idempotencyKey` is longer than 240 characters.
   * @example
   * ```ts
   * const night = intervals('2026-09-01T22:00:00Z', '2026-09-02T00:00:00Z', 768);
   * const { shortfalls } = await holdfast.capacity.reserveUpTo({ intervals: night });
   * for (const { startsAt, requestedGb, reservedGb } of shortfalls) {
   *   console.log(startsAt, 'has', reservedGb, 'of', requestedGb, 'GB');
   * }
   * ```
   */
  reserveUpTo(request: CapacityRequest, options?: CallOptions): HoldfastPromise<ReservedUpTo> {
    return new HoldfastPromise(reserveUpTo((...call) => this.reserve(...call), request, options));
  }

  /**
   * The reservations that were made from `from` (inclusive) to `to` (exclusive), newest first: awaited the first page,
   * iterated all of it. Their `createdAt` counts, not the times of their intervals. A page has 50, or `limit`, of which
   * more than 200 are taken as 200.
   *
   * Published as `GET /api/capacity/reservations`.
   *
   * @throws {@link BadRequestError} when `from` isn't before `to`.
   * @example
   * ```ts
   * const weekAgo = new Date(Date.now() - 7 * 86_400_000);
   * for await (const { reservationId, intervals } of holdfast.capacity.list({ from: weekAgo, to: new Date() })) {
   *   console.log(reservationId, 'has', intervals.length, 'intervals');
   * }
   * ```
   */
  list(
    query: CapacityReservationQuery,
    options?: CallOptions,
  ): PagePromise<CapacityReservationPage, CapacityReservation> {
    return this.#transport.list('listCapacityReservations', { query }, (page) => page.reservations, options);
  }

  /**
   * One reservation.
   *
   * An extension: `GET /api/capacity/reservations/{reservationId}`.
   *
   * @throws {@link NotFoundError} when there is no such reservation.
   * @example
   * ```ts
   * const { createdAt, intervals } = await holdfast.capacity.get(reservationId);
   * ```
   */
  get(reservationId: string, options?: CallOptions): HoldfastPromise<CapacityReservation> {
    return this.#transport.call('getCapacityReservation', { path: { reservationId } }, options);
  }

  /**
   * What a reservation would be and cost, in GB-hours and micro-dollars. It is checked as a reservation is, and nothing
   * is reserved, so the answer may be out of date at once: to be sure, reserve.
   *
   * An extension: `POST /api/capacity/quotes`.
   *
   * @throws {@link CapacityNotAvailableError} when some intervals don't fit.
   * @throws {@link BadRequestError} as {@link Capacity.reserve} does.
   * @example
   * ```ts
   * const { reservedGbHours, reservedCostMicros } = await holdfast.capacity.quote({ intervals: night });
   * console.log(reservedGbHours, 'GB-hours for', reservedCostMicros / 1_000_000, 'dollars');
   * ```
   */
  quote(request: CapacityRequest, options?: CallOptions): HoldfastPromise<CapacityQuote> {
    return this.#transport.call('quoteCapacity', { body: request }, options);
  }

  /**
   * One row for each interval from `from` to `to`, the earliest first: your organisation's limit, what it has reserved,
   * and what the server would accept now (0 inside the next 30 minutes), all in GB. `from` and `to` are on the grid, at
   * most 35 days apart. A snapshot: it holds nothing.
   *
   * Published as `GET /api/capacity/calendar`, whose answer has these rows as its `intervals`.
   *
   * @throws {@link BadRequestError} when `from` or `to` is off the grid, or they are more than 35 days apart.
   * @example
   * ```ts
   * for (const row of await holdfast.capacity.calendar({ from: '2026-09-01T00:00:00Z', to: '2026-09-02T00:00:00Z' })) {
   *   console.log(row.startsAt, row.reservedGb, 'GB are reserved,', row.reservableGb, 'GB can be had');
   * }
   * ```
   */
  calendar(period: CapacityPeriod, options?: CallOptions): HoldfastPromise<readonly CapacityCalendarInterval[]> {
    const answer = this.#transport.call('getCapacityCalendar', { query: period }, options).withResponse();
    return new HoldfastPromise(answer.then(({ data, ...around }) => ({ data: data.intervals, ...around })));
  }

  /**
   * The earliest windows of `durationMinutes` (a multiple of 15) in which `capacityGb` can be had all through: at most
   * 100, not overlapping, each with the least that can be had in it. None of it is held.
   *
   * An extension: `GET /api/capacity/windows`.
   *
   * @throws {@link BadRequestError} when `from` or `to` is off the grid, or they are more than 35 days apart.
   * @example
   * ```ts
   * const query = { durationMinutes: 120, capacityGb: 64, from: '2026-09-01T00:00:00Z', to: '2026-09-08T00:00:00Z' };
   * const { windows } = await holdfast.capacity.windows(query);
   * for (const { startsAt, endsAt, reservableGb } of windows) console.log(startsAt, endsAt, reservableGb);
   * ```
   */
  windows(query: CapacityWindowQuery, options?: CallOptions): HoldfastPromise<CapacityWindows> {
    return this.#transport.call('findCapacityWindows', { query }, options);
  }

  /**
   * Records how much memory workloads use, in GB: each from the sample's time until that workload's next one, so that
   * one that has ended needs a sample of 0. 1 to 1,000 samples, in any order, at most 24 hours old and a minute ahead.
   * A workload's first sample of a time counts; others of the same time are `duplicates`.
   *
   * An extension: `POST /api/capacity/usage`.
   *
   * @throws {@link BadRequestError} when a sample is too old or ahead, or its memory no integer up to 1,000,000.
   * @example
   * ```ts
   * const { accepted } = await holdfast.capacity.recordUsage({
   *   samples: [{ workloadId: 'nightly-report', at: new Date(), memoryGb: 48 }],
   * });
   * ```
   */
  recordUsage(
    request: { readonly samples: readonly CapacitySample[] },
    options?: CallOptions,
  ): HoldfastPromise<RecordedCapacityUsage> {
    return this.#transport.call('recordCapacityUsage', { body: request }, options);
  }

  /**
   * One row for each interval from `from` to `to`, and their `totals`: what was reserved, used, used beyond that
   * (overage) and not used, in GB-seconds, and what it costs, in micro-dollars. `from` and `to` are on the grid, at
   * most 35 days apart.
   *
   * Published: a reservation costs the same used or not, and overage is counted second by second, without averages or
   * carry-over. The report itself is an extension: `GET /api/capacity/usage`.
   *
   * @throws {@link BadRequestError} when `from` or `to` is off the grid, or they are more than 35 days apart.
   * @example
   * ```ts
   * const { totals } = await holdfast.capacity.usage({ from: '2026-09-01T00:00:00Z', to: '2026-09-02T00:00:00Z' });
   * console.log((totals.reservedCostMicros + totals.overageCostMicros) / 1_000_000, 'dollars');
   * ```
   */
  usage(period: CapacityPeriod, options?: CallOptions): HoldfastPromise<CapacityUsage> {
    return this.#transport.call('getCapacityUsage', { query: period }, options);
  }

  /**
   * The limits in GB: the platform's capacity, and the cap of an organisation, with the ranges of time in which others
   * hold. With a `tenant_id` that one's, else the defaults. And the rates from the next interval on, in micro-dollars
   * for a GB and an hour. Needs the scope `platform:admin`.
   *
   * An extension: `GET /v1/admin/capacity`.
   *
   * @throws {@link PermissionDeniedError} `forbidden` when the key lacks the scope.
   * @example
   * ```ts
   * const { org_cap_gb, ranges } = await holdfast.capacity.limits({ tenant_id: 'acme' });
   * ```
   */
  limits(query: CapacityLimitsQuery = {}, options?: CallOptions): HoldfastPromise<CapacityLimits> {
    return this.#transport.call('getCapacityLimits', { query }, options);
  }

  /**
   * Sets the platform's capacity, the cap of every organisation, or with a `tenant_id` the cap of that one, in GB; with
   * `from` and `to`, both on the grid, for that time only. What isn't given stays as it is; null takes a setting back.
   * Lowering a limit below what is reserved keeps the reservations, and lets nothing more be reserved. Rates, in
   * micro-dollars for a GB and an hour, are the same for all and hold from the next interval on. Needs the scope
   * `platform:admin`.
   *
   * An extension: `PUT /v1/admin/capacity`.
   *
   * @throws {@link PermissionDeniedError} `forbidden` when the key lacks the scope.
   * @throws {@link BadRequestError} when nothing is given to set, or for one tenant what is the same for all, or when
   *   35 days could cost more than 2^53 - 1 micro-dollars: the message has the sum.
   * @throws {@link IdempotencyKeyConflictError} when the key was used with other limits.
   * @example
   * ```ts
   * await holdfast.capacity.setLimits({ platform_capacity_gb: 8_192, org_cap_gb: 1_024 });
   * await holdfast.capacity.setLimits({ tenant_id: 'acme', org_cap_gb: 2_048 });
   * await holdfast.capacity.setLimits({ reserved_micros_per_gb_hour: 10_000 });
   * ```
   */
  setLimits(limits: CapacityLimitsUpdate, options?: CallOptions): HoldfastPromise<CapacityLimits> {
    return this.#transport.call('updateCapacityLimits', { body: limits }, options);
  }
}
