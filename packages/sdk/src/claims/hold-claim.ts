import type { CommitResult, Hold, HoldReceipt } from '@holdfast/contract/types';

import type { CreditHolds, HoldRequest } from '../credits/holds.ts';
import { ApiError, HoldNotActiveError, IdempotencyKeyConflictError, NotFoundError } from '../errors/api-errors.ts';
import { HoldLostError } from '../errors/claim-errors.ts';
import { HoldfastError, TimeoutError } from '../errors/holdfast-error.ts';
import type { TimedOptions } from '../transport/call.ts';
import type { HoldfastPromise } from '../transport/holdfast-promise.ts';
import { notify } from '../transport/hooks.ts';
import { keyPrefixOf } from '../transport/key-prefix.ts';
import type { Transport } from '../transport/transport.ts';
import type { Claim, Grant, Renewal } from './lease.ts';
import type { WithHoldOptions } from './options.ts';
import { retryWithin } from './retry-within.ts';

/** A hold that was taken, now or by an earlier run under the same idempotency key. */
export interface HoldGrant extends Grant {
  readonly id: string;
  /** What it holds credits for. More than the estimate if an earlier run has extended it. */
  readonly heldUnits: number;
}

/** A hold to work under, or the commit of an earlier run under the same idempotency key: then the work is done. */
export type Taken = { readonly grant: HoldGrant } | { readonly commit: CommitResult };

/** The server counts a longer TTL as this. */
const longestTtlSeconds = 86_400;

/** How many holds one key may have. Each one before costs a later run a request or two. */
const mostHolds = 1_000;

/**
 * The requests of one `withHold()`: those that take a hold, renew it, and end it by a commit or a release.
 *
 * The holds of one idempotency key are numbered, and each step for each of them has a key of its own. A run goes
 * through them in order, and takes a new one only when it has seen that all before it have ended without a commit. So
 * however many runs there are, and wherever they broke off, at most one of the holds is ever committed.
 */
export class HoldClaim implements Claim<HoldGrant> {
  readonly ttlMs: number;
  readonly #holds: CreditHolds;
  readonly #transport: Transport;
  readonly #options: WithHoldOptions & { ttlSeconds: number; settleTimeoutMs: number };
  readonly #keyPrefix: string;
  #holdNumber = 1;

  constructor(holds: CreditHolds, transport: Transport, options: WithHoldOptions) {
    const { ttlSeconds = 60, settleTimeoutMs = 30_000 } = options;
    this.ttlMs = Math.min(ttlSeconds, longestTtlSeconds) * 1_000;
    this.#options = { ...options, ttlSeconds, settleTimeoutMs };
    this.#keyPrefix = keyPrefixOf(options);
    this.#holds = holds;
    this.#transport = transport;
  }

  /** Takes a hold, or finds what an earlier run has left. */
  async acquire(): Promise<Taken> {
    const { signal, idempotencyKey } = this.#options;
    signal?.throwIfAborted();
    try {
      return await this.#takeFirstUsable();
    } catch (error) {
      const mayBeHeld =
        signal?.aborted || (error instanceof HoldfastError && error.outcomeUnknown && !isRefusal(error));
      // Under the caller's own key a later run may take it up; under any other nobody will.
      if (mayBeHeld && idempotencyKey === undefined) void this.#releaseUnseen();
      throw error;
    }
  }

  /** One attempt to renew the hold, short enough that others can follow it in time. */
  async renew({ id }: HoldGrant, signal: AbortSignal): Promise<Renewal> {
    const timeoutMs = Math.min(this.#transport.timeoutMs, this.ttlMs / 3);
    try {
      const { expires_at } = await this.#extendTtl(id, { signal, timeoutMs, maxRetries: 0 });
      return { expiresAt: expires_at, lost: null };
    } catch (error) {
      if (isGone(error)) return { expiresAt: null, lost: whyGone(error) };
      throw error;
    }
  }

  lost(why: string, options?: ErrorOptions): HoldLostError {
    return new HoldLostError(`The hold was lost: ${why}.`, options);
  }

  extend(id: string, additionalUnits: number, signal: AbortSignal): HoldfastPromise<Hold> {
    return this.#holds.extend(id, { additional_units: additionalUnits }, { signal });
  }

  /** Debits the units. If a run beside this one was faster, that one's commit stands. */
  async commit(id: string, units: number): Promise<CommitResult> {
    try {
      return await this.#commitUnits(id, units);
    } catch (error) {
      if (!(error instanceof IdempotencyKeyConflictError)) throw error;
      return this.#commitOf(await this.#lookUp(id), error);
    }
  }

  /** Releases the hold. Never rejects: a hook hears of failure. */
  async release(id: string): Promise<void> {
    const idempotencyKey = this.#keyFor('release');
    try {
      await this.#settling('released', (options) => this.#holds.release(id, { ...options, idempotencyKey }));
    } catch (error) {
      if (!isGone(error)) this.#reportUnreleased(id, error);
    }
  }

  async #takeFirstUsable(): Promise<Taken> {
    for (; this.#holdNumber <= mostHolds; this.#holdNumber++) {
      const taken = await this.#take();
      if (taken !== undefined) return taken;
    }
    throw new HoldfastError(`The idempotency key ${this.#keyPrefix} has had ${mostHolds} holds, all without a commit.`);
  }

