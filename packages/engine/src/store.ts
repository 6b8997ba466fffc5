/**
 * The port through which the engine keeps records. It belongs to the engine and names no technology;
 * `@holdfast/store-conformance` states in tests what the comments here state in words.
 */

export { SteadyClock } from './shared/steady-clock.ts';
export type { MachineClock } from './shared/steady-clock.ts';
export { raiseSequenceFloor } from './shared/sequence-floor.ts';

/** A part of an index key. Strings order by code point, numbers by value. */
export type IndexValue = string | number;

/** What a kind's records look like to a store. The values themselves are plain JSON that no store interprets. */
export interface RecordKind {
  /** Lower-case words joined by `-`; unique among the kinds of a store. */
  readonly name: string;
  /**
   * Ways to read a partition's records in order, besides by id: index name → fields of the value, first to last.
   * The record's id is the last component of every index. A record that lacks one of the fields isn't in that index;
   * null, and whatever is neither a string nor a number, counts as lacking. One field's values are of one type.
   */
  readonly indexes: Readonly<Record<string, readonly string[]>>;
  /** Field with the time in epoch ms at which the record is due; absent or null: never. See {@link Store.due}. */
  readonly dueField?: string;
  /** Field with the time in epoch milliseconds after which no rule needs the record, so that a store may delete it. */
  readonly purgeField?: string;
}

/** A record's value: a plain JSON object. */
export type RecordValue = Readonly<Record<string, unknown>>;

/**
 * Where a record is. Partitions and ids are non-empty, well-formed strings of at most 1,000 code points. They may hold
 * U+001F, and never U+0000.
 */
export interface RecordKey {
  readonly kind: RecordKind;
  readonly partition: string;
  readonly id: string;
}

export interface StoredRecord {
  readonly id: string;
  readonly value: RecordValue;
}

/**
 * A partition's head. Every commit that decides anything in a partition raises its `version` by one.
 * A partition that nobody has committed to has the head `{version: 0, nowMs: 0, sequence: 0}`.
 *
 * A store that was restored from a backup has a *floor*, above all numbers that had been given out by then. It reads
 * each sequence that lies below the floor as the floor, also that of a partition which isn't there.
 */
export interface Head {
  readonly version: number;
  /** The partition's clock, epoch milliseconds: the latest time at which anything was decided in it. */
  readonly nowMs: number;
  /** The last number that was given out in this partition: fencing tokens and event ids rise with it. */
  readonly sequence: number;
}

export const emptyHead: Head = { version: 0, nowMs: 0, sequence: 0 };

/** Part of one partition's records of one kind, in the order of an index. */
export interface RangeQuery {
  readonly kind: RecordKind;
  readonly partition: string;
  /** Name of an index of the kind; absent: by id alone. */
  readonly index?: string;
  /** Values that the leading index fields must equal. */
  readonly equals?: readonly IndexValue[];
  /** Lower bound, inclusive, of the first component after `equals`. */
  readonly from?: IndexValue;
  /** Upper bound, exclusive, of the first component after `equals`. */
  readonly to?: IndexValue;
  /** Position to go on from, exclusive: all components after `equals`, the id last. */
  readonly after?: readonly IndexValue[];
  readonly descending?: boolean;
  /** The most rows to return; at least 1. */
  readonly limit: number;
}

export interface ReadRequest {
  readonly heads?: readonly string[];
  readonly records?: readonly RecordKey[];
  readonly ranges?: readonly RangeQuery[];
}

/** The answers to a {@link ReadRequest}, in the order of its questions. */
export interface ReadResult {
  readonly heads: readonly Head[];
  readonly records: readonly (RecordValue | undefined)[];
  readonly ranges: readonly (readonly StoredRecord[])[];
}

export type Write =
  /** Creates the record or replaces it. */
  | { readonly type: 'put'; readonly key: RecordKey; readonly value: RecordValue }
  /**
   * Creates the record; fails the whole commit if one is there whose purge time is after the commit's `nowMs`
   * (a record past its purge time is replaced). The only write whose partition needs no head in the commit.
   */
  | { readonly type: 'insert'; readonly key: RecordKey; readonly value: RecordValue }
  /** Deletes the record if it is there. */
  | { readonly type: 'delete'; readonly key: RecordKey };

