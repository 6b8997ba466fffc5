/** A process's settings of events. */
export interface EventSettings {
  /** How long events are kept, in milliseconds. */
  readonly eventHistoryMs: number;
}
