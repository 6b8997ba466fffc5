import type { CommitResult } from '@holdfast/contract/types';

import type { CreditHolds } from '../credits/holds.ts';
import type { Transport } from '../transport/transport.ts';
import { HoldClaim, isGone, whyGone } from './hold-claim.ts';
import type { HoldGrant } from './hold-claim.ts';
import { Lease } from './lease.ts';
import type { WithHoldOptions } from './options.ts';

/** What the section of {@link Holdfast.withHold} knows about its hold. */
export interface HeldCredits {
  /** Names the hold. */
  readonly id: string;
  /** Units that credits are held for: the estimate, and what {@link extend} has added. */
  readonly estimatedUnits: number;
  /** When the hold expires, by the server's clock: RFC 3339, UTC. It is renewed in the background. */
  readonly expiresAt: string;
  /** Aborts with a `HoldLostError` when the hold has ended, or may have, and with the caller's signal. */
  readonly signal: AbortSignal;
  /**
   * Holds credits for more units, 1 to 2^53 - 1. What an earlier run under the same key has added already counts, and
   * isn't held again. Rejects with an `InsufficientCreditsError` when they cost more than the customer has left, and
   * the hold goes on as it was; with a `HoldLostError` when the hold has ended.
   */
  extend(additionalUnits: number): Promise<void>;
}

/** What a section returns: the units that it used, 0 to 2^53 - 1, and with them a value if it likes. */
export type UsedUnits<Value> = number | { readonly units: number; readonly value: Value };

/** What became of {@link Holdfast.withHold}. */
export type HoldOutcome<Value> =
  | {
      /** The section ran. */
      readonly replayed: false;
      /** What was debited and released, in millicredits, as the server answered. */
      readonly commit: CommitResult;
      /** What the section returned beside its units. */
      readonly value: Value;
    }
  | {
      /** An earlier run under the same idempotency key had committed already: the section didn't run. */
      readonly replayed: true;
      /** What the commit of that run was answered. */
      readonly commit: CommitResult;
      readonly value: undefined;
    };

/** See {@link Holdfast.withHold}, where it is documented. */
export async function withHold<Value>(
  holds: CreditHolds,
  transport: Transport,
  options: WithHoldOptions,
  section: (hold: HeldCredits) => UsedUnits<Value> | PromiseLike<UsedUnits<Value>>,
): Promise<HoldOutcome<Value>> {
  const claim = new HoldClaim(holds, transport, options);
  const taken = await claim.acquire();
  if ('commit' in taken) return { replayed: true, commit: taken.commit, value: undefined };

  const { grant } = taken;
  const lease = new Lease(claim, grant);
  const hold = heldCredits(claim, grant, lease, options.estimate);
  let used: { units: number; value: Value };
  try {
    used = readUsedUnits(await lease.run(() => section(hold), options.signal));
  } catch (error) {
    await claim.release(grant.id);
    throw error;
  }
  // However the lease stands by this machine's clock: whether the hold lives is for the server to say.
  return { replayed: false, commit: await claim.commit(grant.id, used.units), value: used.value };
}

function heldCredits(
  claim: HoldClaim,
  { id, heldUnits }: HoldGrant,
  lease: Lease<HoldGrant>,
  estimate: number,
): HeldCredits {
  const { signal } = lease;
  let estimatedUnits = estimate;
  /** Units that are held beyond what this run has asked for: an earlier run has added them. */
  let spareUnits = heldUnits - estimate;

  const holdMore = async (units: number) => {
    signal.throwIfAborted();
    try {
      if (units > 0) await claim.extend(id, units, signal);
    } catch (error) {
      if (isGone(error)) lease.lose(whyGone(error));
      lease.throwIfLost();
      throw error;
    }
  };

  return {
    id,
    signal,
    get estimatedUnits() {
      return estimatedUnits;
    },
    get expiresAt() {
      return lease.expiresAt;
    },
    async extend(additionalUnits) {
      if (!(Number.isSafeInteger(additionalUnits) && additionalUnits > 0)) {
        throw new RangeError(`additionalUnits must be an integer from 1 to 2^53 - 1, and is ${additionalUnits}.`);
      }
      // Spare units are taken before anything is awaited, so that two extensions at once don't both count on them.
      const fromSpare = Math.min(spareUnits, additionalUnits);
      spareUnits -= fromSpare;
      try {
        await holdMore(additionalUnits - fromSpare);
        estimatedUnits += additionalUnits;
      } catch (error) {
        spareUnits += fromSpare;
        throw error;
      }
    },
  };
}

function readUsedUnits<Value>(returned: UsedUnits<Value>): { units: number; value: Value } {
  const used = typeof returned === 'number' ? { units: returned, value: undefined as Value } : returned;
  if (Number.isSafeInteger(used?.units) && used.units >= 0) return used;
  throw new TypeError(`The section must return its units, an integer from 0 to 2^53 - 1, and returned ${used?.units}.`);
}
