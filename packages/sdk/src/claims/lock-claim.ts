import type { RenewResult, ReserveItem, ReserveResult, UnreserveResult } from '@holdfast/contract/types';

import { WrongReleaseTokenError } from '../errors/api-errors.ts';
import { LeaseLostError, LockHeldError } from '../errors/claim-errors.ts';
import { HoldfastError, TimeoutError } from '../errors/holdfast-error.ts';
import type { AskedClaim, Batcher } from '../transport/batcher.ts';
import type { TimedOptions } from '../transport/call.ts';
import { notify } from '../transport/hooks.ts';
import { sleep } from '../transport/timers.ts';
import type { Transport } from '../transport/transport.ts';
import { uuidV7 } from '../transport/uuid-v7.ts';
import type { Claim, Grant, Renewal } from './lease.ts';
import type { WithLockOptions } from './options.ts';
import { retryWithin } from './retry-within.ts';

/** A lock that was taken. */
export interface LockGrant extends Grant {
  /** The physical name: of a pool, the slot. */
  readonly resource: string;
  readonly releaseToken: string;
  readonly fencingToken: number;
}

/** The requests of one `withLock()`: those that acquire the lock, renew it and release it. */
export class LockClaim implements Claim<LockGrant> {
  readonly requester: string;
  readonly ttlMs: number;
  readonly #options: WithLockOptions & { ttlSeconds: number; releaseTimeoutMs: number };
  readonly #batcher: Batcher;
  readonly #transport: Transport;

  constructor(batcher: Batcher, transport: Transport, options: WithLockOptions) {
    const { ttlSeconds = 30, releaseTimeoutMs = 15_000 } = options;
    this.requester = uniqueRequester(options.requester ?? 'withLock');
    this.ttlMs = ttlSeconds * 1_000;
    this.#options = { ...options, ttlSeconds, releaseTimeoutMs };
    this.#batcher = batcher;
    this.#transport = transport;
  }

  /** Takes the lock. A refusal is final once `waitMs` are over. */
  async acquire(): Promise<LockGrant> {
    const { waitMs = 0, signal } = this.#options;
    const deadlineMs = performance.now() + waitMs;
    for (let refusals = 0; ; refusals++) {
      const answer = await this.#ask();
      if (!(answer instanceof HoldfastError)) return answer;
      const leftMs = deadlineMs - performance.now();
      if (leftMs <= 0 || !answer.retryable) throw answer;
      await sleep(Math.min(pollDelayMs(refusals), leftMs), signal);
    }
  }

  /** One attempt to renew the lock, short enough that others can follow it in time. */
  async renew(grant: LockGrant, signal: AbortSignal): Promise<Renewal> {
    const item = { ...this.#heldBy(grant), ttlSeconds: this.#options.ttlSeconds };
    const timeoutMs = Math.min(this.#transport.timeoutMs, this.ttlMs / 3);
    const call = this.#batcher.call('renew', [item], { signal, timeoutMs, maxRetries: 0 });
    const [result] = await call.catch(resultIn<RenewResult>);
    return { expiresAt: result.expiresAt, lost: result.status === 'RENEWED' ? null : result.explanation };
  }

  lost(why: string): LeaseLostError {
    return new LeaseLostError(`The lock was lost: ${why}.`);
  }

  /**
   * Releases the lock, with as many attempts as the time for it allows. Resolves to whether it had lapsed by then.
   * Never rejects: a hook hears of failure.
   */
  async release(grant: LockGrant): Promise<boolean> {
    try {
      const [result] = await this.#releasing((options) =>
        this.#batcher.call('unreserve', [this.#heldBy(grant)], options).catch(resultIn<UnreserveResult>),
      );
      return result.status !== 'RELINQUISHED';
    } catch (error) {
      this.#reportUnreleased(grant.resource, error);
      return false;
    }
  }

  async #ask(): Promise<LockGrant | HoldfastError> {
    const { resource, signal } = this.#options;
    signal?.throwIfAborted();
    let sentAtMs = performance.now();
    const onSend = () => (sentAtMs = performance.now());
    const claim = this.#batcher.claim(this.#item(), { signal, onSend });
    const result = await claim.result.catch((error: unknown) => {
      const mayBeHeld = signal?.aborted || (error instanceof HoldfastError && error.outcomeUnknown);
      if (mayBeHeld) void this.#releaseUnseen(claim);
      throw error;
    });
    // ALREADY_HAD is no grant either: it tells of an earlier one that couldn't be released, with its old end.
    if (result.status !== 'ACQUIRED') return refusalOf(result);

    const grant = grantOf(result, sentAtMs);
    if (performance.now() - sentAtMs < this.ttlMs / 2) return grant;
    await this.release(grant);
    return new TimeoutError(`The lock on '${resource}' was granted too late to be of use.`);
  }

  async #releaseUnseen(claim: AskedClaim): Promise<void> {
    const sentAtMs = performance.now();
    try {
      const result = await claim.find((call) => this.#releasing(call));
      if (result?.status === 'ACQUIRED') await this.release(grantOf(result, sentAtMs));
    } catch (error) {
      this.#reportUnreleased(this.#options.resource, error);
    }
  }

  #item(): ReserveItem {
    const { resource, ttlSeconds, resourceType, metadata } = this.#options;
    return { requester: this.requester, resource, ttlSeconds, resourceType, metadata } as ReserveItem; // undefined isn't sent
  }

  #releasing<Value>(call: (options: TimedOptions) => Promise<Value>): Promise<Value> {
    const { resource, releaseTimeoutMs } = this.#options;
    const limit = { timeoutMs: releaseTimeoutMs, failure: `'${resource}' was not released` };
    return retryWithin(this.#transport, limit, call);
  }

  #reportUnreleased(resource: string, error: unknown): void {
    notify(this.#transport.hooks.onReleaseFailed, { resource, requester: this.requester, error });
  }

  #heldBy({ resource, releaseToken }: LockGrant) {
    return { requester: this.requester, resource, releaseToken };
  }
}

/** Two sections of one program exclude each other only if they claim under different names. At most 256 characters. */
function uniqueRequester(name: string): string {
  const suffix = `/${uuidV7()}`;
  return [...name].slice(0, 256 - suffix.length).join('') + suffix;
}

function grantOf(result: ReserveResult, sentAtMs: number): LockGrant {
  return {
    resource: result.acquiredSlots?.[result.resource] ?? result.resource,
    releaseToken: result.releaseToken!,
    fencingToken: result.fencingToken!,
    expiresAt: result.expiresAt!,
    sentAtMs,
  };
}

function refusalOf(result: ReserveResult): HoldfastError {
  return result.status === 'NOT_VALID' ? new HoldfastError(result.explanation) : new LockHeldError(result);
}

/** Soon at first, for locks that are held for moments, then about every second: a lock may end before its TTL does. */
function pollDelayMs(refusals: number): number {
  return Math.min(1_000, 100 * 2 ** refusals) * (0.75 + Math.random() / 2);
}

/** For locks, a refusal for the token's sake says the same as any other result: that the lock isn't ours any more. */
function resultIn<Result extends RenewResult | UnreserveResult>(error: unknown): [Result] {
  if (error instanceof WrongReleaseTokenError) return error.results as unknown as [Result];
  throw error;
}