  /** Undefined when the hold of this number was refused, released or expired in an earlier run. */
  async #take(): Promise<Taken | undefined> {
    const { signal } = this.#options;
    let sentAtMs = performance.now();
    const onSend = () => (sentAtMs = performance.now());
    const call = this.#createHold({ signal, onSend }).withResponse();
    const answer = await call.catch((error: unknown) => this.#undefinedIfOld(error));
    if (answer === undefined) return undefined;
    const { data: receipt, response } = answer;
    return this.#mayBeOld(response.headers) ? this.#takeUp(receipt.id) : this.#inTime(grantOf(receipt, sentAtMs));
  }

  /** An old refusal says nothing of now: there may be credits again. */
  #undefinedIfOld(error: unknown): undefined {
    if (!(error instanceof ApiError && this.#mayBeOld(error.headers))) throw error;
  }

  /** Whether it answers an earlier run. Under a key that no other run has, only lost answers are ever repeated. */
  #mayBeOld(headers: Headers): boolean {
    return this.#options.idempotencyKey !== undefined && headers.get('idempotent-replayed') === 'true';
  }

  /** The answer to an old request says how the hold was; this finds out how it is. */
  async #takeUp(id: string): Promise<Taken | undefined> {
    const { signal } = this.#options;
    let sentAtMs = performance.now();
    const onSend = () => (sentAtMs = performance.now());
    try {
      const hold = await this.#extendTtl(id, { signal, onSend });
      return await this.#inTime(grantOf(hold, sentAtMs));
    } catch (error) {
      if (!(error instanceof HoldNotActiveError)) throw error;
      const hold = await this.#holds.getHold(id, { signal });
      return hold.status === 'committed' ? { commit: await this.#commitOf(hold, error) } : undefined;
    }
  }

  async #inTime(grant: HoldGrant): Promise<Taken> {
    if (performance.now() - grant.sentAtMs < this.ttlMs / 2) return { grant };
    await this.release(grant.id);
    throw new TimeoutError('The credits were held too late to be of use.');
  }

  /** Before this, some run's commit may have been taken: it stands, whether or not this one hears of it. */
  async #lookUp(id: string): Promise<Hold> {
    try {
      return await this.#settling('committed', (options) => this.#holds.getHold(id, options));
    } catch (error) {
      throw Object.assign(error as object, { outcomeUnknown: true });
    }
  }

  /** What the commit of an earlier run was answered: its key and its units are known, so it can be asked for again. */
  async #commitOf({ id, status, committed_units }: Hold, cause: unknown): Promise<CommitResult> {
    if (status !== 'committed') throw this.lost(`it is ${status}`, { cause });
    return this.#commitUnits(id, committed_units);
  }

  /** Nobody has seen whether it was held. Under its old idempotency key the request is answered as the first time. */
  async #releaseUnseen(): Promise<void> {
    try {
      const { id } = await this.#settling('released', (options) => this.#createHold(options));
      await this.release(id);
    } catch (error) {
      if (!isRefusal(error)) this.#reportUnreleased(null, error);
    }
  }

  #createHold(options: TimedOptions): HoldfastPromise<HoldReceipt> {
    const { customer, metric, estimate, ttlSeconds, metadata } = this.#options;
    const units = { billable_metric_key: metric, estimated_units: estimate };
    const hold = { customer, ...units, ttl_seconds: ttlSeconds, metadata } as HoldRequest; // undefined isn't sent
    return this.#holds.hold(hold, { ...options, idempotencyKey: this.#keyFor('hold') });
  }

  #extendTtl(id: string, options: TimedOptions): HoldfastPromise<Hold> {
    return this.#holds.extend(id, { ttl_seconds: this.#options.ttlSeconds }, options);
  }

  async #commitUnits(id: string, units: number): Promise<CommitResult> {
    const commit = { actual_units: units };
    const idempotencyKey = this.#keyFor('commit');
    try {
      return await this.#settling('committed', (options) =>
        this.#holds.commit(id, commit, { ...options, idempotencyKey }),
      );
    } catch (error) {
      throw isGone(error) ? this.lost(whyGone(error), { cause: error }) : error;
    }
  }

  #settling<Value>(done: string, call: (options: TimedOptions) => Promise<Value>): Promise<Value> {
    const { metric, settleTimeoutMs: timeoutMs } = this.#options;
    const failure = `The hold on '${metric}' was not ${done}`;
    return retryWithin(this.#transport, { timeoutMs, failure }, call);
  }

  #keyFor(step: 'hold' | 'commit' | 'release'): string {
    const key = `${this.#keyPrefix}/${step}`;
    return this.#holdNumber === 1 ? key : `${key}/${this.#holdNumber}`;
  }

  #reportUnreleased(holdId: string | null, error: unknown): void {
    const { customer, metric } = this.#options;
    notify(this.#transport.hooks.onHoldReleaseFailed, { holdId, customer, metric, error });
  }
}

/** Whether the server says that there is no such live hold: then nothing but a new one can help. */
export function isGone(error: unknown): error is ApiError {
  return error instanceof HoldNotActiveError || error instanceof NotFoundError;
}

export function whyGone({ code }: ApiError): string {
  return `the server says ${code}`;
}

/** Whether nothing can have been held. A key that isn't valid any more doesn't tell. */
function isRefusal(error: unknown): boolean {
  return error instanceof ApiError && [400, 402, 404, 422].includes(error.status);
}

function grantOf({ id, estimated_units, expires_at }: HoldReceipt | Hold, sentAtMs: number): HoldGrant {
  return { id, heldUnits: estimated_units, expiresAt: expires_at, sentAtMs };
}
