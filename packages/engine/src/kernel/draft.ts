import type { Write } from '../store.ts';
import type { Announcement } from './announcement.ts';

/** By id. */
type Group = Map<string, Write>;
/** Kind → partition → writes. Nested, because building a key for each lookup would cost more than all else. */
type Groups = Map<string, Map<string, Group>>;

/** Uncommitted writes, by kind and partition, since ranges ask for all of one kind. */
export class Draft {
  readonly sequences: Map<string, number>;
  readonly announcements: Announcement[] = [];
  readonly #groups: Groups = new Map();
  #size = 0;

  constructor(sequences = new Map<string, number>()) {
    this.sequences = sequences;
  }

  /** Number of records changed. */
  get size(): number {
    return this.#size;
  }

  get isEmpty(): boolean {
    return this.#size === 0 && this.sequences.size === 0 && this.announcements.length === 0;
  }

  get(kindName: string, partition: string, id: string): Write | undefined {
    return this.#groups.get(kindName)?.get(partition)?.get(id);
  }

  set(write: Write): void {
    const { kind, partition, id } = write.key;
    const group = this.#groupOf(kind.name, partition);
    if (!group.has(id)) this.#size += 1;
    group.set(id, write);
  }

  /** All writes to records of one kind in one partition, by id. */
  ofKind(kindName: string, partition: string): ReadonlyMap<string, Write> | undefined {
    return this.#groups.get(kindName)?.get(partition);
  }

  *all(): Generator<Write> {
    for (const partitions of this.#groups.values()) {
      for (const group of partitions.values()) yield* group.values();
    }
  }

  /** Adds a later draft's changes. */
  add(later: Draft): void {
    for (const write of later.all()) this.set(write);
    for (const [partition, sequence] of later.sequences) this.sequences.set(partition, sequence);
    for (const announcement of later.announcements) this.announcements.push(announcement);
  }

  copy(): Draft {
    const copy = new Draft(new Map(this.sequences));
    copy.add(this);
    return copy;
  }

  #groupOf(kindName: string, partition: string): Group {
    let partitions = this.#groups.get(kindName);
    if (partitions === undefined) this.#groups.set(kindName, (partitions = new Map()));
    let group = partitions.get(partition);
    if (group === undefined) partitions.set(partition, (group = new Map()));
    return group;
  }
}
