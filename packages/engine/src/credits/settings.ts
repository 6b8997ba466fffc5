/** What credits are run with. */
export interface CreditServiceSettings {
  /** How long an event stays in the history, in milliseconds. */
  readonly eventHistoryMs: number;
  /** How many holds and blocks that are due one command or query ends at most. Absent: as many as take little time. */
  readonly mostSettledAtOnce?: number;
}
