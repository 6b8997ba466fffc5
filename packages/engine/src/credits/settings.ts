/** A process's settings of credits. */
export interface CreditServiceSettings {
  /** How long events are kept, in milliseconds. */
  readonly eventHistoryMs: number;
  /** The most holds and blocks that one command or query settles. Absent: what takes little time. */
  readonly mostSettledAtOnce?: number;
}
