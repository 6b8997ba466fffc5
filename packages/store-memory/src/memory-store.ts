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

import { createKindTable } from './kind-table.ts';
import type { KindTable } from './kind-table.ts';
import { OrderedMap } from './ordered-map.ts';
import type { Epoch } from './ordered-map.ts';
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

/** Everything that a store holds at one moment. */
interface State {
  readonly heads: OrderedMap<Head>;
  readonly tables: Map<string, KindTable>;
}

class MemoryStore implements Store {
  readonly #epoch: Epoch = { current: 0 };
  readonly #state: State = { heads: new OrderedMap(this.#epoch), tables: new Map() };
  readonly #knowsAllKinds: boolean;
  readonly #eventLoop: EventLoop;
  #isClosed = false;

  constructor({ kinds, eventLoop = noEventLoop }: MemoryStoreOptions) {
    this.#knowsAllKinds = kinds !== undefined;
    this.#eventLoop = eventLoop;
    for (const kind of kinds ?? []) this.#state.tables.set(kind.name, createKindTable(kind, this.#epoch));
  }

  async read(request: ReadRequest): Promise<ReadResult> {
    return this.readNow(request);
  }

  readNow(request: ReadRequest): ReadResult {
    this.#assertOpen();
    return readState(this.#state, request, this.#knowsAllKinds);
  }

  async commit({ heads, writes, nowMs }: Commit, _deadlineMs: number): Promise<CommitResult> {
    this.#assertOpen();
    // Whatever can throw (an unknown kind, a value that isn't JSON) or yield comes before the first change.
    const changes = await new TimeSlices(this.#eventLoop).map(writes, (write) => this.#prepare(write));
    const moved = heads.filter(({ partition, expectedVersion }) => {
      return headOf(this.#state, partition).version !== expectedVersion;
    });
    if (moved.length > 0) return { status: 'moved', partitions: moved.map(({ partition }) => partition) };

    const existing = writes.filter((write) => write.type === 'insert' && this.#isTaken(write.key, nowMs));
    if (existing.length > 0) return { status: 'exists', keys: existing.map(({ key }) => key) };

    for (const { partition, head } of heads) this.#state.heads.set([toSortable(partition)], { ...head });
    for (const change of changes) change();
    return { status: 'committed' };
  }

  async openSnapshot(): Promise<Snapshot> {
    this.#assertOpen();
    this.#epoch.current += 1;
    const tables = new Map([...this.#state.tables].map(([name, table]) => [name, table.view()]));
    return new MemorySnapshot({ heads: this.#state.heads.view(), tables }, this.#knowsAllKinds);
  }

  async due(kind: RecordKind, untilMs: number, limit: number, prefix = ''): Promise<readonly DueRecord[]> {
    this.#assertOpen();
    return tableOf(this.#state, kind, this.#knowsAllKinds)?.due(untilMs, limit, prefix) ?? [];
  }

  async purge(nowMs: number, limit: number): Promise<number> {
    this.#assertOpen();
    let purged = 0;
    for (const table of this.#state.tables.values()) purged += table.purge(nowMs, limit - purged);
    return purged;
  }

  async checkWritable(): Promise<void> {
    this.#assertOpen();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
  }

  #isTaken({ kind, partition, id }: RecordKey, nowMs: number): boolean {
    const value = tableOf(this.#state, kind, this.#knowsAllKinds)?.get(partition, id);
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
    const known = tableOf(this.#state, kind, this.#knowsAllKinds);
    if (known) return known;
    const table = createKindTable(kind, this.#epoch);
    this.#state.tables.set(kind.name, table);
    return table;
  }

  #assertOpen(): void {
    if (this.#isClosed) throw new StoreUnavailable('The store is closed.');
  }
}

class MemorySnapshot implements Snapshot {
  #state: State | undefined;
  readonly #knowsAllKinds: boolean;

  constructor(state: State, knowsAllKinds: boolean) {
    this.#state = state;
    this.#knowsAllKinds = knowsAllKinds;
  }

  async read(request: ReadRequest): Promise<ReadResult> {
    return this.readNow(request);
  }

  readNow(request: ReadRequest): ReadResult {
    if (!this.#state) throw new StoreUnavailable('The snapshot is closed.');
    return readState(this.#state, request, this.#knowsAllKinds);
  }

  async close(): Promise<void> {
    this.#state = undefined;
  }
}

function readState(state: State, request: ReadRequest, knowsAllKinds: boolean): ReadResult {
  return {
    heads: (request.heads ?? []).map((partition) => headOf(state, partition)),
    records: (request.records ?? []).map(({ kind, partition, id }) => {
      return tableOf(state, kind, knowsAllKinds)?.get(partition, id);
    }),
    ranges: (request.ranges ?? []).map((query) => {
      const found = tableOf(state, query.kind, knowsAllKinds)?.range(query) ?? [];
      return found.map(({ id, value }) => ({ id, value }));
    }),
  };
}

function headOf(state: State, partition: string): Head {
  return state.heads.get([toSortable(partition)]) ?? emptyHead;
}

function tableOf(state: State, kind: RecordKind, knowsAllKinds: boolean): KindTable | undefined {
  const table = state.tables.get(kind.name);
  if (!table && knowsAllKinds) throw new Error(`The store was not opened for the kind ${kind.name}.`);
  return table;
}
