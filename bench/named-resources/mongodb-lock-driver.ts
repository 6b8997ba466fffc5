import { randomUUID } from 'node:crypto';

import { MongoClient } from 'mongodb';

import type { Driver } from '../load/driver.ts';
import { createLockCaller, ttlMs } from './lock-caller.ts';
import type { Acquire } from './lock-caller.ts';

export interface MongodbLockOptions {
  readonly uri: string;
  readonly database: string;
  readonly callers: number;
}

export const mongodbLockDriver = import.meta.url;

interface Lock {
  readonly _id: string;
  readonly token: string;
  readonly expiresAt: Date;
}

/** Callers that share one client, with a connection each. Answers come when a majority has it on its disks. */
export async function openDriver({ uri, database, callers }: MongodbLockOptions): Promise<Driver> {
  const client = await MongoClient.connect(uri, { maxPoolSize: callers });
  const locks = client.db(database).collection<Lock>('locks', { writeConcern: { w: 'majority', j: true } });
  const acquire: Acquire = async (name) => {
    const token = randomUUID();
    const now = Date.now();
    // One that is held isn't found, and the insert in its place finds the name taken.
    const isFree = { _id: name, expiresAt: { $lte: new Date(now) } };
    await locks.findOneAndUpdate(isFree, { $set: { token, expiresAt: new Date(now + ttlMs) } }, { upsert: true });
    return async () => {
      const { deletedCount } = await locks.deleteOne({ _id: name, token });
      if (deletedCount !== 1) throw new Error(`${name} was not held`);
    };
  };
  return {
    callers: Array.from({ length: callers }, (_, index) => createLockCaller(index, acquire)),
    close: () => client.close(),
  };
}
