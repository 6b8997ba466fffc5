import type { RecordKind, Store } from '@holdfast/engine/store';
import { expect, test, vi } from 'vitest';

import type { CreateStore } from './store-under-test.ts';
import { newPartition, notes, testKinds, tickets } from './test-kinds.ts';
import { insert, put, remove, write } from './writing.ts';

/** Opens a store for each test, because one of them closes it. */
export function testWatches(createStore: CreateStore): void {
  test('an insert of another process rings with its partition, and only for its kind', async () => {
    const { store, openAnother, dispose } = await createStore(testKinds);
    const other = await openAnother!();
    const [rungForNotes, rungForTickets] = [watch(store, notes), watch(store, tickets)];
    for (const rung of [rungForNotes, rungForTickets]) await untilOpen(other, rung);
    const [partition, elsewhere] = [newPartition(), newPartition()];
    await write(other, [insert(tickets, elsewhere, 'a'), insert(notes, partition, 'a')]);
    await vi.waitFor(() => expect(rungForNotes.partitions).toContain(partition), patience);
    await vi.waitFor(() => expect(rungForTickets.partitions).toContain(elsewhere), patience);
    expect([rungForNotes.partitions.includes(elsewhere), rungForTickets.partitions.includes(partition)]).toEqual([
      false,
      false,
    ]);
    await dispose();
  });

  test('a watch that is closed rings no more, and can be closed again; others go on', async () => {
    const { store, openAnother, dispose } = await createStore(testKinds);
    const other = await openAnother!();
    const [closed, open] = [watch(store, notes), watch(store, notes)];
    for (const rung of [closed, open]) await untilOpen(other, rung);
    await closed.close();
    await closed.close();
    const partition = newPartition();
    await write(other, [put(notes, partition, 'a')]);
    await write(other, [put(notes, partition, 'a', { again: true }), remove(notes, partition, 'b')]);
    await vi.waitFor(() => expect(open.partitions).toContain(partition), patience);
    expect(closed.partitions).not.toContain(partition);
    await dispose();
  });

  test('a closed store has ended its watches, and opens no more', async () => {
    const { store, openAnother, dispose } = await createStore(testKinds);
    const other = await openAnother!();
    const [rung, known] = [watch(store, notes), watch(other, notes)];
    for (const one of [rung, known]) await untilOpen(other, one);
    await store.close();
    const partition = newPartition();
    await write(other, [insert(notes, partition, 'a')]);
    await vi.waitFor(() => expect(known.partitions).toContain(partition), patience);
    expect(rung.partitions).not.toContain(partition);
    await rung.close();
    expect(() => watch(store, notes)).toThrow('closed');
    await dispose();
  });
}

/** A bell may be late on a busy machine; no test waits that long otherwise. */
const patience = { timeout: 240_000, interval: 20 };

interface Rung {
  readonly kind: RecordKind;
  /** For which partitions the bell has rung, in this order. */
  readonly partitions: readonly string[];
  close(): Promise<void>;
}

function watch(store: Store, kind: RecordKind): Rung {
  const partitions: string[] = [];
  const { close } = store.watch!(kind, (partition) => void partitions.push(partition));
  return { kind, partitions, close };
}

/** A watch may miss what is written before it is open, so this writes until it rings. */
async function untilOpen(store: Store, { kind, partitions }: Rung): Promise<void> {
  const written: string[] = [];
  const tryToRing = async () => {
    const partition = newPartition();
    written.push(partition);
    await write(store, [insert(kind, partition, 'a')]);
    expect(written.some((one) => partitions.includes(one))).toBe(true);
  };
  await vi.waitFor(tryToRing, patience);
}
