import { existsSync } from 'node:fs';
import { MongoMemoryReplSet } from 'mongodb-memory-server';

export interface TestMongo {
  /** A connection string without a database: each test picks one of its own. */
  readonly uri: string;
  readonly replicaSet: MongoMemoryReplSet;
  stop(): Promise<void>;
}

export interface TestMongoOptions {
  /** Members of the replica set; one unless told. */
  readonly memberCount?: number;
  /** Lets tests make commands fail; see https://github.com/mongodb/mongo/wiki/The-failCommand-fail-point. */
  readonly withFailPoints?: boolean;
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
}: TestMongoOptions = {}): Promise<TestMongo> {
  const triedInVain = process.env['TESTS_WITHOUT_MONGODB'];
  if (triedInVain) throw new Error(triedInVain);
  const binary = process.env['MONGOMS_SYSTEM_BINARY'];
  if (binary !== undefined && !existsSync(binary)) throw new Error(`MONGOMS_SYSTEM_BINARY: there is no ${binary}.`);
  const replicaSet = await MongoMemoryReplSet.create({
    replSet: {
      count: memberCount,
      ip: '127.0.0.1',
      storageEngine: 'wiredTiger',
      configSettings: { electionTimeoutMillis: 1_000 },
      args: [
        '--setParameter',
        'ttlMonitorSleepSecs=1',
        ...(withFailPoints ? ['--setParameter', 'enableTestCommands=1'] : []),
      ],
    },
  });
  return {
    uri: replicaSet.getUri(),
    replicaSet,
    stop: async () => {
      await replicaSet.stop({ doCleanup: true, force: true });
    },
  };
}
