import type { HoldfastEvent, Limits } from '@holdfast/contract/types';

import { Administration } from './administration.ts';
import { Capacity } from './capacity.ts';
import type { WithHoldOptions, WithLockOptions } from './claims/options.ts';
import { withHold } from './claims/with-hold.ts';
import type { HeldCredits, HoldOutcome, UsedUnits } from './claims/with-hold.ts';
import { withLock } from './claims/with-lock.ts';
import type { HeldLock } from './claims/with-lock.ts';
import { Credits } from './credits.ts';
import { followEvents } from './events/follow-events.ts';
import type { FollowOptions } from './events/follow-events.ts';
import { NamedResources } from './named-resources.ts';
import { batchersFor } from './transport/batcher.ts';
import type { Batcher } from './transport/batcher.ts';
import type { CallOptions } from './transport/call.ts';
import type { HoldfastPromise } from './transport/holdfast-promise.ts';
import { Transport } from './transport/transport.ts';
import type { HoldfastOptions } from './transport/transport.ts';
import { verifyWebhook } from './webhooks/verify-webhook.ts';
import { WebhookEndpoints } from './webhooks/webhook-endpoints.ts';

/**
 * A client of one Holdfast server. It keeps no connections and no timers of its own: create one, and share it.
 *
 * Failed attempts are retried with exponential backoff and jitter, and not before `Retry-After`; a write carries an
 * `Idempotency-Key`, the same on each attempt, so that it takes effect at most once.
 *
 * @example
 * ```ts
 * import { Holdfast } from '@holdfast/sdk';
 *
 * const holdfast = new Holdfast({ baseUrl: 'http://127.0.0.1:4000', apiKey: process.env.HOLDFAST_API_KEY! });
 * await holdfast.withLock('nightly-report', async (lock) => {
 *   await writeReport({ signal: lock.signal, fencingToken: lock.fencingToken });
 * });
 * ```
 */
export class Holdfast {
  /** Named resources: locks with a TTL, pools of slots, trees. */
  readonly resources: NamedResources;
  /** Prepaid credits: hold, commit, release, grants, metering, ledger. */
  readonly credits: Credits;
  /** Capacity in 15-minute intervals: reservations, calendar, usage and overage. */
  readonly capacity: Capacity;
  /** Where events are sent: endpoints, deliveries, replays. */
  readonly webhookEndpoints: WebhookEndpoints;
  /** For receivers: `verify` is {@link verifyWebhook}. */
  readonly webhooks: { readonly verify: typeof verifyWebhook } = { verify: verifyWebhook };
  readonly #transport: Transport;
  readonly #lockBatcher: Batcher;
  #admin: Administration | undefined;

