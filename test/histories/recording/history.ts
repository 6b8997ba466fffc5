/** What one client sent, and what it got. */
export interface RecordedCall {
  readonly client: number;
  readonly command: unknown;
  /** Absent if no answer came. */
  readonly answer?: unknown;
  readonly calledAtMs: number;
  /** Absent if no answer came. */
  readonly returnedAtMs?: number;
}

/** Everything that is needed to check it again, as plain JSON. */
export interface History {
  readonly family: string;
  /** What it was recorded from, for people. */
  readonly target: string;
  readonly seed: number;
  /** How far the servers' clocks may be from the recorder's, in milliseconds. */
  readonly clockToleranceMs: number;
  readonly calls: readonly RecordedCall[];
}
