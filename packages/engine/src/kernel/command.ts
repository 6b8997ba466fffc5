import type { RecordKey } from '../store.ts';
import type { Changes } from './record-access.ts';

/** What waits in a lane. */
export interface Job {
  /** The records that it is sure to read. */
  readonly reads: readonly RecordKey[];
  /** No request waits for it, so requests go before it, and little of it is in each batch. */
  readonly isBackground?: boolean;
}

/** A write on its way: what it decides on, and how. */
export interface Command<Result> extends Job {
  /** The partitions it decides on. It writes to no others, but for inserts. */
  readonly partitions: readonly string[];
  /** Decides and writes. It may run several times, so it must have no side effects; the last run counts. */
  run(changes: Changes, nowMs: number): Result;
  /**
   * Called with the result of a run, before the next command runs. Side effects are allowed here; the commit may still
   * fail.
   */
  decided?(result: Result): void;
}

/** A read on its way. Its writes are dropped: it answers as if they had been made. */
export interface Query<Result> extends Job {
  readonly partitions: readonly string[];
  run(changes: Changes, nowMs: number): Result;
}
