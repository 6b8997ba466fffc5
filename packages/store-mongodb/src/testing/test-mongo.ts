import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

import { MongoClient } from 'mongodb';
import type { Db } from 'mongodb';
import { MongoMemoryReplSet } from 'mongodb-memory-server';

export interface TestMongo {
  /** A connection string without a database: each test picks one of its own. */
  readonly uri: string;
  readonly replicaSet: MongoMemoryReplSet;
  /** Kills the primary with SIGKILL. */
  killPrimary(): Promise<KilledMember>;
  /** Makes the primary step down, and not stand for election for some seconds. */
  stepDown(): Promise<void>;
  /**
   * Leaves this many commits in doubt. `undone`: the connection is cut before the commit; `done`: it commits, and
   * answers that no majority has confirmed it. Needs fail points.
   */
  doubtCommits(commits: 'done' | 'undone', times: number): Promise<void>;
  stop(): Promise<void>;
}

export interface KilledMember {
  /** Restarts it on its data; resolves when all members have caught up and there is a primary. */
  restart(): Promise<void>;
}

export interface TestMongoOptions {
  /** Members of the replica set; one unless told. */
  readonly memberCount?: number;
  /** Lets tests make commands fail; see https://github.com/mongodb/mongo/wiki/The-failCommand-fail-point. */
  readonly withFailPoints?: boolean;
  /**
   * After how long a transaction is ended whose process was killed: until then it locks what it wrote. Absent: a minute,
   * as is usual. MongoDB looks at every half of it.
   */
  readonly transactionLifetimeSeconds?: number;
}

/**
 * Starts a MongoDB replica set on this machine, in a folder that is deleted when it stops: a real one, with real
 * transactions, whose TTL thread runs every second instead of every minute.
 *
 * `MONGOMS_SYSTEM_BINARY` names the `mongod` to run; without it, mongodb-memory-server downloads one. A run that has
 * tried that in vain says so in `TESTS_WITHOUT_MONGODB`, so that it isn't tried for every test file.
 */
export async function startMongo({
  memberCount = 1,
  withFailPoints = false,
  transactionLifetimeSeconds: lifetimeSeconds,
}: TestMongoOptions = {}): Promise<TestMongo> {
  const triedInVain = process.env['TESTS_WITHOUT_MONGODB'];
  if (triedInVain) throw new Error(triedInVain);
  const binary = process.env['MONGOMS_SYSTEM_BINARY'];
  if (binary !== undefined && !existsSync(binary)) throw new Error(`MONGOMS_SYSTEM_BINARY: there is no ${binary}.`);
  const member = { launchTimeout: 60_000 }; // The default of ten seconds is too short on a busy machine.
  const replicaSet = await MongoMemoryReplSet.create({
    instanceOpts: Array.from({ length: memberCount }, () => member),
    replSet: {
      count: memberCount,
      ip: '127.0.0.1',
      storageEngine: 'wiredTiger',
      configSettings: { electionTimeoutMillis: 1_000 },
      args: [
        '--setParameter',
        'ttlMonitorSleepSecs=1',
        // For so long it keeps the files of dropped databases open, of which it can't have many: 300 seconds by default.
        '--setParameter',
        'minSnapshotHistoryWindowInSeconds=60',
        ...(lifetimeSeconds === undefined ? [] : ['--setParameter', lifetimeSetting(lifetimeSeconds)]),
        ...(withFailPoints ? ['--setParameter', 'enableTestCommands=1'] : []),
      ],
    },
  });
  return {
    uri: replicaSet.getUri(),
    replicaSet,
    killPrimary: () => killPrimary(replicaSet),
    stepDown: async () => {
      const command = { replSetStepDown: 10, secondaryCatchUpPeriodSecs: 2, force: true };
      await askPrimary(replicaSet, (admin) => admin.command(command));
    },
    doubtCommits: async (commits, times) => {
      const unconfirmed = { writeConcernError: { code: 64, errmsg: 'waiting for replication timed out' } };
      const failure = commits === 'done' ? unconfirmed : { closeConnection: true };
      const data = { failCommands: ['commitTransaction'], ...failure };
      const command = { configureFailPoint: 'failCommand', mode: { times }, data };
      await askPrimary(replicaSet, (admin) => admin.command(command));
    },
    stop: async () => {
      await replicaSet.stop({ doCleanup: true, force: true });
    },
  };
}

function lifetimeSetting(seconds: number): string {
  return `transactionLifetimeLimitSeconds=${seconds}`;
}

async function killPrimary(replicaSet: MongoMemoryReplSet): Promise<KilledMember> {
  const { primary } = await askPrimary(replicaSet, (admin) => admin.command({ hello: 1 }));
  const server = replicaSet.servers.find(({ instanceInfo }) => `${instanceInfo?.ip}:${instanceInfo?.port}` === primary);
  const mongod = server?.instanceInfo?.instance.mongodProcess;
  if (!server || !mongod) throw new Error(`The primary ${primary} is none of the members that were started.`);
  const exited = once(mongod, 'exit');
  mongod.kill('SIGKILL');
  await exited;
  return {
    restart: async () => {
      await server.stop({ doCleanup: false });
      await server.start(true);
      await untilComplete(replicaSet);
    },
  };
}

/** Waits until one member is the primary and all others follow it. */
async function untilComplete(replicaSet: MongoMemoryReplSet): Promise<void> {
  const complete = replicaSet.servers.map((_, index) => (index === 0 ? 'PRIMARY' : 'SECONDARY')).join();
  for (;;) {
    const { members } = await askPrimary(replicaSet, (admin) => admin.command({ replSetGetStatus: 1 }));
    const states = (members as { stateStr: string }[]).map(({ stateStr }) => stateStr);
    if (states.sort().join() === complete) return;
    await delay(50);
  }
}

/** Waits for a primary if there is none. */
async function askPrimary<T>(replicaSet: MongoMemoryReplSet, ask: (admin: Db) => Promise<T>): Promise<T> {
  const client = new MongoClient(replicaSet.getUri());
  try {
    return await ask(client.db('admin'));
  } finally {
    await client.close();
  }
}
