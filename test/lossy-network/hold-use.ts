import type { HeldCredits, HoldOutcome } from '@holdfast/sdk';

/** How one call of `withHold` went. */
export interface HoldUse {
  /** The piece of work that it was for. */
  readonly work: string;
  /** Undefined if the section never ran. */
  readonly hold: HeldCredits | undefined;
  /** The units that the section returned; undefined if it never ran, or threw. */
  readonly returned: number | undefined;
  /** From the section's beginning to its end. */
  readonly ranForMs: number;
  /** Undefined if the call was rejected. */
  readonly outcome: HoldOutcome<undefined> | undefined;
  readonly error: unknown;
}
