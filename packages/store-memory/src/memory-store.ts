import { emptyHead, StoreUnavailable } from '@holdfast/engine/store';
import type {
  Commit,
  CommitResult,
  DueRecord,
  Head,
  ReadRequest,
  ReadResult,
  RecordKey,
  RecordKind,
  Snapshot,
  Store,
  Write,
} from '@holdfast/engine/store';
import { TimeSlices } from '@holdfast/engine/time-slices';
import type { EventLoop } from '@holdfast/engine/time-slices';

import { KindTable } from './kind-table.ts';
import { Epochs, OrderedMap } from './ordered-map.ts';
import type { View } from './ordered-map.ts';
import { frozenCopy } from './plain-json.ts';
import { toSortable } from './sortable-key.ts';

export interface MemoryStoreOptions {
  /** The kinds of records to keep. Absent: a kind is created on first use. */
  readonly kinds?: readonly RecordKind[];
  /** The event loop to yield to while a large commit copies its values. Absent: nobody else waits. */
  readonly eventLoop?: EventLoop;
}

/**
 * An in-memory store for mocks and tests, in Node and browsers. Nothing is durable.
 *
 * Values are copied and frozen when written, so reads return shared, immutable objects. Operations take logarithmic
 * time and never stall, even with millions of records.
 *
 * @example
 * ```ts
 * const store = createMemoryStore();
 * const { heads } = await store.read({ heads: ['acme/live'] });
 * ```
 */
export function createMemoryStore(options: MemoryStoreOptions = {}): Store {
  return new MemoryStore(options);
}

/** In browsers and tests nobody else waits for the thread. */
const noEventLoop: EventLoop = { elapsedMs: () => 0, schedule: (task) => void Promise.resolve().then(task) };

class MemoryStore implements Store {
  readonly #epochs = new Epochs();
  readonly #heads = new OrderedMap<Head>(this.#epochs);
  readonly #tables = new Map<string, KindTable>();
  readonly #knowsAllKinds: boolean;
  readonly #eventLoop: EventLoop;
  #isClosed = false;

  constructor({ kinds, eventLoop = noEventLoop }: MemoryStoreOptions) {
    this.#knowsAllKinds = kinds !== undefined;
    this.#eventLoop = eventLoop;
    for (const kind of kinds ?? []) this.#tables.set(kind.name, new KindTable(kind, this.#epochs));
  }

  async read(request: ReadRequest): Promise<ReadResult> {
    return this.readNow(request);
  }

  readNow(request: ReadRequest): ReadResult {
    this.#assertOpen();
    return this.#read(request);
  }

  async commit({ heads, writes, nowMs }: Commit, _deadlineMs: number): Promise<CommitResult> {
    this.#assertOpen();
    // Whatever can throw (an unknown kind, a value that isn't JSON) or yield comes before the first change.
    const changes = await new TimeSlices(this.#eventLoop).map(writes, (write) => this.#prepare(write));
    const moved = heads.filter(({ partition, expectedVersion }) => {
      return this.#headOf(partition).version !== expectedVersion;
    });
    if (moved.length > 0) return { status: 'moved', partitions: moved.map(({ partition }) => partition) };

    const existing = writes.filter((write) => write.type === 'insert' && this.#isTaken(write.key, nowMs));
    if (existing.length > 0) return { status: 'exists', keys: existing.map(({ key }) => key) };

    for (const { partition, head } of heads) this.#heads.set(toSortable(partition), Object.freeze({ ...head }));
    for (const change of changes) change();
    return { status: 'committed' };
  }

  async openSnapshot(): Promise<Snapshot> {
    this.#assertOpen();
    let view: View | undefined = this.#epochs.openView();
    const readNow = (request: ReadRequest) => {
      if (view === undefined) throw new StoreUnavailable('The snapshot is closed.');
      return this.#read(request, view);
    };
    return {
      read: async (request) => readNow(request),
      readNow,
      close: async () => {
        if (view !== undefined) this.#epochs.closeView(view);
        view = undefined;
      },
    };
  }

  async due(kind: RecordKind, untilMs: number, limit: number, prefix = ''): Promise<readonly DueRecord[]> {
    this.#assertOpen();
    return this.#tableOf(kind)?.due(untilMs, limit, prefix) ?? [];
  }

  async purge(nowMs: number, limit: number): Promise<number> {
    this.#assertOpen();
    let purged = 0;
    for (const table of this.#tables.values()) purged += table.purge(nowMs, limit - purged);
    return purged;
  }

  async checkWritable(): Promise<void> {
    this.#assertOpen();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
  }

  #read({ heads = [], records = [], ranges = [] }: ReadRequest, view?: View): ReadResult {
    return {
      heads: heads.map((partition) => this.#headOf(partition, view)),
      records: records.map(({ kind, partition, id }) => this.#tableOf(kind)?.get(partition, id, view)),
      ranges: ranges.map((query) => this.#tableOf(query.kind)?.range(query, view) ?? []),
    };
  }

  #headOf(partition: string, view?: View): Head {
    return this.#heads.get(toSortable(partition), view) ?? emptyHead;
  }

  #tableOf(kind: RecordKind): KindTable | undefined {
    const table = this.#tables.get(kind.name);
    if (!table && this.#knowsAllKinds) throw new Error(`The store was not opened for the kind ${kind.name}.`);
    return table;
  }

  #isTaken({ kind, partition, id }: RecordKey, nowMs: number): boolean {
    const value = this.#tableOf(kind)?.get(partition, id);
    if (!value) return false;
    const purgeAtMs = kind.purgeField === undefined ? undefined : value[kind.purgeField];
    return typeof purgeAtMs !== 'number' || purgeAtMs > nowMs;
  }

  #prepare(write: Write): () => void {
    const { kind, partition, id } = write.key;
    const table = this.#tableToWrite(kind);
    if (write.type === 'delete') return () => table.delete(partition, id);
    const value = frozenCopy(write.value);
    return () => table.put(partition, id, value);
  }

  #tableToWrite(kind: RecordKind): KindTable {
    const known = this.#tableOf(kind);
    if (known) return known;
    const table = new KindTable(kind, this.#epochs);
    this.#tables.set(kind.name, table);
    return table;
  }

  #assertOpen(): void {
    if (this.#isClosed) throw new StoreUnavailable('The store is closed.');
  }
}