  /**
   * @throws TypeError when `baseUrl` is no URL.
   * @throws RangeError when `autoBatch.maxItems` is no integer from 1 to 100.
   */
  constructor(options: HoldfastOptions) {
    this.#transport = new Transport(options);
    const { forCalls, forLocks } = batchersFor(this.#transport, options.autoBatch);
    this.#lockBatcher = forLocks;
    this.resources = new NamedResources(this.#transport, forCalls);
    this.credits = new Credits(this.#transport);
    this.capacity = new Capacity(this.#transport);
    this.webhookEndpoints = new WebhookEndpoints(this.#transport);
  }

  /** What operators do: tenants, tiers, API keys, and who may exchange JWTs for tokens. */
  get admin(): Administration {
    return (this.#admin ??= new Administration(this.#transport));
  }

  /**
   * The limits of the API key's tier in its environment, what is used of them by now, and when they begin anew. Null is
   * no limit. It needs no scope, and counts against nothing. With several server processes, what is used may be shown a
   * little too high.
   *
   * An extension: `GET /v1/limits`.
   *
   * @throws {@link TenantSuspendedError} when the tenant is suspended.
   * @example
   * ```ts
   * const { limits, used, resets_at } = await holdfast.limits();
   * console.log(used.ops_per_day, 'of', limits.ops_per_day, 'operations are used until', resets_at.day);
   * ```
   */
  limits(options?: CallOptions): HoldfastPromise<Limits> {
    return this.#transport.call('getLimits', {}, options);
  }

  /**
   * Follows events as they happen, oldest first: each one that `families` and `types` let through, once, in the order of
   * their numbers. `event.type` tells them apart, for the compiler too; a server that is newer than this library may have
   * types that it doesn't know.
   *
   * Nothing is sent before the first event is asked for. From then on it connects again for as long as it takes, with
   * exponential backoff and jitter, wherever it was: when the connection breaks, when the server stops, and when nothing
   * came for 45 seconds, since the server says something every 15. Nothing is lost or repeated then. Nothing is read
   * ahead of a loop that is slow. To end it, leave the loop, or abort the signal.
   *
   * To go on where another program has stopped, keep the last event's `number`, and give it as `after`.
   *
   * Published as `GET /api/v1/events`.
   *
   * @throws {@link EventsGoneError} when the history no longer reaches back to `after`, or to where it was: `oldest` says
   * where one can go on.
   * @throws {@link BadRequestError} when no event has had the number `after`, or there is no such type.
   * @throws {@link AuthenticationError} when the API key is unknown, or has been revoked meanwhile.
   * @throws {@link PermissionDeniedError} when it lacks the scope `events:read`.
   * @throws the signal's reason, when that aborts.
   * @example
   * ```ts
   * for await (const event of holdfast.events({ families: ['resources', 'credits'], after: await loadPosition() })) {
   *   if (event.type === 'RESERVATION_EXPIRED') console.log(event.resource, 'was lost by', event.requester);
   *   if (event.type === 'credits.overage') console.log(event.external_customer_id, 'owes', event.data.overage);
   *   await savePosition(event.number);
   * }
   * ```
   */
  events(options: FollowOptions = {}): AsyncGenerator<HoldfastEvent, void> {
    return followEvents(this.#transport, options);
  }

  /**
   * Runs a section while holding a lock: acquires it, renews it in the background at about every third of its TTL, and
   * releases it when the section ends, however it ends. Settles as the section does.
   *
   * Sections exclude one another wherever they run, within one program too: each claims under a name of its own.
   *
   * The lease is counted from before the request for it was sent, on a monotonic clock, and ends a twentieth of its TTL
   * early. If it can't be renewed by then, or the server says that it has ended, the section's `signal` aborts: stop
   * what the lock protects. No client can promise more than that, since a machine may be suspended at any
   * moment; against a section that goes on nevertheless, let what you protect check the {@link HeldLock.fencingToken}.
   *
   * If the lock can't be released, the section's outcome stands, the hook `onReleaseFailed` is called, and the lock
   * lapses with its TTL. If it lapses while the release is still being retried, it counts as released. If it stays
   * unknown whether the lock was taken, because no answer came or the caller's signal aborted, the client finds out,
   * and releases it, in the background.
   *
   * @throws {@link LockHeldError} when it is held, or no slot of the pool is free, until `waitMs` are over.
   * @throws {@link LeaseLostError} when the lease was lost before the section returned: another may have overlapped.
   * @throws {@link RateLimitError} when a limit is reached, also within `waitMs`, and retries don't get beyond it.
   * @throws {@link ConnectionError} when no usable answer to the claim came, not even after retries.
   * @throws {@link TimeoutError} when the lock was granted too late to be of use, or no answer came in time.
   * @throws the signal's reason, when that aborts before the section has begun.
   * @example
   * ```ts
   * const receipt = await holdfast.withLock(
   *   { resource: 'account-7', ttlSeconds: 20, waitMs: 5_000, metadata: { why: 'payout' } },
   *   async (lock) => pay({ fencingToken: lock.fencingToken, signal: lock.signal }),
   * );
   * ```
   */
  withLock<Value>(
    lock: string | WithLockOptions,
    section: (lock: HeldLock) => Value | PromiseLike<Value>,
  ): Promise<Value> {
    const options = typeof lock === 'string' ? { resource: lock } : lock;
    return withLock(this.#lockBatcher, this.#transport, options, section);
  }

  /**
   * Runs a section while credits are held for it: holds what `estimate` units of the metric cost, renews the hold in the
   * background at about every third of its TTL, and at the end commits the units that the section returns: fewer than
   * the estimate, none, or more. If the section throws, the hold is released, nothing is debited, and the error is
   * passed on. Beside its units a section may return a value, as `{ units, value }`.
   *
   * If the hold ends under the section, because it could not be renewed in time or somebody else ended it, the
   * section's `signal` aborts: what it does from then on may not be paid. Whether the hold is still there is decided by
   * the server, at the commit.
   *
   * If the hold can't be released, the section's error stands, the hook `onHoldReleaseFailed` is called, and the hold
   * expires with its TTL.
   *
   * **Run again.** With an `idempotencyKey`, all of it may be run again within 24 hours from the first time: after an
   * error, after a crash, or beside a run that still goes on. However many runs there are, units are debited once. What
   * a run does depends on what those before it have left:
   * - a hold that was committed: the section doesn't run, and the outcome is that commit, with `replayed: true`;
   * - a hold that lives: it is taken over, with what was added to it, and the section runs again;
   * - one that was released or has expired, or that was refused: a new one is asked for, and the section runs.
   *
   * So the section itself may run more than once: what it does must bear that. Customer, metric, estimate, TTL and
   * metadata must be the same each time. Two runs side by side share one hold: the first commit counts for both, and if
   * one throws, the other one's hold is lost. Without a key each call is a piece of work of its own.
   *
   * @throws {@link InsufficientCreditsError} when the estimate costs more than the customer has left.
   * @throws {@link HoldLostError} when the hold ended before the commit. Nothing was debited.
   * @throws {@link IdempotencyKeyConflictError} when the key was used with another customer, metric or estimate.
   * @throws {@link NotFoundError} when there is no such customer.
   * @throws {@link NoMeteringRuleError} when nothing says what the metric costs.
   * @throws {@link RateLimitError} when a limit is reached, and retries don't get beyond it. If that was the commit's,
   * run it again with the same key.
   * @throws {@link ConnectionError} when no usable answer came, not even after retries. If that was the commit's,
   * `outcomeUnknown` is true: run it again with the same key.
   * @throws {@link TimeoutError} when credits were held too late to be of use, or no answer came in time.
   * @throws TypeError when the section returned no number of units. The hold is released.
   * @throws the signal's reason, when that aborts before the section has begun.
   * @example
   * ```ts
   * const { commit } = await holdfast.withHold(
   *   { customer: 'acme', metric: 'image', estimate: 4, ttlSeconds: 120, idempotencyKey: job.id },
   *   async (hold) => {
   *     const images = await render(job, { signal: hold.signal });
   *     return images.length;
   *   },
   * );
   * console.log(commit.actual_cost, 'millicredits were debited,', commit.released, 'released');
   * ```
   */
  withHold<Value = undefined>(
    options: WithHoldOptions,
    section: (hold: HeldCredits) => UsedUnits<Value> | PromiseLike<UsedUnits<Value>>,
  ): Promise<HoldOutcome<Value>> {
    return withHold(this.credits, this.#transport, options, section);
  }
}
