/**
 * The port through which the engine keeps records. It belongs to the engine and names no technology.
 * `@holdfast/store-conformance` tests what the comments here say.
 */

export { SteadyClock } from './shared/steady-clock.ts';
export type { MachineClock } from './shared/steady-clock.ts';
export { raiseSequenceFloor } from './shared/sequence-floor.ts';

/** One component of an index key. Strings order by code point, numbers by value; they lie among the safe integers. */
export type IndexValue = string | number;

/** A kind of record, as stores see it. Values are plain JSON that no store interprets. */
export interface RecordKind {
  /** Lower-case words joined by `-`; unique among the kinds of a store. */
  readonly name: string;
  /**
   * Orders to read a partition's records in, besides by id: index name → fields of the value, first to last. The
   * record's id is the last component of every index. A record with a field that is neither a string nor a number isn't
   * in that index. All values of a field have one type.
   */
  readonly indexes: Readonly<Record<string, readonly string[]>>;
  /** Field with the time in epoch ms at which the record is due; absent or null: never. See {@link Store.due}. */
  readonly dueField?: string;
  /** Field with the time in epoch milliseconds after which no rule needs the record, so that a store may delete it. */
  readonly purgeField?: string;
  /**
   * Whether records are only inserted, and deleted at most: never put. A store may lay them down in the order in which
   * they come. That makes inserts cheaper and ranges dearer, so it is for records that are hardly listed.
   */
  readonly appendOnly?: boolean;
}

/** A record's value: a plain JSON object. */
export type RecordValue = Readonly<Record<string, unknown>>;

/**
 * A record's address. Partitions and ids are non-empty, well-formed strings of at most 1,000 code points. They may
 * contain U+001F, and never U+0000.
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
 * A partition's version, clock and sequence. Every commit that decides on a partition raises its `version` by one. A
 * partition without commits has the head `{version: 0, nowMs: 0, sequence: 0}`.
 *
 * A store restored from a backup has a *floor*, above all numbers given out by then: it reads each lower sequence as
 * the floor, that of an absent partition too.
 */
export interface Head {
  readonly version: number;
  /** The partition's clock, epoch milliseconds: the latest time at which anything was decided there. */
  readonly nowMs: number;
  /** The last number given out in this partition; fencing tokens and event ids are drawn from it. */
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
  /** Position to continue after: all components after `equals`, the id last. */
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

/** The answers to a {@link ReadRequest}, in its order. */
export interface ReadResult {
  readonly heads: readonly Head[];
  readonly records: readonly (RecordValue | undefined)[];
  readonly ranges: readonly (readonly StoredRecord[])[];
}

export type Write =
  /** Creates the record or replaces it. Not for kinds that are {@link RecordKind.appendOnly}. */
  | { readonly type: 'put'; readonly key: RecordKey; readonly value: RecordValue }
  /**
   * Creates the record. Fails the whole commit if one exists whose purge time is after the commit's `nowMs` (one past
   * its purge time is replaced). The only write whose partition needs no head in the commit.
   */
  | { readonly type: 'insert'; readonly key: RecordKey; readonly value: RecordValue }
  /** Deletes the record if it exists. */
  | { readonly type: 'delete'; readonly key: RecordKey };

export interface Commit {
  /** Each partition decided on: the version it had, and its new head. */
  readonly heads: readonly { readonly partition: string; readonly expectedVersion: number; readonly head: Head }[];
  /** At most one write for each key. */
  readonly writes: readonly Write[];
  readonly nowMs: number;
}

export type CommitResult =
  | { readonly status: 'committed' }
  /** Nothing was written: these partitions have another version by now. */
  | { readonly status: 'moved'; readonly partitions: readonly string[] }
  /** Nothing was written: these inserts found a record. */
  | { readonly status: 'exists'; readonly keys: readonly RecordKey[] };

export interface DueRecord {
  readonly partition: string;
  readonly id: string;
  readonly dueAtMs: number;
}

/** One committed state of the whole store, for reads. */
export interface Snapshot {
  read(request: ReadRequest): Promise<ReadResult>;
  /** See {@link Store.readNow}. */
  readNow?(request: ReadRequest): ReadResult | undefined;
  close(): Promise<void>;
}

export interface Store {
  /**
   * Reads heads, records and ranges in one round trip. Heads are read first: a record newer than its head is then
   * caught by the commit, which finds another version. Rejects with {@link StoreUnavailable}.
   */
  read(request: ReadRequest): Promise<ReadResult>;

