import type { HeldBy, ReserveResult } from '@holdfast/contract/types';

import { HoldfastError } from './holdfast-error.ts';

/** `withLock()` didn't get the lock: somebody else holds it, or no slot of the pool is free. */
export class LockHeldError extends HoldfastError {
  override readonly name = 'LockHeldError';
  override readonly retryable = true;
  /** The server's refusal. */
  readonly result: ReserveResult;
  /** Who holds it, since when, and until when; null when that is no single one, as with a pool. */
  readonly heldBy: HeldBy | null;
  /** Seconds until the obstacle lapses, if it does. */
  readonly retryAfterSeconds: number | null;

  constructor(result: ReserveResult) {
    super(result.explanation);
    this.result = result;
    this.heldBy = result.heldBy;
    this.retryAfterSeconds = result.retryAfterSeconds;
  }
}

/** A lock that `withLock()` took ended, or may have ended, before its section did: somebody else may be inside. */
export class LeaseLostError extends HoldfastError {
  override readonly name = 'LeaseLostError';
}

/**
 * A hold that `withHold()` took ended before its units could be committed: it expired, or somebody else committed or
 * released it. The section's units were not debited.
 */
export class HoldLostError extends HoldfastError {
  override readonly name = 'HoldLostError';
}
