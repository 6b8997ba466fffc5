import type { Write } from './store.ts';

/** Changes that aren't committed yet, by kind and partition, since ranges ask for all of one kind. */
export class Draft {
  readonly sequences: Map<string, number>;
  readonly #groups: Map<string, Map<string, Write>>;
  #size = 0;

  constructor(groups = new Map<string, Map<string, Write>>(), sequences = new Map<string, number>()) {
    this.#groups = groups;
    this.sequences = sequences;
    for (const group of groups.values()) this.#size += group.size;
  }

  /** How many records it changes. */
  get size(): number {
    return this.#size;
  }

  get isEmpty(): boolean {
    return this.#groups.size === 0 && this.sequences.size === 0;
  }

  get(kindName: string, partition: string, id: string): Write | undefined {
    return this.#groups.get(groupOf(kindName, partition))?.get(id);
  }

  set(write: Write): void {
    const { kind, partition, id } = write.key;
    const name = groupOf(kind.name, partition);
    const group = this.#groups.get(name);
    if (!group?.has(id)) this.#size += 1;
    if (group === undefined) this.#groups.set(name, new Map([[id, write]]));
    else group.set(id, write);
  }

  /** All writes to records of one kind in one partition, by id. */
  ofKind(kindName: string, partition: string): ReadonlyMap<string, Write> | undefined {
    return this.#groups.get(groupOf(kindName, partition));
  }

  *all(): Generator<Write> {
    for (const group of this.#groups.values()) yield* group.values();
  }

  /** Adds the changes of another draft, which came later. */
  add(later: Draft): void {
    for (const write of later.all()) this.set(write);
    for (const [partition, sequence] of later.sequences) this.sequences.set(partition, sequence);
  }

  copy(): Draft {
    return new Draft(new Map(Array.from(this.#groups, ([name, group]) => [name, new Map(group)])), new Map(this.sequences));
  }
}

/** Kinds and partitions hold no U+001E, so that no two groups look alike. */
function groupOf(kindName: string, partition: string): string {
  return `${kindName}\u001e${partition}`;
}
