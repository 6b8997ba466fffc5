import type { Credits } from '../credits.ts';
import type { CustomerReference } from '../credits/customer-reference.ts';
import type { CommitResult, Metadata } from '../generated/types.gen.ts';
import type { Transport } from '../transport/transport.ts';
import { HoldLostError } from './claim-errors.ts';
import { HoldClaim, isGone, whyGone } from './hold-claim.ts';
import type { HoldGrant } from './hold-claim.ts';
import { Lease } from './lease.ts';

/** What {@link Holdfast.withHold} takes, besides the section to run. */
export interface WithHoldOptions {
  /** Whose credits: your own id of the customer as a string, or `{ id }` or `{ externalId }`. */
  readonly customer: CustomerReference;
  /** Key of the billable metric whose units are used. */
  readonly metric: string;
  /** Units that will probably be used: so many are held, at the metric's price. 1 to 2^53 - 1. */
  readonly estimate: number;
  /** Seconds until the hold expires unless it is prolonged, 1 to 86,400; more counts as 86,400. Default 60. */
  readonly ttlSeconds?: number | undefined;
  /** Kept with the hold. At most 4 KiB as JSON. */
  readonly metadata?: Metadata | undefined;
  /**
   * Makes the whole of it safe to run again within 24 hours: see {@link Holdfast.withHold}. 1 to 240 printable ASCII
   * characters, of the piece of work rather than of the attempt: the id of a job, for instance.
   */
  readonly idempotencyKey?: string | undefined;
  /** Ends the wait for the hold. Once the section runs, it is passed on to the section's own signal. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds that the commit, or the release, may take, retries included. Default 30,000. */
  readonly settleTimeoutMs?: number | undefined;
}

/** What the section of {@link Holdfast.withHold} knows about its hold. */
export interface HeldCredits {
  /** Names the hold. */
  readonly id: string;
  /** Units that credits are held for: the estimate, and what {@link extend} has added. */
  readonly estimatedUnits: number;
  /** When the hold expires, by the server's clock: RFC 3339, UTC. It is prolonged in the background. */
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
  credits: Credits,
  transport: Transport,
  options: WithHoldOptions,
  section: (hold: HeldCredits) => UsedUnits<Value> | PromiseLike<UsedUnits<Value>>,
): Promise<HoldOutcome<Value>> {
  const claim = new HoldClaim(credits, transport, options);
  const taken = await claim.acquire();
  if ('commit' in taken) return { replayed: true, commit: taken.commit, value: undefined };

  const { grant } = taken;
  const lease = new Lease({
    ttlMs: claim.ttlMs,
    sentAtMs: grant.sentAtMs,
    expiresAt: grant.expiresAt,
    renew: (signal) => claim.renew(grant.id, signal),
    lostBecause: (why) => new HoldLostError(`The hold was lost: ${why}.`),
  });
  const hold = new RunningHold(claim, grant, lease, options.estimate);
  let used: { units: number; value: Value };
  try {
    used = readUsedUnits(await runUnder(lease, options.signal, () => section(hold)));
  } catch (error) {
    await claim.release(grant.id);
    throw error;
  }
  // However the lease stands by this machine's clock: whether the hold lives is for the server to say.
  return { replayed: false, commit: await claim.commit(grant.id, used.units), value: used.value };
}

/** Runs the section, and meanwhile prolongs the hold and watches its end. */
async function runUnder<Value>(
  lease: Lease,
  signal: AbortSignal | undefined,
  section: () => Value | PromiseLike<Value>,
): Promise<Value> {
  const interrupt = () => lease.interrupt(signal?.reason);
  signal?.addEventListener('abort', interrupt);
  try {
    signal?.throwIfAborted();
    lease.start();
    return await section();
  } finally {
    signal?.removeEventListener('abort', interrupt);
    lease.finish();
  }
}

class RunningHold implements HeldCredits {
  readonly id: string;
  readonly signal: AbortSignal;
  readonly #claim: HoldClaim;
  readonly #lease: Lease;
  #estimatedUnits: number;
  /** Units that are held beyond what this run has asked for: an earlier run has added them. */
  #spareUnits: number;

  constructor(claim: HoldClaim, { id, heldUnits }: HoldGrant, lease: Lease, estimate: number) {
    this.id = id;
    this.signal = lease.signal;
    this.#claim = claim;
    this.#lease = lease;
    this.#estimatedUnits = estimate;
    this.#spareUnits = heldUnits - estimate;
  }

  get estimatedUnits(): number {
    return this.#estimatedUnits;
  }

  get expiresAt(): string {
    return this.#lease.expiresAt;
  }

  /** Spare units are taken before anything is waited for, so that two extensions at once don't both count on them. */
  readonly extend = async (additionalUnits: number): Promise<void> => {
    if (!(Number.isSafeInteger(additionalUnits) && additionalUnits > 0)) {
      throw new RangeError(`additionalUnits must be an integer from 1 to 2^53 - 1, and is ${additionalUnits}.`);
    }
    const spareUnits = Math.min(this.#spareUnits, additionalUnits);
    this.#spareUnits -= spareUnits;
    try {
      await this.#holdMore(additionalUnits - spareUnits);
      this.#estimatedUnits += additionalUnits;
    } catch (error) {
      this.#spareUnits += spareUnits;
      throw error;
    }
  };

  async #holdMore(units: number): Promise<void> {
    this.signal.throwIfAborted();
    if (units === 0) return;
    try {
      await this.#claim.extend(this.id, units, this.signal);
    } catch (error) {
      if (isGone(error)) this.#lease.lose(whyGone(error));
      this.#lease.throwIfLost();
      throw error;
    }
  }
}

function readUsedUnits<Value>(returned: UsedUnits<Value>): { units: number; value: Value } {
  const used = typeof returned === 'number' ? { units: returned, value: undefined as Value } : returned;
  if (Number.isSafeInteger(used?.units) && used.units >= 0) return used;
  throw new TypeError(`The section must return its units, an integer from 0 to 2^53 - 1, and returned ${used?.units}.`);
}
