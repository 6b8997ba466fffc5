import type { OperationContext } from '../operation.ts';

/** A process's settings for tenants that nobody has set them for. */
export interface AccessSettings {
  /** Whether only registered names can be claimed. */
  readonly requireRegistration: boolean;
  /** How long events are kept, in milliseconds. */
  readonly eventHistoryMs: number;
}

/** What the family's operations take from around them. */
export type AccessContext = OperationContext<AccessSettings>;
