import { LeaseLostError } from '../errors/api-errors.ts';
import type { Metadata } from '../generated/types.gen.ts';
import type { NamedResources } from '../named-resources.ts';
import type { Transport } from '../transport/transport.ts';
import { Lease } from './lease.ts';
import { LockClaim } from './lock-claim.ts';
import type { Grant } from './lock-claim.ts';

/** What {@link Holdfast.withLock} takes, besides the section to run. */
export interface WithLockOptions {
  /** What to lock: any name, or a registered pool's name to lock one of its slots. 1 to 256 characters. */
  readonly resource: string;
  /** Seconds until the lock lapses unless it is renewed, 1 to 31,536,000. Default 30. */
  readonly ttlSeconds?: number | undefined;
  /** Who locks, for people who look. A UUID is added, and what is too long for 256 characters with it cut. */
  readonly requester?: string | undefined;
  /** A free tag, shown in events. 1 to 64 characters. */
  readonly resourceType?: string | undefined;
  /** Shown to everybody who is refused, and in events. At most 4 KiB as JSON. */
  readonly metadata?: Metadata | undefined;
  /** Milliseconds for which to ask again when the lock is refused; `Infinity` is allowed. Default 0: one try. */
  readonly waitMs?: number | undefined;
  /** Ends the waiting. Once the section runs, it is passed on to the section's own signal. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds that giving the lock back may take, retries included. Default 15,000. */
  readonly releaseTimeoutMs?: number | undefined;
}

/** What the section of {@link Holdfast.withLock} knows about its lock. */
export interface HeldLock {
  /** The physical name: of a pool, the slot that was taken, such as `Printer_0`. */
  readonly resource: string;
  /** The name under which the lock is held: unique for each section. */
  readonly requester: string;
  /**
   * Greater than every token ever given out for this resource. Send it with every write to what the lock protects, and
   * let that refuse tokens smaller than the greatest it has seen: this keeps out a section that goes on too long.
   */
  readonly fencingToken: number;
  /** Aborts with a `LeaseLostError` before anybody else can have the lock, and with the caller's signal. */
  readonly signal: AbortSignal;
  /** When the lock lapses, by the server's clock: RFC 3339, UTC. Renewals move it. */
  readonly expiresAt: string;
  /**
   * Renews now, in one attempt, besides the renewals in the background, which go on whatever becomes of this one.
   * Rejects with a `LeaseLostError` when the lease is lost, and as every request does when it isn't answered.
   */
  renew(): Promise<void>;
}

/** See {@link Holdfast.withLock}, where it is documented. */
export async function withLock<Value>(
  resources: NamedResources,
  transport: Transport,
  options: WithLockOptions,
  section: (lock: HeldLock) => Value | PromiseLike<Value>,
): Promise<Value> {
  const claim = new LockClaim(resources, transport, options);
  const grant = await claim.acquire();
  const { sentAtMs, expiresAt } = grant;
  const lease = new Lease({
    ttlMs: claim.ttlMs,
    sentAtMs,
    expiresAt,
    renew: (signal) => claim.renew(grant, signal),
    lostBecause: (why) => new LeaseLostError(`The lock was lost: ${why}.`),
  });
  const interrupt = () => lease.interrupt(options.signal?.reason);
  options.signal?.addEventListener('abort', interrupt);

  let value: Value;
  try {
    options.signal?.throwIfAborted();
    lease.start();
    value = await section(heldLock(claim, grant, lease));
  } finally {
    options.signal?.removeEventListener('abort', interrupt);
    lease.finish();
    const end = await claim.release(grant);
    // A lease that was alive at the section's end may lapse while its release is tried again: that harms nobody.
    if (end === 'lapsed' && lease.isAlive) lease.lose('it had ended before it was given back');
  }
  lease.throwIfLost();
  return value;
}

function heldLock(claim: LockClaim, grant: Grant, lease: Lease): HeldLock {
  return {
    resource: grant.resource,
    requester: claim.requester,
    fencingToken: grant.fencingToken,
    signal: lease.signal,
    get expiresAt() {
      return lease.expiresAt;
    },
    renew: () => lease.renew(),
  };
}
