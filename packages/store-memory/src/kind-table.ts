import type { DueRecord, IndexValue, RangeQuery, RecordKind, RecordValue, StoredRecord } from '@holdfast/engine/store';

import { OrderedMap } from './ordered-map.ts';
import type { Epochs, View } from './ordered-map.ts';
import { positionsOf } from './range-positions.ts';
import { behindKeys, toSortable, toSortableKey } from './sortable-key.ts';

type Address = Omit<DueRecord, 'dueAtMs'>;

/** One partition's records. Having them by themselves keeps keys short and maps small. */
interface PartitionRecords {
  readonly byId: OrderedMap<StoredRecord>;
  /** By index, in the kind's order. */
  readonly byFields: readonly OrderedMap<StoredRecord>[];
}

/** All records of one kind: by id, by each of its indexes, by due time and by purge time. */
export class KindTable {
  readonly kind: RecordKind;
  readonly #epochs: Epochs;
  readonly #indexNames: readonly string[];
  readonly #indexFields: readonly (readonly string[])[];
  readonly #partitions = new Map<string, PartitionRecords>();
  readonly #byDueTime: OrderedMap<Address>;
  readonly #byPurgeTime: OrderedMap<Address>;

  /** An empty table. The tables of one store share its epochs. */
  constructor(kind: RecordKind, epochs: Epochs) {
    this.kind = kind;
    this.#epochs = epochs;
    this.#indexNames = Object.keys(kind.indexes);
    this.#indexFields = Object.values(kind.indexes);
    this.#byDueTime = new OrderedMap(epochs);
    this.#byPurgeTime = new OrderedMap(epochs);
  }

  get(partition: string, id: string, view?: View): RecordValue | undefined {
    return this.#partitions.get(partition)?.byId.get(toSortable(id), view)?.value;
  }

  put(partition: string, id: string, value: RecordValue): void {
    const records = this.#recordsOf(partition);
    const record = { id, value };
    const previous = records.byId.set(toSortable(id), record);
    for (const [index, fields] of this.#indexFields.entries()) {
      const map = records.byFields[index]!;
      const key = keyByFields(fields, record);
      const previousKey = previous && keyByFields(fields, previous);
      if (previousKey !== undefined && previousKey !== key) map.delete(previousKey);
      if (key !== undefined) map.set(key, record);
    }
    this.#moveInTime({ partition, id }, previous?.value, value);
  }

  delete(partition: string, id: string): void {
    const records = this.#partitions.get(partition);
    const previous = records?.byId.delete(toSortable(id));
    if (!records || !previous) return;
    for (const [index, fields] of this.#indexFields.entries()) {
      const key = keyByFields(fields, previous);
      if (key !== undefined) records.byFields[index]!.delete(key);
    }
    this.#moveInTime({ partition, id }, previous.value, undefined);
    // A view that is open may still have records in it.
    if (records.byId.isEmpty && this.#epochs.views.size === 0) this.#partitions.delete(partition);
  }

  range(query: RangeQuery, view?: View): StoredRecord[] {
    const { partition, index, limit, descending } = query;
    const at = index === undefined ? undefined : this.#indexNames.indexOf(index);
    if (at === -1) throw new Error(`The kind ${this.kind.name} has no index ${index}.`);
    const records = this.#partitions.get(partition);
    const map = at === undefined ? records?.byId : records?.byFields[at];
    const found = map?.scan({ ...positionsOf(query), limit, descending }, view) ?? [];
    return found.map(({ id, value }) => ({ id, value }));
  }

  due(untilMs: number, limit: number, prefix: string): DueRecord[] {
    const due = upTo(this.#byDueTime, untilMs, prefix === '' ? limit : Infinity);
    const meant = due.filter(({ partition }) => partition.startsWith(prefix)).slice(0, limit);
    return meant.map(({ partition, id }) => {
      return { partition, id, dueAtMs: this.get(partition, id)?.[this.kind.dueField!] as number };
    });
  }

  purge(nowMs: number, limit: number): number {
    const purgeable = upTo(this.#byPurgeTime, nowMs, limit);
    for (const { partition, id } of purgeable) this.delete(partition, id);
    return purgeable.length;
  }

  #recordsOf(partition: string): PartitionRecords {
    let records = this.#partitions.get(partition);
    if (records === undefined) {
      const newMap = () => new OrderedMap<StoredRecord>(this.#epochs);
      records = { byId: newMap(), byFields: this.#indexFields.map(newMap) };
      this.#partitions.set(partition, records);
    }
    return records;
  }

  #moveInTime(address: Address, previous: RecordValue | undefined, next: RecordValue | undefined): void {
    const { dueField, purgeField } = this.kind;
    if (dueField !== undefined) move(this.#byDueTime, address, previous?.[dueField], next?.[dueField]);
    if (purgeField !== undefined) move(this.#byPurgeTime, address, previous?.[purgeField], next?.[purgeField]);
  }
}

/** Undefined if the record isn't in the index. */
function keyByFields(fields: readonly string[], { id, value }: StoredRecord): string | undefined {
  const components: IndexValue[] = [];
  for (const field of fields) {
    const component = value[field];
    if (typeof component !== 'string' && typeof component !== 'number') return undefined;
    components.push(component);
  }
  components.push(id);
  return toSortableKey(components);
}

function move(map: OrderedMap<Address>, address: Address, previous: unknown, next: unknown): void {
  if (previous === next) return;
  const keyAt = (timeMs: number) => toSortableKey([timeMs, address.partition, address.id]);
  if (typeof previous === 'number') map.delete(keyAt(previous));
  if (typeof next === 'number') map.set(keyAt(next), address);
}

function upTo(map: OrderedMap<Address>, timeMs: number, limit: number): Address[] {
  return map.scan({ from: '', to: behindKeys([timeMs]), limit });
}
