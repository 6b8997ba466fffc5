import type { RecordKind } from '@holdfast/engine/store';
import type { Document, IndexSpecification } from 'mongodb';

import {
  clockCollection,
  dueIndexName,
  headsCollection,
  purgeIndexName,
  sequenceFloorCollection,
  turnsCollection,
  writeCheckCollection,
} from './names.ts';

export interface IndexDefinition {
  readonly name: string;
  readonly key: Readonly<Record<string, 1>> & IndexSpecification;
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

/**
 * Validators guard against other programs that write here: what they accept, this store can read. They are the same for
 * every kind, so that versions that index different fields can share a database.
 */
const headValidator = strictly({ _id: text, tenant: text, version: number, nowMs: number, sequence: number }, [
  '_id',
  'tenant',
  'version',
  'nowMs',
  'sequence',
]);

const recordValidator = strictly(
  {
    _id: text,
    tenant: text,
    partition: text,
    id: text,
    fields: { bsonType: 'object', additionalProperties: { bsonType: ['string', ...number.bsonType] } },
    dueAtMs: number,
    purgeAt: { bsonType: 'date' },
    body: text,
  },
  ['_id', 'tenant', 'partition', 'id', 'body'],
);

const sequenceFloorValidator = strictly({ _id: text, floor: number }, ['_id', 'floor']);

/** Deletes turns of partitions without contention for an hour. */
const forgottenTurns: IndexDefinition = { name: 'end time', key: { endsAt: 1 }, expireAfterSeconds: 3_600 };

export function collectionDefinitions(kinds: readonly RecordKind[]): CollectionDefinition[] {
  return [
    { name: headsCollection, validator: headValidator, indexes: [] },
    { name: writeCheckCollection, validator: {}, indexes: [] },
    { name: clockCollection, validator: {}, indexes: [] },
    { name: turnsCollection, validator: {}, indexes: [forgottenTurns] },
    { name: sequenceFloorCollection, validator: sequenceFloorValidator, indexes: [] },
    ...kinds.map((kind) => ({ name: kind.name, validator: recordValidator, indexes: indexDefinitions(kind) })),
  ];
}

/** The components of an index's keys: those that say which tenant and partition, the kind's own fields, the id. */
export function indexPaths(kind: RecordKind, index: string): string[] {
  const fields = kind.indexes[index];
  if (!fields) throw new Error(`The kind ${kind.name} has no index ${index}.`);
  return ['tenant', 'partition', ...fields.map(fieldPath), 'id'];
}

/** What is in a kind's index: the records that have all its fields. */
export function indexCondition(kind: RecordKind, index: string): Document {
  return Object.fromEntries((kind.indexes[index] ?? []).map((field) => [fieldPath(field), { $exists: true }]));
}

function fieldPath(field: string): string {
  return `fields.${field}`;
}

function indexDefinitions(kind: RecordKind): IndexDefinition[] {
  const definitions: IndexDefinition[] = Object.keys(kind.indexes).map((name) => {
    return { name, key: ascending(indexPaths(kind, name)), partialFilterExpression: indexCondition(kind, name) };
  });
  if (kind.dueField !== undefined) {
    const partialFilterExpression = { dueAtMs: { $exists: true } };
    definitions.push({ name: dueIndexName, key: ascending(['dueAtMs', 'partition', 'id']), partialFilterExpression });
  }
  // With 0 seconds, the date in the document is the date of its end.
  if (kind.purgeField !== undefined) {
    definitions.push({ name: purgeIndexName, key: ascending(['purgeAt']), expireAfterSeconds: 0 });
  }
  return definitions;
}

function ascending(paths: readonly string[]): Record<string, 1> {
  return Object.fromEntries(paths.map((path) => [path, 1]));
}

function strictly(properties: Document, required: readonly string[]): Document {
  return { $jsonSchema: { bsonType: 'object', required, properties, additionalProperties: false } };
}
