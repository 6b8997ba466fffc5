import { emptyHead } from '@holdfast/engine/store';
import type { RecordKey, Store } from '@holdfast/engine/store';
import { expect, test } from 'vitest';

import type { StoreUnderTest } from './store-under-test.ts';
import { newPartition, notes, startMs, tickets } from './test-kinds.ts';
import { commitOn, headAt, insert, put, remove, tryCommit, valueOf, versionOf, write } from './writing.ts';

export function testCommits(opened: () => StoreUnderTest): void {
  const store = (): Store => opened().store;
  const anotherOrSame = async (): Promise<Store> => (await opened().openAnother?.()) ?? store();

  test('a partition that nobody has committed to has the empty head', async () => {
    expect((await store().read({ heads: [newPartition()] })).heads).toEqual([emptyHead]);
  });

  test('a commit is visible at once, to reads and to snapshots, head and records alike', async () => {
    const partition = newPartition();
    const key: RecordKey = { kind: notes, partition, id: 'one' };
    for (let version = 0; version < 20; version += 1) {
      await tryCommit(store(), commitOn({ [partition]: version }, [put(notes, partition, 'one', { version })]));
      const question = { heads: [partition], records: [key] };
      const answer = { heads: [headAt(version + 1)], records: [{ version }], ranges: [] };
      expect(await store().read(question)).toEqual(answer);
      const snapshot = await store().openSnapshot();
      expect(await snapshot.read(question)).toEqual(answer);
      await snapshot.close();
    }
  });

  test('put replaces, delete deletes, and deleting what is not there is no error', async () => {
    const partition = newPartition();
    await write(store(), [put(notes, partition, 'a', { first: true }), put(notes, partition, 'b')]);
    await write(store(), [
      put(notes, partition, 'a', { second: true }),
      remove(notes, partition, 'b'),
      remove(notes, partition, 'never'),
    ]);
    const { ranges } = await store().read({ ranges: [{ kind: notes, partition, limit: 10 }] });
    expect(ranges).toEqual([[{ id: 'a', value: { second: true } }]]);
  });

  test('the same id in another partition or of another kind is another record', async () => {
    const [one, other] = [newPartition(), newPartition()];
    await write(store(), [put(notes, one, 'x', { n: 1 }), put(notes, other, 'x', { n: 2 }), put(tickets, one, 'x')]);
    expect(await valueOf(store(), { kind: notes, partition: one, id: 'x' })).toEqual({ n: 1 });
    expect(await valueOf(store(), { kind: notes, partition: other, id: 'x' })).toEqual({ n: 2 });
    expect(await valueOf(store(), { kind: tickets, partition: one, id: 'x' })).toEqual({});
    expect(await valueOf(store(), { kind: tickets, partition: other, id: 'x' })).toBeUndefined();
  });

  test('a partition and an id that hold U+001F are not taken for another pair', async () => {
    const base = newPartition();
    await write(store(), [put(notes, base, 'b\u001fc', { n: 1 }), put(notes, `${base}\u001fb`, 'c', { n: 2 })]);
    expect(await valueOf(store(), { kind: notes, partition: base, id: 'b\u001fc' })).toEqual({ n: 1 });
    expect(await valueOf(store(), { kind: notes, partition: `${base}\u001fb`, id: 'c' })).toEqual({ n: 2 });
    const { ranges } = await store().read({ ranges: [{ kind: notes, partition: base, limit: 10 }] });
    expect(ranges).toEqual([[{ id: 'b\u001fc', value: { n: 1 } }]]);
  });

  test('ids and partitions of a thousand code points are kept whole', async () => {
    const partition = newPartition() + '😀'.repeat(950);
    const ids = ['é'.repeat(999) + 'a', 'é'.repeat(999) + 'b'];
    await write(
      store(),
      ids.map((id) => put(tickets, partition, id, { owner: id, rank: 1 })),
    );
    const { ranges } = await store().read({
      ranges: [{ kind: tickets, partition, index: 'byOwnerAndRank', equals: [ids[1]!], limit: 10 }],
    });
    expect(ranges).toEqual([[{ id: ids[1], value: { owner: ids[1], rank: 1 } }]]);
  });

  test('a commit that decided on no partition writes its records', async () => {
    const partition = newPartition();
    const commit = { heads: [], writes: [insert(notes, partition, 'alone', { n: 1 })], nowMs: startMs };
    expect(await tryCommit(store(), commit)).toEqual({ status: 'committed' });
    const again = await tryCommit(store(), commit);
    expect(again).toEqual({ status: 'exists', keys: [{ kind: notes, partition, id: 'alone' }] });
    const { heads, ranges } = await store().read({
      heads: [partition],
      ranges: [{ kind: notes, partition, limit: 2 }],
    });
    expect(heads).toEqual([emptyHead]);
    expect(ranges).toEqual([[{ id: 'alone', value: { n: 1 } }]]);
  });

  test('a moved head leaves nothing of the commit, and only the moved partition is named', async () => {
    const [still, moved, fresh] = [newPartition(), newPartition(), newPartition()];
    await write(store(), [put(notes, still, 'kept', { n: 1 })]);
    await write(store(), [put(notes, moved, 'a')]);
    await write(store(), [put(notes, moved, 'b')]);
    const result = await tryCommit(
      store(),
      commitOn({ [still]: 1, [moved]: 1, [fresh]: 0 }, [
        put(notes, still, 'kept', { n: 2 }),
        remove(notes, moved, 'a'),
        put(notes, fresh, 'new'),
        insert(tickets, fresh, 'new'),
      ]),
    );
    expect(result).toEqual({ status: 'moved', partitions: [moved] });
    const after = await store().read({
      heads: [still, moved, fresh],
      ranges: [still, moved, fresh].map((partition) => ({ kind: notes, partition, limit: 10 })),
      records: [{ kind: tickets, partition: fresh, id: 'new' }],
    });
    expect(after.heads).toEqual([headAt(1), headAt(2), emptyHead]);
    expect(after.ranges).toEqual([
      [{ id: 'kept', value: { n: 1 } }],
      [
        { id: 'a', value: {} },
        { id: 'b', value: {} },
      ],
      [],
    ]);
    expect(after.records).toEqual([undefined]);
  });

  test('every moved partition is named, also one that was thought to be empty or to exist', async () => {
    const [empty, taken, ahead] = [newPartition(), newPartition(), newPartition()];
    await write(store(), [put(notes, taken, 'a')]);
    await write(store(), [put(notes, ahead, 'a')]);
    const result = await tryCommit(store(), commitOn({ [empty]: 5, [taken]: 0, [ahead]: 1 }, []));
    expect(result.status).toBe('moved');
    expect(result).toHaveProperty('partitions', expect.arrayContaining([empty, taken]));
    expect(result).toHaveProperty('partitions.length', 2);
    expect(await versionOf(store(), ahead)).toBe(1);
  });

  test('an existing insert leaves nothing of the commit, and only the existing key is named', async () => {
    const partition = newPartition();
    await write(store(), [put(notes, partition, 'taken', { n: 1 })]);
    const taken: RecordKey = { kind: notes, partition, id: 'taken' };
    const result = await tryCommit(
      store(),
      commitOn({ [partition]: 1 }, [
        put(notes, partition, 'other'),
        insert(notes, partition, 'free'),
        insert(notes, partition, 'taken', { n: 2 }),
      ]),
    );
    expect(result).toEqual({ status: 'exists', keys: [taken] });
    const { heads, ranges } = await store().read({
      heads: [partition],
      ranges: [{ kind: notes, partition, limit: 9 }],
    });
    expect(heads).toEqual([headAt(1)]);
    expect(ranges).toEqual([[{ id: 'taken', value: { n: 1 } }]]);
  });

  test('an insert needs no head of its partition', async () => {
    const [decided, foreign] = [newPartition(), newPartition()];
    const result = await tryCommit(store(), commitOn({ [decided]: 0 }, [insert(notes, foreign, 'key', { n: 1 })]));
    expect(result).toEqual({ status: 'committed' });
    expect(await versionOf(store(), foreign)).toBe(0);
    expect(await valueOf(store(), { kind: notes, partition: foreign, id: 'key' })).toEqual({ n: 1 });
  });

  test('an insert replaces a record from its purge time on, and not before', async () => {
    const partition = newPartition();
    const purgeAtMs = startMs + 1_000;
    await write(store(), [insert(tickets, partition, 'key', { n: 1, owner: 'ada', purgeAtMs })]);
    const again = (version: number, nowMs: number) => {
      return tryCommit(
        store(),
        commitOn({ [partition]: version }, [insert(tickets, partition, 'key', { n: 2 })], nowMs),
      );
    };
    const key: RecordKey = { kind: tickets, partition, id: 'key' };
    expect(await again(1, purgeAtMs - 1)).toEqual({ status: 'exists', keys: [key] });
    expect(await valueOf(store(), key)).toEqual({ n: 1, owner: 'ada', purgeAtMs });
    expect(await again(1, purgeAtMs)).toEqual({ status: 'committed' });
    expect(await valueOf(store(), key)).toEqual({ n: 2 });
    const byOwner = { kind: tickets, partition, index: 'byOwner', limit: 9 };
    expect((await store().read({ ranges: [byOwner] })).ranges).toEqual([[]]);
    // The record that took its place has no purge time, so it stays for good.
    expect(await again(2, Number.MAX_SAFE_INTEGER)).toEqual({ status: 'exists', keys: [key] });
  });

  test('no update is lost: twenty who count together reach twenty', async () => {
    const partition = newPartition();
    const key: RecordKey = { kind: notes, partition, id: 'count' };
    await write(store(), [put(notes, partition, 'count', { count: 0 })]);
    const increment = async (by: Store): Promise<void> => {
      for (;;) {
        const { heads, records } = await by.read({ heads: [partition], records: [key] });
        const count = (records[0]?.['count'] as number) + 1;
        const commit = commitOn({ [partition]: heads[0]!.version }, [put(notes, partition, 'count', { count })]);
        if ((await tryCommit(by, commit)).status === 'committed') return;
      }
    };
    const another = await anotherOrSame();
    await Promise.all(Array.from({ length: 20 }, (_, index) => increment(index % 2 ? store() : another)));
    expect(await valueOf(store(), key)).toEqual({ count: 20 });
    expect(await versionOf(store(), partition)).toBe(21);
  });

  test('of commits that were decided on the same heads exactly one is written, whatever they write', async () => {
    // Write skew: each saw two doctors on call and sent one home, so the records that they write never meet.
    const another = await anotherOrSame();
    for (let round = 0; round < 10; round += 1) {
      const [ward, rota] = [newPartition(), newPartition()];
      await write(store(), [put(notes, ward, 'ada', { onCall: true }), put(notes, ward, 'bob', { onCall: true })]);
      await write(store(), [put(notes, rota, 'rule')]);
      const sendHome = (by: Store, who: string) => {
        return tryCommit(by, commitOn({ [ward]: 1, [rota]: 1 }, [put(notes, ward, who, { onCall: false })]));
      };
      const results = await Promise.all([sendHome(store(), 'ada'), sendHome(another, 'bob')]);
      expect(results.map(({ status }) => status).sort()).toEqual(['committed', 'moved']);
      const { ranges } = await store().read({ ranges: [{ kind: notes, partition: ward, limit: 9 }] });
      expect(ranges[0]!.filter(({ value }) => value['onCall'])).toHaveLength(1);
    }
  });

  test('two who open a partition for the first time: one does', async () => {
    const another = await anotherOrSame();
    for (let round = 0; round < 10; round += 1) {
      const partition = newPartition();
      const open = (by: Store, id: string) => tryCommit(by, commitOn({ [partition]: 0 }, [put(notes, partition, id)]));
      const results = await Promise.all([open(store(), 'a'), open(another, 'b')]);
      expect(results).toContainEqual({ status: 'committed' });
      expect(results).toContainEqual({ status: 'moved', partitions: [partition] });
      const { ranges } = await store().read({ ranges: [{ kind: notes, partition, limit: 9 }] });
      expect(ranges[0]).toHaveLength(1);
    }
  });

  test('of inserts of one key from many partitions exactly one is written, and the others name the key', async () => {
    const another = await anotherOrSame();
    const key: RecordKey = { kind: notes, partition: newPartition(), id: 'idempotency-key' };
    const partitions = Array.from({ length: 12 }, newPartition);
    const results = await Promise.all(
      partitions.map((partition, index) => {
        const writes = [insert(notes, key.partition, key.id, { by: partition }), put(notes, partition, 'effect')];
        return tryCommit(index % 2 ? store() : another, commitOn({ [partition]: 0 }, writes));
      }),
    );
    const winners = partitions.filter((_, index) => results[index]!.status === 'committed');
    expect(winners).toHaveLength(1);
    expect(results.filter(({ status }) => status === 'exists')).toHaveLength(11);
    expect(results).toContainEqual({ status: 'exists', keys: [key] });
    expect(await valueOf(store(), key)).toEqual({ by: winners[0] });
    const { records } = await store().read({
      records: partitions.map((partition) => ({ kind: notes, partition, id: 'effect' })),
    });
    expect(records.filter(Boolean)).toHaveLength(1);
  });

  test('commits to different partitions do not disturb one another', async () => {
    const another = await anotherOrSame();
    const partitions = Array.from({ length: 16 }, newPartition);
    const results = await Promise.all(
      partitions.map((partition, index) => {
        const by = index % 2 ? store() : another;
        return tryCommit(by, commitOn({ [partition]: 0 }, [put(tickets, partition, 'a', { owner: 'ada', rank: 1 })]));
      }),
    );
    expect(results.every(({ status }) => status === 'committed')).toBe(true);
  });
}
