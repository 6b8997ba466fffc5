import { once } from 'node:events';

import { StoreUnavailable } from '@holdfast/engine/store';
import type { RecordKind, Store } from '@holdfast/engine/store';
import { ClientSession, MongoClient, MongoServerError } from 'mongodb';
import { MongoMemoryServer } from 'mongodb-memory-server';
import { afterEach, expect, test, vi } from 'vitest';

import { openMongoStore } from './index.ts';
import { describeWithMongo } from './testing/describe-with-mongo.ts';
import type { TestMongo } from './testing/test-mongo.ts';

const partition = 'acme/live';
const items: RecordKind = { name: 'items', indexes: {} };

let stores: Store[] = [];

afterEach(async () => {
  await Promise.all(stores.map((store) => store.close()));
  stores = [];
});

async function open(mongo: TestMongo, database: string): Promise<Store> {
  const store = await openMongoStore({ uri: mongo.uri, database, kinds: [items], operationTimeoutMs: 2_000 });
  stores.push(store);
  return store;
}

function commitOn(store: Store, version: number, deadlineMs: number) {
  return store.commit(
    {
      heads: [{ partition, expectedVersion: version, head: { version: version + 1, nowMs: 1, sequence: 1 } }],
      writes: [
        { type: 'put', key: { kind: items, partition, id: `id-${version + 1}` }, value: { version: version + 1 } },
      ],
      nowMs: 1,
    },
    deadlineMs,
  );
}

async function versionOf(store: Pick<Store, 'read'>): Promise<number> {
  return (await store.read({ heads: [partition] })).heads[0]!.version;
}

async function versionInSnapshot(store: Store): Promise<number> {
  const snapshot = await store.openSnapshot();
  try {
    return await versionOf(snapshot);
  } finally {
    await snapshot.close();
  }
}

async function primaryOf({ uri, replicaSet }: TestMongo) {
  const client = new MongoClient(uri);
  const { primary } = await client.db('admin').command({ hello: 1 });
  await client.close();
  return replicaSet.servers.find((server) => server.getUri().includes(primary))!;
}

/** Within this a transaction gets to its commit, on any machine. */
const enoughMs = 3_000;

/** How long the driver waits for a server unless told: what takes as long has not heeded its own deadline. */
const driversPatienceMs = 30_000;

/** Waits until the database answers again, however long its election takes. */
function untilAvailable<T>(work: () => Promise<T>): Promise<T> {
  return vi.waitFor(work, { timeout: 240_000, interval: 50 });
}

/** Commits one version after the other, as an executor would: after a doubt, the head tells. */
async function commitUntil(
  store: Store,
  isOver: () => boolean,
  onAcknowledged = (_version: number) => {},
): Promise<number> {
  let acknowledged = 0;
  let isInDoubt = false;
  let version = await untilAvailable(() => versionOf(store));
  while (!isOver()) {
    try {
      const result = await commitOn(store, version, 2_000);
      // Nobody else writes here, so nothing can have moved but by a commit that was in doubt, and went through late.
      expect(result.status).toBeOneOf(isInDoubt ? ['committed', 'moved'] : ['committed']);
      isInDoubt = false;
      version += 1;
      if (result.status === 'moved') continue;
      acknowledged = version;
      onAcknowledged(version);
    } catch (error) {
      expect(error).toBeInstanceOf(StoreUnavailable);
      const { outcomeUnknown } = error as StoreUnavailable;
      const now = await untilAvailable(() => versionOf(store));
      expect(now - version).toBeOneOf(outcomeUnknown || isInDoubt ? [0, 1] : [0]);
      isInDoubt = (outcomeUnknown || isInDoubt) && now === version;
      version = now;
    }
  }
  return acknowledged;
}

async function expectAll(store: Store, version: number): Promise<void> {
  const { heads, ranges } = await store.read({
    heads: [partition],
    ranges: [{ kind: items, partition, limit: 99_999 }],
  });
  expect(heads[0]!.version).toBe(version);
  expect(ranges[0]!.map(({ value }) => value['version']).sort((a, b) => Number(a) - Number(b))).toEqual(
    Array.from({ length: version }, (_, index) => index + 1),
  );
}