export interface Commit {
  /** Each partition that was decided on: the version it had, and its new head. */
  readonly heads: readonly { readonly partition: string; readonly expectedVersion: number; readonly head: Head }[];
  /** At most one write for each key. */
  readonly writes: readonly Write[];
  readonly nowMs: number;
}

export type CommitResult =
  | { readonly status: 'committed' }
  /** Nothing was written, because these partitions have another version by now. */
  | { readonly status: 'moved'; readonly partitions: readonly string[] }
  /** Nothing was written, because these inserts found a record. */
  | { readonly status: 'exists'; readonly keys: readonly RecordKey[] };

export interface DueRecord {
  readonly partition: string;
  readonly id: string;
  readonly dueAtMs: number;
}

/** One committed state of everything, for reads that decide nothing. */
export interface Snapshot {
  read(request: ReadRequest): Promise<ReadResult>;
  close(): Promise<void>;
}

export interface Store {
  /**
   * Reads heads, records and ranges in one round. All heads are read before anything else, so that a record that is
   * newer than its head is caught when the commit finds the head moved. Rejects with {@link StoreUnavailable}.
   */
  read(request: ReadRequest): Promise<ReadResult>;

  /**
   * Writes everything or nothing, and resolves to `committed` only when it is durable. Rejects with
   * {@link StoreUnavailable} when it could not be written, or when nobody can tell whether it was
   * (`outcomeUnknown`): the next read of the heads tells.
   *
   * @param deadlineMs - How long it may try, in milliseconds from now.
   */
  commit(commit: Commit, deadlineMs: number): Promise<CommitResult>;

  /** Opens a view of everything that was acknowledged before this call, which later commits don't change. */
  openSnapshot(): Promise<Snapshot>;

  /**
   * The records of a kind with a due time of at most `untilMs`, over all partitions, or those that begin with `prefix`:
   * soonest first, and those of one time by partition and id.
   */
  due(kind: RecordKind, untilMs: number, limit: number, prefix?: string): Promise<readonly DueRecord[]>;

  /**
   * Deletes up to `limit` records whose purge time is at most `nowMs`, and resolves to their number; to 0 where the
   * database does so by itself.
   */
  purge(nowMs: number, limit: number): Promise<number>;

  /** Resolves if a commit would be durable now; rejects with {@link StoreUnavailable} and the reason otherwise. */
  checkWritable(): Promise<void>;

  /**
   * The time that everybody who shares this store goes by, in epoch milliseconds. It goes on at its own pace, also from
   * one process to the next, whatever the clocks of machines are set to. Absent where nothing is kept.
   */
  now?(): number;

  /** What the database's clock says, where that is another than this machine's, in epoch milliseconds. */
  databaseNow?(): number;

  /**
   * Waits until it is this process's turn to write to a partition to which others write too, first come, first served;
   * undefined if it didn't come in time. It saves work that would be undone, and nothing else depends on it: a commit
   * is held against its heads in any case. Absent where one process owns the store.
   */
  takeTurn?(partition: string, timeoutMs: number): Promise<Turn | undefined>;

  /** Finishes what is under way and lets go of everything. */
  close(): Promise<void>;
}

/** A turn to write to a partition. Whoever dies in its turn holds up the others for a moment only. */
export interface Turn {
  /** Whether others were there for a turn, so that there will have to be more of them. */
  readonly isOneOfSeveral: boolean;
  /** Lets the next process have its turn. It never rejects. */
  end(): Promise<void>;
}

/** The store can't do what was asked right now: unreachable, full, read-only, or too busy until the deadline. */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';
  /** True if the commit may have been written after all. */
  readonly outcomeUnknown: boolean;
  /** What an operator has to mend, where the store can tell. The message may hold more than strangers should read. */
  readonly fault: StoreFault | undefined;

  constructor(message: string, options: ErrorOptions & { outcomeUnknown?: boolean; fault?: StoreFault } = {}) {
    super(message, options);
    this.outcomeUnknown = options.outcomeUnknown ?? false;
    this.fault = options.fault;
  }
}

export type StoreFault = 'diskFull' | 'readOnly' | 'damaged';
