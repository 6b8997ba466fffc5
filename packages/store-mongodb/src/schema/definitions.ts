import type { RecordKind } from '@holdfast/engine/store';
import type { Document, IndexSpecification } from 'mongodb';

import { keyFieldAt } from '../keys.ts';
import {
  carryOverCollection,
  clockCollection,
  dueIndexName,
  mostIndexes,
  purgeIndexName,
  recordsCollection,
  sequenceFloorCollection,
  turnsCollection,
  writeCheckCollection,
} from './names.ts';

export interface IndexDefinition {
  readonly name: string;
  readonly key: Readonly<Record<string, 1>> & IndexSpecification;
  readonly sparse?: true;
  readonly partialFilterExpression?: Document;
  readonly expireAfterSeconds?: number;
}

export interface CollectionDefinition {
  readonly name: string;
  readonly validator: Document;
  readonly indexes: readonly IndexDefinition[];
}

const number = { bsonType: ['int', 'long', 'double'] };
const text = { bsonType: 'string' };

const head = { _id: text, tenant: text, version: number, nowMs: number, sequence: number };
export const headValidator = strictly(head, Object.keys(head));
const record = { _id: text, tenant: text, kind: text, dueAtMs: number, purgeAt: { bsonType: 'date' }, body: text };

/** By name, because a pattern would take MongoDB as long as all the rest of an insert. */
const keys = Object.fromEntries(Array.from({ length: mostIndexes }, (_, position) => [keyFieldAt(position), text]));

/**
 * Validators guard against other programs that write here: what they accept, this store can read. It is the same for
 * all kinds, so that versions that index different fields can share a database.
 */
const recordsValidator = {
  $or: [headValidator, strictly({ ...record, ...keys }, ['_id', 'tenant', 'kind', 'body'])],
};

const sequenceFloorValidator = strictly({ _id: text, floor: number }, ['_id', 'floor']);

/** Deletes turns of partitions without contention for an hour. */
const forgottenTurns: IndexDefinition = { name: 'end time', key: { endsAt: 1 }, expireAfterSeconds: 3_600 };

export function collectionDefinitions(kinds: readonly RecordKind[]): CollectionDefinition[] {
  return [
    { name: recordsCollection, validator: recordsValidator, indexes: recordsIndexes(kinds) },
    { name: writeCheckCollection, validator: {}, indexes: [] },
    { name: clockCollection, validator: {}, indexes: [] },
    { name: turnsCollection, validator: {}, indexes: [forgottenTurns] },
    { name: sequenceFloorCollection, validator: sequenceFloorValidator, indexes: [] },
    { name: carryOverCollection, validator: {}, indexes: [] },
  ];
}

/** As many for index keys as the kind with the most has. */
function recordsIndexes(kinds: readonly RecordKind[]): IndexDefinition[] {
  const keyCount = Math.max(0, ...kinds.map(({ indexes }) => Object.keys(indexes).length));
  return [
    ...Array.from({ length: keyCount }, (_, position): IndexDefinition => {
      return { name: keyFieldAt(position), key: ascending([keyFieldAt(position)]), sparse: true };
    }),
    {
      name: dueIndexName,
      key: ascending(['kind', 'dueAtMs', '_id']),
      partialFilterExpression: { dueAtMs: { $exists: true } },
    },
    // With 0 seconds, the date in the document is the date of its end.
    { name: purgeIndexName, key: ascending(['purgeAt']), sparse: true, expireAfterSeconds: 0 },
  ];
}

function ascending(paths: readonly string[]): Record<string, 1> {
  return Object.fromEntries(paths.map((path) => [path, 1]));
}

function strictly(properties: Document, required: readonly string[]): Document {
  return { $jsonSchema: { bsonType: 'object', required, properties, additionalProperties: false } };
}
