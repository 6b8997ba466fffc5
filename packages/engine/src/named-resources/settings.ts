/** A process's settings of named resources. */
export interface NamedResourceSettings {
  /** Whether only registered names can be claimed. */
  readonly requireRegistration: boolean;
  /** How long events are kept, in milliseconds. */
  readonly eventHistoryMs: number;
}