  /**
   * What {@link read} would answer, synchronously. Undefined where it could take long, or while something else is under
   * way that it must not come between: then `read` answers. Throws {@link StoreUnavailable}. Absent if the store is
   * further away than this process.
   */
  readNow?(request: ReadRequest): ReadResult | undefined;

  /**
   * Atomic: writes everything or nothing, and resolves to `committed` once it is durable. Rejects with {@link
   * StoreUnavailable} when it could not be written, or when nobody knows whether it was (`outcomeUnknown`): the next
   * read of the heads tells.
   *
   * @param deadlineMs - How long it may try, in milliseconds from now.
   */
  commit(commit: Commit, deadlineMs: number): Promise<CommitResult>;

  /**
   * Snapshot isolation: opens a view with everything acknowledged before this call, which later commits don't change.
   */
  openSnapshot(): Promise<Snapshot>;

  /**
   * The records of a kind due at `untilMs` or before, in all partitions or those that begin with `prefix`, ordered by
   * due time, partition and id.
   */
  due(kind: RecordKind, untilMs: number, limit: number, prefix?: string): Promise<readonly DueRecord[]>;

  /**
   * Deletes up to `limit` records whose purge time is at most `nowMs`, and resolves to their number; to 0 if the
   * database does that itself.
   */
  purge(nowMs: number, limit: number): Promise<number>;

  /** Resolves if a commit would be durable now; rejects with {@link StoreUnavailable} and the reason otherwise. */
  checkWritable(): Promise<void>;

  /**
   * The time of all processes that share this store, in epoch milliseconds: monotonic, also from one process to the
   * next, whatever system clocks are set to. Absent if the store isn't durable.
   */
  now?(): number;

  /** The database's clock in epoch milliseconds, if it isn't this machine's. */
  databaseNow?(): number;

  /**
   * Waits for this process's turn to write to a contended partition, first come, first served; undefined if it didn't
   * come in time. It saves retries; correctness rests on the versions in the commit. Absent if one process owns the
   * store.
   */
  takeTurn?(partition: string, timeoutMs: number): Promise<Turn | undefined>;

  /**
   * Calls back with the partition soon after another process has inserted a record of this kind. It is a bell, not a
   * record of what happened: it may ring too often, for inserts of this process too, and may miss some, above all while
   * the database is away. It recovers by itself and never fails. Absent if nothing tells the store of other processes.
   */
  watch?(kind: RecordKind, onPartition: (partition: string) => void): Watch;

  /** Finishes what is under way and releases everything. */
  close(): Promise<void>;
}

/** A watch over the inserts of others, until it is closed. */
export interface Watch {
  /** Nothing is called back from now on. Resolves when everything is released, and never rejects. */
  close(): Promise<void>;
}

/** A turn to write to a partition. A process that dies in its turn delays the others for a moment only. */
export interface Turn {
  /** Whether others asked for a turn too, so that the next command should ask again. */
  readonly isOneOfSeveral: boolean;
  /** Passes the turn on. It never rejects. */
  end(): Promise<void>;
}

/** The store can't serve the request now: unreachable, full, read-only, or too busy until the deadline. */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';
  /** True if the commit may have been written after all. */
  readonly outcomeUnknown: boolean;
  /** What an operator has to fix, if the store can tell. The message may say more than strangers should read. */
  readonly fault: StoreFault | undefined;

  constructor(message: string, options: ErrorOptions & { outcomeUnknown?: boolean; fault?: StoreFault } = {}) {
    super(message, options);
    this.outcomeUnknown = options.outcomeUnknown ?? false;
    this.fault = options.fault;
  }
}

export type StoreFault = 'diskFull' | 'readOnly' | 'damaged';
