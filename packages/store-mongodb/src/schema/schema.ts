import { isDeepStrictEqual } from 'node:util';

import type { CollectionInfo, Db, Document, IndexDescriptionInfo } from 'mongodb';

import type { Deadline } from '../deadline.ts';
import { errorCodes, hasCode } from '../mongo-errors.ts';
import type { CollectionDefinition, IndexDefinition } from './definitions.ts';

/** Errors of processes that create the same things at the same time. */
const racing = [
  errorCodes.namespaceExists,
  errorCodes.indexAlreadyExists,
  errorCodes.writeConflict,
  errorCodes.conflictingOperationInProgress,
  errorCodes.snapshotUnavailable,
  errorCodes.indexBuildAborted,
  errorCodes.backgroundOperationInProgress,
];

/**
 * Creates the collections, validators and indexes that are missing, and checks those that are there.
 *
 * @throws An error that names the collection and what is wrong with it, if it was defined otherwise by somebody else.
 */
export async function prepareSchema(
  database: Db,
  definitions: readonly CollectionDefinition[],
  deadline: Deadline,
): Promise<void> {
  for (const definition of definitions) {
    await retryRaces(deadline, async () => {
      await prepareCollection(database, definition);
      await prepareIndexes(database, definition);
      await awaitSnapshots(database, definition);
    });
  }
}

async function retryRaces(deadline: Deadline, work: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (!hasCode(error, ...racing) || deadline.isOver) throw error;
      await deadline.wait(Math.random() * Math.min(20 * attempt, 500));
    }
  }
}

async function prepareCollection(database: Db, { name, validator }: CollectionDefinition): Promise<void> {
  const [existing] = await database.listCollections<CollectionInfo>({ name }).toArray();
  if (existing) return assertCollection(database, existing, validator);
  await database.createCollection(name, { validator, validationLevel: 'strict', validationAction: 'error' });
}

function assertCollection(
  { databaseName }: Db,
  { name, type, options = {} }: CollectionInfo,
  validator: Document,
): void {
  const refuse = (reason: string): never => {
    throw new Error(`The collection ${name} of the database ${databaseName} can't be used: ${reason}.`);
  };
  if (type !== 'collection') refuse(`it is a ${type}`);
  // With a collation, strings would not order by code point, and different ones could be equal.
  if (options['collation']) refuse('it has a collation');
  if (options['capped']) refuse('it is capped');
  const { validator: existing = {}, validationLevel = 'strict', validationAction = 'error' } = options;
  const isStrict = validationLevel === 'strict' && validationAction === 'error';
  if (!isStrict || !isDeepStrictEqual(existing, validator)) {
    refuse(
      `its validator is not the one of this version: ${JSON.stringify({ existing, validationLevel, validationAction })}`,
    );
  }
}

async function prepareIndexes(database: Db, { name, indexes }: CollectionDefinition): Promise<void> {
  const collection = database.collection(name);
  const existing = await collection.indexes();
  const missing = indexes.filter((index) => !existing.some((other) => other.name === index.name));
  for (const index of indexes) {
    const found = existing.find((other) => other.name === index.name);
    if (found) assertIndex(database, name, found, index);
  }
  if (missing.length === 0) return;
  try {
    await collection.createIndexes(missing.map((index) => ({ ...index })));
  } catch (error) {
    if (!hasCode(error, errorCodes.indexOptionsConflict, errorCodes.indexKeySpecsConflict)) throw error;
    const names = missing.map((index) => index.name).join(', ');
    throw new Error(`The collection ${name} has other indexes in the place of ${names}: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

function assertIndex(database: Db, collection: string, found: IndexDescriptionInfo, wanted: IndexDefinition): void {
  const { v: _version, name: _name, ...existing } = found;
  const { name, ...expected } = wanted;
  // The order of a key's components matters, and deep equality doesn't look at it.
  const hasSameKey = JSON.stringify(existing.key) === JSON.stringify(expected.key);
  if (hasSameKey && isDeepStrictEqual(existing, expected)) return;
  throw new Error(
    `The index ${name} of the collection ${collection} of the database ${database.databaseName} is ` +
      `${JSON.stringify(existing)} and should be ${JSON.stringify(expected)}. Drop it: the next start builds it anew.`,
  );
}

/** A new collection can't be read through a snapshot for a moment. */
async function awaitSnapshots(database: Db, { name }: CollectionDefinition): Promise<void> {
  const session = database.client.startSession({ snapshot: true });
  try {
    await database.collection(name).findOne({}, { session, projection: { _id: 1 } });
  } finally {
    await session.endSession();
  }
}
