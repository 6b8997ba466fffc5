import { emptyHead } from '../store.ts';
import type {
  Commit,
  Head,
  RangeQuery,
  ReadRequest,
  ReadResult,
  RecordKey,
  RecordKind,
  RecordValue,
  StoredRecord,
  Write,
} from '../store.ts';
import type { Announcement } from './announcement.ts';
import { Draft } from './draft.ts';
import { countWrites, mergeRange } from './merge-range.ts';
import type { LoadedRange, RangeWrites } from './merge-range.ts';
import { byOutbox, byPartition, toBundle, toLogWrites, toPendingWrites } from './outbox.ts';
import type { Changes, Kind, Range, Row } from './record-access.ts';
import { RecordMap } from './record-map.ts';

/** Reads from a store in this process; undefined if it can't or shouldn't be read synchronously now. */
export type ReadNow = (request: ReadRequest) => ReadResult | undefined;

/** Thrown through a rule to abort it after a miss. It is no error, so it carries no stack. */
const notLoaded = { reason: 'a record is not loaded yet' };

/** Rows loaded beyond what a rule asked for, so that a few writes in the batch don't cost another round trip. */
const spareRows = 16;

/** The most records that one round prefetches. */
const mostAhead = 1_024;

/** When events get their numbers: in the commit of their effect, or by a command of the sequencer's. */
export type Numbering = 'inCommit' | 'afterwards';

/** Records that a rule is going to read. */
interface Hint {
  readonly kind: RecordKind;
  readonly partition: string;
  readonly ids: Iterable<string>;
}

/** How a run ended: with its result and whether it wrote anything, or aborted by a miss. */
export type Run<Result> = { readonly result: Result; readonly wrote: boolean } | 'notLoaded';

/**
 * What one batch has loaded and changed: records as loaded, the writes of finished commands, and those of the running
 * one. It lives as long as the batch.
 */
export class WorkingSet implements Changes {
  readonly #readNow: ReadNow;
  readonly #heads = new Map<string, Head>();
  /** As loaded; null: there is none. */
  readonly #records = new RecordMap<RecordValue | null>();
  readonly #ranges = new Map<string, LoadedRange>();
  readonly #skipping = new Set<LoadedRange>();
  readonly #missingRecords = new RecordMap<RecordKey>();
  readonly #missingRanges = new Map<string, RangeQuery>();
  /** What the running command has asked to have read ahead since its last miss. */
  #hints: Hint[] = [];
  readonly #finished = new Draft();
  #missingRows = 0;
  #loadedCount = 0;
  #rounds = 0;
  #running = new Draft();
  #isAbandoned = false;

  /** @param readNow - Asked for what a rule misses before the rule is aborted for it. */
  constructor(readNow: ReadNow = () => undefined) {
    this.#readNow = readNow;
  }

  /** How many records the finished commands have changed. */
  get writtenCount(): number {
    return this.#finished.size;
  }

  /** How many records were loaded. */
  get loadedCount(): number {
    return this.#loadedCount;
  }

  /** The most records that the next load brings. */
  get missingCount(): number {
    return this.#missingRecords.size + this.#missingRows;
  }

  hasHead(partition: string): boolean {
    return this.#heads.has(partition);
  }

  loadHead(partition: string, head: Head): void {
    this.#heads.set(partition, head);
  }

  head(partition: string): Head {
    return this.#heads.get(partition) ?? emptyHead;
  }

  /** What to load before the first run: heads, and the records that commands are sure to read. */
  expect(partitions: Iterable<string>, keys: Iterable<RecordKey>): ReadRequest {
    for (const key of keys) this.#missingRecords.set(key, key);
    return { heads: [...new Set(partitions)], ...this.missing() };
  }

