import type { DueRecord, IndexValue, RangeQuery, RecordKind, RecordValue } from '@holdfast/engine/store';

import { OrderedMap } from './ordered-map.ts';
import type { Epoch } from './ordered-map.ts';
import { positionsOf } from './range-positions.ts';
import { compareKeys, toSortable, toSortableComponent } from './sortable-key.ts';
import type { SortableKey } from './sortable-key.ts';

interface MemoryRecord {
  readonly partition: string;
  readonly id: string;
  readonly value: RecordValue;
}

interface Index {
  readonly keyOf: (record: MemoryRecord) => SortableKey | undefined;
  readonly records: OrderedMap<MemoryRecord>;
}

interface Indexes {
  readonly byFields: ReadonlyMap<string, Index>;
  readonly byDueTime: Index | undefined;
  readonly byPurgeTime: Index | undefined;
}

/** An empty table. The tables of one store share its epoch. */
export function createKindTable(kind: RecordKind, epoch: Epoch): KindTable {
  const index = (keyOf: Index['keyOf']): Index => ({ keyOf, records: new OrderedMap(epoch) });
  const byTime = (field: string | undefined) => (field === undefined ? undefined : index(keyByTime(field)));
  return new KindTable(kind, new OrderedMap(epoch), {
    byFields: new Map(Object.entries(kind.indexes).map(([name, fields]) => [name, index(keyByFields(fields))])),
    byDueTime: byTime(kind.dueField),
    byPurgeTime: byTime(kind.purgeField),
  });
}

/** All records of one kind: by id, by each of its indexes, by due time and by purge time. */
export class KindTable {
  readonly kind: RecordKind;
  readonly #byId: OrderedMap<MemoryRecord>;
  readonly #indexes: Indexes;
  readonly #allIndexes: readonly Index[];

  constructor(kind: RecordKind, byId: OrderedMap<MemoryRecord>, indexes: Indexes) {
    this.kind = kind;
    this.#byId = byId;
    this.#indexes = indexes;
    this.#allIndexes = [...indexes.byFields.values(), indexes.byDueTime, indexes.byPurgeTime].filter(
      (index) => index !== undefined,
    );
  }

  /** The table as it is now; see {@link OrderedMap.view}. */
  view(): KindTable {
    const { byFields, byDueTime, byPurgeTime } = this.#indexes;
    return new KindTable(this.kind, this.#byId.view(), {
      byFields: new Map([...byFields].map(([name, index]) => [name, viewOf(index)])),
      byDueTime: byDueTime && viewOf(byDueTime),
      byPurgeTime: byPurgeTime && viewOf(byPurgeTime),
    });
  }

  get(partition: string, id: string): RecordValue | undefined {
    return this.#byId.get(keyById(partition, id))?.value;
  }

  put(partition: string, id: string, value: RecordValue): void {
    const record = { partition, id, value };
    const key = keyById(partition, id);
    const previous = this.#byId.get(key);
    this.#byId.set(key, record);
    for (const index of this.#allIndexes) replaceInIndex(index, previous, record);
  }

  delete(partition: string, id: string): void {
    const key = keyById(partition, id);
    const previous = this.#byId.get(key);
    if (!previous) return;
    this.#byId.delete(key);
    for (const index of this.#allIndexes) replaceInIndex(index, previous, undefined);
  }

  range(query: RangeQuery): MemoryRecord[] {
    const { from, to } = positionsOf(query);
    return this.#recordsBy(query.index).scan(from, to, query.limit, query.descending);
  }

  due(untilMs: number, limit: number, prefix: string): DueRecord[] {
    const field = this.kind.dueField;
    if (field === undefined) return [];
    const due = upTo(this.#indexes.byDueTime, untilMs, prefix === '' ? limit : Infinity);
    const meant = due.filter(({ partition }) => partition.startsWith(prefix)).slice(0, limit);
    return meant.map(({ partition, id, value }) => ({ partition, id, dueAtMs: value[field] as number }));
  }

  purge(nowMs: number, limit: number): number {
    const purgeable = upTo(this.#indexes.byPurgeTime, nowMs, limit);
    for (const { partition, id } of purgeable) this.delete(partition, id);
    return purgeable.length;
  }

  #recordsBy(indexName: string | undefined): OrderedMap<MemoryRecord> {
    if (indexName === undefined) return this.#byId;
    const index = this.#indexes.byFields.get(indexName);
    if (!index) throw new Error(`The kind ${this.kind.name} has no index ${indexName}.`);
    return index.records;
  }
}

function viewOf({ keyOf, records }: Index): Index {
  return { keyOf, records: records.view() };
}

function keyById(partition: string, id: string): SortableKey {
  return [toSortable(partition), toSortable(id)];
}

function keyByFields(fields: readonly string[]): Index['keyOf'] {
  return ({ partition, id, value }) => {
    const key: IndexValue[] = [toSortable(partition)];
    for (const field of fields) {
      const component = value[field];
      if (typeof component !== 'string' && typeof component !== 'number') return undefined;
      key.push(toSortableComponent(component));
    }
    key.push(toSortable(id));
    return key;
  };
}

function keyByTime(field: string): Index['keyOf'] {
  return ({ partition, id, value }) => {
    const time = value[field];
    return typeof time === 'number' ? [time, toSortable(partition), toSortable(id)] : undefined;
  };
}

function replaceInIndex(index: Index, previous: MemoryRecord | undefined, next: MemoryRecord | undefined): void {
  const previousKey = previous && index.keyOf(previous);
  const nextKey = next && index.keyOf(next);
  const stays = previousKey && nextKey && compareKeys(previousKey, nextKey) === 0;
  if (previousKey && !stays) index.records.delete(previousKey);
  if (next && nextKey) index.records.set(nextKey, next);
}

function upTo(index: Index | undefined, timeMs: number, limit: number): MemoryRecord[] {
  return index?.records.scan({ key: [], after: false }, { key: [timeMs], after: true }, limit) ?? [];
}