await describeWithMongo('MongoDB that is away', (mongo) => {
  const processOf = (index = 0) => mongo.replicaSet.servers[index]!.instanceInfo!.instance.mongodProcess!;

  test('a standalone server is refused with what to do about it', async () => {
    const standalone = await MongoMemoryServer.create({ instance: { ip: '127.0.0.1', storageEngine: 'wiredTiger' } });
    try {
      const opening = openMongoStore({ uri: standalone.getUri(), kinds: [items] });
      await expect(opening).rejects.toThrow(/127\.0\.0\.1:\d+ is a standalone server.*rs\.initiate/);
    } finally {
      await standalone.stop();
    }
  });

  test('no server at all is unavailable, in time and without the password', async () => {
    const uri = 'mongodb://user:secret@127.0.0.1:1/?replicaSet=rs0';
    const opening = openMongoStore({ uri, kinds: [items], operationTimeoutMs: 300 });
    await expect(opening).rejects.toBeInstanceOf(StoreUnavailable);
    await expect(opening).rejects.not.toThrow('secret');
  });

  test('hangs: everything is unavailable in time, nothing is written later, and it recovers', async () => {
    const store = await open(mongo, 'hangs');
    expect(await commitOn(store, 0, 60_000)).toEqual({ status: 'committed' });
    const { pid } = processOf();
    process.kill(pid!, 'SIGSTOP');
    try {
      const startedAt = performance.now();
      const refused = await commitOn(store, 1, 500).catch((error: unknown) => error);
      expect(refused).toBeInstanceOf(StoreUnavailable);
      expect(refused).toMatchObject({ outcomeUnknown: false });
      expect(performance.now() - startedAt).toBeLessThan(driversPatienceMs);
      await expect(store.checkWritable()).rejects.toBeInstanceOf(StoreUnavailable);
      await expect(store.read({ heads: [partition] })).rejects.toBeInstanceOf(StoreUnavailable);
      await expect(store.openSnapshot()).rejects.toBeInstanceOf(StoreUnavailable);
      expect(store.now!()).toBeGreaterThan(0);
    } finally {
      process.kill(pid!, 'SIGCONT');
    }
    expect(await untilAvailable(() => versionOf(store))).toBe(1);
    expect(await untilAvailable(() => commitOn(store, 1, 2_000))).toEqual({ status: 'committed' });
    await expectAll(store, 2);
  });

  test('steps down: what was acknowledged stays, and a doubt is said to be one', async () => {
    const store = await open(mongo, 'steps-down');
    let stepDowns = 0;
    const stepDown = async (): Promise<void> => {
      const client = new MongoClient(mongo.uri);
      for (; stepDowns < 3; stepDowns += 1) {
        const before = await untilAvailable(() => versionOf(store));
        await untilAvailable(async () => expect(await versionOf(store)).toBeGreaterThan(before + 5));
        await untilAvailable(() => client.db('admin').command({ replSetStepDown: 1, force: true }));
      }
      await client.close();
    };
    const steppingDown = stepDown();
    const acknowledged = await commitUntil(store, () => stepDowns === 3);
    await steppingDown;
    const version = await untilAvailable(() => versionOf(store));
    expect(version).toBeGreaterThanOrEqual(acknowledged);
    await untilAvailable(() => expectAll(store, version));
  });

  test('is killed and started again: the process lives on, and so does what was acknowledged', async () => {
    const store = await open(mongo, 'is-killed');
    const snapshot = await store.openSnapshot();
    const server = mongo.replicaSet.servers[0]!;
    let isBack = false;
    const restart = async (): Promise<void> => {
      await untilAvailable(async () => expect(await versionOf(store)).toBeGreaterThan(20));
      const killed = processOf();
      const exited = once(killed, 'exit');
      killed.kill('SIGKILL');
      await exited;
      await server.stop({ doCleanup: false });
      await server.start(true);
      await untilAvailable(() => store.checkWritable());
      isBack = true;
    };
    const [acknowledged] = await Promise.all([commitUntil(store, () => isBack), restart()]);
    expect(acknowledged).toBeGreaterThan(20);
    const version = await versionOf(store);
    expect(version).toBeGreaterThanOrEqual(acknowledged);
    await expectAll(store, version);
    await snapshot.close();
  });
});

