import { type Db, type Document, MongoClient } from 'mongodb';
import type { MachineClock, RecordKind, Store } from '@holdfast/engine/store';
import { DatabaseClock } from './database-clock.ts';
import { Deadline } from './deadline.ts';
import { collectionDefinitions } from './definitions.ts';
import { asStoreError } from './mongo-errors.ts';
import { MongoStore } from './mongo-store.ts';
import { assertKindNames } from './names.ts';
import { prepareSchema } from './schema.ts';

export interface MongoStoreOptions {
  /** The connection string, such as `mongodb://one,two,three/holdfast?replicaSet=rs0`. */
  readonly uri: string;
  /** The database; absent: the one in the connection string, or else `holdfast`. */
  readonly database?: string;
  /** The kinds of records to keep. Collections and indexes that are missing for them are created. */
  readonly kinds: readonly RecordKind[];
  /** Where the time between two looks at the database's clock comes from; absent: this process's monotonic clock. */
  readonly machine?: Pick<MachineClock, 'elapsedMs'>;
  /** Begin with the database's time of day, if it has seen no later one, instead of going on from the shared time. */
  readonly takesSystemTime?: boolean;
  /** How long a read, or finding a server, may take before the store is unavailable; 5,000 ms unless told. */
  readonly operationTimeoutMs?: number;
  /** How long building collections and indexes at the start may take; ten minutes unless told. */
  readonly setupTimeoutMs?: number;
}

/** The first version with reads from a snapshot, MongoDB 5.0. */
const oldestWireVersion = 13;

/**
 * Opens the store that several processes share: a MongoDB replica set, with majority writes that are on the disks
 * before they are acknowledged.
 *
 * To shard it, shard every collection, `heads` too, by `{ tenant: 1 }`: a tenant's records then lie together, and each
 * query names its tenant.
 *
 * @throws {@link StoreUnavailable} if no primary can be reached in time.
 * @throws An error that says what to do, if the server is no replica set or the database is defined otherwise.
 *
 * @example
 * ```ts
 * const store = await openMongoStore({ uri: 'mongodb://127.0.0.1/?replicaSet=rs0', kinds });
 * ```
 */
export async function openMongoStore(options: MongoStoreOptions): Promise<Store> {
  const { uri, kinds, operationTimeoutMs = 5_000, setupTimeoutMs = 600_000 } = options;
  assertKindNames(kinds);
  const client = new MongoClient(uri, {
    appName: 'holdfast',
    serverSelectionTimeoutMS: operationTimeoutMs,
    connectTimeoutMS: operationTimeoutMs,
    waitQueueTimeoutMS: operationTimeoutMs,
    // A monitor that hears nothing for so long closes the connections, so that nobody waits for a server that hangs.
    heartbeatFrequencyMS: 2_000,
    readPreference: 'primary',
    retryReads: true,
    retryWrites: true,
  });
  // The driver goes on by itself after the loss of a server; an event that nobody listens to would end the process.
  client.on('error', () => {});
  try {
    await client.connect();
    const database = client.db(options.database ?? databaseIn(uri) ?? 'holdfast');
    const hello = await database.command({ hello: 1 });
    assertUsable(hello, client);
    await prepareSchema(database, collectionDefinitions(kinds), new Deadline(setupTimeoutMs));
    const clock = new DatabaseClock(() => askTime(database));
    await clock.start();
    return new MongoStore({ client, database, kinds, clock, isSharded: isRouter(hello), operationTimeoutMs });
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

/** Whether it is a mongos, which stands before shards. */
function isRouter(hello: Document): boolean {
  return hello['msg'] === 'isdbgrid';
}

async function askTime(database: Db): Promise<number> {
  const { localTime } = await database.command({ hello: 1 });
  return (localTime as Date).getTime();
}
