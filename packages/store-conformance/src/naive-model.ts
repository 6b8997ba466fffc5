import type {
  Commit,
  CommitResult,
  DueRecord,
  Head,
  IndexValue,
  RangeQuery,
  RecordKey,
  RecordKind,
  RecordValue,
  StoredRecord,
} from '@holdfast/engine/store';
import { emptyHead } from '@holdfast/engine/store';

interface ModelRecord {
  readonly key: RecordKey;
  readonly value: RecordValue;
}

/** What a store is to do, said as plainly as possible: a list of records, and sorting and filtering all of it. */
export class NaiveModel {
  #heads: Map<string, Head>;
  #records: ModelRecord[];

  constructor(heads: Map<string, Head> = new Map(), records: ModelRecord[] = []) {
    this.#heads = heads;
    this.#records = records;
  }

  copy(): NaiveModel {
    return new NaiveModel(new Map(this.#heads), [...this.#records]);
  }

  head(partition: string): Head {
    return this.#heads.get(partition) ?? emptyHead;
  }

  record(key: RecordKey): RecordValue | undefined {
    return this.#records.find((record) => isSameKey(record.key, key))?.value;
  }

  commit({ heads, writes, nowMs }: Commit): CommitResult {
    const moved = heads.filter(({ partition, expectedVersion }) => this.head(partition).version !== expectedVersion);
    if (moved.length > 0) return { status: 'moved', partitions: moved.map(({ partition }) => partition) };
    const existing = writes.filter(({ type, key }) => type === 'insert' && this.#isKept(key, nowMs));
    if (existing.length > 0) return { status: 'exists', keys: existing.map(({ key }) => key) };
    for (const { partition, head } of heads) this.#heads.set(partition, head);
    for (const write of writes) {
      this.#records = this.#records.filter(({ key }) => !isSameKey(key, write.key));
      if (write.type !== 'delete') this.#records.push({ key: write.key, value: write.value });
    }
    return { status: 'committed' };
  }

  range(query: RangeQuery): StoredRecord[] {
    const equals = query.equals ?? [];
    const fields = query.index === undefined ? [] : query.kind.indexes[query.index]!;
    const rows = this.#recordsOf(query.kind)
      .filter(({ key }) => key.partition === query.partition)
      .filter(({ value }) => fields.every((field) => value[field] != null))
      .map(({ key, value }) => {
        return { id: key.id, value, position: [...fields.map((field) => value[field] as IndexValue), key.id] };
      })
      .filter(({ position }) => equals.every((wanted, index) => position[index] === wanted))
      .map((row) => ({ ...row, position: row.position.slice(equals.length) }))
      .filter(({ position }) => query.from === undefined || comparePositions(position, [query.from]) >= 0)
      .filter(({ position }) => query.to === undefined || comparePositions(position, [query.to]) < 0)
      .sort((left, right) => comparePositions(left.position, right.position));
    const ordered = query.descending ? rows.reverse() : rows;
    const sign = query.descending ? -1 : 1;
    return ordered
      .filter(({ position }) => !query.after || comparePositions(position, query.after) * sign > 0)
      .slice(0, query.limit)
      .map(({ id, value }) => ({ id, value }));
  }

  due(kind: RecordKind, untilMs: number, limit: number): DueRecord[] {
    return this.#recordsOf(kind)
      .map(({ key, value }) => ({ partition: key.partition, id: key.id, dueAtMs: value[kind.dueField ?? ''] }))
      .filter((record): record is DueRecord => typeof record.dueAtMs === 'number' && record.dueAtMs <= untilMs)
      .sort((left, right) => {
        return comparePositions([left.dueAtMs, left.partition, left.id], [right.dueAtMs, right.partition, right.id]);
      })
      .slice(0, limit);
  }

  /** Deletes everything that may be purged. */
  purge(nowMs: number): number {
    const kept = this.#records.filter(({ key }) => this.#isKept(key, nowMs));
    const purged = this.#records.length - kept.length;
    this.#records = kept;
    return purged;
  }

  keys(): RecordKey[] {
    return this.#records.map(({ key }) => key);
  }

  #recordsOf(kind: RecordKind): ModelRecord[] {
    return this.#records.filter(({ key }) => key.kind.name === kind.name);
  }

  #isKept(key: RecordKey, nowMs: number): boolean {
    const value = this.record(key);
    if (!value) return false;
    const purgeAtMs = key.kind.purgeField === undefined ? undefined : value[key.kind.purgeField];
    return typeof purgeAtMs !== 'number' || purgeAtMs > nowMs;
  }
}

function isSameKey(left: RecordKey, right: RecordKey): boolean {
  return left.kind.name === right.kind.name && left.partition === right.partition && left.id === right.id;
}

function comparePositions(left: readonly IndexValue[], right: readonly IndexValue[]): number {
  for (let index = 0; index < Math.min(left.length, right.length); index += 1) {
    const order = compareValues(left[index]!, right[index]!);
    if (order !== 0) return order;
  }
  return 0;
}

function compareValues(left: IndexValue, right: IndexValue): number {
  if (typeof left === 'number' && typeof right === 'number') return left - right;
  const [one, other] = [codePoints(String(left)), codePoints(String(right))];
  for (let index = 0; index < Math.max(one.length, other.length); index += 1) {
    const difference = (one[index] ?? -1) - (other[index] ?? -1);
    if (difference !== 0) return difference;
  }
  return 0;
}

function codePoints(text: string): number[] {
  return [...text].map((character) => character.codePointAt(0)!);
}
