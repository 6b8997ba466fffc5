import { randomUUID } from 'node:crypto';

import { findBinary } from './find-binary.ts';
import type { Missing } from './missing.ts';

export interface Mongodb extends AsyncDisposable {
  readonly uri: string;
  /** The name of a database that isn't there yet; it goes away with this. */
  newDatabase(): string;
}

/** Where the `mongod` is that the benchmark would start. */
export function findMongod(): string | undefined {
  return process.env['MONGOMS_SYSTEM_BINARY'] ?? findBinary('mongod');
}

/** The replica set of `MONGODB_URI`, or else one of one node that is started here. */
export async function openMongodb(): Promise<Mongodb | Missing> {
  const given = process.env['MONGODB_URI'];
  if (given !== undefined) return new OpenMongodb(given, () => Promise.resolve());
  const mongod = findMongod();
  if (mongod === undefined) {
    return { missing: 'neither MONGODB_URI nor MONGOMS_SYSTEM_BINARY is set, nor is mongod on the PATH' };
  }
  process.env['MONGOMS_SYSTEM_BINARY'] = mongod;
  const { startMongo } = await import('@holdfast/store-mongodb/testing');
  const { uri, stop } = await startMongo();
  return new OpenMongodb(uri, stop);
}

class OpenMongodb implements Mongodb {
  readonly uri: string;
  readonly #stop: () => Promise<void>;
  readonly #databases: string[] = [];

  constructor(uri: string, stop: () => Promise<void>) {
    this.uri = uri;
    this.#stop = stop;
  }

  newDatabase(): string {
    const name = `bench-${randomUUID().slice(0, 13)}`;
    this.#databases.push(name);
    return name;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { MongoClient } = await import('mongodb');
    const client = await MongoClient.connect(this.uri);
    for (const name of this.#databases) await client.db(name).dropDatabase();
    await client.close();
    await this.#stop();
  }
}
