import type { Write } from '../store.ts';
import type { Announcement } from './announcement.ts';
import { RecordMap } from './record-map.ts';

/** Uncommitted writes, numbers and events. */
export class Draft {
  readonly sequences: Map<string, number>;
  readonly announcements: Announcement[] = [];
  readonly #writes = new RecordMap<Write>();

  constructor(sequences = new Map<string, number>()) {
    this.sequences = sequences;
  }

  /** Number of records changed. */
  get size(): number {
    return this.#writes.size;
  }

  get isEmpty(): boolean {
    return this.size === 0 && this.sequences.size === 0 && this.announcements.length === 0;
  }

  get(kindName: string, partition: string, id: string): Write | undefined {
    return this.#writes.get(kindName, partition, id);
  }

  set(write: Write): void {
    this.#writes.set(write.key, write);
  }

  /** All writes to records of one kind in one partition, by id, since ranges ask for them. */
  ofKind(kindName: string, partition: string): ReadonlyMap<string, Write> | undefined {
    return this.#writes.group(kindName, partition);
  }

  forEach(visit: (write: Write) => void): void {
    this.#writes.forEach(visit);
  }

  /** Adds a later draft's changes. */
  add(later: Draft): void {
    later.forEach((write) => this.set(write));
    for (const [partition, sequence] of later.sequences) this.sequences.set(partition, sequence);
    for (const announcement of later.announcements) this.announcements.push(announcement);
  }

  copy(): Draft {
    const copy = new Draft(new Map(this.sequences));
    copy.add(this);
    return copy;
  }
}
