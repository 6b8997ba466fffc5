import { StoreUnavailable } from '@holdfast/engine/store';
import type { Commit, RecordKind, Store } from '@holdfast/engine/store';
import { MongoClient } from 'mongodb';
import type { Db } from 'mongodb';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import { openMongoStore } from './index.ts';
import { selectionOf } from './selection.ts';
import { describeWithMongo } from './testing/describe-with-mongo.ts';

const partition = 'acme/live';
const items: RecordKind = {
  name: 'items',
  indexes: { byOwner: ['owner', 'rank'] },
  dueField: 'dueAtMs',
  purgeField: 'purgeAtMs',
};

function commitOn(version: number, values: Readonly<Record<string, object>>, type: 'put' | 'insert' = 'put'): Commit {
  return {
    heads: [{ partition, expectedVersion: version, head: { version: version + 1, nowMs: 1, sequence: 1 } }],
    writes: Object.entries(values).map(([id, value]) => {
      return { type, key: { kind: items, partition, id }, value: value as Record<string, unknown> };
    }),
    nowMs: 1,
  };
}

async function versionOf(store: Store): Promise<number> {
  return (await store.read({ heads: [partition] })).heads[0]!.version;
}

let databaseCount = 0;

await describeWithMongo('MongoDB store', (mongo) => {
  let client: MongoClient;
  let database: Db;
  let stores: Store[] = [];

  beforeEach(async () => {
    databaseCount += 1;
    client = new MongoClient(mongo.uri);
    database = client.db(`store-${databaseCount}`);
    await client.connect();
  });

  afterEach(async () => {
    await Promise.all(stores.map((store) => store.close()));
    stores = [];
    await database.dropDatabase();
    await client.close();
  });

  async function open(kinds: readonly RecordKind[] = [items], uri = mongo.uri): Promise<Store> {
    const store = await openMongoStore({ uri, database: database.databaseName, kinds, operationTimeoutMs: 3_000 });
    stores.push(store);
    return store;
  }

  describe('the schema', () => {
    test('has as many indexes of keys as a kind needs, and a TTL index on the purge time', async () => {
      const twice: RecordKind = { name: 'twice', indexes: { one: ['a'], other: ['b', 'c'] } };
      await open([items, twice]);
      expect(await database.collection('all_records').indexes()).toEqual([
        expect.objectContaining({ name: '_id_', key: { _id: 1 } }),
        { v: 2, name: 'key0', key: { key0: 1 }, sparse: true },
        { v: 2, name: 'key1', key: { key1: 1 }, sparse: true },
        {
          v: 2,
          name: 'due time',
          key: { kind: 1, dueAtMs: 1, _id: 1 },
          partialFilterExpression: { dueAtMs: { $exists: true } },
        },
        { v: 2, name: 'purge time', key: { purgeAt: 1 }, sparse: true, expireAfterSeconds: 0 },
      ]);
    });

    test('MongoDB itself deletes what is past its purge time, and nothing else', async () => {
      const store = await open();
      const now = store.now!();
      await store.commit(
        commitOn(0, {
          past: { purgeAtMs: now - 1_000, owner: 'ada', rank: 1 },
          future: { purgeAtMs: now + 3_600_000, owner: 'ada', rank: 2 },
          distant: { purgeAtMs: Number.MAX_SAFE_INTEGER, owner: 'ada', rank: 3 },
          never: { purgeAtMs: null, owner: 'ada', rank: 4 },
        }),
        5_000,
      );
      const ids = async () => {
        const { ranges } = await store.read({ ranges: [{ kind: items, partition, index: 'byOwner', limit: 9 }] });
        return ranges[0]!.map(({ id }) => id);
      };
      await expect.poll(ids).toEqual(['future', 'distant', 'never']);
      expect(await versionOf(store)).toBe(1);
    });

    test('leaves nothing in a document that its record has lost: neither keys nor times', async () => {
      const store = await open();
      const purgeAtMs = store.now!() + 3_600_000;
      await store.commit(commitOn(0, { a: { owner: 'ada', rank: 1, dueAtMs: 5, purgeAtMs } }), 5_000);
      await store.commit(commitOn(1, { a: { owner: 'ada' } }), 5_000);
      const document = await database.collection<{ _id: string }>('all_records').findOne({ kind: 'items' });
      expect(Object.keys(document!)).toEqual(['_id', 'body', 'kind', 'tenant']);
    });

    test('MongoDB deletes nothing early where the shared time is behind its clock', async () => {
      const behindMs = 2 * 24 * 3_600_000;
      const agreed = { aheadMs: -behindMs, toldMs: 0, slewedMs: Date.now() - behindMs, processes: [], revision: 0 };
      await database.collection<{ _id: string }>('shared_clock').insertOne({ _id: 'only', ...agreed });
      const store = await open();
      const purgeAtMs = store.now!() + 3_600_000;
      expect(Math.abs(store.databaseNow!() - store.now!() - behindMs)).toBeLessThan(60_000);
      await store.commit(commitOn(0, { a: { purgeAtMs, n: 1 } }, 'insert'), 5_000);
      const document = await database.collection('all_records').findOne({ kind: 'items' });
      expect(Math.abs((document!['purgeAt'] as Date).getTime() - purgeAtMs - behindMs)).toBeLessThan(60_000);

      // What stands in the way of an insert goes by the shared time all the same.
      const again = (nowMs: number) =>
        store.commit({ ...commitOn(1, { a: { purgeAtMs: purgeAtMs * 2, n: 2 } }, 'insert'), nowMs }, 5_000);
      expect(await again(purgeAtMs - 1)).toMatchObject({ status: 'exists' });
      expect(await again(purgeAtMs)).toEqual({ status: 'committed' });
    });

    test('refuses documents that are neither heads nor records', async () => {
      await open();
      const record = { _id: 'r:acme/live\u0000items\u0000a', tenant: 'acme', kind: 'items', body: '{}' };
      const write = (changes: object) =>
        database.collection<{ _id: string }>('all_records').insertOne({ ...record, ...changes });
      for (const wrong of [
        { body: {} },
        { body: undefined },
        { purgeAt: 5 },
        { more: 1 },
        { key0: 1 },
        { version: 1 },
      ]) {
        await expect(write(wrong)).rejects.toMatchObject({ code: 121 });
      }
      const head = { _id: 'h:acme/live', tenant: 'acme', version: 'one', nowMs: 1, sequence: 1 };
      await expect(database.collection<{ _id: string }>('all_records').insertOne(head)).rejects.toMatchObject({
        code: 121,
      });
      await expect(write({})).resolves.toBeDefined();
    });

    test('a store that is opened again finds everything as it is; a new kind and a new index are added', async () => {
      await open([{ name: 'items', indexes: {} }]);
      const notes: RecordKind = { name: 'notes', indexes: {} };
      const store = await open([items, notes]);
      await open([items, notes]);
      expect(await database.collection('all_records').indexes()).toHaveLength(4);
      expect(await store.commit(commitOn(0, { a: { owner: 'ada', rank: 1 } }), 60_000)).toEqual({
        status: 'committed',
      });
    });

    test('a wrong index, validator or collation is an error that says which', async () => {
      await open();
      const collection = database.collection('all_records');
      await collection.dropIndex('purge time');
      await collection.createIndex({ purgeAt: 1 }, { name: 'purge time', sparse: true, expireAfterSeconds: 60 });
      await expect(open()).rejects.toThrow(
        /index purge time of the collection all_records.*"expireAfterSeconds":60.*Drop it/,
      );
      await collection.dropIndex('purge time');
      await collection.createIndex({ purgeAt: 1 }, { name: 'mine', sparse: true });
      await expect(open()).rejects.toThrow(/collection all_records has other indexes in the place of purge time/);
      await collection.dropIndex('mine');
      await collection.dropIndex('due time');
      const partialFilterExpression = { dueAtMs: { $exists: true } };
      await collection.createIndex({ kind: 1, _id: 1, dueAtMs: 1 }, { name: 'due time', partialFilterExpression });
      await expect(open()).rejects.toThrow(/index due time of the collection all_records/);

      await database.command({ collMod: 'all_records', validationLevel: 'off' });
      await expect(open()).rejects.toThrow(/collection all_records.*validator/);
      await collection.drop();
      await database.createCollection('all_records', { collation: { locale: 'de' } });
      await expect(open()).rejects.toThrow(/collection all_records.*collation/);
    });

    test('names that could not be parts of keys are refused, and more indexes than there are fields for', async () => {
      for (const kind of [
        { name: 'heads', indexes: {} },
        { name: 'system.users', indexes: {} },
        { name: 'a\u0000b', indexes: {} },
        { name: 'a', indexes: { 'b c': ['a'] } },
        { name: 'a', indexes: Object.fromEntries([...'abcdefghi'].map((each) => [each, [each]])) },
      ]) {
        await expect(open([kind])).rejects.toThrow(/No kind can be named|can't|more than 8 indexes/);
      }
    });

    test('every shape of a range query walks its index, in order, over no more keys than it returns', async () => {
      const store = await open();
      const values = Array.from({ length: 300 }, (_, index) => [
        `id-${String(index).padStart(3, '0')}`,
        { owner: `o${index % 3}`, rank: index % 10 },
      ]);
      await store.commit(commitOn(0, Object.fromEntries(values)), 60_000);
      const shapes = [
        {},
        { equals: ['id-100'] },
        { from: 'id-100', to: 'id-200' },
        { from: 'id-100', after: ['id-150'] },
        { index: 'byOwner' },
        { index: 'byOwner', equals: ['o1'] },
        { index: 'byOwner', equals: ['o1', 5] },
        { index: 'byOwner', equals: ['o1'], from: 3, to: 7 },
        { index: 'byOwner', equals: ['o1'], from: 3, to: 7, after: [5, 'id-100'] },
        { index: 'byOwner', after: ['o1', 5, 'id-100'] },
        { index: 'byOwner', from: 'o1', to: 'o2', after: ['o1', 5, 'id-100'] },
      ];
      const documents = database.collection('all_records');
      for (const shape of shapes)
        for (const descending of [false, true]) {
          const { field, match, limit } = selectionOf({ kind: items, partition, limit: 7, descending, ...shape });
          const sort: Record<string, 1 | -1> = { [field]: descending ? -1 : 1 };
          const alone = documents.find(match, { sort, limit, hint: { [field]: 1 } });
          const oneOfSeveral = documents.aggregate([{ $match: match }, { $sort: sort }, { $limit: limit }]);
          for (const cursor of [alone, oneOfSeveral]) {
            const plan = await cursor.explain('executionStats');
            const told = JSON.stringify([shape, descending]);
            expect(JSON.stringify(plan['queryPlanner'].winningPlan), told).not.toMatch(
              /"stage":"(SORT|COLLSCAN|SORT_MERGE|OR)"/,
            );
            expect(plan['executionStats'].nReturned, told).toBeGreaterThan(0);
            expect(plan['executionStats'].totalKeysExamined, told).toBeLessThanOrEqual(
              plan['executionStats'].nReturned + 2,
            );
          }
        }
    });

    test('a read is one request for its heads and one for every 256 ranges, each with its own limit', async () => {
      const notes: RecordKind = { name: 'notes', indexes: {} };
      const store = await open([items, notes]);
      const values = Array.from({ length: 120 }, (_, index) => [
        `id-${index}`,
        { owner: `o${index % 40}`, rank: index },
      ]);
      await store.commit(commitOn(0, Object.fromEntries(values)), 60_000);
      const ranges = Array.from({ length: 300 }, (_, index) => ({
        kind: items,
        partition,
        index: 'byOwner',
        equals: [`o${index % 41}`],
        descending: index % 2 === 0,
        limit: 1 + (index % 4),
      }));
      const alone = [];
      for (const query of ranges) alone.push(...(await store.read({ ranges: [query] })).ranges);
      await database.command({ profile: 2 });
      const read = await store.read({
        heads: [partition],
        records: [items, notes].map((kind) => ({ kind, partition, id: 'id-7' })),
        ranges: [...ranges, { kind: items, partition, limit: 3 }, { kind: notes, partition, limit: 3 }],
      });
      await database.command({ profile: 0 });
      expect(read.records).toEqual([{ owner: 'o7', rank: 7 }, undefined]);
      expect(read.ranges.slice(0, -2)).toEqual(alone);
      expect(alone.map(({ length }) => length).toSorted()).toEqual(expect.arrayContaining([0, 1, 2, 3]));
      expect(read.ranges.at(-2)!.map(({ id }) => id)).toEqual(['id-0', 'id-1', 'id-10']);
      const asked = await database
        .collection('system.profile')
        .find({ ns: /\.all_records$/u })
        .toArray();
      expect(asked.map(({ command }) => /find|aggregate/u.exec(JSON.stringify(command))?.[0])).toEqual([
        'find',
        'aggregate',
        'aggregate',
      ]);
    });
  });

  describe('commits that meet others', () => {
    async function withForeignTransaction(
      change: (foreign: Db, session: ReturnType<MongoClient['startSession']>) => Promise<unknown>,
      then: (session: ReturnType<MongoClient['startSession']>) => Promise<void>,
    ): Promise<void> {
      const session = client.startSession();
      session.startTransaction({ writeConcern: { w: 'majority' } });
      await change(database, session);
      await then(session);
      await session.endSession();
    }

    const takeKey = (foreign: Db, session: ReturnType<MongoClient['startSession']>) => {
      const document = { _id: `r:${partition}\u0000items\u0000key`, tenant: 'acme', kind: 'items', body: '{}' };
      return foreign.collection<{ _id: string }>('all_records').insertOne(document, { session });
    };
    const moveHead = (foreign: Db, session: ReturnType<MongoClient['startSession']>) => {
      return foreign
        .collection<{ _id: string }>('all_records')
        .updateOne({ _id: `h:${partition}` }, { $inc: { version: 1 } }, { session });
    };

    test('one that nobody makes way for is given up at its deadline, and leaves nothing', async () => {
      const store = await open();
      await withForeignTransaction(takeKey, async (session) => {
        const startedAt = performance.now();
        const refused = store.commit(commitOn(0, { key: {}, other: {} }, 'insert'), 400);
        await expect(refused).rejects.toBeInstanceOf(StoreUnavailable);
        await expect(refused).rejects.toMatchObject({ outcomeUnknown: false });
        expect(performance.now() - startedAt).toBeGreaterThan(390);
        // The transaction in the way would go by itself only after a minute.
        expect(performance.now() - startedAt).toBeLessThan(30_000);
        await session.abortTransaction();
      });
      expect(await versionOf(store)).toBe(0);
      expect(await store.commit(commitOn(0, { key: {}, other: {} }, 'insert'), 60_000)).toEqual({
        status: 'committed',
      });
    });

    test('a head that another one is about to move is moved, as soon as that one has committed', async () => {
      const store = await open();
      await store.commit(commitOn(0, { a: { n: 1 } }), 60_000);
      await withForeignTransaction(moveHead, async (session) => {
        const pending = store.commit(commitOn(1, { a: { n: 2 } }), 60_000);
        await session.commitTransaction();
        expect(await pending).toEqual({ status: 'moved', partitions: [partition] });
      });
      const { records } = await store.read({ records: [{ kind: items, partition, id: 'a' }] });
      expect(records).toEqual([{ n: 1 }]);
    });

    test('a head that another one gives back is not moved: the commit goes through', async () => {
      const store = await open();
      await store.commit(commitOn(0, { a: { n: 1 } }), 60_000);
      await withForeignTransaction(moveHead, async (session) => {
        const pending = store.commit(commitOn(1, { a: { n: 2 } }), 60_000);
        await session.abortTransaction();
        expect(await pending).toEqual({ status: 'committed' });
      });
      expect(await versionOf(store)).toBe(2);
    });

    test('a key that another one is about to insert exists, as soon as that one has committed', async () => {
      const store = await open();
      await withForeignTransaction(takeKey, async (session) => {
        const pending = store.commit(commitOn(0, { key: {}, other: {} }, 'insert'), 60_000);
        await session.commitTransaction();
        expect(await pending).toEqual({ status: 'exists', keys: [{ kind: items, partition, id: 'key' }] });
      });
      expect(await versionOf(store)).toBe(0);
    });
  });

  test('a partition that could be taken for another is refused', async () => {
    const store = await open();
    const key = { kind: items, partition: 'a\u0000b', id: 'c' };
    await expect(store.read({ records: [key] })).rejects.toThrow('U+0000');
    const commit = { heads: [], writes: [{ type: 'put', key, value: {} } as const], nowMs: 1 };
    await expect(store.commit(commit, 60_000)).rejects.toThrow('U+0000');
  });

  test('a kind that the store was not opened for is a clear error', async () => {
    const store = await open([]);
    await expect(store.commit(commitOn(0, { a: {} }), 60_000)).rejects.toThrow('not opened for the kind items');
    await expect(store.due(items, 1, 1)).rejects.toThrow('not opened for the kind items');
  });

  test("the time is the database's, also if this machine's clock is an hour off", async () => {
    const spy = vi.spyOn(Date, 'now').mockReturnValue(Date.now() + 3_600_000);
    const store = await open();
    const nowMs = store.now!();
    spy.mockRestore();
    const { localTime } = await database.command({ hello: 1 });
    expect(Math.abs(nowMs - (localTime as Date).getTime())).toBeLessThan(60_000);
  });

  test('the database is the one in the connection string, if none is named', async () => {
    const { databaseName } = database;
    const uri = mongo.uri.replace('/?', `/${databaseName}?`);
    const store = await openMongoStore({ uri, kinds: [items] });
    stores.push(store);
    await store.commit(commitOn(0, { a: {} }), 60_000);
    expect(await database.collection('all_records').countDocuments({ version: 1 })).toBe(1);
  });
});
