import { HoldfastError } from '../errors/api-errors.ts';

/**
 * A hold that `withHold()` took ended before its units could be committed: it expired, or somebody else committed or
 * released it. The section's units were not debited.
 */
export class HoldLostError extends HoldfastError {
  override readonly name = 'HoldLostError';
}
