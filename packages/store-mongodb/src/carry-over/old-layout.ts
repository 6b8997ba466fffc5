import { isDeepStrictEqual } from 'node:util';

import type { RecordKind } from '@holdfast/engine/store';
import type { CollectionInfo, Db } from 'mongodb';

import { tenantOf, toRecordDocument, toValue } from '../documents.ts';
import type { HeadDocument, RecordDocument, StoredDocument } from '../documents.ts';
import { headIdOf } from '../keys.ts';
import { errorCodes, hasCode } from '../mongo-errors.ts';
import { headValidator } from '../schema/definitions.ts';
import { oldHeadsCollection, recordsCollection } from '../schema/names.ts';

/** A head by its partition, or a record of the collection of its kind. */
export type OldDocument = HeadDocument & OldRecord;

interface OldRecord extends Pick<RecordDocument, '_id' | 'purgeAt' | 'body'> {
  readonly partition: string;
  readonly id: string;
}

/** What a collection of the old layout becomes. */
export interface OldCollection {
  readonly name: string;
  toDocument(old: OldDocument): StoredDocument;
}

/** Heads first: once they can't be written, nothing can be decided on them. */
export function oldCollections(kinds: readonly RecordKind[]): readonly OldCollection[] {
  return [
    { name: oldHeadsCollection, toDocument: toHead },
    ...kinds.map((kind) => ({ name: kind.name, toDocument: toRecord(kind) })),
  ];
}

function toHead({ _id: partition, version, nowMs, sequence }: OldDocument): StoredDocument {
  return { _id: headIdOf(partition), tenant: tenantOf(partition), version, nowMs, sequence };
}

function toRecord(kind: RecordKind): OldCollection['toDocument'] {
  return ({ partition, id, purgeAt, body }) => {
    const { purgeAt: _, ...document } = toRecordDocument({ kind, partition, id }, toValue({ body }), 0);
    // By the clock by which MongoDB deletes, as it was reckoned then.
    return { ...document, ...(purgeAt && { purgeAt }), body };
  };
}

/** Nothing can be inserted or changed. What is deleted is deleted by MongoDB's TTL thread, here as there. */
export const closed = {
  validator: { _id: { $exists: false } },
  validationLevel: 'strict',
  validationAction: 'error',
} as const;

/**
 * Takes the place of the old heads, and fails whoever reads or writes it: an older version that is started here refuses,
 * and one that still runs can't go on, rather than begin an empty database beside this one.
 */
const barrier = {
  viewOn: recordsCollection,
  pipeline: [{ $project: { _id: { $toInt: 'This database is one of a newer version of Holdfast.' } } }],
};

/**
 * What has the name of the old heads.
 *
 * @throws An error if that is nothing of Holdfast's.
 */
export async function findOldHeads(database: Db): Promise<'collection' | 'barrier' | undefined> {
  const [found] = await database.listCollections<CollectionInfo>({ name: oldHeadsCollection }).toArray();
  if (found === undefined) return undefined;
  const { pipeline, validator } = found.options ?? {};
  if (isDeepStrictEqual(pipeline, barrier.pipeline)) return 'barrier';
  if ([headValidator, closed.validator].some((ours) => isDeepStrictEqual(validator, ours))) return 'collection';
  throw new Error(
    `The ${found.type} ${oldHeadsCollection} of the database ${database.databaseName} is not Holdfast's.`,
  );
}

/** Does nothing if something else has the name by now. */
export async function raiseBarrier(database: Db): Promise<void> {
  try {
    await database.createCollection(oldHeadsCollection, { ...barrier, writeConcern: { w: 'majority' } });
  } catch (error) {
    if (!hasCode(error, errorCodes.namespaceExists)) throw error;
  }
}
