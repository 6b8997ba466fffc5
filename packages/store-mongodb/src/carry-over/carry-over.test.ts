import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

import type { RecordKey, RecordValue, Store } from '@holdfast/engine/store';
import { MongoClient } from 'mongodb';
import type { Db } from 'mongodb';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { createOldDatabase, items, kinds, notes, oldBehindMs, oldDocumentOf } from '../../test/old-database.ts';
import { ClockRecord } from '../clock/clock-record.ts';
import { SharedClock } from '../clock/shared-clock.ts';
import { openMongoStore, raiseMongoSequences } from '../index.ts';
import { describeWithMongo } from '../testing/describe-with-mongo.ts';
import { LostCarryOver, Progress } from './progress.ts';

/** Far ahead: MongoDB's TTL thread has nothing to delete. */
const purgeAtMs = Date.parse('2100-01-01T00:00:00Z');

const partitions = Array.from({ length: 300 }, (_, index) => `tenant-${index % 7}/customer-${index}`);

const heads = Object.fromEntries(
  partitions.map((partition, index) => [partition, { version: index + 1, nowMs: index, sequence: 1_000 + index }]),
);

const records = partitions.flatMap((partition, index): { key: RecordKey; value: RecordValue }[] => [
  ...Array.from({ length: 5 }, (_, item) => ({
    key: { kind: items, partition, id: `id\u001f${item}` },
    value: { owner: `ö${item % 2}`, rank: 2 - item, dueAtMs: 1_000 + index, purgeAtMs, text: ['\u0000', '\ud800'] },
  })),
  { key: { kind: notes, partition, id: '😀' }, value: { index } },
]);

const documentCount = partitions.length + records.length;

