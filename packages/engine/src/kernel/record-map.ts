import type { RecordKey } from '../store.ts';

/** By id. */
type Group<Item> = Map<string, Item>;

/**
 * Something for each of many records. Nested by kind, partition and id, because building a key for each lookup would
 * cost more than all else.
 */
export class RecordMap<Item> {
  readonly #kinds = new Map<string, Map<string, Group<Item>>>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get(kindName: string, partition: string, id: string): Item | undefined {
    return this.#kinds.get(kindName)?.get(partition)?.get(id);
  }

  set({ kind, partition, id }: RecordKey, item: Item): void {
    const group = this.#groupOf(kind.name, partition);
    const { size } = group;
    group.set(id, item);
    this.#size += group.size - size;
  }

  /** All of one kind in one partition, by id. */
  group(kindName: string, partition: string): ReadonlyMap<string, Item> | undefined {
    return this.#kinds.get(kindName)?.get(partition);
  }

  forEach(visit: (item: Item) => void): void {
    for (const partitions of this.#kinds.values()) {
      for (const group of partitions.values()) for (const item of group.values()) visit(item);
    }
  }

  clear(): void {
    this.#kinds.clear();
    this.#size = 0;
  }

  #groupOf(kindName: string, partition: string): Group<Item> {
    let partitions = this.#kinds.get(kindName);
    if (partitions === undefined) this.#kinds.set(kindName, (partitions = new Map()));
    let group = partitions.get(partition);
    if (group === undefined) partitions.set(partition, (group = new Map()));
    return group;
  }
}
