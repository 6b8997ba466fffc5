import type { Metadata } from '@holdfast/contract/types';

import type { CustomerReference } from '../credits/customer-reference.ts';

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
  /** Milliseconds that the release may take, retries included. Default 15,000. */
  readonly releaseTimeoutMs?: number | undefined;
}

/** What {@link Holdfast.withHold} takes, besides the section to run. */
export interface WithHoldOptions {
  /** Whose credits: your own id of the customer as a string, or `{ id }` or `{ externalId }`. */
  readonly customer: CustomerReference;
  /** Key of the billable metric whose units are used. */
  readonly metric: string;
  /** Units that will probably be used: so many are held, at the metric's price. 1 to 2^53 - 1. */
  readonly estimate: number;
  /** Seconds until the hold expires unless it is renewed, 1 to 86,400; more counts as 86,400. Default 60. */
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