await describeWithMongo(
  'MongoDB of three members',
  (mongo) => {
    test('the other members hang: nothing is acknowledged that the primary alone has', async () => {
      const store = await open(mongo, 'others-hang');
      expect(await commitOn(store, 0, 60_000)).toEqual({ status: 'committed' });
      const primary = await primaryOf(mongo);
      const others = mongo.replicaSet.servers.filter((server) => server !== primary);
      const signal = (name: NodeJS.Signals) =>
        others.forEach((server) => server.instanceInfo!.instance.mongodProcess!.kill(name));
      signal('SIGSTOP');
      try {
        const refused = await commitOn(store, 1, enoughMs).catch((error: unknown) => error);
        expect(refused).toBeInstanceOf(StoreUnavailable);
        expect(refused).toMatchObject({ outcomeUnknown: true });
      } finally {
        signal('SIGCONT');
      }
      await untilAvailable(() => expectAll(store, 2));
    });

    test('the primary is killed: another takes over with all that was acknowledged, at once', async () => {
      const writer = await open(mongo, 'failover');
      const reader = await open(mongo, 'failover');
      let acknowledged = 0;
      let isBack = false;
      const failOver = async (): Promise<void> => {
        const primary = await primaryOf(mongo);
        await untilAvailable(async () => expect(acknowledged).toBeGreaterThan(20));
        primary.instanceInfo!.instance.mongodProcess!.kill('SIGKILL');
        await untilAvailable(async () => {
          const before = acknowledged;
          await writer.checkWritable();
          await vi.waitFor(() => expect(acknowledged).toBeGreaterThan(before + 20), 30_000);
        });
        isBack = true;
      };
      const readAll = async (): Promise<number> => {
        let reads = 0;
        while (!isBack) {
          const atLeast = acknowledged;
          const read = reads % 2 ? versionOf(reader) : versionInSnapshot(reader);
          const version = await read.catch((error: unknown) => {
            expect(error).toBeInstanceOf(StoreUnavailable);
            return undefined;
          });
          if (version !== undefined) expect(version).toBeGreaterThanOrEqual(atLeast);
          reads += 1;
        }
        return reads;
      };
      const committing = commitUntil(
        writer,
        () => isBack,
        (version) => {
          acknowledged = version;
        },
      );
      const [, reads] = await Promise.all([committing, readAll(), failOver()]);
      expect(reads).toBeGreaterThan(20);
      await expectAll(writer, await versionOf(writer));
    });
  },
  { memberCount: 3 },
);