  /** What aborted runs missed. */
  missing(): ReadRequest {
    const records: RecordKey[] = [];
    this.#missingRecords.forEach((key) => records.push(key));
    return { records, ranges: [...this.#missingRanges.values()] };
  }

  /** Takes in the store's answer to `request`. */
  load(request: ReadRequest, result: ReadResult): void {
    request.heads?.forEach((partition, index) => this.#heads.set(partition, result.heads[index] ?? emptyHead));
    request.records?.forEach((key, index) => this.#loadRecord(key, result.records[index]));
    request.ranges?.forEach((query, index) => this.#loadRange(query, result.ranges[index] ?? []));
    this.#missingRecords.clear();
    this.#missingRanges.clear();
    this.#missingRows = 0;
    this.#rounds += 1;
  }

  /**
   * Runs `command` and keeps its writes. They are dropped if it throws, and after a miss, which returns `notLoaded`.
   */
  run<Result>(command: (changes: Changes) => Result): Run<Result> {
    this.#isAbandoned = false;
    this.#hints = [];
    try {
      const result = command(this);
      const wrote = !this.#running.isEmpty;
      this.#finished.add(this.#running);
      return { result, wrote };
    } catch (thrown) {
      // What a rule throws after a miss is meaningless: it went on without the record.
      if (this.#isAbandoned) return 'notLoaded';
      throw thrown;
    } finally {
      this.#beginDraft();
    }
  }

  /** The outboxes that finished commands announce something in. */
  get outboxes(): readonly string[] {
    return [...byOutbox(this.#finished.announcements).keys()];
  }

  /**
   * All writes of finished commands as one commit, which raises the versions of `partitions`, each with its time.
   *
   * @param numbering - When events get their numbers. `inCommit` needs the heads of the outboxes.
   */
  toCommit(partitions: ReadonlyMap<string, number>, nowMs: number, numbering: Numbering): Commit {
    const heads = new Map([...partitions].map(([partition, timeMs]) => [partition, this.#nextHead(partition, timeMs)]));
    const writes: Write[] = [];
    this.#finished.forEach((write) => {
      const least = this.#leastWrite(write);
      if (least !== undefined) writes.push(least);
    });
    for (const [outbox, announcements] of byOutbox(this.#finished.announcements)) {
      if (numbering === 'afterwards') {
        writes.push(...toPendingWrites(outbox, announcements, (partition) => mustBeIn(heads, partition)));
        continue;
      }
      const next = heads.get(outbox) ?? this.#nextHead(outbox, nowMs);
      heads.set(outbox, { ...next, sequence: next.sequence + announcements.length });
      const bundles = byPartition(announcements).map(toBundle);
      writes.push(...toLogWrites(outbox, bundles, { last: next.sequence, nowMs: next.nowMs }));
    }
    return {
      heads: Array.from(heads, ([partition, head]) => ({ partition, expectedVersion: head.version - 1, head })),
      writes,
      nowMs,
    };
  }

  #nextHead(partition: string, timeMs: number): Head {
    const { version, nowMs, sequence } = this.head(partition);
    return {
      version: version + 1,
      nowMs: Math.max(nowMs, timeMs),
      sequence: this.#finished.sequences.get(partition) ?? sequence,
    };
  }

  /** A put of an absent record becomes an insert, which some stores do much faster, and a delete nothing. */
  #leastWrite(write: Write): Write | undefined {
    if (write.type === 'insert') return write;
    const { key } = write;
    if (this.#records.get(key.kind.name, key.partition, key.id) !== null) return write;
    return write.type === 'delete' ? undefined : { type: 'insert', key, value: write.value };
  }

  get<Value>(kind: Kind<Value>, partition: string, id: string, ahead?: () => Iterable<string>): Value | undefined {
    const write = this.#running.get(kind.name, partition, id) ?? this.#finished.get(kind.name, partition, id);
    if (write !== undefined) return write.type === 'delete' ? undefined : (write.value as Value);
    const value = this.#records.get(kind.name, partition, id);
    if (value !== undefined) return value === null ? undefined : (value as Value);
    const key = { kind, partition, id };
    const read = this.#readNow({ records: [key] });
    if (read !== undefined) return this.#loadRecord(key, read.records[0]) as Value | undefined;
    if (this.#missingRecords.get(kind.name, partition, id) === undefined) {
      this.#missingRecords.set(key, key);
      if (ahead !== undefined) this.#expectAhead(kind, partition, ahead());
    }
    return this.#abandon();
  }

  range<Value>(range: Range<Value>): readonly Row<Value>[] {
    const key = rangeKeyOf(range);
    const writes = this.#writesOfKind(range);
    for (let loaded = this.#ranges.get(key); ;) {
      const merged = loaded === undefined ? undefined : mergeRange(range, loaded, writes);
      if (loaded?.skipped !== undefined) this.#skipping.add(loaded);
      if (merged !== undefined) return merged as readonly Row<Value>[];
      const limit =
        loaded === undefined
          ? range.limit + spareRows
          : Math.max(2 * loaded.limit, range.limit + countWrites(writes) + spareRows);
      const query = { ...range, limit };
      const read = this.#readNow({ ranges: [query] });
      if (read === undefined) return this.#missRange(key, query);
      loaded = this.#loadRange(query, read.ranges[0] ?? []);
    }
  }

  #missRange(key: string, query: RangeQuery): never {
    this.#missingRanges.set(key, query);
    this.#missingRows += query.limit;
    return this.#abandon();
  }

  #loadRange(query: RangeQuery, rows: readonly StoredRecord[]): LoadedRange {
    const loaded = { limit: query.limit, rows };
    this.#ranges.set(rangeKeyOf(query), loaded);
    // A rule that found a record in a range often reads it by id next.
    const { kind, partition } = query;
    for (const { id, value } of rows) this.#loadRecord({ kind, partition, id }, value);
    return loaded;
  }

  #loadRecord(key: RecordKey, value: RecordValue | undefined): RecordValue | undefined {
    this.#records.set(key, value ?? null);
    this.#loadedCount += 1;
    return value;
  }

  readAhead<Value>(kind: Kind<Value>, partition: string, ids: Iterable<string>): void {
    this.#hints.push({ kind, partition, ids });
  }

  forEach<Item>(items: readonly Item[], visit: (item: Item, index: number) => void): void {
    let isComplete = true;
    for (const [index, item] of items.entries()) {
      try {
        visit(item, index);
      } catch (thrown) {
        if (thrown !== notLoaded) throw thrown;
        isComplete = false;
      }
    }
    if (!isComplete) throw notLoaded;
  }

  put<Value extends object>(kind: Kind<Value>, partition: string, id: string, value: Value): void {
    this.#running.set({ type: 'put', key: { kind, partition, id }, value: value as RecordValue });
  }

  insert<Value extends object>(kind: Kind<Value>, partition: string, id: string, value: Value): void {
    this.#running.set({ type: 'insert', key: { kind, partition, id }, value: value as RecordValue });
  }

  delete<Value>(kind: Kind<Value>, partition: string, id: string): void {
    this.#running.set({ type: 'delete', key: { kind, partition, id } });
  }

  announce(announcement: Announcement): void {
    if (announcement.keptMs > 0) this.#running.announcements.push(announcement);
  }

  lastSequence(partition: string): number {
    return (
      this.#running.sequences.get(partition) ?? this.#finished.sequences.get(partition) ?? this.head(partition).sequence
    );
  }

  nextSequence(partition: string): number {
    const next = this.lastSequence(partition) + 1;
    this.#running.sequences.set(partition, next);
    return next;
  }

  attempt(change: () => boolean): boolean {
    const before = this.#running.copy();
    const keep = change();
    if (!keep) this.#beginDraft(before);
    return keep;
  }

  /** Ranges forget which of their rows the dropped draft had written to. */
  #beginDraft(draft = new Draft()): void {
    this.#running = draft;
    for (const range of this.#skipping) range.skipped = 0;
    this.#skipping.clear();
  }

  /** Prefetches more with each round: a long batch needs few rounds, and a single command few records. */
  #expectAhead<Value>(kind: Kind<Value>, partition: string, ids: Iterable<string>): void {
    let rest = Math.min(mostAhead, 4 ** (this.#rounds + 1));
    for (const id of ids) {
      if (rest-- === 0) return;
      this.#expectRecord(kind, partition, id);
    }
  }

  #expectRecord<Value>(kind: Kind<Value>, partition: string, id: string): void {
    if (this.#records.get(kind.name, partition, id) !== undefined) return;
    const key = { kind, partition, id };
    this.#missingRecords.set(key, key);
  }

  #abandon(): never {
    this.#isAbandoned = true;
    for (const { kind, partition, ids } of this.#hints) for (const id of ids) this.#expectRecord(kind, partition, id);
    this.#hints = [];
    throw notLoaded;
  }

  /** The latest first. */
  #writesOfKind({ kind, partition }: RangeQuery): RangeWrites {
    return [this.#running.ofKind(kind.name, partition), this.#finished.ofKind(kind.name, partition)];
  }
}

function mustBeIn(heads: ReadonlyMap<string, Head>, partition: string): Head {
  const head = heads.get(partition);
  if (head === undefined) throw new Error(`Announced for ${partition}, which the command doesn't decide on.`);
  return head;
}

/** All but the limit. */
function rangeKeyOf({ kind, partition, index, equals, from, to, after, descending }: RangeQuery): string {
  return JSON.stringify([kind.name, partition, index, equals, from, to, after, descending]);
}
