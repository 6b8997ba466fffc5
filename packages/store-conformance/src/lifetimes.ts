import { StoreUnavailable } from '@holdfast/engine/store';
import type { Store } from '@holdfast/engine/store';
import { expect, test } from 'vitest';

import type { CreateStore, StoreTraits } from './store-under-test.ts';
import { newPartition, notes, startMs, testKinds, tickets } from './test-kinds.ts';
import { commitOn, headAt, put, remove, tryCommit, valueOf, write } from './writing.ts';

/** Opens a store for each test, because these close it. */
export function testLifetimes(createStore: CreateStore, traits: StoreTraits): void {
  test('a store that can be written to says so', async () => {
    const { store, dispose } = await createStore(testKinds);
    await expect(store.checkWritable()).resolves.toBeUndefined();
    await dispose();
  });

  test('a closed store refuses everything as unavailable, and can be closed again', async () => {
    const { store, dispose } = await createStore(testKinds);
    const partition = newPartition();
    await write(store, [put(notes, partition, 'a')]);
    await store.close();
    const calls: (() => Promise<unknown>)[] = [
      () => store.read({ heads: [partition] }),
      () => tryCommit(store, commitOn({ [partition]: 1 }, [])),
      () => store.openSnapshot(),
      () => store.due(tickets, startMs, 1),
      () => store.checkWritable(),
    ];
    for (const call of calls) await expect(call()).rejects.toBeInstanceOf(StoreUnavailable);
    await store.close();
    await dispose();
  });

  test('closing waits for what is under way', async () => {
    const { store, dispose } = await createStore(testKinds);
    const partition = newPartition();
    const underWay = tryCommit(store, commitOn({ [partition]: 0 }, [put(notes, partition, 'a')]));
    await store.close();
    expect(await underWay).toEqual({ status: 'committed' });
    await dispose();
  });

  if (traits.survivesKill) {
    test('what was acknowledged is there after a kill and a new start', async () => {
      const { store, reopen, dispose } = await createStore(testKinds);
      const partition = newPartition();
      for (let version = 0; version < 30; version += 1) {
        const record = put(tickets, partition, `id-${version}`, {
          owner: 'ada',
          rank: version,
          dueAtMs: startMs + version,
        });
        const gone = remove(tickets, partition, `id-${version - 5}`);
        expect((await tryCommit(store, commitOn({ [partition]: version }, [record, gone]))).status).toBe('committed');
      }
      const reopened = await reopen!();
      const { heads, ranges } = await reopened.read({
        heads: [partition],
        ranges: [{ kind: tickets, partition, index: 'byOwnerAndRank', limit: 99 }],
      });
      expect(heads).toEqual([headAt(30)]);
      expect(ranges[0]!.map(({ value }) => value['rank'])).toEqual([25, 26, 27, 28, 29]);
      expect(await reopened.due(tickets, startMs + 26, 9)).toHaveLength(2);
      expect(await tryCommit(reopened, commitOn({ [partition]: 30 }, []))).toEqual({ status: 'committed' });
      expect(await tryCommit(reopened, commitOn({ [partition]: 30 }, []))).toHaveProperty('status', 'moved');
      await dispose();
    });
  }

  if (traits.survivesKill) {
    test('after a restore every sequence goes on above all that were given out, also in a partition that is not there', async () => {
      const { store, raiseSequences, dispose } = await createStore(testKinds);
      const [known, unknown] = [newPartition(), newPartition()];
      await write(store, [put(notes, known, 'a')]);
      const first = await raiseSequences!();
      expect(first.floor).toBeGreaterThan(headAt(1).sequence);
      const heads = async (reader: Pick<Store, 'read'>) => (await reader.read({ heads: [known, unknown] })).heads;
      const expected = [
        { ...headAt(1), sequence: first.floor },
        { version: 0, nowMs: 0, sequence: first.floor },
      ];
      expect(await heads(first.store)).toEqual(expected);
      const snapshot = await first.store.openSnapshot();
      expect(await heads(snapshot)).toEqual(expected);
      await snapshot.close();

      const head = { version: 2, nowMs: startMs, sequence: first.floor + 3 };
      const commit = { heads: [{ partition: known, expectedVersion: 1, head }], writes: [], nowMs: startMs };
      expect(await tryCommit(first.store, commit)).toEqual({ status: 'committed' });
      expect((await heads(first.store))[0]).toEqual(head);
      const second = await raiseSequences!();
      expect(second.floor).toBeGreaterThan(head.sequence);
      expect((await heads(second.store)).map(({ sequence }) => sequence)).toEqual([second.floor, second.floor]);
      await dispose();
    });
  }

  if (traits.isShared) {
    test('what one acknowledged, the other sees at once', async () => {
      const { store, openAnother, dispose } = await createStore(testKinds);
      const stores: readonly Store[] = [store, await openAnother!()];
      const partition = newPartition();
      const key = { kind: notes, partition, id: 'ball' };
      for (let turn = 0; turn < 20; turn += 1) {
        await write(stores[turn % 2]!, [put(notes, partition, 'ball', { turn })]);
        expect(await valueOf(stores[(turn + 1) % 2]!, key)).toEqual({ turn });
        const snapshot = await stores[(turn + 1) % 2]!.openSnapshot();
        expect(await valueOf(snapshot, key)).toEqual({ turn });
        await snapshot.close();
      }
      await dispose();
    });

    test('several that open the same new database at once all work', async () => {
      const { store, openAnother, dispose } = await createStore(testKinds);
      const stores = await Promise.all([openAnother!(), openAnother!(), openAnother!()]);
      const partition = newPartition();
      for (const one of [store, ...stores]) await write(one, [put(notes, partition, 'a')]);
      expect((await store.read({ heads: [partition] })).heads).toEqual([headAt(4)]);
      await dispose();
    });
  }
}
