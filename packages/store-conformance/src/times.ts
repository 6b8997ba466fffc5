import type { Store } from '@holdfast/engine/store';
import { expect, test } from 'vitest';

import type { StoreTraits, StoreUnderTest } from './store-under-test.ts';
import { happenings, newPartition, notes, startMs, tickets } from './test-kinds.ts';
import { idsOf, put, remove, write } from './writing.ts';

/** These look at all partitions at once, so each of them cleans up after itself. */
export function testTimes(opened: () => StoreUnderTest, traits: StoreTraits): void {
  const store = (): Store => opened().store;

  test('due: soonest first, over all partitions, up to the time inclusive, at most the limit', async () => {
    const [one, other] = [newPartition(), newPartition()];
    const dueAt = (partition: string, id: string, dueAtMs: unknown) => put(tickets, partition, id, { dueAtMs });
    await write(store(), [
      dueAt(one, 'third', startMs + 30),
      dueAt(other, 'first', startMs + 10),
      dueAt(one, 'second', startMs + 20),
      dueAt(other, 'fourth', startMs + 40),
      dueAt(one, 'null', null),
      dueAt(one, 'zero-is-a-time', 0),
      put(tickets, one, 'never', {}),
    ]);
    const due = (untilMs: number, limit = 99) => store().due(tickets, untilMs, limit);
    expect(await due(startMs + 30)).toEqual([
      { partition: one, id: 'zero-is-a-time', dueAtMs: 0 },
      { partition: other, id: 'first', dueAtMs: startMs + 10 },
      { partition: one, id: 'second', dueAtMs: startMs + 20 },
      { partition: one, id: 'third', dueAtMs: startMs + 30 },
    ]);
    expect(idsOf((await due(startMs + 29)) as never)).toEqual(['zero-is-a-time', 'first', 'second']);
    expect(idsOf((await due(startMs + 30, 2)) as never)).toEqual(['zero-is-a-time', 'first']);
    expect(await due(-1)).toEqual([]);

    await write(store(), [dueAt(other, 'first', startMs + 50), remove(tickets, one, 'zero-is-a-time')]);
    expect(idsOf((await due(startMs + 99)) as never)).toEqual(['second', 'third', 'fourth', 'first']);
    await write(
      store(),
      [one, other].flatMap((partition) => {
        return ['first', 'second', 'third', 'fourth'].map((id) => dueAt(partition, id, null));
      }),
    );
    expect(await due(Number.MAX_SAFE_INTEGER)).toEqual([]);
  });

  test('due: equal times are in the order of partition and id', async () => {
    const partitions = [`${newPartition()}\ufffd`, newPartition()].sort();
    const ids = ['a', 'b', '\ufffd', '😀'];
    const writes = partitions.flatMap((partition) =>
      ids.map((id) => put(tickets, partition, id, { dueAtMs: startMs })),
    );
    await write(store(), writes.toReversed());
    const inOrder = writes.map(({ key: { partition, id } }) => ({ partition, id, dueAtMs: startMs }));
    expect(await store().due(tickets, startMs, 99)).toEqual(inOrder);
    expect(await store().due(tickets, startMs, 3)).toEqual(inOrder.slice(0, 3));
    await write(
      store(),
      writes.map(({ key }) => remove(tickets, key.partition, key.id)),
    );
  });

  test('due: of the partitions that begin like that alone, as many as there are', async () => {
    const prefix = newPartition();
    const partitions = [`${prefix}/b`, `${prefix}/a`, `${prefix}0`, `${prefix}/😀`, prefix, newPartition()];
    const writes = partitions.map((partition, index) => put(tickets, partition, 'a', { dueAtMs: startMs + index }));
    await write(store(), writes);
    const due = async (limit: number) =>
      (await store().due(tickets, startMs + 9, limit, `${prefix}/`)).map(({ partition }) => partition);
    expect(await due(9)).toEqual([`${prefix}/b`, `${prefix}/a`, `${prefix}/😀`]);
    expect(await due(2)).toEqual([`${prefix}/b`, `${prefix}/a`]);
    expect(await store().due(tickets, startMs, 9, `${prefix}/a`)).toEqual([]);
    await write(
      store(),
      partitions.map((partition) => remove(tickets, partition, 'a')),
    );
  });

  test('due: a kind without due times has nothing due', async () => {
    await write(store(), [put(notes, newPartition(), 'a', { dueAtMs: 1 })]);
    expect(await store().due(notes, Number.MAX_SAFE_INTEGER, 9)).toEqual([]);
  });

  if (traits.purgesItself) {
    test('purge leaves it to the database, whose clock has not come to any of these times', async () => {
      const partition = newPartition();
      await write(store(), [put(tickets, partition, 'a', { purgeAtMs: startMs })]);
      expect(await store().purge(startMs + 1, 99)).toBe(0);
      expect(await idsIn(partition)).toEqual(['a']);
    });
  } else {
    test('purge: what is past its time goes, the boundary included, and nothing else', async () => {
      const partition = newPartition();
      await write(store(), [
        put(tickets, partition, 'past', { owner: 'ada', dueAtMs: startMs, purgeAtMs: startMs - 1 }),
        put(tickets, partition, 'now', { owner: 'ada', purgeAtMs: startMs }),
        put(tickets, partition, 'soon', { owner: 'ada', purgeAtMs: startMs + 1 }),
        put(tickets, partition, 'null', { owner: 'ada', purgeAtMs: null }),
        put(tickets, partition, 'never', { owner: 'ada' }),
        put(happenings, partition, 'past', { atMs: startMs - 5, sequence: 1 }),
        put(notes, partition, 'a', { purgeAtMs: 1 }),
      ]);
      expect(await store().purge(startMs, 99)).toBe(3);
      expect(await idsIn(partition)).toEqual(['never', 'null', 'soon']);
      expect(await store().due(tickets, startMs, 9)).toEqual([]);
      const { records, ranges } = await store().read({
        records: [
          { kind: happenings, partition, id: 'past' },
          { kind: notes, partition, id: 'a' },
        ],
        ranges: [{ kind: tickets, partition, index: 'byOwner', limit: 9 }],
      });
      expect(records).toEqual([undefined, { purgeAtMs: 1 }]);
      expect(ranges.map(idsOf)).toEqual([['never', 'null', 'soon']]);
      expect(await store().purge(startMs, 99)).toBe(0);
      expect(await store().purge(startMs + 1, 99)).toBe(1);
    });

    test('purge: at most the limit at a time, until all are gone', async () => {
      const partition = newPartition();
      const ids = Array.from({ length: 1_250 }, (_, index) => `id-${index}`);
      await write(
        store(),
        ids.map((id) => put(happenings, partition, id, { atMs: startMs, sequence: 1 })),
      );
      await write(
        store(),
        ids.slice(0, 50).map((id) => put(tickets, partition, id, { purgeAtMs: startMs })),
      );
      expect(await store().purge(startMs - 1, 9_999)).toBe(0);
      expect(await store().purge(startMs, 0)).toBe(0);
      expect(await store().purge(startMs, 20)).toBe(20);
      expect(await store().purge(startMs, 1_200)).toBe(1_200);
      expect(await store().purge(startMs, 1_200)).toBe(80);
      expect(await store().purge(startMs, 1_200)).toBe(0);
      expect(await idsIn(partition)).toEqual([]);
    });
  }

  test('purge leaves heads alone', async () => {
    const partition = newPartition();
    await write(store(), [put(tickets, partition, 'a', { purgeAtMs: startMs })]);
    await store().purge(startMs, 99);
    expect((await store().read({ heads: [partition] })).heads[0]!.version).toBe(1);
  });

  async function idsIn(partition: string): Promise<string[]> {
    return idsOf((await store().read({ ranges: [{ kind: tickets, partition, limit: 99 }] })).ranges[0]);
  }
}
