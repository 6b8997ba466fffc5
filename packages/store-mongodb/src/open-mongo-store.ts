import type { MachineClock, RecordKind, Store } from '@holdfast/engine/store';

import { carryOver } from './carry-over/carry-over.ts';
import { ClockRecord } from './clock/clock-record.ts';
import { SharedClock } from './clock/shared-clock.ts';
import { connectMongo } from './connect-mongo.ts';
import type { MongoAddress } from './connect-mongo.ts';
import { Deadline } from './deadline.ts';
import { asStoreError } from './mongo-errors.ts';
import { MongoStore } from './mongo-store.ts';
import { collectionDefinitions } from './schema/definitions.ts';
import { assertKinds } from './schema/names.ts';
import { prepareSchema } from './schema/schema.ts';
import { readSequenceFloor } from './sequence-floor.ts';

export interface MongoStoreOptions extends MongoAddress {
  /** The kinds of records to keep. Collections and indexes that are missing for them are created. */
  readonly kinds: readonly RecordKind[];
  /** The clock between two reads of the database's clock; absent: this process's monotonic clock. */
  readonly machine?: Pick<MachineClock, 'elapsedMs'>;
  /** Start from the database's clock, unless it has seen a later time, instead of the shared time. */
  readonly takesSystemTime?: boolean;
  /** How long a read, or finding a server, may take before the store is unavailable; 5,000 ms unless told. */
  readonly operationTimeoutMs?: number;
  /** How long building collections and indexes at the start may take; ten minutes unless told. */
  readonly setupTimeoutMs?: number;
  /** Called when a database of an older version is carried over. */
  readonly report?: (level: 'info', message: string) => void;
}

const ownMonotonicClock = { elapsedMs: () => performance.now() };

/**
 * Opens the store for several processes: a MongoDB replica set, with journaled majority writes.
 *
 * To shard it, shard `all_records` and `write_turns` by `{ tenant: 1 }`: a tenant's records are then on one shard, and
 * each query names its tenant.
 *
 * A database of an older version is carried over, while no process of that version runs.
 *
 * @throws {@link StoreUnavailable} if no primary can be reached in time.
 * @throws An error that says what to do, if the server is no replica set the database is defined otherwise,
 *   or processes of an older version are using it.
 *
 * @example
 * ```ts
 * const store = await openMongoStore({ uri: 'mongodb://127.0.0.1/?replicaSet=rs0', kinds });
 * ```
 */
export async function openMongoStore(options: MongoStoreOptions): Promise<Store> {
  const { kinds, machine = ownMonotonicClock, takesSystemTime = false } = options;
  const { operationTimeoutMs = 5_000, setupTimeoutMs = 600_000, report } = options;
  assertKinds(kinds);
  const { client, database, isSharded } = await connectMongo(options, operationTimeoutMs);
  try {
    await prepareSchema(database, collectionDefinitions(kinds), new Deadline(setupTimeoutMs));
    await carryOver({ database, kinds, report: (message) => report?.('info', message) });
    const sequenceFloor = await readSequenceFloor(database);
    const record = new ClockRecord(database, operationTimeoutMs);
    const clock = new SharedClock({ record, machine, takesSystemTime });
    await clock.start();
    return new MongoStore({ client, database, kinds, clock, sequenceFloor, isSharded, operationTimeoutMs });
  } catch (error) {
    await client.close();
    throw asStoreError(error);
  }
}
