import { MongoClient } from 'mongodb';
import type { Db, Document } from 'mongodb';

import { asStoreError } from './mongo-errors.ts';

export interface MongoAddress {
  /** The connection string, such as `mongodb://one,two,three/holdfast?replicaSet=rs0`. */
  readonly uri: string;
  /** The database; absent: the one in the connection string, or else `holdfast`. */
  readonly database?: string;
}

export interface MongoConnection {
  readonly client: MongoClient;
  readonly database: Db;
  readonly isSharded: boolean;
}

/** The first version with reads from a snapshot, MongoDB 5.0. */
const oldestWireVersion = 13;

/**
 * Connects to a MongoDB that Holdfast can use.
 *
 * @throws {@link StoreUnavailable} if no primary can be reached in time.
 * @throws An error that says what to do, if the server is no replica set.
 */
export async function connectMongo(address: MongoAddress, operationTimeoutMs: number): Promise<MongoConnection> {
  const name = address.database ?? databaseIn(address.uri) ?? 'holdfast';
  const client = new MongoClient(address.uri, {
    // By it MongoDB tells our transactions from those of other databases.
    appName: `holdfast ${name}`,
    serverSelectionTimeoutMS: operationTimeoutMs,
    connectTimeoutMS: operationTimeoutMs,
    waitQueueTimeoutMS: operationTimeoutMs,
    // A monitor without a heartbeat for this long closes the connections, so that nobody waits for a hung server.
    heartbeatFrequencyMS: 2_000,
    readPreference: 'primary',
    retryReads: true,
    retryWrites: true,
  });
  // The driver recovers from a lost server by itself; an unhandled error event would end the process.
  client.on('error', () => {});
  try {
    await client.connect();
    const database = client.db(name);
    const hello = await database.command({ hello: 1 });
    assertUsable(hello, client);
    return { client, database, isSharded: isRouter(hello) };
  } catch (error) {
    await client.close();
    throw asStoreError(error);
  }
}

function databaseIn(uri: string): string | undefined {
  const path = /^mongodb(?:\+srv)?:\/\/[^/]*\/([^?]+)/.exec(uri)?.[1];
  return path && decodeURIComponent(path);
}

function assertUsable(hello: Document, client: MongoClient): void {
  // Not the connection string: it has the password.
  const where = client.options.hosts.map((host) => host.toString()).join(', ');
  const isReplicaSet = typeof hello['setName'] === 'string' || isRouter(hello);
  if (!isReplicaSet) {
    throw new Error(
      `The MongoDB at ${where} is a standalone server. Holdfast needs transactions, and so a replica set; one member ` +
        'is enough: start mongod with --replSet rs0, and run rs.initiate() once.',
    );
  }
  if (hello['maxWireVersion'] < oldestWireVersion) throw new Error(`The MongoDB at ${where} is older than 5.0.`);
}

/** Whether it is a mongos, the router of a sharded cluster. */
function isRouter(hello: Document): boolean {
  return hello['msg'] === 'isdbgrid';
}