await describeWithMongo(
  'MongoDB that fails in the middle of a commit',
  (mongo) => {
    /** Makes the next commands of a name fail, and runs the work meanwhile. */
    async function failing<T>(command: string, times: number, data: object, work: () => Promise<T>): Promise<T> {
      const client = new MongoClient(mongo.uri);
      const configure = (mode: unknown) => {
        const point = { configureFailPoint: 'failCommand', mode, data: { failCommands: [command], ...data } };
        return client.db('admin').command(point);
      };
      await configure({ times });
      try {
        return await work();
      } finally {
        await configure('off');
        await client.close();
      }
    }

    const committed = { status: 'committed' };

    test('the answer to the commit is lost: it is asked for again, and written once', async () => {
      const store = await open(mongo, 'answer-lost');
      const commit = () => commitOn(store, 0, 60_000);
      expect(await failing('commitTransaction', 2, { closeConnection: true }, commit)).toEqual(committed);
      await expectAll(store, 1);
    });

    test('a command of the transaction is lost: the transaction is repeated', async () => {
      const store = await open(mongo, 'command-lost');
      expect(await failing('insert', 2, { closeConnection: true }, () => commitOn(store, 0, 60_000))).toEqual(
        committed,
      );
      const notPrimary = { errorCode: 10_107, errorLabels: ['TransientTransactionError'] };
      expect(await failing('update', 2, notPrimary, () => commitOn(store, 1, 60_000))).toEqual(committed);
      await expectAll(store, 2);
    });

    test('the transaction is gone when it is to be committed: it is repeated', async () => {
      const store = await open(mongo, 'transaction-gone');
      const gone = { errorCode: 251, errorLabels: ['TransientTransactionError'] };
      expect(await failing('commitTransaction', 3, gone, () => commitOn(store, 0, 60_000))).toEqual(committed);
      await expectAll(store, 1);
    });

    test('the commit takes longer than the deadline: the outcome is unknown, and the head tells it', async () => {
      const store = await open(mongo, 'commit-slow');
      const slow = { blockConnection: true, blockTimeMS: 2 * enoughMs };
      const refused = await failing('commitTransaction', 1, slow, () =>
        commitOn(store, 0, enoughMs).catch((error) => error),
      );
      expect(refused).toBeInstanceOf(StoreUnavailable);
      expect(refused).toMatchObject({ outcomeUnknown: true });
      await untilAvailable(() => expectAll(store, 1));
    });

    test('the writes take longer than the deadline: nothing is written, also not later', async () => {
      const store = await open(mongo, 'writes-slow');
      const slow = { blockConnection: true, blockTimeMS: 700 };
      const refused = await failing('insert', 1, slow, () => commitOn(store, 0, 200).catch((error) => error));
      expect(refused).toBeInstanceOf(StoreUnavailable);
      expect(refused).toMatchObject({ outcomeUnknown: false });
      // Closing waits for what is under way.
      await store.close();
      expect(await versionOf(await open(mongo, 'writes-slow'))).toBe(0);
    });

    test('no majority confirms the commit: the outcome is unknown at the deadline', async () => {
      const store = await open(mongo, 'no-majority');
      const unconfirmed = { writeConcernError: { code: 64, errmsg: 'waiting for replication timed out' } };
      const commit = () => commitOn(store, 0, enoughMs).catch((error: unknown) => error);
      const refused = await failing('commitTransaction', 10_000, unconfirmed, commit);
      expect(refused).toBeInstanceOf(StoreUnavailable);
      expect(refused).toMatchObject({ outcomeUnknown: true });
      await expectAll(store, 1);
    });

    test('a transaction that never gets through is given up at the deadline, and nothing is unknown', async () => {
      const store = await open(mongo, 'never-through');
      const conflict = { errorCode: 112, errorLabels: ['TransientTransactionError'] };
      const commit = () => commitOn(store, 0, enoughMs).catch((error: unknown) => error);
      const refused = await failing('insert', 10_000, conflict, commit);
      expect(refused).toBeInstanceOf(StoreUnavailable);
      expect(refused).toMatchObject({ outcomeUnknown: false });
      expect(await versionOf(store)).toBe(0);
    });

    test('a refusal after a failed commit is a doubt: the commit itself may have moved the head', async () => {
      const store = await open(mongo, 'doubt');
      const { commitTransaction } = ClientSession.prototype;
      vi.spyOn(ClientSession.prototype, 'commitTransaction').mockImplementationOnce(async function (
        this: ClientSession,
      ) {
        await commitTransaction.call(this);
        throw new MongoServerError({ code: 251, message: 'gone', errorLabels: ['TransientTransactionError'] });
      });
      const refused = await commitOn(store, 0, 60_000).catch((error: unknown) => error);
      vi.restoreAllMocks();
      expect(refused).toBeInstanceOf(StoreUnavailable);
      expect(refused).toMatchObject({ outcomeUnknown: true });
      await expectAll(store, 1);
    });

    test('what the disk or an administrator forbids is unavailability, and a wrong document is a mistake', async () => {
      const store = await open(mongo, 'forbidden');
      for (const errorCode of [13, 14_031, 371]) {
        await expect(failing('insert', 1, { errorCode }, () => commitOn(store, 0, 60_000))).rejects.toBeInstanceOf(
          StoreUnavailable,
        );
        await expect(failing('find', 1, { errorCode }, () => versionOf(store))).rejects.toBeInstanceOf(
          StoreUnavailable,
        );
        await expect(failing('update', 1, { errorCode }, () => store.checkWritable())).rejects.toBeInstanceOf(
          StoreUnavailable,
        );
      }
      const head = { version: 1, nowMs: 'noon' as never, sequence: 1 };
      const wrong = store.commit({ heads: [{ partition, expectedVersion: 0, head }], writes: [], nowMs: 1 }, 60_000);
      await expect(wrong).rejects.toThrow('Document failed validation');
      await expect(wrong).rejects.not.toBeInstanceOf(StoreUnavailable);
      await store.checkWritable();
      expect(await commitOn(store, 0, 60_000)).toEqual(committed);
    });
  },
  { withFailPoints: true },
);
