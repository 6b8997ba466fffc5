import type { Announcement } from '../kernel/announcement.ts';
import { mergeRange } from '../kernel/merge-range.ts';
import type { Changes, Kind, Range, Row } from '../kernel/record-access.ts';
import type { Write } from '../store.ts';

/** Records that are all there, for tests that run rules without an executor. */
export class LoadedRecords implements Changes {
  #writes = new Map<string, Write>();
  #sequence = 0;
  /** All events, in order. */
  announcements: readonly Announcement[] = [];

  get<Value>(kind: Kind<Value>, partition: string, id: string): Value | undefined {
    const write = this.#writes.get(JSON.stringify([kind.name, partition, id]));
    return write === undefined || write.type === 'delete' ? undefined : (write.value as Value);
  }

  range<Value>(range: Range<Value>): readonly Row<Value>[] {
    const writes = [...this.#writes.values()].filter(({ key }) => {
      return key.kind === range.kind && key.partition === range.partition;
    });
    const byId = new Map(writes.map((write) => [write.key.id, write]));
    return mergeRange(range, { limit: range.limit, rows: [] }, [byId]) as readonly Row<Value>[];
  }

  /** They are all there. */
  readAhead(): void {}

  /** Every record of a kind, whatever its partition. */
  all<Value>(kind: Kind<Value>): readonly Row<Value>[] {
    return [...this.#writes.values()].flatMap((write) =>
      write.key.kind === kind && write.type !== 'delete' ? [{ id: write.key.id, value: write.value as Value }] : [],
    );
  }

  forEach<Item>(items: readonly Item[], visit: (item: Item, index: number) => void): void {
    items.forEach(visit);
  }

  put<Value extends object>(kind: Kind<Value>, partition: string, id: string, value: Value): void {
    this.#write({ type: 'put', key: { kind, partition, id }, value: value as Record<string, unknown> });
  }

  insert<Value extends object>(kind: Kind<Value>, partition: string, id: string, value: Value): void {
    this.#write({ type: 'insert', key: { kind, partition, id }, value: value as Record<string, unknown> });
  }

  delete<Value>(kind: Kind<Value>, partition: string, id: string): void {
    this.#write({ type: 'delete', key: { kind, partition, id } });
  }

  announce(announcement: Announcement): void {
    if (announcement.keptMs > 0) this.announcements = [...this.announcements, announcement];
  }

  lastSequence(): number {
    return this.#sequence;
  }

  nextSequence(): number {
    this.#sequence += 1;
    return this.#sequence;
  }

  attempt(change: () => boolean): boolean {
    const [writes, { announcements }] = [new Map(this.#writes), this];
    const keep = change();
    if (!keep) [this.#writes, this.announcements] = [writes, announcements];
    return keep;
  }

  #write(write: Write): void {
    this.#writes.set(JSON.stringify([write.key.kind.name, write.key.partition, write.key.id]), write);
  }
}
