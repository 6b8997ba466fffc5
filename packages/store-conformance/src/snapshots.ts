import type { ReadRequest, Store } from '@holdfast/engine/store';
import { expect, test } from 'vitest';

import type { StoreUnderTest } from './store-under-test.ts';
import { newPartition, notes, tickets } from './test-kinds.ts';
import { idsOf, put, remove, write } from './writing.ts';

export function testSnapshots(opened: () => StoreUnderTest): void {
  const store = (): Store => opened().store;

  test('a snapshot sees what was acknowledged before it, and later commits do not change it', async () => {
    const partition = newPartition();
    const question: ReadRequest = {
      heads: [partition],
      records: [
        { kind: tickets, partition, id: 'b' },
        { kind: tickets, partition, id: 'new' },
      ],
      ranges: [
        { kind: tickets, partition, limit: 99 },
        { kind: tickets, partition, index: 'byOwner', limit: 99 },
      ],
    };
    const values = ['a', 'b', 'c', 'd'].map((id) => put(tickets, partition, id, { owner: `owner of ${id}`, rank: 1 }));
    await write(store(), values);
    const before = await store().read(question);
    expect(before.ranges[1]).toHaveLength(4);

    // Nothing is read through it before the commit, so it has to hold the state from its opening.
    const snapshot = await store().openSnapshot();
    await write(store(), [put(tickets, partition, 'new', { owner: 'a' }), remove(tickets, partition, 'b')]);
    await write(store(), [put(tickets, partition, 'c', { owner: 'nobody', rank: 2 })]);
    expect(await snapshot.read(question)).toEqual(before);
    await write(store(), [remove(tickets, partition, 'a'), remove(tickets, partition, 'd')]);
    expect(await snapshot.read(question)).toEqual(before);

    const now = await store().read(question);
    expect(now.heads[0]!.version).toBe(4);
    expect(now.ranges.map(idsOf)).toEqual([
      ['c', 'new'],
      ['new', 'c'],
    ]);
    await snapshot.close();
  });

  test('snapshots of different moments stay apart, in whatever order they are closed', async () => {
    const partition = newPartition();
    const snapshots = [];
    for (let version = 1; version <= 6; version += 1) {
      await write(store(), [put(notes, partition, 'counter', { version }), put(notes, partition, `note-${version}`)]);
      snapshots.push(await store().openSnapshot());
    }
    for (const index of [3, 0, 5, 1, 4, 2]) {
      const snapshot = snapshots[index]!;
      const { heads, records, ranges } = await snapshot.read({
        heads: [partition],
        records: [{ kind: notes, partition, id: 'counter' }],
        ranges: [{ kind: notes, partition, from: 'note-', limit: 99 }],
      });
      expect(heads[0]!.version).toBe(index + 1);
      expect(records[0]).toEqual({ version: index + 1 });
      expect(ranges[0]).toHaveLength(index + 1);
      await snapshot.close();
    }
  });

  test('many snapshots can be open at once, and are of use no longer once they are closed', async () => {
    const partition = newPartition();
    await write(store(), [put(notes, partition, 'a')]);
    const snapshots = await Promise.all(Array.from({ length: 40 }, () => store().openSnapshot()));
    const question: ReadRequest = { ranges: [{ kind: notes, partition, limit: 9 }] };
    const answers = await Promise.all(snapshots.map((snapshot) => snapshot.read(question)));
    expect(answers.every(({ ranges }) => idsOf(ranges[0]).join() === 'a')).toBe(true);
    await Promise.all(snapshots.map((snapshot) => snapshot.close()));
    await snapshots[0]!.close();
    await expect(snapshots[0]!.read(question)).rejects.toThrow('closed');
    expect((await store().read(question)).ranges.map(idsOf)).toEqual([['a']]);
  });

  test('a snapshot is one state: no commit is ever seen in part', async () => {
    const [one, other] = [newPartition(), newPartition()];
    let isWriting = true;
    const writeBoth = async (): Promise<void> => {
      for (let n = 0; n < 30; n += 1)
        await write(store(), [put(notes, one, 'n', { n }), put(tickets, other, 'n', { n })]);
      isWriting = false;
    };
    const compareBoth = async (): Promise<number> => {
      let compared = 0;
      do {
        const snapshot = await store().openSnapshot();
        const first = await snapshot.read({ heads: [one], records: [{ kind: notes, partition: one, id: 'n' }] });
        const second = await snapshot.read({ heads: [other], records: [{ kind: tickets, partition: other, id: 'n' }] });
        await snapshot.close();
        expect(second).toEqual(first);
        compared += 1;
        await new Promise((resolve) => setTimeout(resolve));
      } while (isWriting);
      return compared;
    };
    const [, compared] = await Promise.all([writeBoth(), compareBoth()]);
    expect(compared).toBeGreaterThan(0);
  });
}
