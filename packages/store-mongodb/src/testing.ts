import { existsSync } from 'node:fs';
import { MongoMemoryReplSet } from 'mongodb-memory-server';

export interface TestMongo {
  /** A connection string without a database: each test picks one of its own. */
  readonly uri: string;
  readonly replicaSet: MongoMemoryReplSet;
  stop(): Promise<void>;
}

export interface TestMongoOptions {
  readonly memberCount?: number;
}

/**
 * Starts a MongoDB replica set on this machine, in a folder that is deleted when it stops: a real one, with real
 * transactions, whose TTL thread runs every second instead of every minute.
 *
 * `MONGOMS_SYSTEM_BINARY` names the `mongod` to run; without it, mongodb-memory-server downloads one.
 */
export async function startMongo({ memberCount = 1 }: TestMongoOptions = {}): Promise<TestMongo> {
  const binary = process.env['MONGOMS_SYSTEM_BINARY'];
  if (binary !== undefined && !existsSync(binary)) throw new Error(`MONGOMS_SYSTEM_BINARY: there is no ${binary}.`);
  const replicaSet = await MongoMemoryReplSet.create({
    replSet: {
      count: memberCount,
      ip: '127.0.0.1',
      storageEngine: 'wiredTiger',
      args: ['--setParameter', 'ttlMonitorSleepSecs=1'],
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
