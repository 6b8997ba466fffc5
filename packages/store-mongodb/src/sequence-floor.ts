import { raiseSequenceFloor } from '@holdfast/engine/store';
import type { Collection, Db } from 'mongodb';

import { findOldHeads } from './carry-over/old-layout.ts';
import { connectMongo } from './connect-mongo.ts';
import type { MongoAddress } from './connect-mongo.ts';
import { Deadline } from './deadline.ts';
import type { HeadDocument } from './documents.ts';
import { headIds } from './keys.ts';
import { asStoreError } from './mongo-errors.ts';
import { collectionDefinitions } from './schema/definitions.ts';
import { oldHeadsCollection, recordsCollection, sequenceFloorCollection } from './schema/names.ts';
import { prepareSchema } from './schema/schema.ts';

interface FloorDocument {
  readonly _id: 'only';
  readonly floor: number;
}

/** It reads all heads, and an operator waits for it. */
const timeoutMs = 600_000;

/** The floor of every sequence in the database; 0 before the first restore. */
export async function readSequenceFloor(database: Db): Promise<number> {
  const found = await floorsOf(database).findOne({ _id: 'only' }, { readConcern: { level: 'majority' } });
  return found?.floor ?? 0;
}

/**
 * Call it after a database was restored from a backup, before the first process opens it: every sequence then continues
 * above all numbers ever given out. Resolves to the new floor.
 *
 * @param nowMs - This machine's time in epoch milliseconds. The later of this and the database's counts.
 * @throws {@link StoreUnavailable} if the database can't be reached.
 *
 * @example
 * ```ts
 * const floor = await raiseMongoSequences({ uri: 'mongodb://127.0.0.1/?replicaSet=rs0' }, Date.now());
 * ```
 */
export async function raiseMongoSequences(address: MongoAddress, nowMs: number): Promise<number> {
  const { client, database } = await connectMongo(address, 5_000);
  try {
    await prepareSchema(database, collectionDefinitions([]), new Deadline(timeoutMs));
    const { localTime } = await database.command({ hello: 1 });
    const highest = Math.max(await readSequenceFloor(database), await readHighestSequence(database));
    const floor = raiseSequenceFloor(highest, Math.max(nowMs, (localTime as Date).getTime()));
    const writeConcern = { w: 'majority', j: true } as const;
    await floorsOf(database).updateOne({ _id: 'only' }, { $max: { floor } }, { upsert: true, writeConcern });
    return floor;
  } catch (error) {
    throw asStoreError(error);
  } finally {
    await client.close();
  }
}

async function readHighestSequence(database: Db): Promise<number> {
  const options = { projection: { sequence: 1 }, sort: { sequence: -1 }, readConcern: { level: 'majority' } } as const;
  const highest = await database.collection<HeadDocument>(recordsCollection).findOne({ _id: headIds }, options);
  // A dump of an older version, which the first start carries over.
  const isOld = (await findOldHeads(database)) === 'collection';
  const oldHighest = isOld ? await database.collection<HeadDocument>(oldHeadsCollection).findOne({}, options) : null;
  return Math.max(highest?.sequence ?? 0, oldHighest?.sequence ?? 0);
}

function floorsOf(database: Db): Collection<FloorDocument> {
  return database.collection<FloorDocument>(sequenceFloorCollection);
}
