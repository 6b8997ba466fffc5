import type { Batcher } from '../transport/batcher.ts';
import type { Transport } from '../transport/transport.ts';
import { Lease } from './lease.ts';
import { LockClaim } from './lock-claim.ts';
import type { LockGrant } from './lock-claim.ts';
import type { WithLockOptions } from './options.ts';

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
  batcher: Batcher,
  transport: Transport,
  options: WithLockOptions,
  section: (lock: HeldLock) => Value | PromiseLike<Value>,
): Promise<Value> {
  const claim = new LockClaim(batcher, transport, options);
  const grant = await claim.acquire();
  const lease = new Lease(claim, grant);
  const lock = heldLock(claim, grant, lease);
  let value: Value;
  try {
    value = await lease.run(() => section(lock), options.signal);
  } finally {
    const hadLapsed = await claim.release(grant);
    // A lease that was alive at the section's end may lapse while its release is tried again: that harms nobody.
    if (hadLapsed && lease.isAlive) lease.lose('it had ended before it was given back');
  }
  lease.throwIfLost();
  return value;
}

function heldLock(claim: LockClaim, grant: LockGrant, lease: Lease<LockGrant>): HeldLock {
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
