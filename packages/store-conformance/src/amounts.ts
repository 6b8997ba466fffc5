import type { Store } from '@holdfast/engine/store';
import { expect, test } from 'vitest';

import type { StoreUnderTest } from './store-under-test.ts';
import { newPartition, notes, tickets } from './test-kinds.ts';
import { commitOn, idsOf, insert, put, remove, tryCommit, write } from './writing.ts';

export function testAmounts(opened: () => StoreUnderTest): void {
  const store = (): Store => opened().store;
  const numbered = (count: number): string[] => Array.from({ length: count }, (_, index) => `id-${index}`);

  test('a thousand writes of all sorts and kinds are one commit', async () => {
    const [one, other] = [newPartition(), newPartition()];
    const ids = numbered(250);
    await write(
      store(),
      ids.map((id) => put(notes, one, id, { old: true })),
    );
    const result = await tryCommit(
      store(),
      commitOn({ [one]: 1, [other]: 0 }, [
        ...ids.map((id) => put(tickets, one, id, { owner: id, rank: 1 })),
        ...ids.map((id) => insert(tickets, other, id, { owner: 'ada' })),
        ...ids.map((id) => put(notes, other, id)),
        ...ids.map((id) => remove(notes, one, id)),
      ]),
    );
    expect(result).toEqual({ status: 'committed' });
    const { ranges } = await store().read({
      ranges: [
        { kind: tickets, partition: one, limit: 9_999 },
        { kind: tickets, partition: other, index: 'byOwner', equals: ['ada'], limit: 9_999 },
        { kind: notes, partition: other, limit: 9_999 },
        { kind: notes, partition: one, limit: 9_999 },
      ],
    });
    expect(ranges.map(({ length }) => length)).toEqual([250, 250, 250, 0]);
  });

  test('a thousand writes leave nothing if the last one fails', async () => {
    const [partition, taken] = [newPartition(), newPartition()];
    await write(store(), [put(notes, taken, 'taken')]);
    const writes = [...numbered(999).map((id) => insert(notes, partition, id)), insert(notes, taken, 'taken')];
    const result = await tryCommit(store(), commitOn({ [partition]: 0 }, writes));
    expect(result).toEqual({ status: 'exists', keys: [{ kind: notes, partition: taken, id: 'taken' }] });
    expect((await store().read({ ranges: [{ kind: notes, partition, limit: 9 }] })).ranges).toEqual([[]]);
  });

  test('two hundred partitions are one commit', async () => {
    const partitions = Array.from({ length: 200 }, newPartition);
    const versions = Object.fromEntries(partitions.map((partition) => [partition, 0]));
    const commit = commitOn(
      versions,
      partitions.map((partition) => put(notes, partition, 'a')),
    );
    expect(await tryCommit(store(), commit)).toEqual({ status: 'committed' });
    const { heads } = await store().read({ heads: partitions });
    expect(heads.every(({ version }) => version === 1)).toBe(true);
    expect(await tryCommit(store(), commit)).toHaveProperty('partitions.length', 200);
  });

  test('ten thousand keys are one read, in their order, those that are not there included', async () => {
    const partitions = [newPartition(), newPartition()];
    const ids = numbered(5_000);
    for (const partition of partitions) {
      for (let start = 0; start < ids.length; start += 1_000) {
        const some = ids.slice(start, start + 1_000).filter((_, index) => index % 10 !== 0);
        await write(
          store(),
          some.map((id) => put(notes, partition, id, { id, partition })),
        );
      }
    }
    const keys = ids.flatMap((id) => partitions.map((partition) => ({ kind: notes, partition, id }))).toReversed();
    const { records } = await store().read({ records: keys });
    const isThere = (id: string): boolean => Number(id.slice(3)) % 10 !== 0;
    expect(records).toEqual(keys.map(({ id, partition }) => (isThere(id) ? { id, partition } : undefined)));
    const { ranges } = await store().read({ ranges: [{ kind: notes, partition: partitions[1]!, limit: 100_000 }] });
    expect(idsOf(ranges[0])).toEqual(ids.filter(isThere).sort());
  });
}