await describeWithMongo(
  'a database of the version before',
  (mongo) => {
    let databaseCount = 0;
    let client: MongoClient;
    let database: Db;
    const stores: Store[] = [];
    let said: string[] = [];

    beforeEach(async () => {
      client = await MongoClient.connect(mongo.uri);
      database = await newDatabase();
      said = [];
    });

    afterEach(async () => {
      await Promise.all(stores.splice(0).map((store) => store.close()));
      await client.close();
    });

    async function newDatabase(): Promise<Db> {
      const created = client.db(`carry-over-${(databaseCount += 1)}`);
      await createOldDatabase(created, { heads, records });
      return created;
    }

    async function open({ databaseName }: Db = database): Promise<Store> {
      const report = (level: string, message: string) => void said.push(`${level}: ${message}`);
      const store = await openMongoStore({ uri: mongo.uri, database: databaseName, kinds, report });
      stores.push(store);
      return store;
    }

    /** What a process of the version before would do. Returns the errors' codes. */
    async function writeAsBefore(of: Db): Promise<unknown[]> {
      const [partition = ''] = partitions;
      const old = of.collection<{ _id: string }>('heads');
      const head = { _id: 'tenant-1/new', tenant: 'tenant-1', version: 1, nowMs: 1, sequence: 1 };
      const written = [old.insertOne(head), old.updateOne({ _id: partition }, { $inc: { version: 1 } })];
      return (await Promise.allSettled(written)).map((result) => result.status === 'rejected' && result.reason.code);
    }

    async function collectionsOf(of: Db): Promise<string[]> {
      const found = await of.listCollections().toArray();
      return found.map(({ name, type }) => `${type} ${name}`).filter((name) => !name.includes('system.'));
    }

    async function expectEverything(store: Store, of: Db = database): Promise<void> {
      const read = await store.read({ heads: partitions, records: records.map(({ key }) => key) });
      expect(read.heads).toEqual(Object.values(heads));
      expect(read.records).toEqual(records.map(({ value }) => value));
      const [partition = ''] = partitions;
      const { ranges } = await store.read({
        ranges: [
          { kind: items, partition, index: 'byOwner', equals: ['ö0'], limit: 9 },
          { kind: items, partition, index: 'byRank', from: 0, descending: true, limit: 9 },
        ],
      });
      const ids = (...numbers: number[]) => numbers.map((number) => `id\u001f${number}`);
      expect(ranges.map((rows) => rows.map(({ id }) => id))).toEqual([ids(4, 2, 0), ids(0, 1, 2)]);
      expect(await store.due(items, 1_001, 99)).toHaveLength(10);
      const documents = of.collection('all_records');
      expect(await documents.countDocuments({ purgeAt: new Date(purgeAtMs + oldBehindMs) })).toBe(
        5 * partitions.length,
      );
      expect(await documents.countDocuments()).toBe(documentCount);
      expect((await collectionsOf(of)).toSorted()).toEqual([
        'collection all_records',
        'collection carry_over',
        'collection sequence_floor',
        'collection shared_clock',
        'collection write_check',
        'collection write_turns',
        'view heads',
      ]);
    }

    test('is carried over at the first start, which says so, and is as good as new', async () => {
      const store = await open();
      await expectEverything(store);
      expect(said).toEqual([
        expect.stringMatching(/^info: The database carry-over-\d+ is of an older version/u),
        expect.stringContaining(`has been carried over: ${documentCount} heads and records in`),
      ]);
      const [partition = ''] = partitions;
      const head = { version: 2, nowMs: 1, sequence: 2_000 };
      const key = { kind: notes, partition, id: '😀' };
      const commit = { heads: [{ partition, expectedVersion: 1, head }], nowMs: 1 };
      expect(await store.commit({ ...commit, writes: [{ type: 'insert', key, value: {} }] }, 60_000)).toEqual({
        status: 'exists',
        keys: [key],
      });
      expect(await store.commit({ ...commit, writes: [{ type: 'delete', key }] }, 60_000)).toEqual({
        status: 'committed',
      });
      const another = await open();
      expect((await another.read({ heads: [partition], records: [key] })).records).toEqual([undefined]);
      expect(said).toHaveLength(2);
    });

    test('is carried over once by several that start together', async () => {
      for (const store of await Promise.all([open(), open(), open()])) await expectEverything(store);
      expect(said).toHaveLength(2);
    });

    test('that is killed half-way goes on from there, whenever that is, and is closed to older versions', async () => {
      const openElsewhere = async ({ databaseName }: Db, lastCommand?: number): Promise<number> => {
        const script = join(import.meta.dirname, '../../test/open-until-killed.ts');
        const told = [mongo.uri, databaseName, ...(lastCommand === undefined ? [] : [String(lastCommand)])];
        const child = spawn(process.execPath, [script, ...told], { stdio: ['ignore', 'pipe', 'inherit'] });
        const [printed, [code, signal]] = await Promise.all([text(child.stdout), once(child, 'exit')]);
        expect([code, signal]).toEqual(lastCommand === undefined ? [0, null] : [null, 'SIGKILL']);
        return Number(printed);
      };
      const commandCount = await openElsewhere(database);
      expect(commandCount).toBeGreaterThan(40);
      let halfWay = 0;
      const goOnAfter = async (share: number): Promise<void> => {
        const killed = await newDatabase();
        await openElsewhere(killed, Math.round(share * commandCount));
        const [old] = await killed.listCollections({ name: 'heads' }).toArray();
        if (JSON.stringify(old ?? {}).includes('"_id":{"$exists":false}')) {
          expect(await writeAsBefore(killed)).toEqual([121, 121]);
          halfWay += 1;
        }
        await expectEverything(await open(killed), killed);
      };
      await Promise.all([0.5, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95].map(goOnAfter));
      expect(halfWay).toBeGreaterThan(2);
    });

    test('is left alone while a process of that version runs, and taken over from one that was killed', async () => {
      const running = new SharedClock({
        record: new ClockRecord(database, 5_000),
        machine: { elapsedMs: () => performance.now() },
        takesSystemTime: false,
      });
      await running.start();
      await expect(open()).rejects.toThrow(/in use by processes of an older version.*Stop all of them/u);
      const [partition = ''] = partitions;
      const key = { kind: notes, partition, id: 'written meanwhile' };
      await database.collection<{ _id: string }>('a-note').insertOne(oldDocumentOf(key, { n: 1 }));
      const moved = await database
        .collection<{ _id: string }>('heads')
        .updateOne({ _id: partition }, { $set: { version: 7 } });
      expect(moved.modifiedCount).toBe(1);
      await running.stop();
      // As one leaves it that is killed: it is on the list, and silent.
      await database.collection('shared_clock').updateOne({}, { $set: { processes: ['killed'] } });
      const read = await (await open()).read({ heads: [partition], records: [key] });
      expect(read).toMatchObject({ heads: [{ version: 7 }], records: [{ n: 1 }] });
    });

    test('can be neither read nor written by a process of that version that comes back', async () => {
      await expectEverything(await open());
      expect(await writeAsBefore(database)).toEqual([166, 166]);
      const reading = database.collection<{ _id: string }>('heads').findOne({ _id: partitions[0]! });
      await expect(reading).rejects.toThrow('This database is one of a newer version');
    });

    test('is carried over by one process at a time: one that was thought to be dead copies nothing more', async () => {
      await client.withSession({ causalConsistency: true }, async (session) => {
        const [slow, other] = [new Progress(database, session), new Progress(database, session)];
        expect(await slow.begin()).toBe(true);
        expect(await other.begin()).toBe(false);
        await slow.step('heads', 'a');
        expect(await other.takeOver({ ...(await other.find())!, steps: 0 })).toBe(false);
        expect(await other.takeOver((await other.find())!)).toBe(true);
        await expect(slow.step('heads', 'b')).rejects.toBeInstanceOf(LostCarryOver);
        expect(await other.find()).toMatchObject({ collection: 'heads', after: 'a' });
      });
    });

    test('that was restored beside records of this version is refused', async () => {
      await (await open()).close();
      for (const name of ['heads', 'sequence_floor', 'write_check', 'shared_clock', 'write_turns'])
        await database.collection(name).drop();
      await createOldDatabase(database, { heads, records });
      await expect(open()).rejects.toThrow(/beside those of an older one.*Restore it into a database that is empty/u);
    });

    test('that is not Holdfast’s is left as it is', async () => {
      const foreign = client.db(`carry-over-${(databaseCount += 1)}`);
      for (const options of [{}, { viewOn: 'others' }]) {
        await foreign.createCollection('heads', options);
        await expect(open(foreign)).rejects.toThrow(/heads of the database carry-over-\d+ is not Holdfast's/u);
        expect(await foreign.listCollections({ name: 'heads' }).toArray()).toMatchObject([{ options }]);
        await foreign.collection('heads').drop();
      }
    });

    test('has a floor for its sequences, if it is a backup that was restored', async () => {
      const floor = await raiseMongoSequences({ uri: mongo.uri, database: database.databaseName }, 0);
      expect(floor).toBeGreaterThan(1_000 + partitions.length);
      const read = await (await open()).read({ heads: partitions });
      expect(new Set(read.heads.map(({ sequence }) => sequence))).toEqual(new Set([floor]));
    });
  },
  { transactionLifetimeSeconds: 3 },
);
