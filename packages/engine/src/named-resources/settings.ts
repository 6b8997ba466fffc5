/** What a tenant's named resources are run with. */
export interface NamedResourceSettings {
  /** Whether only registered names can be claimed. */
  readonly requireRegistration: boolean;
  /** How long an event stays in the history, in milliseconds. */
  readonly eventHistoryMs: number;
}
